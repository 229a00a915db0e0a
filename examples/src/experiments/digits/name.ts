// What the experiment is called, without what it imports.
export const name = {
  name: "examples/digits",
  purpose: "A small convolutional net learns to read handwritten digits",
} as const;
