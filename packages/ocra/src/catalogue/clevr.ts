// CLEVR-ART's data sets by name.

import type { ClevrTaskName } from "../clevr/layouts.js";
import type { DataSetEntry } from "./entry.js";

const size = "height and width of a picture in pixels, 16 to 320 (default 128)";
const seed = "seed of the contents (default 0)";

function taskEntry(task: ClevrTaskName, purpose: string): DataSetEntry {
  return {
    name: `clevr/${task}`,
    purpose,
    kind: "task",
    options: {
      split: "train or test (default train)",
      count: "number of problems (default 10000)",
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
      count: "number of displays (default: 90000 for train, 10000 for validation)",
      seed,
      size,
      fewest: "smallest number of objects (default 1)",
      most: "largest number of objects (default 6)",
    },
    make: async (options) => (await import("../clevr/displays.js")).clevrDisplays(options),
  },
  taskEntry("rmts", "Which pair has the source pair's relation? Rendered scenes."),
  taskEntry("identity-rules", "Which object completes the second row? Rendered scenes."),
];
