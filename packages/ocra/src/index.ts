// The front door: this list is the public API.
export {};
