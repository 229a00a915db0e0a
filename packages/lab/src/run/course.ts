// Progress of a run's loops, and how it is written to and restored from checkpoints.
import type { Tensor } from "@throughline/torch";
import { LabError } from "../errors.js";
import type { CheckpointStore, Found } from "./checkpoint-store.js";
import { type BestStep, type Cut, checkpointName, type LoopPosition } from "./cut.js";
import type { Engine } from "./engine.js";
import type { Lock } from "./lock.js";
import type { MetricsFile } from "./metrics-file.js";
import type { Capture, Registry } from "./registry.js";

/** A best step that no checkpoint holds yet. */
interface Snapshot {
  readonly name: string;
  readonly cut: Cut;
  readonly tensors: Map<string, Tensor>;
}

/** Parts that a course works with. */
export interface CourseParts {
  readonly engine: Engine;
  readonly registry: Registry;
  readonly store: Pick<CheckpointStore, "load" | "write" | "prune">;
  readonly metrics: Pick<MetricsFile, "sync" | "bytes" | "sha256">;
  readonly lock: Lock;
  readonly say: (message: string) => void;
}

/** Positions of all loops, and their checkpoints. */
export class Course {
  readonly #parts: CourseParts;
  // The checkpoint that a resumed run goes on from, until its place has been reached again.
  #ahead: Found | undefined;
  #steps = 0;
  #lastSaved = 0;
  readonly #loops: Record<string, LoopPosition> = {};
  readonly #ends: Record<string, string> = {};
  readonly #best: Record<string, BestStep> = {};
  readonly #snapshots = new Map<string, Snapshot>();
  readonly #base: number;
  readonly #start: number = performance.now();

  constructor(parts: CourseParts, from: Found | undefined) {
    this.#parts = parts;
    this.#ahead = from;
    this.#base = from?.cut.elapsed ?? 0;
  }

  /** Steps done, over all loops. */
  get steps(): number {
    return this.#steps;
  }

  /** True if the code that runs has run before, up to a place that has not been reached yet. */
  get isReplaying(): boolean {
    return this.#ahead !== undefined;
  }

  /** Seconds of work, over all sessions. */
  elapsed(now: number): number {
    return this.#base + (now - this.#start) / 1000;
  }

  /**
   * Enters a loop. In a resumed run the state is restored if the loop had ended or is the one to continue.
   * @returns the step to begin with; undefined if the loop had ended
   * @throws LabError lab/loop for a name used twice, lab/changed if the loop is not where the checkpoint expects it
   */
  enter(loop: string): number | undefined {
    if (Object.hasOwn(this.#loops, loop)) {
      throw new LabError(
        "lab/loop",
        `there are two loops ${loop}; give each a name of its own, such as ${loop}-2`,
      );
    }
    const ahead = this.#ahead;
    if (ahead === undefined) {
      this.#loops[loop] = { step: 0, done: false };
      return 0;
    }
    const position = ahead.cut.loops[loop];
    if (position === undefined) {
      throw new LabError(
        "lab/changed",
        `the run stopped in loop ${ahead.cut.at} but comes to loop ${loop} first: the experiment has changed since`,
      );
    }
    this.#loops[loop] = position;
    if (position.done && loop !== ahead.cut.at) this.#passOver(ahead.cut, loop);
    else this.#arrive(ahead);
    return position.done ? undefined : position.step;
  }

  /** Restores the state at the end of a loop, for the code that follows it. */
  #passOver(cut: Cut, loop: string): void {
    const name = cut.ends[loop]!;
    const { registry, store, engine, say } = this.#parts;
    try {
      const end = store.load(engine, name);
      registry.restore(end.cut, end.tensors);
    } catch (error) {
      if (!(error instanceof LabError) || error.code !== "lab/damaged") throw error;
      say(`${error.message}; results of the code after loop ${loop} may differ from those of the first time`);
    }
  }

  #arrive({ name, cut }: Found): void {
    const { registry, store, engine } = this.#parts;
    const { tensors } = store.load(engine, name);
    registry.restore(cut, tensors);
    Object.assign(this.#loops, cut.loops);
    Object.assign(this.#ends, cut.ends);
    Object.assign(this.#best, cut.best);
    this.#steps = cut.steps;
    this.#lastSaved = cut.steps;
    this.#ahead = undefined;
  }

  /** A step of `loop` was done. */
  advance(loop: string, step: number): void {
    this.#steps += 1;
    this.#loops[loop] = { step, done: false };
  }

  /** Notes the value of the metric that decides which checkpoint is best; a better one is copied. */
  judge(loop: string, best: { metric: string; goal: "min" | "max" }, value: number, now: number): void {
    const before = this.#best[loop];
    const sign = best.goal === "max" ? 1 : -1;
    if (before !== undefined && sign * value <= sign * before.value) return;
    const step = this.#loops[loop]!.step - 1;
    this.#best[loop] = { ...best, value, step, checkpoint: checkpointName(this.#steps) };
    const { engine } = this.#parts;
    const old = this.#snapshots.get(loop);
    const snapshot = engine.scope(() => {
      const { tensors, ...state } = this.#parts.registry.capture();
      const copies = new Map(Array.from(tensors, ([name, tensor]) => [name, tensor.clone()]));
      return engine.keep({
        name: checkpointName(this.#steps),
        cut: this.#cut(loop, state, now),
        tensors: copies,
      });
    });
    this.#snapshots.set(loop, snapshot);
    if (old !== undefined) engine.dispose(old.tensors);
  }

  /** True if something was done since the last checkpoint. */
  get isUnsaved(): boolean {
    return this.#steps !== this.#lastSaved;
  }

  /**
   * Writes a checkpoint, here in `loop` or at its end, after those of best steps that wait.
   * @throws LabError lab/disk, lab/lock-lost if another process may be writing
   */
  save(loop: string, isEnd: boolean): void {
    const { engine, registry, store, metrics, lock } = this.#parts;
    lock.check();
    metrics.sync();
    const name = checkpointName(this.#steps);
    if (isEnd) {
      this.#loops[loop] = { step: this.#loops[loop]!.step, done: true };
      this.#ends[loop] = name;
    }
    for (const [from, snapshot] of this.#snapshots) {
      if (snapshot.name !== name) store.write(engine, snapshot.name, snapshot.cut, snapshot.tensors);
      engine.dispose(snapshot.tensors);
      this.#snapshots.delete(from);
    }
    engine.scope(() => {
      const { tensors, ...state } = registry.capture();
      store.write(engine, name, this.#cut(loop, state, performance.now()), tensors);
    });
    this.#lastSaved = this.#steps;
    store.prune(name, this.#best, this.#ends);
  }

  #cut(at: string, state: Omit<Capture, "tensors">, now: number): Cut {
    return {
      version: 1,
      steps: this.#steps,
      at,
      loops: { ...this.#loops },
      ends: { ...this.#ends },
      best: { ...this.#best },
      metricsBytes: this.#parts.metrics.bytes,
      metricsSha256: this.#parts.metrics.sha256,
      elapsed: this.elapsed(now),
      ...state,
    };
  }
}
