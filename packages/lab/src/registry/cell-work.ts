// Work on one cell in the process that is its own, whoever started it.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { LabError } from "../errors.js";
import type { Experiment } from "../experiment.js";
import type { CellEnd, CellJob, CellProgress } from "../launchers/launcher.js";
import { createRun } from "../run/create.js";
import { type ExecuteOptions, executeRun } from "../run/execute.js";
import type { ExperimentEntry } from "./entries.js";
import { registered } from "./registered.js";

export interface CellWork extends Pick<ExecuteOptions, "handleSignals"> {
  /** URLs of the modules that register the experiments. */
  readonly modules: readonly string[];
  /** Aborting it asks the cell to write a checkpoint and stop. */
  readonly signal: AbortSignal;
  readonly report: (progress: CellProgress) => void;
  /** Least time in milliseconds between two reports; the last of a loop always comes. */
  readonly reportEvery: number;
}

/** Does a cell, from its beginning or its last checkpoint. Never rejects. */
export async function workOnCell(job: CellJob, work: CellWork): Promise<CellEnd> {
  const { modules, signal, handleSignals } = work;
  try {
    const experiment = await find(job.experiment, modules);
    if (signal.aborted) return { status: "interrupted" };
    const path = join(job.root, job.experiment, job.name);
    if (!existsSync(path)) {
      const { preset, config, sources, inputs, root, name } = job;
      createRun(experiment, { preset, config, sources, inputs }, { root, name });
    }
    const reporter = { progress: () => {}, message: (text: string) => console.log(text), end: () => {} };
    const onProgress = throttled(work);
    const outcome = await executeRun(path, experiment, { signal, onProgress, reporter, handleSignals });
    return { status: outcome.status, error: outcome.error?.message };
  } catch (error) {
    if (error instanceof LabError && (error.code === "lab/locked" || error.code === "lab/exists"))
      return { status: "busy", error: error.message };
    console.error(error);
    return { status: "failed", error: error instanceof Error ? error.message : String(error) };
  }
}

/** Exit codes of a process that has done a cell. 75 is how Unix says: try again later. */
const exitCodes: Readonly<Record<CellEnd["status"], number>> = {
  ...{ finished: 0, failed: 1, busy: 75, interrupted: 130 },
};

export function exitCodeOf({ status }: CellEnd): number {
  return exitCodes[status];
}

async function find(name: string, modules: readonly string[]): Promise<Experiment> {
  const entries: ExperimentEntry[] = [];
  for (const module of modules) entries.push(...registered(await import(module), module).experiments);
  const entry = entries.find((one) => one.name === name);
  if (!entry)
    throw new LabError(
      "lab/unknown-experiment",
      `no experiment ${name} is registered by ${modules.join(", ")}`,
    );
  return entry.load();
}

function throttled({ report, reportEvery }: CellWork): NonNullable<ExecuteOptions["onProgress"]> {
  let last = Number.NEGATIVE_INFINITY;
  return ({ path: _, time: __, isLast, ...progress }) => {
    const now = performance.now();
    if (!isLast && now - last < reportEvery) return;
    last = now;
    report(progress);
  };
}
