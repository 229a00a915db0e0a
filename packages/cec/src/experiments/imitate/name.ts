// The experiment's name, apart from its code.
export const name = {
  name: "cec/imitate",
  purpose: "imitate demonstrations of a robot's task, across episodes (CEC, without, and BC-RNN)",
} as const;
