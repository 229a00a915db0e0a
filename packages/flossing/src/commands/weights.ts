// Finds the file of weights: a file, a checkpoint's folder, or a run's last checkpoint.
import { existsSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { type CommandCall, type RunRecord, readRun } from "@throughline/lab";
import { checkpointNames, TENSORS } from "@throughline/lab/runs";
import { refuse } from "./refuse.js";

/** Weights, and the run that they come from, if any. */
export interface Weights {
  readonly file: string;
  readonly run?: RunRecord;
}

/** @throws FlossingError flossing/argument if there is no such file, checkpoint or run, or the run has no checkpoint */
export async function resolveWeights(typed: string, findRun: CommandCall["findRun"]): Promise<Weights> {
  const found = statSync(typed, { throwIfNoEntry: false });
  if (found?.isFile()) {
    const run = typed.endsWith(TENSORS) ? runAround(dirname(resolve(typed))) : undefined;
    return { file: typed, ...(run && { run }) };
  }
  if (found?.isDirectory() && existsSync(join(typed, TENSORS))) {
    const run = runAround(resolve(typed));
    return { file: join(typed, TENSORS), ...(run && { run }) };
  }
  if (/\.(safetensors|pth?)$/i.test(typed)) throw refuse(`there is no file ${typed}`);
  const run = await findRun(typed);
  const folder = join(run.path, "checkpoints");
  const last = checkpointNames(folder).at(-1);
  if (last === undefined) throw refuse(`the run ${run.path} has no checkpoint`);
  return { file: join(folder, last, TENSORS), run };
}

/** The run whose checkpoint a folder is. */
function runAround(folder: string): RunRecord | undefined {
  const path = dirname(dirname(folder));
  return existsSync(join(path, "config.json")) ? readRun(path) : undefined;
}
