// Options of a task run over the values of its setting, and the data sets that follow.

import { storedSplit } from "../../datasets/stored-split.js";
import type { PictureShape } from "../../datasets/types.js";
import type { NamedDataSet } from "../../datasets/worker-entry.js";
import { type TaskSetting, taskSetting } from "../../training/task-settings.js";
import type { TaskConfig } from "./options.js";

/** Everything that a run does, with no value left open. */
export function resolveTask(config: TaskConfig): TaskSetting {
  const base = taskSetting(config.setting, config.task, config.m, config.model);
  const { epochs, steps, warmup, dropout, draws, testEvery } = config;
  return {
    ...base,
    epochs: epochs || base.epochs,
    steps: steps || (epochs > 0 ? 0 : base.steps),
    batch: config.batch || base.batch,
    lr: config.lr || base.lr,
    warmup: warmup < 0 ? base.warmup : warmup,
    depth: config.depth || base.depth,
    heads: config.heads || base.heads,
    mlpDim: config.mlpDim || base.mlpDim,
    dropout: dropout < 0 ? base.dropout : dropout,
    draws: draws < 0 ? base.draws : draws,
    testProblems: config.testProblems || base.testProblems,
    testEvery: testEvery < 0 ? base.testEvery : testEvery,
  };
}

/** Which problems of a task. */
export type Split = "train" | "validation" | "test";

/** The splits that a run with this setting uses. */
export function splitsOf({ selection }: TaskSetting): readonly Split[] {
  return selection === "validation" ? ["train", "test", "validation"] : ["train", "test"];
}

/**
 * The problems of a run. ART's objects are divided anew for each seed, as in the paper; the other tasks have one set of
 * problems for all seeds.
 */
export function problemsOf(
  config: TaskConfig,
  { testProblems }: TaskSetting,
  { width: size, channels }: Pick<PictureShape, "width" | "channels">,
  split: Split,
  seed: number,
): NamedDataSet {
  const { task, m, objects, problem, pictures, path } = config;
  const count = split === "test" && testProblems > 0 ? testProblems : undefined;
  // What was not typed is a limit: few objects have few problems.
  const limit = config.testProblems > 0 ? { count } : { atMost: count };
  if (task === "puzzles") return { name: task, options: { path, split, size, channels } };
  if (path !== "") {
    const made = task === "svrt/problem" ? { problem } : task.startsWith("art/") ? { m } : {};
    return storedSplit(path, split, {
      name: task,
      size,
      channels,
      config: { ...made, split },
      atMost: count,
    });
  }
  if (task === "svrt/problem") {
    return { name: task, options: { problem, split, size, count: split === "train" ? pictures : count } };
  }
  if (task.startsWith("clevr/")) return { name: task, options: { split, size, count } };
  return { name: task, options: { m, split, seed, size, ...limit, objects } };
}
