// Runs of `cec/train` that have a model.
import type { RunRecord } from "@throughline/lab";
import { checkConfig, findRun } from "@throughline/lab/runs";
import { CecError } from "../../errors.js";
import { name } from "./name.js";

/** The last finished run of `cec/train`: what `latest` means where a model is asked for. */
export function lastFinished(runs: readonly RunRecord[]): RunRecord | undefined {
  return runs.findLast(({ experiment, status }) => experiment === name.name && status === "finished");
}

/**
 * A run that has a model.
 * @param typed the run's folder, id, the beginning of one, or `latest`
 * @throws CecError `cec/model` for another one; LabError `lab/no-run`, `lab/config-changed`
 */
export function finishedRun(typed: string, root: string): RunRecord {
  const run = findRun(typed, root, lastFinished);
  if (run.experiment === name.name && run.status === "finished") {
    checkConfig(run.path);
    return run;
  }
  const none = typed === "latest" ? `there is no finished run of ${name.name}; the last run, ` : "";
  throw new CecError(
    "model",
    `${none}${run.id}${none === "" ? "" : ","} is a run of ${run.experiment} that is ${run.status}; accepted: a finished run of ${name.name}`,
  );
}
