// Batches of the data sets that have a name, made ahead of training by worker threads.

import { data } from "@throughline/torch";
import { ThroughlineError } from "@throughline/torch/errors";
import type { DisplayBatch, ProblemBatch } from "../datasets/collate.js";
import { OcraDataError } from "../datasets/errors.js";
import { isTaskSet } from "../datasets/preview.js";
import type { Display, DisplaySet, NamedDataSet, Problem, TaskSet } from "../datasets/types.js";

/** Options of batches; see `data.DataLoader`. */
export type BatchOptions = Omit<data.ModuleLoaderOptions, "export" | "options" | "collate">;

/**
 * Batches of displays.
 * @param options such as `{ batchSize: 32, shuffle: true, seed: 1, workers: 1 }`; without workers, batches are made when
 * they are asked for
 * @throws OcraDataError for a name or options that are not accepted, or if the name is that of a task
 */
export async function loadDisplays(
  set: NamedDataSet,
  options: BatchOptions = {},
): Promise<data.DataLoader<Display, DisplayBatch>> {
  return load(set, options, "displays");
}

/** Same as `loadDisplays`, for a task. Every access draws the jitter again, so that every epoch differs. */
export async function loadProblems(
  set: NamedDataSet,
  options: BatchOptions = {},
): Promise<data.DataLoader<Problem, ProblemBatch>> {
  return load(set, options, "task");
}

async function load<T, B>(
  set: NamedDataSet,
  options: BatchOptions,
  kind: "displays" | "task",
): Promise<data.DataLoader<T, B>> {
  const loader = await made<T, B>(set, options, kind === "task" ? "collateProblems" : "collateDisplays");
  if (isTaskSet(loader.dataset as unknown as DisplaySet | TaskSet) === (kind === "task")) return loader;
  const other =
    kind === "task" ? "displays; load them with loadDisplays" : "a task; load it with loadProblems";
  throw new OcraDataError("argument", `${set.name} is ${other}`);
}

async function made<T, B>(
  set: NamedDataSet,
  options: BatchOptions,
  collate: string,
): Promise<data.DataLoader<T, B>> {
  const entry = new URL("./worker-entry.js", import.meta.url);
  try {
    return await data.DataLoader.fromModule<T, B>(entry, {
      ...options,
      export: "dataset",
      options: set,
      collate,
    });
  } catch (error) {
    const { cause } = error as Error;
    throw cause instanceof ThroughlineError ? cause : error; // the module is ours: what it says is enough
  }
}
