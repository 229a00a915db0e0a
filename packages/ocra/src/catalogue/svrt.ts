// SVRT's data sets by name.
import type { DataSetEntry } from "./entry.js";

const shared = {
  size: "height and width of a picture in pixels, 16 to 128 (default 128)",
  seed: "seed of the contents (default 0)",
  flips: "flip pictures at random at every access (default: in training only)",
};

export const svrtEntries: readonly DataSetEntry[] = [
  {
    name: "svrt/displays",
    purpose: "Pictures of all 23 problems, to pre-train slot attention with.",
    kind: "displays",
    options: {
      split: "train or validation (default train)",
      perProblem: "number of pictures of each problem (default: 500 for train, 4000 for validation)",
      problems: "problems, such as [1,5] (default: all)",
      ...shared,
    },
    make: async (options) => (await import("../svrt/displays.js")).svrtDisplays(options),
  },
  {
    name: "svrt/problem",
    purpose: "Does a picture obey the rule of one of SVRT's 23 problems?",
    kind: "task",
    options: {
      problem: "number of the problem, 1 to 23 (default 1)",
      split: "train, validation or test (default train)",
      count:
        "number of pictures, half of each label (default: 500 for train, 4000 for validation, 40000 for test)",
      ...shared,
    },
    make: async (options) => (await import("../svrt/task.js")).svrtTask(options),
  },
];
