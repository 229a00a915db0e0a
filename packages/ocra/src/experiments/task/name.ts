// Name of the experiment, without its imports.
export const name = {
  name: "ocra/task",
  purpose: "OCRA, an ablation or a baseline learns an abstract reasoning task on frozen slots",
} as const;
