// Which file of weights is meant: a file, a checkpoint's folder, or a run's last checkpoint.
import { existsSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { RunRecord } from "@throughline/lab";
import { UsageError } from "./exit.js";
import { resolveRun, shown } from "./run-name.js";

const TENSORS = "tensors.safetensors";

/** Weights, and the run that they come from, if any. */
export interface Weights {
  readonly file: string;
  readonly run?: RunRecord;
}

/** @throws UsageError if there is no such file, checkpoint or run, or the run has no checkpoint */
export async function resolveWeights(typed: string, root: string): Promise<Weights> {
  const found = statSync(typed, { throwIfNoEntry: false });
  if (found?.isFile()) {
    const run = typed.endsWith(TENSORS) ? await runAround(dirname(resolve(typed))) : undefined;
    return { file: typed, ...(run && { run }) };
  }
  if (found?.isDirectory() && existsSync(join(typed, TENSORS))) {
    const run = await runAround(resolve(typed));
    return { file: join(typed, TENSORS), ...(run && { run }) };
  }
  if (/\.(safetensors|pth?)$/i.test(typed)) throw new UsageError(`there is no file ${typed}`);
  const run = await resolveRun(typed, root);
  const { filesIn } = await import("@throughline/lab/runs");
  const last = filesIn(run, "checkpoints")
    .filter((name) => /^step-\d+$/.test(name))
    .sort((a, b) => Number(a.slice(5)) - Number(b.slice(5)))
    .at(-1);
  if (last === undefined) throw new UsageError(`the run ${shown(run.path)} has no checkpoint`);
  return { file: join(run.path, "checkpoints", last, TENSORS), run };
}

/** The run whose checkpoint a folder is. */
async function runAround(folder: string): Promise<RunRecord | undefined> {
  const path = dirname(dirname(folder));
  if (!existsSync(join(path, "config.json"))) return undefined;
  const { readRun } = await import("@throughline/lab/runs");
  return readRun(path);
}
