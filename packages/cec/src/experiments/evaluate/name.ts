// The experiment's name, apart from its code.
export const name = {
  name: "cec/evaluate",
  purpose: "test a trained model under another protocol, in changed mazes, or with a control on its memory",
} as const;
