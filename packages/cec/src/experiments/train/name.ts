// The experiment's name, apart from its code.
export const name = {
  name: "cec/train",
  purpose: "imitate agents that were recorded while they learned, across episodes (CEC and its baselines)",
} as const;
