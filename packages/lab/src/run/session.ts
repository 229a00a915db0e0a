// Work of one process on a run, from taking it up to writing down its outcome.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { LabError } from "../errors.js";
import type { Experiment } from "../experiment.js";
import { writeJson } from "../files/disk.js";
import { readJson } from "../files/read-json.js";
import type { ProgressEvent } from "../progress/event.js";
import { EventFile } from "../tensorboard/event-file.js";
import { Agreement } from "./agreement.js";
import { checkConfig } from "./check-config.js";
import { CheckpointStore, type Found } from "./checkpoint-store.js";
import { Course } from "./course.js";
import { attempt, checkSummary, describeError, errorText } from "./ending.js";
import { startEngine } from "./engine.js";
import { differences, type Environment, versions } from "./environment.js";
import { eventSource } from "./event-source.js";
import type { ExecuteOptions } from "./execute.js";
import { remakeFigures } from "./figure-files.js";
import type { Beginning } from "./follower.js";
import { type Inputs, rootOf, settleInputs } from "./inputs.js";
import { files } from "./layout.js";
import { type Lock, lockLost } from "./lock.js";
import { MetricsFile } from "./metrics-file.js";
import { olderConfig } from "./older-config.js";
import { pickUp } from "./pick-up.js";
import { readRun } from "./read.js";
import { legibleMetrics } from "./read-metrics.js";
import { Registry } from "./registry.js";
import { RunLog } from "./run-log.js";
import { RunningContext } from "./running.js";
import { environmentShape } from "./shapes.js";
import { listenForSignals } from "./signals.js";
import { RunState } from "./state-file.js";
import { StopRequest } from "./stop.js";
import { StrayErrors } from "./stray-errors.js";
import { stopped, untilStopped } from "./until-stopped.js";

/** Everything a session works with. */
interface Session {
  readonly path: string;
  readonly experiment: Experiment;
  readonly options: ExecuteOptions;
  readonly lock: Lock;
  readonly state: RunState;
  readonly log: RunLog;
  readonly stop: StopRequest;
  readonly strays: StrayErrors;
  readonly store: CheckpointStore;
  readonly config: Readonly<Record<string, unknown>>;
  readonly inputs: Inputs | undefined;
}

/** Works on a run whose lock is held. @returns why it failed; undefined if it finished or was interrupted */
export async function workOn(
  path: string,
  experiment: Experiment,
  options: ExecuteOptions,
  lock: Lock,
): Promise<Error | undefined> {
  const state = new RunState(path, lock);
  const log = new RunLog(path, options.reporter);
  const store = new CheckpointStore(path, options.keepCheckpoints ?? 3, lock);
  if (state.now.status === "finished") {
    await options.group?.broadcastObject<Beginning>({ config: {}, isFinished: true });
    // The process that finished it may have been killed in the midst of this.
    attempt(() => store.finish());
    return undefined;
  }
  const isNew = state.now.sessions.length === 0;
  checkConfig(path);
  const config = olderConfig(experiment, readRun(path), (message) => log.say(message));
  const inputs = await settleInputs(path, experiment, config, isNew);
  const stop = new StopRequest();
  const strays = new StrayErrors(stop, (text) => log.note(text));
  const session: Session = {
    config,
    inputs,
    path,
    experiment,
    options,
    lock,
    state,
    log,
    stop,
    strays,
    store,
  };
  let leave = (): void => {};
  try {
    const from = pickUp(path, state.now, store, (message) => log.say(message));
    leave = listen(session);
    try {
      await run(session, from);
      return undefined;
    } catch (thrown) {
      return fail(session, thrown);
    }
  } finally {
    leave();
    strays.close();
    options.reporter?.end();
  }
}

/** Watches for signals, and for the caller's wish to stop. */
function listen({ options, stop, log, state, lock }: Session): () => void {
  const onAbort = (): void => stop.make("asked by the program");
  options.signal?.addEventListener("abort", onAbort);
  if (options.signal?.aborted) onAbort();
  const atOnce = (): void => {
    log.note("stopped at once");
    attempt(() => state.end("interrupted"));
    attempt(() => lock.release());
    attempt(() => options.reporter?.end());
  };
  const say = (message: string): void => log.say(message);
  const deafen = (options.handleSignals ?? true) ? listenForSignals(stop, say, atOnce) : undefined;
  return () => {
    options.signal?.removeEventListener("abort", onAbort);
    deafen?.();
  };
}

async function run(session: Session, from: Found | undefined): Promise<void> {
  const { path, experiment, options, state, log, stop, strays, store, lock, config, inputs } = session;
  const say = (message: string): void => log.say(message);
  state.begin(from?.name);
  log.note(`process ${process.pid} begins`);
  const engine = await startEngine(config, options.threads);
  await options.group?.broadcastObject<Beginning>({ config, inputs, checkpoint: from?.name });
  noteEnvironment(session, versions(engine.libtorchVersion()));
  const metrics = new MetricsFile(join(path, files.metrics), from?.cut.metricsBytes ?? 0, lock);
  await showTo(metrics, session);
  const registry = new Registry(engine, Number(config.seed), String(config.device));
  const course = new Course({ engine, registry, store, metrics, lock, say }, from);
  const onProgress = (event: ProgressEvent): void => {
    options.onProgress?.(event);
    options.reporter?.progress(event);
  };
  const parts = {
    ...{ path, lock, course, metrics, stop, onProgress, engine, registry, config, inputs, say },
    root: rootOf(path, experiment),
    group: options.group,
    agreement: options.group && new Agreement(engine, options.group),
    noteEnvironment: (facts: Environment) => noteEnvironment(session, facts),
  };
  const context = new RunningContext(parts);
  try {
    const isInLoop = (): boolean => context.loopName !== undefined;
    const isWanted = stop.reason === undefined;
    const summary = isWanted ? await untilStopped(experiment.run(context), stop, strays, isInLoop) : stopped;
    strays.check();
    if (summary === stopped) {
      metrics.sync();
      state.end("interrupted");
      say(`stopped; it can be resumed from ${store.names().at(-1) ?? "the beginning"}`);
      return;
    }
    checkEnd(experiment, context, course);
    metrics.sync();
    writeJson(join(path, files.summary), checkSummary(summary), lock.check);
    await drawFigures(session);
    state.end("finished");
    log.note("finished");
    attempt(() => store.finish());
  } finally {
    context.close();
    attempt(() => metrics.flush());
    metrics.close();
    registry.dispose();
  }
}

/** Has an event file for TensorBoard follow the metrics, if it was asked for now or before. */
async function showTo(metrics: MetricsFile, { path, options }: Session): Promise<void> {
  const folder = join(path, files.tensorboard);
  if (!options.tensorboard && !existsSync(folder)) return;
  const { rows } = await legibleMetrics(path);
  metrics.follow(new EventFile(folder, eventSource(readRun(path)), rows));
}

/** Completes `environment.json` by what it does not say yet, and says where the rest differs from it. */
function noteEnvironment({ path, log, lock }: Session, now: Environment): void {
  const file = join(path, files.environment);
  const before: Environment = readJson(file, environmentShape) ?? {};
  const added = Object.entries(now).filter(([name]) => (before[name] ?? null) === null);
  if (added.length > 0) writeJson(file, { ...before, ...Object.fromEntries(added) }, lock.check);
  const changed = differences({ ...before, ...Object.fromEntries(added) }, now);
  if (changed.length === 0) return;
  log.say(`${changed.join("; ")}: the numbers may differ from those of a run that was never stopped`);
}

function checkEnd(experiment: Experiment, context: RunningContext, course: Course): void {
  if (context.loopName !== undefined) {
    throw new LabError(
      "lab/loop",
      `${experiment.name} returned while loop ${context.loopName} was running; await it`,
    );
  }
  if (course.isReplaying) {
    throw new LabError(
      "lab/changed",
      `${experiment.name} ended before the step at which it was stopped: the experiment has changed since`,
    );
  }
}

/** A figure that cannot be drawn costs no run its results: it can be drawn again from the files. */
async function drawFigures({ path, experiment, log }: Session): Promise<void> {
  try {
    await remakeFigures(readRun(path), experiment);
  } catch (error) {
    log.say(`the figures could not be drawn: ${(error as Error).message}`);
    log.note(errorText(error));
  }
}

/** Writes down why the run failed. @returns the error to be shown */
function fail({ store, state, log, lock }: Session, thrown: unknown): Error {
  let error = thrown instanceof Error ? thrown : new Error(String(thrown));
  // Whatever it stumbled over: another process had the run's files meanwhile.
  if (!lock.isHeld()) error = lockLost(thrown);
  if (error instanceof LabError && error.code === "lab/not-finite") {
    const kept =
      store.lastGood === undefined
        ? "there is no good checkpoint"
        : `${store.lastGood} is the last good checkpoint`;
    error = new LabError(error.code, `${error.message}; ${kept}`, { cause: thrown, fault: error.fault });
  }
  log.note(errorText(thrown));
  // If even this cannot be written, the run counts as interrupted: nothing holds its lock.
  attempt(() => state.end("failed", describeError(error)));
  return error;
}
