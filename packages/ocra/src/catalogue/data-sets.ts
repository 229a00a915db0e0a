// Data sets by name, for the command line and for worker threads, which can be sent names and options but no objects.
import { suggestion } from "@throughline/lab";
import { knownOptions, pathOption } from "../datasets/check.js";
import { OcraDataError } from "../datasets/errors.js";
import type { DisplaySet, TaskSet } from "../datasets/types.js";
import { clevrEntries } from "./clevr.js";
import { svrtEntries } from "./svrt.js";

/** A data set that can be made by name. */
export interface DataSetEntry {
  readonly name: string;
  /** One line. */
  readonly purpose: string;
  /** `either` for what a folder may hold. */
  readonly kind: "displays" | "task" | "either";
  /** Its options, a line for each. */
  readonly options: Readonly<Record<string, string>>;
  /** @throws OcraDataError for options that are not accepted */
  make(options: Readonly<Record<string, unknown>>): Promise<DisplaySet | TaskSet>;
}

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
      knownOptions("folder", rest, ["count"]);
      return (await import("../datasets/read.js")).readDataset(pathOption("folder: path", path), rest);
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
    make: async ({ path, ...rest }) =>
      (await import("../puzzles/puzzle-set.js")).puzzlesFrom(pathOption("puzzles: path", path), rest),
  },
];

/** The entry of a name. @throws OcraDataError ocra/argument, with the nearest name */
export function dataSetEntry(name: string): DataSetEntry {
  const entry = dataSets.find((candidate) => candidate.name === name);
  if (entry !== undefined) return entry;
  const names = dataSets.map((candidate) => candidate.name);
  throw new OcraDataError("argument", `there is no data set "${name}"${suggestion(name, names)}`);
}
