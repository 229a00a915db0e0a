// Which cell runs when: as many at once as asked, never more threads than cores, until there is nothing left to do.
import { join } from "node:path";
import { lockOwner } from "../run/lock.js";
import { readRun } from "../run/read.js";
import { runName } from "./cell.js";
import type { CellEnd, Launcher, RunningCell } from "./launcher.js";
import { type Share, threadsOf } from "./share.js";
import type { LiveCell, SweepState } from "./state.js";

/** Milliseconds between two looks at cells that other processes are at. */
const LOOK_EVERY = 300;
/** Milliseconds that new cells wait for the processes of a sweep that was killed, which are about to stop. */
const HOLD = 10_000;

/** Told what happens. */
export interface SweepObserver {
  /** Something about the sweep as a whole, in a sentence. */
  message(text: string): void;
  /** A cell has begun, ended, or was found in the hands of another process. */
  changed(cell: LiveCell): void;
  /** A cell has got on. */
  progress(cell: LiveCell): void;
}

export interface ScheduleOptions {
  readonly root: string;
  /** Folder of the cells' logs. */
  readonly logs: string;
  readonly launcher: Launcher;
  readonly share: Share;
  readonly retry: boolean;
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

export class Schedule {
  readonly #state: SweepState;
  readonly #options: ScheduleOptions;
  readonly #queue: LiveCell[];
  readonly #running = new Map<LiveCell, { handle: RunningCell; threads: number }>();
  /** Cells that another process is at. */
  readonly #waiting: Set<LiveCell>;
  readonly #begun = performance.now();
  #wake: () => void = () => {};

  constructor(state: SweepState, options: ScheduleOptions) {
    this.#state = state;
    this.#options = options;
    this.#queue = queueOf(state.cells, options.retry);
    this.#waiting = new Set(state.cells.filter((cell) => cell.status === "running"));
  }

  /** Runs what is left. Ends early, every cell checkpointed, when asked to stop. */
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
    for (const cell of this.#waiting)
      observer.message(`${cell.label}: ${this.#whoHas(cell)}; waiting for it`);
    try {
      while (true) {
        this.#look();
        if (!stop.aborted) this.#fill();
        if (this.#running.size === 0 && (stop.aborted || this.#queue.length + this.#waiting.size === 0))
          return;
        await this.#pause(this.#waiting.size > 0 ? LOOK_EVERY : undefined);
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
    const { id, experiment, preset, config, sources } = cell;
    const handle = launcher.start(
      {
        ...{ id, experiment, preset, sources, threads, root },
        config: { ...config, threads },
        name: runName(cell),
        log: join(logs, `${id}.txt`),
      },
      (progress) => {
        cell.progress = progress;
        observer.progress(cell);
      },
    );
    this.#running.set(cell, { handle, threads });
    observer.changed(cell);
    void handle.ended.then((end) => this.#ended(cell, end));
  }

  #ended(cell: LiveCell, end: CellEnd): void {
    this.#running.delete(cell);
    const { observer, kill } = this.#options;
    const seconds = (performance.now() - (cell.started ?? 0)) / 1000;
    if (end.status === "busy") {
      this.#waiting.add(cell);
      this.#state.update(cell, { attempts: cell.attempts - 1, started: undefined });
    } else if (end.status === "failed" && !kill.aborted) {
      this.#state.update(cell, {
        status: "failed",
        error: end.error ?? "unknown",
        seconds,
        progress: undefined,
      });
    } else if (end.status === "finished") {
      this.#state.update(cell, { status: "finished", seconds, summary: summaryOf(cell.path) });
    } else this.#state.update(cell, { status: "interrupted", seconds });
    observer.changed(cell);
    this.#wake();
  }

  /** Looks whether other processes have let go of cells. */
  #look(): void {
    for (const cell of this.#waiting) {
      if (lockOwner(cell.path) !== undefined) continue;
      this.#waiting.delete(cell);
      this.#state.refresh(cell);
      this.#queue.unshift(...queueOf([cell], this.#options.retry));
      this.#options.observer.changed(cell);
    }
  }

  #whoHas(cell: LiveCell): string {
    const owner = lockOwner(cell.path);
    return owner ? `process ${owner.pid} on ${owner.host} is at it` : "another process is at it";
  }

  #pause(milliseconds: number | undefined): Promise<void> {
    return new Promise((resolve) => {
      const timer = milliseconds === undefined ? undefined : setTimeout(resolve, milliseconds);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
