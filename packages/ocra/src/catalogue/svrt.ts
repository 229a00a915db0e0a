// SVRT's data sets by name.
import type { DataSetEntry } from "./data-sets.js";

const shared = {
  size: "pixels of a picture's side, 16 to 128 (default 128)",
  seed: "what contents are a function of (default 0)",
  flips: "flip at random at every access (default: in training)",
};

export const svrtEntries: readonly DataSetEntry[] = [
  {
    name: "svrt/displays",
    purpose: "Pictures of all 23 problems, to pre-train slot attention with.",
    kind: "displays",
    options: {
      split: "train or validation (default train)",
      perProblem: "pictures of each problem (default 500 or 4000)",
      problems: "which problems, such as [1,5] (default all)",
      ...shared,
    },
    make: async (options) => (await import("../svrt/displays.js")).svrtDisplays(options),
  },
  {
    name: "svrt/problem",
    purpose: "Does a picture obey the rule of one of SVRT's 23 problems?",
    kind: "task",
    options: {
      problem: "1 to 23 (default 1)",
      split: "train, validation or test (default train)",
      count: "pictures, half of each label (default 500, 4000 or 40000)",
      ...shared,
    },
    make: async (options) => (await import("../svrt/task.js")).svrtTask(options),
  },
];
