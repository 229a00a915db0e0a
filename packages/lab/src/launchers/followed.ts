// Jobs that a driver follows: those that start together are submitted together, and all are polled together.
import type { CellEnd, CellJob, JobState, Launcher } from "./launcher.js";

/** Outcome for a driver: that of the cell; `refused` if its job could not be submitted, `left` if it is followed no longer. */
export type FollowedEnd = CellEnd | { readonly status: "refused" | "left"; readonly error?: string };

/** A cell that was started. */
export interface RunningCell {
  /** Never rejects. */
  readonly ended: Promise<FollowedEnd>;
  /** True if the launcher has taken its job, or refused it. */
  readonly isSubmitted: boolean;
  /** Asks it to write a checkpoint and stop. A cell that does not stop in time is ended, and counts as interrupted. */
  stop(): void;
  /** Ends it at once. */
  kill(): void;
  /** Follows it no longer; where jobs outlive their driver, it goes on. */
  leave(): void;
}

/** Receiver of states, each time one is found out. */
export type Report = (state: JobState) => void;

class Job implements RunningCell {
  readonly ended: Promise<FollowedEnd>;
  /** Undefined until the job is submitted. */
  id: string | undefined;
  asked: "stop" | "kill" | undefined;
  isOver = false;
  readonly report: Report;
  readonly #ask: (job: Job, how: "stop" | "kill") => void;
  #end: (end: FollowedEnd) => void = () => {};

  constructor(report: Report, ask: (job: Job, how: "stop" | "kill") => void) {
    this.report = report;
    this.#ask = ask;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  get isSubmitted(): boolean {
    return this.id !== undefined || this.isOver;
  }

  stop(): void {
    if (!this.isOver && this.asked === undefined) this.#ask(this, "stop");
  }

  kill(): void {
    if (!this.isOver && this.asked !== "kill") this.#ask(this, "kill");
  }

  leave(): void {
    this.end({ status: "left" });
  }

  end(end: FollowedEnd): void {
    this.isOver = true;
    this.#end(end);
  }
}

/** Jobs of one launcher, in one sweep's folder. */
export class Followed {
  readonly #launcher: Launcher;
  readonly #folder: string;
  /** Told once of each time that the launcher cannot be asked. */
  readonly #say: (problem: string) => void;
  readonly #jobs = new Set<Job>();
  #fresh: { readonly job: Job; readonly cell: CellJob }[] = [];
  #timer: NodeJS.Timeout | undefined;
  #problem: string | undefined;

  constructor(launcher: Launcher, folder: string, say: (problem: string) => void = () => {}) {
    this.#launcher = launcher;
    this.#folder = folder;
    this.#say = say;
  }

  /** Starts a cell, together with those that are started in the same turn. */
  start(cell: CellJob, report: Report = () => {}): RunningCell {
    const job = new Job(report, this.#ask);
    this.#fresh.push({ job, cell });
    if (this.#fresh.length === 1) queueMicrotask(() => void this.#submit());
    return job;
  }

  /** Follows a job that an earlier driver has submitted. */
  adopt(id: string, report: Report = () => {}): RunningCell {
    const job = new Job(report, this.#ask);
    job.id = id;
    this.#follow(job);
    return job;
  }

  async #submit(): Promise<void> {
    const fresh = this.#fresh;
    this.#fresh = [];
    try {
      const ids = await this.#launcher.submit(
        this.#folder,
        fresh.map(({ cell }) => cell),
      );
      for (const [i, { job }] of fresh.entries()) {
        job.id = ids[i];
        if (!job.isOver) this.#follow(job);
        if (job.asked !== undefined) this.#ask(job, job.asked);
      }
    } catch (error) {
      for (const { job } of fresh) job.end({ status: "refused", error: (error as Error).message });
    }
  }

  #follow(job: Job): void {
    this.#jobs.add(job);
    this.#timer ??= setTimeout(this.#poll, Math.min(this.#launcher.pollEvery, 200));
  }

  readonly #ask = (job: Job, how: "stop" | "kill"): void => {
    job.asked = how;
    if (job.id === undefined) return;
    const asking = this.#launcher.cancel(this.#folder, [job.id], how);
    // It is asked again with the next stop; until then the job goes on.
    asking.catch((error: Error) => {
      job.asked = undefined;
      this.#say(error.message);
    });
  };

  readonly #poll = async (): Promise<void> => {
    for (const job of this.#jobs) if (job.isOver) this.#jobs.delete(job);
    const jobs = [...this.#jobs];
    try {
      const states = jobs.length === 0 ? [] : await this.#states(jobs);
      this.#problem = undefined;
      for (const [i, job] of jobs.entries()) this.#tell(job, states[i]!);
    } catch (error) {
      const { message } = error as Error;
      if (message !== this.#problem) this.#say(message);
      this.#problem = message;
    }
    this.#timer = this.#jobs.size === 0 ? undefined : setTimeout(this.#poll, this.#launcher.pollEvery);
  };

  #states(jobs: readonly Job[]): Promise<readonly JobState[]> {
    return this.#launcher.poll(
      this.#folder,
      jobs.map(({ id }) => id!),
    );
  }

  #tell(job: Job, state: JobState): void {
    if (job.isOver) return;
    job.report(state);
    if (state.phase !== "ended") return;
    this.#jobs.delete(job);
    job.end(state.end);
  }
}
