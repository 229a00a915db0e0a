// Data sets by name, for the command line and for worker threads, which can be sent names and options but no objects.
import { knownOptions, pathText } from "@throughline/torch/checks";
import type { SheetLayout } from "../puzzles/layout.js";
import { clevrEntries } from "./clevr.js";
import type { DataSetEntry } from "./entry.js";
import { svrtEntries } from "./svrt.js";

const size = "pixels of a picture's side (default 128)";
const seed = "what contents are a function of (default 0)";
const objects = "tasks, pool, a folder of pictures or an .npy file";

const artOptions = {
  m: "objects that only test problems have; in the paper 0, 50, 85 or 95 of 100 (default 0)",
  split: "train or test (default train)",
  seed,
  size,
  count: "problems (default: the paper's number)",
  atMost: "no more problems than this, where count is not given (default: no limit)",
  method: "subsample or full_space (default: the authors' choice)",
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
      count: "displays (default 180000 or 20000)",
      seed,
      fewest: "fewest objects (default 1)",
      most: "most objects (default 6)",
      objects,
      unlike: "leave out what looks like one of these objects",
      repeats: "chance that an object repeats another of the display (default 0)",
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
    purpose: "What writeDataset wrote to a folder.",
    kind: "either",
    options: { path: "the folder", count: "samples, from the first (default all)" },
    make: async ({ path, ...rest }) => {
      knownOptions("folder", { count: true }, rest);
      return (await import("../datasets/read.js")).readDataset(pathText("folder: path", path), rest);
    },
  },
  {
    name: "puzzles",
    purpose: "Your own: a folder of pictures with answers.json or answers.csv.",
    kind: "task",
    options: {
      path: "the folder",
      split: "all, train or test (default all)",
      testShare: "share for testing where the key does not say (default 0.2)",
      seed: "what the split is drawn from (default 0)",
      size,
      channels: "1 grey or 3 colours (default 1)",
      fit: "pad or stretch (default pad)",
      layout: "where the choices are on a sheet: ROWSxCOLUMNS, or JSON",
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
