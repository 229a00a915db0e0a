// Tasks from files.
import { existsSync, readFileSync } from "node:fs";
import { basename, extname } from "node:path";
import { io, scope, type Tensor, TorchError } from "@throughline/torch";
import { csvTask } from "./csv-task.js";
import type { DataTask } from "./data-task.js";
import { Problems } from "./problems.js";
import { type DataOptions, type SequenceArrays, sequenceTask } from "./sequence-task.js";
import { seriesTask } from "./series-task.js";

/** Options of `taskFromFile`. */
export interface FileOptions extends Omit<DataOptions, "title"> {
  /** Steps of the windows of a long series; see `seriesTask`. */
  readonly length?: number;
}

/** What `taskFromFile` reads. */
export const endings: readonly string[] = [".npz", ".npy", ".csv"];

const arrays = ["inputs", "targets", "lengths"] as const;
const known: readonly string[] = [...arrays, ...arrays.map((name) => `test_${name}`)];

/**
 * The task in a file of one's own:
 *
 * - `.npz`: the arrays `inputs` and `targets`, and if wanted `lengths`, `test_inputs`, `test_targets`, `test_lengths`, as
 *   `sequenceTask` takes them
 * - `.npy`: one long series, [time] or [time, features], to be predicted one step ahead; see `seriesTask`
 * - `.csv`: a line of titles, then a row for each step. `sequence` says which sequence a row belongs to, `time` (optional)
 *   orders its rows, `split` (optional) is `train` or `test`, `target`, or several `target_…`, are what is right, all other
 *   columns are features. Targets that are words, or whole numbers from 0, are classes. If each sequence has the same target
 *   throughout, it is asked once, at the last step; else at each step whose target is not empty. A file with neither
 *   `sequence` nor `target` is one long series, as above.
 *
 * Features are standardised by default, except those of `.npz`.
 * @throws TorchError `flossing/data` naming everything that is wrong with the file, or the `io/…` errors of its format
 */
export function taskFromFile(path: string, options: FileOptions = {}): DataTask {
  const title = basename(path);
  const ending = extname(path).toLowerCase();
  if (!endings.includes(ending)) {
    throw new TorchError("flossing/data", `${title} is not one of ${endings.join(", ")}, which can be read`);
  }
  if (!existsSync(path)) throw new TorchError("flossing/data", `there is no file ${path}`);
  if (ending === ".csv") return csvTask(readFileSync(path, "utf8"), title, options);
  return scope(() => {
    if (ending === ".npy") return seriesTask({ ...options, title, series: io.loadNpy(path) });
    return npzTask(io.loadNpz(path), title, options);
  });
}

function npzTask(found: Readonly<Record<string, Tensor>>, title: string, options: FileOptions): DataTask {
  const problems = new Problems(title);
  const names = Object.keys(found);
  const strange = names.filter((name) => !known.includes(name));
  if (strange.length > 0) problems.add(`holds ${strange.join(", ")}; ${known.join(", ")} are understood`);
  for (const prefix of names.some((name) => name.startsWith("test_")) ? ["", "test_"] : [""]) {
    for (const name of ["inputs", "targets"]) {
      if (!names.includes(prefix + name)) problems.add(`has no array ${prefix}${name}`);
    }
  }
  problems.check();
  const part = (prefix: string): SequenceArrays => ({
    inputs: found[`${prefix}inputs`]!,
    targets: found[`${prefix}targets`]!,
    ...(names.includes(`${prefix}lengths`) && { lengths: found[`${prefix}lengths`]! }),
  });
  return sequenceTask({
    ...{ ...options, title, ...part("") },
    ...(names.includes("test_inputs") && { test: part("test_") }),
  });
}
