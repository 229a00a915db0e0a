// The process of one cell. It is told what to do over the channel to its sweep. When the channel closes, the sweep is
// gone: the cell checkpoints and stops, so that a restarted sweep finds a run that it can resume. A cell that is stuck is
// ended by the thread that watches the sweep's process.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { LabError } from "../errors.js";
import type { Experiment } from "../experiment.js";
import type { CellEnd, CellJob } from "../launchers/launcher.js";
import { watchParent } from "../launchers/local/parent-watch.js";
import type { FromCell, ToCell } from "../launchers/local/protocol.js";
import type { ProgressEvent } from "../progress/event.js";
import { createRun } from "../run/create.js";
import { executeRun } from "../run/execute.js";
import type { ExperimentEntry } from "./entries.js";
import { registered } from "./registered.js";

/** Milliseconds between two reports of progress. */
const REPORT_EVERY = 250;

const stop = new AbortController();
process.on("disconnect", () => stop.abort());
process.on("message", (message: ToCell) => {
  if (message.kind === "stop") return stop.abort();
  watchParent(message.parent, message.grace);
  void work(message.job, message.modules).then(leave);
});
// A terminal that goes away is the sweep's to notice.
process.on("SIGHUP", () => {});

async function work(job: CellJob, modules: readonly string[]): Promise<CellEnd> {
  try {
    const experiment = await find(job.experiment, modules);
    if (stop.signal.aborted) return { status: "interrupted" };
    const path = join(job.root, job.experiment, job.name);
    if (!existsSync(path)) {
      const { preset, config, sources, inputs, root, name } = job;
      createRun(experiment, { preset, config, sources, inputs }, { root, name });
    }
    const reporter = { progress: () => {}, message: (text: string) => console.log(text), end: () => {} };
    const outcome = await executeRun(path, experiment, {
      signal: stop.signal,
      onProgress: throttled(),
      reporter,
    });
    return { status: outcome.status, error: outcome.error?.message };
  } catch (error) {
    if (error instanceof LabError && (error.code === "lab/locked" || error.code === "lab/exists"))
      return { status: "busy", error: error.message };
    console.error(error);
    return { status: "failed", error: error instanceof Error ? error.message : String(error) };
  }
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

function throttled(): (event: ProgressEvent) => void {
  let last = Number.NEGATIVE_INFINITY;
  return ({ path: _, time: __, isLast, ...progress }) => {
    const now = performance.now();
    if (!isLast && now - last < REPORT_EVERY) return;
    last = now;
    send({ kind: "progress", progress });
  };
}

function send(message: FromCell, done: () => void = () => {}): void {
  if (process.connected) process.send?.(message, undefined, undefined, done);
  else done();
}

/** Reports the outcome, then ends the process. */
function leave(end: CellEnd): void {
  process.exitCode = end.status === "finished" ? 0 : end.status === "interrupted" ? 130 : 1;
  send({ kind: "end", end }, () => process.exit());
}
