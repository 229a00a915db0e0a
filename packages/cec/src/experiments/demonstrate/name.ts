// The experiment's name, apart from its code.
export const name = {
  name: "cec/demonstrations",
  purpose: "record demonstrations of a robot's task by scripts of three skills",
} as const;
