// Schedule of cells: as many at once as asked, never more threads than cores, until there is nothing left to do.
import { join } from "node:path";
import { readRun } from "../run/read.js";
import { runName } from "./cell.js";
import { type Holder, holderOf } from "./holder.js";
import type { CellEnd, Launcher, RunningCell } from "./launcher.js";
import { type Share, threadsOf } from "./share.js";
import { lastSign, Silence } from "./silence.js";
import type { LiveCell, SweepState } from "./state.js";
import { duration } from "./view/words.js";

/** Milliseconds between two checks of cells that other processes hold. */
const LOOK_EVERY = 300;
/** Largest time in milliseconds between two checks of running cells. */
const WATCH_EVERY = 1000;
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
  /** Folder of the cells' logs. */
  readonly logs: string;
  readonly launcher: Launcher;
  readonly share: Share;
  readonly retry: boolean;
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
}

export class Schedule {
  readonly #state: SweepState;
  readonly #options: ScheduleOptions;
  readonly #queue: LiveCell[];
  readonly #running = new Map<LiveCell, Running>();
  /** Cells that another process holds, and the time since when they are waited for. */
  readonly #waiting = new Map<LiveCell, Silence>();
  readonly #begun = performance.now();
  #wake: () => void = () => {};

  constructor(state: SweepState, options: ScheduleOptions) {
    this.#state = state;
    this.#options = options;
    this.#queue = queueOf(state.cells, options.retry);
  }

  /** Runs the remaining cells. When asked to stop, lets each write a checkpoint and ends. */
  async run(): Promise<void> {
    const { stop, kill, observer } = this.#options;
    const onStop = () => {
      for (const { handle } of this.#running.values()) handle.stop();
      this.#wake();
    };
    const onKill = () => {
      for (const { handle } of this.#running.values()) handle.kill();
    };
    stop.addEventListener("abort", onStop);
    kill.addEventListener("abort", onKill);
    for (const cell of this.#state.cells) {
      if (cell.status !== "running") continue;
      this.#wait(cell);
      observer.message(`${cell.label}: ${cell.holder}; waiting for it to end`);
    }
    try {
      while (true) {
        this.#look();
        this.#watch();
        if (!stop.aborted) this.#fill();
        if (this.#running.size === 0 && (stop.aborted || this.#queue.length + this.#waiting.size === 0))
          return;
        await this.#pause();
      }
    } finally {
      stop.removeEventListener("abort", onStop);
      kill.removeEventListener("abort", onKill);
    }
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
    const { launcher, root, logs, observer } = this.#options;
    this.#state.update(cell, {
      status: "running",
      attempts: cell.attempts + 1,
      error: null,
      threads,
      started: performance.now(),
    });
    const { id, experiment, preset, config, sources, inputs } = cell;
    const log = join(logs, `${id}.txt`);
    const silence = new Silence(this.#options.quiet);
    const handle = launcher.start(
      {
        ...{ id, experiment, preset, sources, inputs, threads, root },
        config: { ...config, threads },
        name: runName(cell),
        log,
      },
      (progress) => {
        cell.progress = progress;
        cell.quiet = undefined;
        silence.end();
        observer.progress(cell);
      },
    );
    this.#running.set(cell, { handle, threads, log, silence, isTimedOut: false });
    observer.changed(cell);
    void handle.ended.then((end) => this.#ended(cell, end));
  }

  #ended(cell: LiveCell, end: CellEnd): void {
    const isTimedOut = this.#running.get(cell)?.isTimedOut === true;
    this.#running.delete(cell);
    cell.quiet = undefined;
    const { observer, kill, timeout } = this.#options;
    const seconds = (performance.now() - (cell.started ?? 0)) / 1000;
    if (end.status === "busy") {
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

  /** Waits for an event, or for the next check. */
  #pause(): Promise<void> {
    const { quiet, timeout } = this.#options;
    const watchEvery = Math.max(20, Math.min(WATCH_EVERY, 250 * quiet, 250 * timeout));
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#waiting.size > 0 ? LOOK_EVERY : watchEvery);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
