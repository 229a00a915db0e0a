// Name of the experiment, without its imports.
export const name = {
  name: "flossing/train",
  purpose: "A recurrent net learns a task with a long time horizon, with or without gradient flossing",
} as const;
