// Data sets by name, for the command line and for worker threads, which can be sent names and options but no objects.
import { knownOptions, pathText } from "@throughline/torch/checks";
import type { SheetLayout } from "../puzzles/layout.js";
import { clevrEntries } from "./clevr.js";
import type { DataSetEntry } from "./entry.js";
import { svrtEntries } from "./svrt.js";

const size = "height and width of a picture in pixels (default 128)";
const seed = "seed of the contents (default 0)";
const objects =
  "source of the objects: tasks (the paper's 100), pool (generated ones), a folder of pictures or an .npy file";

const artOptions = {
  m: "number of the 100 objects held out for the test; 0, 50, 85 or 95 in the paper (default 0)",
  split: "train or test (default train)",
  seed,
  size,
  count: "number of problems (default: the paper's)",
  atMost: "largest number of problems, if count is not given (default: no limit)",
  method: "how problems are sampled: subsample or full_space (default: the authors' choice)",
  objects,
};

function artEntry(
  task: "same-different" | "rmts" | "distribution-of-3" | "identity-rules",
  purpose: string,
): DataSetEntry {
  return {
    name: `art/${task}`,
    purpose,
    kind: "task",
    options: artOptions,
    make: async (options) => (await import("../art/art-task.js")).artTask(task, options),
  };
}

/** All that have a name. */
export const dataSets: readonly DataSetEntry[] = [
  {
    name: "art/displays",
    purpose: "Random glyphs on white, to pre-train slot attention with.",
    kind: "displays",
    options: {
      size,
      split: "train or validation (default train)",
      count: "number of displays (default: 180000 for train, 20000 for validation)",
      seed,
      fewest: "smallest number of objects (default 1)",
      most: "largest number of objects (default 6)",
      objects,
      unlike: "objects to exclude, with all that look like them: a folder of pictures or an .npy file",
      repeats: "probability that an object repeats an earlier one of the display (default 0)",
    },
    make: async (options) => (await import("../art/art-displays.js")).artDisplays(options),
  },
  artEntry("same-different", "Are the two objects the same?"),
  artEntry("rmts", "Which pair has the source pair's relation?"),
  artEntry("distribution-of-3", "Which object of the first row is missing in the second?"),
  artEntry("identity-rules", "Which object completes the second row by the first one's pattern?"),
  ...svrtEntries,
  ...clevrEntries,
  {
    name: "folder",
    purpose: "A data set written by `throughline data write`.",
    kind: "either",
    options: { path: "folder to read", count: "number of samples, from the first (default: all)" },
    make: async ({ path, ...rest }) => {
      knownOptions("folder", { count: true }, rest);
      return (await import("../datasets/read.js")).readDataset(pathText("folder: path", path), rest);
    },
  },
  {
    name: "puzzles",
    purpose: "Your own puzzles: a folder of pictures with answers.json or answers.csv.",
    kind: "task",
    options: {
      path: "folder to read",
      split: "all, train or test (default all)",
      testShare: "fraction held out for testing, if the answers name no split (default 0.2)",
      seed: "seed of the split (default 0)",
      size,
      channels: "1 for grey, 3 for colour (default 1)",
      fit: "how pictures are made square: pad or stretch (default pad)",
      layout: "layout of the candidates on a sheet: ROWSxCOLUMNS, or JSON",
    },
    make: async ({ path, layout, ...rest }) => {
      const { gridOf } = await import("../puzzles/layout.js");
      const { puzzlesFrom } = await import("../puzzles/puzzle-set.js");
      const grid = typeof layout === "string" ? (gridOf(layout) ?? layout) : layout;
      return puzzlesFrom(pathText("puzzles: path", path), {
        ...rest,
        ...(grid !== undefined && { layout: grid as SheetLayout }),
      });
    },
  },
];
