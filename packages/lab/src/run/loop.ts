// One loop of a running experiment, between its steps: rows, checkpoints, progress, stopping.
import { setImmediate as turn } from "node:timers/promises";
import type { ProgressEvent } from "../progress/event.js";
import type { Agreement } from "./agreement.js";
import type { LoopOptions, Metrics } from "./context.js";
import type { Course } from "./course.js";
import type { MetricsFile } from "./metrics-file.js";
import { Rate } from "./rate.js";
import { row } from "./row.js";
import type { StopRequest } from "./stop.js";

/** Milliseconds between two looks at the event loop: long enough to cost nothing, short enough for Ctrl-C. */
const yieldEvery = 25;
const progressEvery = 100;
const checkpointEvery = 60_000;

/** Parts that a loop works with. */
export interface LoopParts {
  readonly path: string;
  readonly course: Course;
  readonly metrics: Pick<MetricsFile, "append">;
  readonly stop: StopRequest;
  /** Of ranks that work on the run together. */
  readonly agreement?: Agreement | undefined;
  readonly onProgress: (event: ProgressEvent) => void;
}

/** The bookkeeping of one loop. */
export class LoopDriver {
  readonly #parts: LoopParts;
  readonly #name: string;
  readonly #options: LoopOptions;
  readonly #rate: Rate;
  #step: number;
  #now: number = performance.now();
  #lastYield: number = this.#now;
  #lastProgress: number = this.#now;
  #lastCheckpoint: number = this.#now;
  #pause: number = checkpointEvery;
  #logged: Metrics | undefined;
  #lastMetrics: Metrics = {};

  constructor(parts: LoopParts, name: string, options: LoopOptions, step: number) {
    this.#parts = parts;
    this.#name = name;
    this.#options = options;
    this.#step = step;
    this.#rate = new Rate(this.#now, step);
    parts.agreement?.begin(step);
  }

  /** Index of the next step. */
  get step(): number {
    return this.#step;
  }

  get isLeft(): boolean {
    return this.#step < this.#options.steps;
  }

  /** True if `pause` should be called before the next step. */
  get mustPause(): boolean {
    const { stop, agreement } = this.#parts;
    const asks = agreement === undefined ? stop.reason !== undefined : agreement.isDue(this.#step);
    return asks || this.#now - this.#lastYield >= yieldEvery;
  }

  /** Yields to signals and timers. @throws RunStopped, after a checkpoint, if the run was asked to stop */
  async pause(): Promise<void> {
    await turn();
    this.#lastYield = performance.now();
    const { stop } = this.#parts;
    if (await this.#mustStop()) {
      if (this.#parts.course.isUnsaved) this.#save();
      this.#report(true);
      stop.check();
    }
    if (this.#lastYield - this.#lastProgress >= progressEvery) this.#report(false);
  }

  /** Of several ranks, all say the same before the same step. */
  async #mustStop(): Promise<boolean> {
    const { stop, agreement } = this.#parts;
    if (agreement === undefined) return stop.reason !== undefined;
    if (!agreement.isDue(this.#step)) return false;
    const isAgreed = await agreement.ask(this.#step, stop.reason !== undefined);
    if (isAgreed) stop.make("another rank was asked to");
    return isAgreed;
  }

  /** Adds metrics to the row of the current step. */
  log(metrics: Metrics): void {
    this.#logged = this.#logged === undefined ? metrics : { ...this.#logged, ...metrics };
  }

  /**
   * The step is done: its row is logged, its checkpoint taken if it is due.
   * @throws LabError lab/not-finite, lab/metric, lab/disk
   */
  finishStep(returned: Metrics | undefined): void {
    this.#now = performance.now();
    const { course, metrics: file } = this.#parts;
    const { best, checkpointEvery: every } = this.#options;
    const metrics = this.#logged === undefined ? returned : { ...this.#logged, ...returned };
    this.#logged = undefined;
    if (metrics !== undefined) {
      file.append(row(this.#name, this.#step, course.elapsed(this.#now), metrics), this.#now);
      this.#lastMetrics = metrics;
    }
    this.#step += 1;
    course.advance(this.#name, this.#step);
    const value = best === undefined ? undefined : metrics?.[best.metric];
    if (typeof value === "number") course.judge(this.#name, best!, value, this.#now);
    if (!this.isLeft) return;
    const isDue =
      every === undefined ? this.#now - this.#lastCheckpoint >= this.#pause : this.#step % every === 0;
    if (isDue) this.#save();
  }

  /** Ends the loop. */
  end(): void {
    this.#parts.course.save(this.#name, true);
    this.#report(true);
  }

  #save(): void {
    const start = performance.now();
    this.#parts.course.save(this.#name, false);
    this.#lastCheckpoint = performance.now();
    // However slow the disk is, checkpoints that nobody asked for take at most a twentieth of the time.
    this.#pause = Math.max(checkpointEvery, 20 * (this.#lastCheckpoint - start));
  }

  #report(isLast: boolean): void {
    const now = performance.now();
    this.#lastProgress = now;
    const { steps, unit = "step" } = this.#options;
    const rate = this.#rate.at(now, this.#step);
    this.#parts.onProgress({
      path: this.#parts.path,
      loop: this.#name,
      step: this.#step,
      steps,
      unit,
      rate,
      eta: rate === undefined ? undefined : (steps - this.#step) / rate,
      metrics: this.#lastMetrics,
      time: this.#parts.course.elapsed(now),
      isLast,
    });
  }
}
