// Runs of a list, filtered and sorted.
import { LabError } from "../errors.js";
import type { RunRecord, RunStatus } from "../run/record.js";
import { type Condition, compareValues, fulfils } from "./condition.js";
import { lookUp, type RunValue } from "./values.js";

/** Every status that a run can have. */
export const runStatuses: readonly RunStatus[] = ["created", "running", "interrupted", "failed", "finished"];

/** Selection and order of runs. */
export interface RunSelection {
  /** Only of these; default all. */
  readonly statuses?: readonly string[];
  /** Only of an experiment, by its name or the part after the slash, or of a system, by the part before it. */
  readonly experiment?: string;
  /** All of them must hold. */
  readonly conditions?: readonly Condition[];
  /** A name as in `lookUp`. Default `created`. */
  readonly sort?: string;
  readonly reverse?: boolean;
  /** Largest number of runs, the last ones. */
  readonly limit?: number;
}

/** @throws LabError lab/query for an unknown status */
export async function selectRuns(all: readonly RunRecord[], wanted: RunSelection): Promise<RunRecord[]> {
  const { statuses = runStatuses, experiment, conditions = [], sort = "created", reverse, limit } = wanted;
  checkStatuses(statuses);
  const found: { run: RunRecord; key: RunValue }[] = [];
  for (const run of all) {
    const isOne = statuses.includes(run.status) && isOf(run, experiment);
    if (isOne && (await fulfils(run, conditions))) found.push({ run, key: await lookUp(run, sort) });
  }
  found.sort((a, b) => compareValues(a.key, b.key));
  if (reverse) found.reverse();
  const runs = found.map(({ run }) => run);
  return limit === undefined ? runs : runs.slice(-limit);
}

function isOf({ experiment }: RunRecord, wanted: string | undefined): boolean {
  if (wanted === undefined) return true;
  return experiment === wanted || experiment.endsWith(`/${wanted}`) || experiment.startsWith(`${wanted}/`);
}

function checkStatuses(statuses: readonly string[]): void {
  const unknown = statuses.filter((status) => !runStatuses.some((known) => known === status));
  if (unknown.length === 0) return;
  throw new LabError(
    "lab/query",
    `there is no status ${unknown.join(", ")}; there are ${runStatuses.join(", ")}`,
  );
}
