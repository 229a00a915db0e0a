// Name of the experiment, without its imports.
export const name = {
  name: "examples/digits",
  purpose: "A small convolutional net learns to read handwritten digits",
} as const;
