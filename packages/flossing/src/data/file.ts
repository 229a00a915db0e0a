// Tasks from files.

import { existsSync } from "node:fs";
import { basename, extname } from "node:path";
import { io, scope } from "@throughline/torch";
import { anyNumber, checkOptions, notAccepted, optional, type Rules } from "@throughline/torch/checks";
import { readTable, type TableLimits } from "@throughline/torch/files";
import { rule } from "../arguments.js";
import { FlossingError } from "../errors.js";
import { csvTask } from "./csv-task.js";
import type { DataTask } from "./data-task.js";
import { npzTask } from "./npz-task.js";
import { type DataOptions, rulesOfData } from "./sequence-task.js";
import { seriesTask } from "./series-task.js";

/** Options of `taskFromFile`. */
export interface FileOptions extends Omit<DataOptions, "title"> {
  /** Steps of the windows of a long series; see `seriesTask`. */
  readonly length?: number;
  /** Limits on a `.csv`. Default: 64 MiB, 10,000 columns, 2²⁰ characters a field. */
  readonly limits?: TableLimits;
}

const { title: _title, ...dataRules } = rulesOfData;

const rules: Rules<FileOptions> = {
  ...dataRules,
  length: optional(anyNumber(300)),
  limits: optional(rule("an object", (value) => typeof value === "object" && value !== null)),
};

/** Formats that `taskFromFile` reads. */
export const endings: readonly string[] = [".npz", ".npy", ".csv"];

/**
 * The task in a file of one's own:
 *
 * - `.npz`: the arrays `inputs` and `targets`, and if wanted `lengths`, `test_inputs`, `test_targets`, `test_lengths`, as
 *   `sequenceTask` takes them; targets may be words too, which are classes
 * - `.npy`: one long series, [time] or [T, F], to be predicted one step ahead; see `seriesTask`
 * - `.csv`: a line of titles, then a row for each step. `sequence` says which sequence a row belongs to, `time` (optional)
 *   orders its rows, `split` (optional) is `train` or `test`, `target`, or several `target_…`, are what is right, all other
 *   columns are features. Targets that are words, or whole numbers from 0, are classes. If each sequence has the same target
 *   throughout, it is asked once, at the last step; else at each step whose target is not empty. A file with neither
 *   `sequence` nor `target` is one long series, as above.
 *
 * Features are standardised by default, except those of `.npz`.
 * @throws TorchError `flossing/data` naming everything that is wrong with the file, or the `io/…` errors of its format
 */
export function taskFromFile(path: string, given: FileOptions = {}): DataTask {
  if (typeof path !== "string") throw notAccepted("taskFromFile: the path", path, "a text");
  const { limits, ...options } = checkOptions("taskFromFile", rules, given);
  const title = basename(path);
  const ending = extname(path).toLowerCase();
  if (!endings.includes(ending)) {
    throw new FlossingError(
      "flossing/data",
      `${title} has an ending that is not accepted; give one of ${endings.join(", ")}`,
    );
  }
  if (!existsSync(path)) throw new FlossingError("flossing/data", `there is no file ${path}`);
  if (ending === ".csv") return csvTask(readTable(path, limits), title, options);
  if (ending === ".npz") return npzTask(path, title, options);
  const { length, standardise, testPart } = options;
  return scope(() => seriesTask({ title, series: io.loadNpy(path), length, standardise, testPart }));
}
