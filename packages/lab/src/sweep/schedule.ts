// Schedule of cells: as many at once as asked, never more threads than cores, until there is nothing left to do.
import { LabError } from "../errors.js";
import { Followed, type FollowedEnd, type Report, type RunningCell } from "../launchers/followed.js";
import type { CellProgress, Launcher } from "../launchers/launcher.js";
import { readRun } from "../run/read.js";
import { duration } from "../text/duration.js";
import { type Holder, holderOf } from "./holder.js";
import { jobOf, logOf } from "./job.js";
import { type Share, threadsOf } from "./share.js";
import { lastSign, Silence } from "./silence.js";
import type { LiveCell, SweepState } from "./state.js";

/** Milliseconds between two checks of cells that other processes hold. */
const LOOK_EVERY = 300;
/** Largest time in milliseconds between two checks of running cells. */
const WATCH_EVERY = 1000;
/** Milliseconds between two checks whether jobs have been submitted. */
const SOON = 20;
/** Milliseconds that new cells wait for the processes of a sweep that was killed, which are about to stop. */
const HOLD = 10_000;

/** Observer of a sweep. */
export interface SweepObserver {
  /** A message about the sweep as a whole. */
  message(text: string): void;
  /** A cell has started, ended, or is held by another process. */
  changed(cell: LiveCell): void;
  /** A cell has made progress. */
  progress(cell: LiveCell): void;
}

export interface ScheduleOptions {
  readonly root: string;
  /** The sweep's folder. */
  readonly folder: string;
  readonly launcher: Launcher;
  readonly share: Share;
  readonly retry: boolean;
  /** True if the sweep is left as soon as every cell is submitted. */
  readonly detach: boolean;
  /** Seconds without progress after which a warning is given. */
  readonly quiet: number;
  /** Time limit in seconds of a cell, or of waiting for one. */
  readonly timeout: number;
  readonly stop: AbortSignal;
  readonly kill: AbortSignal;
  readonly observer: SweepObserver;
}

/** Cells to be run, those that were begun first. */
export function queueOf(cells: readonly LiveCell[], retry: boolean): LiveCell[] {
  const of = (status: LiveCell["status"]) => cells.filter((cell) => cell.status === status);
  return [...of("interrupted"), ...of("pending"), ...(retry ? of("failed") : [])];
}

function summaryOf(path: string): LiveCell["summary"] {
  try {
    return readRun(path).summary;
  } catch {
    return undefined;
  }
}

/** A running cell. */
interface Running {
  readonly handle: RunningCell;
  readonly threads: number;
  readonly log: string;
  readonly silence: Silence;
  isTimedOut: boolean;
  /** In a queue: its time has not begun. */
  isWaiting: boolean;
}

export class Schedule {
  readonly #state: SweepState;
  readonly #options: ScheduleOptions;
  readonly #queue: LiveCell[];
  readonly #jobs: Followed;
  readonly #running = new Map<LiveCell, Running>();
  /** Cells that another process holds, and the time since when they are waited for. */
  readonly #waiting = new Map<LiveCell, Silence>();
  readonly #begun = performance.now();
  #wake: () => void = () => {};
  /** Why jobs were refused. */
  #refusal: string | undefined;
  #isLeaving = false;

  constructor(state: SweepState, options: ScheduleOptions) {
    this.#state = state;
    this.#options = options;
    this.#jobs = new Followed(options.launcher, options.folder, options.observer.message);
    this.#queue = queueOf(state.cells, options.retry);
  }

  /**
   * Runs the remaining cells. When asked to stop, lets each write a checkpoint and ends; where jobs outlive their driver, they go
   * on instead.
   * @throws LabError lab/launcher if jobs are refused
   */
  async run(): Promise<void> {
    const { stop, kill, observer, launcher, detach } = this.#options;
    const onStop = () => {
      for (const { handle } of this.#running.values()) if (!launcher.outlives) handle.stop();
      this.#isLeaving = launcher.outlives;
      this.#wake();
    };
    const onKill = () => {
      for (const { handle } of this.#running.values()) if (!launcher.outlives) handle.kill();
    };
    stop.addEventListener("abort", onStop);
    kill.addEventListener("abort", onKill);
    await this.#adopt();
    for (const cell of this.#state.cells) {
      if (cell.status !== "running" || this.#running.has(cell)) continue;
      this.#wait(cell);
      observer.message(`${cell.label}: ${cell.holder}; waiting for it to end`);
    }
    try {
      while (true) {
        this.#look();
        this.#watch();
        if (!stop.aborted && this.#refusal === undefined) this.#fill();
        const isDone = stop.aborted || this.#queue.length + this.#waiting.size === 0;
        if (this.#running.size === 0 && (isDone || this.#refusal !== undefined)) break;
        if (this.#isLeaving || (detach && isDone)) return await this.#leave();
        await this.#pause();
      }
    } finally {
      stop.removeEventListener("abort", onStop);
      kill.removeEventListener("abort", onKill);
    }
    if (this.#refusal !== undefined) throw new LabError("lab/launcher", this.#refusal);
  }

  /** Follows the jobs of earlier drivers. */
  async #adopt(): Promise<void> {
    const { launcher, folder } = this.#options;
    const live = await launcher.live(folder);
    for (const cell of this.#state.cells) {
      const id = live.get(cell.id);
      if (id === undefined || cell.status === "finished") continue;
      const at = this.#queue.indexOf(cell);
      if (at >= 0) this.#queue.splice(at, 1);
      const running = this.#runningOf(cell, this.#jobs.adopt(id, this.#reportOf(cell)));
      this.#state.update(cell, { status: "running", error: null, started: performance.now() });
      void running.handle.ended.then((end) => this.#ended(cell, end));
    }
  }

  /** True if the launcher has taken all jobs that were handed to it. */
  #isSubmitted(): boolean {
    return [...this.#running.values()].every(({ handle }) => handle.isSubmitted);
  }

  /** Leaves the jobs to themselves. */
  async #leave(): Promise<void> {
    // Those on their way to the queue arrive first, so that their ids are kept.
    while (!this.#isSubmitted()) await this.#pause(SOON);
    for (const { handle } of this.#running.values()) handle.leave();
    if (this.#refusal !== undefined) throw new LabError("lab/launcher", this.#refusal);
  }

  #fill(): void {
    const { share } = this.#options;
    if (this.#waiting.size > 0 && performance.now() - this.#begun < HOLD) return;
    while (this.#queue.length > 0 && this.#running.size < share.jobs) {
      const cell = this.#queue[0] as LiveCell;
      const threads = threadsOf(cell, share);
      const used = [...this.#running.values()].reduce((sum, each) => sum + each.threads, 0);
      if (used > 0 && used + threads > share.cores) return;
      this.#queue.shift();
      this.#start(cell, threads);
    }
  }

  #start(cell: LiveCell, threads: number): void {
    const { root, folder, observer } = this.#options;
    this.#state.update(cell, {
      ...{ status: "running", attempts: cell.attempts + 1, error: null, threads },
      started: performance.now(),
    });
    const job = jobOf(cell, folder, root, threads);
    const { handle } = this.#runningOf(cell, this.#jobs.start(job, this.#reportOf(cell)));
    observer.changed(cell);
    void handle.ended.then((end) => this.#ended(cell, end));
  }

  #runningOf(cell: LiveCell, handle: RunningCell): Running {
    const silence = new Silence(this.#options.quiet);
    const threads = cell.threads ?? 1;
    const isWaiting = this.#options.launcher.outlives;
    const running = {
      handle,
      threads,
      log: logOf(this.#options.folder, cell.id),
      silence,
      isTimedOut: false,
      isWaiting,
    };
    if (isWaiting) cell.queue = "";
    this.#running.set(cell, running);
    return running;
  }

  #reportOf(cell: LiveCell): Report {
    return (state) => {
      const running = this.#running.get(cell);
      if (running === undefined) return;
      const { observer } = this.#options;
      if (state.phase === "waiting") {
        const queue = state.reason ?? "";
        running.isWaiting = true;
        running.silence.end();
        if (cell.queue === queue) return;
        cell.queue = queue;
        return observer.progress(cell);
      }
      if (running.isWaiting && state.phase === "running") {
        running.isWaiting = false;
        cell.queue = undefined;
        cell.started = performance.now();
        running.silence.end();
        observer.changed(cell);
      }
      const { progress } = state;
      // A state is told again and again, an object of progress once.
      if (progress === undefined || isSame(progress, cell.progress)) return;
      cell.progress = progress;
      cell.quiet = undefined;
      running.silence.end();
      observer.progress(cell);
    };
  }

  #ended(cell: LiveCell, end: FollowedEnd): void {
    const { isTimedOut = false, isWaiting = false } = this.#running.get(cell) ?? {};
    this.#running.delete(cell);
    Object.assign(cell, { quiet: undefined, queue: undefined });
    if (end.status === "left") return;
    const { observer, kill, timeout } = this.#options;
    const seconds = isWaiting ? undefined : (performance.now() - (cell.started ?? 0)) / 1000;
    if (end.status === "refused") {
      this.#refusal ??= end.error;
      this.#state.update(cell, { attempts: cell.attempts - 1, started: undefined });
      this.#state.refresh(cell);
    } else if (end.status === "busy") {
      this.#wait(cell);
      this.#state.update(cell, { attempts: cell.attempts - 1, started: undefined });
    } else if (end.status === "finished") {
      this.#state.update(cell, { status: "finished", seconds, summary: summaryOf(cell.path) });
    } else if (isTimedOut || (end.status === "failed" && !kill.aborted)) {
      const error = isTimedOut ? `timed out after ${duration(timeout)}` : (end.error ?? "unknown");
      this.#state.update(cell, { status: "failed", error, seconds, progress: undefined });
    } else {
      this.#state.update(cell, { status: "interrupted", seconds });
      if (end.error !== undefined) observer.message(`${cell.label}: ${end.error}`);
    }
    observer.changed(cell);
    this.#wake();
  }

  /** Warns of running cells without progress, and ends those over their time limit. */
  #watch(): void {
    const { observer, timeout, stop } = this.#options;
    for (const [cell, running] of this.#running) {
      const { silence, handle, log } = running;
      if (running.isWaiting) continue;
      if (!running.isTimedOut && performance.now() - (cell.started ?? 0) >= timeout * 1000) {
        running.isTimedOut = true;
        observer.message(`${cell.label}: has run for ${duration(timeout)}, its time limit, and is ended`);
        handle.stop();
      }
      if (silence.isLong) silence.end(lastSign(cell.path, log));
      cell.quiet = silence.isLong ? silence.seconds : undefined;
      if (stop.aborted || running.isTimedOut || !silence.isNews()) continue;
      observer.message(
        `${cell.label}: no step, metric or message for ${duration(silence.seconds)}; it may hang (its output: ${log})`,
      );
    }
  }

  #wait(cell: LiveCell): void {
    this.#waiting.set(cell, new Silence(this.#options.quiet));
    cell.holder = holderOf(cell.path).words;
  }

  /** Checks if other processes have released cells. */
  #look(): void {
    const { retry, timeout, observer } = this.#options;
    for (const [cell, silence] of this.#waiting) {
      const holder = holderOf(cell.path);
      const isTimedOut = silence.seconds >= timeout;
      if (holder.isThere && !isTimedOut) {
        cell.holder = holder.words;
        if (silence.isNews())
          observer.message(`${cell.label}: ${holder.words}; waited for ${duration(silence.seconds)} so far`);
        continue;
      }
      this.#waiting.delete(cell);
      cell.holder = undefined;
      if (holder.isThere) this.#giveUp(cell, holder);
      else {
        this.#state.refresh(cell);
        this.#queue.unshift(...queueOf([cell], retry));
      }
      observer.changed(cell);
    }
  }

  #giveUp(cell: LiveCell, { words }: Holder): void {
    const error = `timed out after ${duration(this.#options.timeout)} of waiting: ${words}`;
    this.#state.update(cell, { status: "failed", error });
  }

  /** Waits for an event, or for the next check. @param most milliseconds */
  #pause(most = WATCH_EVERY): Promise<void> {
    const { quiet, timeout } = this.#options;
    const watchEvery = Math.max(20, Math.min(most, 250 * quiet, 250 * timeout));
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#waiting.size > 0 ? Math.min(most, LOOK_EVERY) : watchEvery);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function isSame(one: CellProgress, other: CellProgress | undefined): boolean {
  return one === other || (one.loop === other?.loop && one.step === other.step);
}
