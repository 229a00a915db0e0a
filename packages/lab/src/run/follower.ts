// A rank beside the first: it does the work of a run, and writes nothing of it. What the experiment writes goes to a folder of its
// own, which is removed.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { distributed } from "@throughline/torch";
import type { Experiment } from "../experiment.js";
import { Agreement } from "./agreement.js";
import { readCheckpoint, readTensors } from "./checkpoint-files.js";
import { Course, type CourseParts } from "./course.js";
import { type Engine, startEngine } from "./engine.js";
import type { ExecuteOptions } from "./execute.js";
import { type Inputs, rootOf } from "./inputs.js";
import { files } from "./layout.js";
import type { Lock } from "./lock.js";
import { Registry } from "./registry.js";
import { RunningContext } from "./running.js";
import { listenForSignals } from "./signals.js";
import { StopRequest } from "./stop.js";
import { StrayErrors } from "./stray-errors.js";
import { stopped, untilStopped } from "./until-stopped.js";

/** What the first rank tells the others before they begin. */
export interface Beginning {
  readonly config: Readonly<Record<string, unknown>>;
  readonly inputs?: Inputs | undefined;
  /** Name of the checkpoint that the run goes on from. */
  readonly checkpoint?: string | undefined;
  /** True if the run has finished already. */
  readonly isFinished?: boolean;
}

/** How a rank that follows ended. */
export interface FollowerEnd {
  readonly status: "finished" | "interrupted" | "failed";
  readonly error: Error | undefined;
}

const noLock: Lock = { isHeld: () => true, check: () => {}, release: () => {} };
const noMetrics = { append: () => {}, sync: () => {}, bytes: 0, sha256: "" };

/** Works on a run that the first rank of the group owns, until both have ended. */
export async function follow(
  path: string,
  experiment: Experiment,
  group: distributed.ProcessGroup,
  options: ExecuteOptions,
): Promise<FollowerEnd> {
  const stop = new StopRequest();
  const strays = new StrayErrors(stop, () => {});
  const onAbort = (): void => stop.make("asked by the program");
  options.signal?.addEventListener("abort", onAbort);
  if (options.signal?.aborted) onAbort();
  const deafen =
    (options.handleSignals ?? true)
      ? listenForSignals(
          stop,
          () => {},
          () => {},
        )
      : undefined;
  try {
    const beginning = await group.broadcastObject<Beginning>({ config: {} });
    if (beginning.isFinished) return { status: "finished", error: undefined };
    const isDone = await work(path, experiment, group, options, beginning, { stop, strays });
    return { status: isDone ? "finished" : "interrupted", error: undefined };
  } catch (thrown) {
    return { status: "failed", error: thrown instanceof Error ? thrown : new Error(String(thrown)) };
  } finally {
    options.signal?.removeEventListener("abort", onAbort);
    deafen?.();
    strays.close();
  }
}

/** @returns false if it was asked to stop */
async function work(
  path: string,
  experiment: Experiment,
  group: distributed.ProcessGroup,
  { threads }: ExecuteOptions,
  { config, inputs, checkpoint }: Beginning,
  { stop, strays }: { readonly stop: StopRequest; readonly strays: StrayErrors },
): Promise<boolean> {
  const engine = await startEngine(config, threads);
  const checkpoints = join(path, files.checkpoints);
  const from =
    checkpoint === undefined ? undefined : { name: checkpoint, cut: readCheckpoint(checkpoints, checkpoint) };
  const registry = new Registry(engine, Number(config.seed), String(config.device));
  const say = (): void => {};
  const parts = { engine, registry, metrics: noMetrics, lock: noLock, say };
  const course = new Course({ ...parts, store: readingStore(checkpoints) }, from);
  const scratch = mkdtempSync(join(tmpdir(), "throughline-rank-"));
  const context = new RunningContext({
    ...parts,
    ...{ path: scratch, root: rootOf(path, experiment), course, stop, config, inputs, group },
    agreement: new Agreement(engine, group),
    onProgress: () => {},
    noteEnvironment: () => {},
  });
  try {
    const running = experiment.run(context);
    const summary = await untilStopped(running, stop, strays, () => context.loopName !== undefined);
    strays.check();
    return summary !== stopped;
  } finally {
    context.close();
    registry.dispose();
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Checkpoints that are read and not written. */
function readingStore(folder: string): CourseParts["store"] {
  return {
    load: (engine: Engine, name: string) => ({
      name,
      cut: readCheckpoint(folder, name),
      tensors: readTensors(engine, folder, name),
    }),
    write: () => {},
    prune: () => {},
  };
}
