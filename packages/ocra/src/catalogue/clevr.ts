// CLEVR-ART's data sets by name.

import type { ClevrTaskName } from "../clevr/layouts.js";
import type { DataSetEntry } from "./data-sets.js";

const size = "pixels of a picture's side, 16 to 320 (default 128)";
const seed = "what contents are a function of (default 0)";

function taskEntry(task: ClevrTaskName, purpose: string): DataSetEntry {
  return {
    name: `clevr/${task}`,
    purpose,
    kind: "task",
    options: {
      split: "train or test (default train)",
      count: "problems (default 10000)",
      seed,
      size,
      table: "an .npz table of problems in the authors' format",
    },
    make: async (options) => (await import("../clevr/task.js")).clevrTask(task, options),
  };
}

export const clevrEntries: readonly DataSetEntry[] = [
  {
    name: "clevr/displays",
    purpose: "Random scenes of CLEVR's objects, to pre-train slot attention with.",
    kind: "displays",
    options: {
      split: "train or validation (default train)",
      count: "displays (default 90000 or 10000)",
      seed,
      size,
      fewest: "fewest objects (default 1)",
      most: "most objects (default 6)",
    },
    make: async (options) => (await import("../clevr/displays.js")).clevrDisplays(options),
  },
  taskEntry("rmts", "Which pair has the source pair's relation? Rendered scenes."),
  taskEntry("identity-rules", "Which object completes the second row? Rendered scenes."),
];
