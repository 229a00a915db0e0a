// The problems of a task run, drawn or from the disk.
import { storedSplit } from "../../datasets/stored-split.js";
import type { NamedDataSet, PictureShape } from "../../datasets/types.js";
import type { TaskConfig } from "./options.js";

/** Selection of problems of a task. */
export type Split = "train" | "validation" | "test";

/** The splits that a run uses. */
export function splitsOf({ selection }: Pick<TaskConfig, "selection">): readonly Split[] {
  return selection === "validation" ? ["train", "test", "validation"] : ["train", "test"];
}

/**
 * The problems of a run. ART's objects are divided anew for each seed, as in the paper; the other tasks have one set of
 * problems for all seeds.
 */
export function problemsOf(
  config: TaskConfig,
  { width: size, channels }: Pick<PictureShape, "width" | "channels">,
  split: Split,
  seed: number,
): NamedDataSet {
  const { task, m, objects, problem, pictures, path, testProblems } = config;
  const count = split === "test" ? testProblems : undefined;
  if (task === "puzzles") return { name: task, options: { path, split, size, channels } };
  if (path !== undefined) {
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
  // `atMost`, not `count`: few objects allow only few problems.
  return { name: task, options: { m, split, seed, size, atMost: count, objects } };
}
