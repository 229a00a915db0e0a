// Owners of locks: the process that holds one, and whether it still runs. The one place that decides when a lock may be
// taken over, also for several machines on one disk; see `isGone`.
import { statSync } from "node:fs";
import { hostname } from "node:os";
import { LabError } from "../errors.js";
import { here, installation, isAlive, isHere, processBirth, SILENCE } from "../files/process.js";
import { parseJson, readText } from "../files/read-json.js";
import { flag, objectOf, optional, pid, type Shape, text, time } from "../files/shape.js";
import { commandLine } from "../text/shell.js";
import { isSameJob, type Job, jobShape, jobWords, ownJob } from "./job.js";
import { slurmSaysEnded } from "./slurm-job.js";

/** Content of a lock file. */
export interface LockOwner {
  readonly pid: number;
  readonly host: string;
  /** ISO time, UTC. */
  readonly started: string;
  /** Machine and its start; undefined where the system does not tell. */
  readonly machine?: string | undefined;
  /** The machine over all its starts; undefined where the system does not tell, and in locks of earlier versions. */
  readonly installation?: string | undefined;
  /** The PID namespace in which `pid` counts. */
  readonly space?: string | undefined;
  /** Distinguishes this process from a later one with the same id. */
  readonly birth?: string | undefined;
  /** The job of a scheduler that the process belongs to, if any. */
  readonly job?: Job | undefined;
  /** True if the file's time is renewed every few seconds while the process lives. */
  readonly beats?: boolean | undefined;
  readonly token: string;
}

/** Milliseconds between two signs of life. */
export const BEAT = 5_000;

/** Milliseconds of silence before a scheduler is asked: who beats is alive. */
const QUIET = 20_000;

const shape: Shape<LockOwner> = objectOf<LockOwner>({
  pid,
  host: text,
  started: time,
  machine: optional(text),
  installation: optional(text),
  space: optional(text),
  birth: optional(text),
  job: optional(jobShape),
  beats: optional(flag),
  token: text,
});

/** This process as the owner of a lock. */
export function self(token: string): LockOwner {
  return {
    pid: process.pid,
    host: hostname(),
    started: new Date().toISOString(),
    ...here(),
    installation: installation(),
    job: ownJob(),
    birth: processBirth(process.pid),
    beats: true,
    token,
  };
}

/** A lock file as it was at one moment. */
export interface Found {
  /** Undefined if the file does not say. */
  readonly owner: LockOwner | undefined;
  /** Problem of the file, as a sentence. */
  readonly problem: string | undefined;
  /** The time of its last sign of life, in milliseconds since 1970. */
  readonly beat: number;
  /** Distinguishes this file from another one of the same name. */
  readonly identity: string;
}

/** The lock file at `path`; undefined if there is none. @throws LabError lab/disk */
export function look(path: string): Found | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  const found = { beat: stat.mtimeMs, identity: `${stat.ino}-${stat.mtimeMs}` };
  try {
    const text = readText(path);
    if (text === undefined) return undefined;
    return { ...found, owner: parseJson(path, text, shape), problem: undefined };
  } catch (error) {
    if (!(error instanceof LabError) || error.code !== "lab/damaged") throw error;
    // A folder or a device is never ours, so it never counts as left behind.
    const beat = stat.isFile() ? found.beat : Number.POSITIVE_INFINITY;
    return { ...found, beat, owner: undefined, problem: error.message };
  }
}

/** The token in the lock file at `path`; undefined if there is none to be read. @throws LabError lab/disk */
export function tokenAt(path: string): string | undefined {
  try {
    const text = readText(path);
    return text === undefined ? undefined : parseJson(path, text, shape).token;
  } catch (error) {
    if (error instanceof LabError && error.code === "lab/damaged") return undefined;
    throw error;
  }
}

/**
 * True if the owner is known to be gone, so that its lock may be taken over. What is not known counts as alive. In this order:
 *
 * 1. A process of this PID namespace and this start of the machine: gone as soon as the process table says so, however
 *    long it was silent before.
 * 2. Another start of the job of this process: gone if this start has the higher count of restarts. A scheduler starts a job
 *    again only after it has ended it.
 * 3. A job of Slurm that was silent for 20 seconds: gone if Slurm says that it is over, has forgotten it, or has started it
 *    again since. Where Slurm's commands are missing, do not answer, or belong to another cluster, nothing is known.
 * 4. A process of this machine that cannot be seen, in another container or PID namespace, or from before the machine was
 *    started again: gone after 120 seconds without a heartbeat.
 * 5. A process of another machine: never gone. Its heartbeat comes through a network and by another clock.
 */
export function isGone({ owner, beat }: Found): boolean {
  const silence = Date.now() - beat;
  // Half-written, where a disk has no hard links: it may still be completed.
  if (owner === undefined) return silence > SILENCE;
  if (isHere({ machine: owner.machine, space: owner.space })) return !isAlive(owner.pid, owner.birth);
  const { job } = owner;
  if (job !== undefined) {
    const own = ownJob();
    if (own !== undefined && isSameJob(own, job) && own.restarts > job.restarts) return true;
    if (job.scheduler === "slurm" && silence > QUIET && slurmSaysEnded(job)) return true;
  }
  return silence > SILENCE && owner.beats === true && !isOnAnotherMachine(owner);
}

/** True if its heartbeat may be delayed by a network, or is not known not to be. */
function isOnAnotherMachine(owner: LockOwner): boolean {
  if (owner.machine !== undefined && owner.machine === here().machine) return false;
  if (owner.host !== hostname()) return true;
  // One name, another start: this machine earlier, or another machine of the same name.
  return owner.installation !== undefined && owner.installation !== installation();
}

/** Reason why the lock of a directory cannot be taken, in a sentence. */
export function refusal(directory: string, { owner, problem, beat }: Found): LabError {
  if (owner === undefined) {
    return new LabError(
      "lab/damaged",
      `${problem}; if no process is using ${directory}, ${release(directory)}`,
    );
  }
  return new LabError(
    "lab/locked",
    `${directory} is in use by ${ownerWords(owner)}${advice(directory, owner, beat)}`,
  );
}

/** An owner in words: `process 12 on node-3 since 2026-11-22 20:26:01 UTC (Slurm job 1234_7)`. */
export function ownerWords({ pid, host, started, job }: LockOwner): string {
  const since = started.slice(0, 19).replace("T", " ");
  const of = job === undefined ? "" : ` (${jobWords(job)})`;
  return `process ${pid} on ${host} since ${since} UTC${of}`;
}

function advice(directory: string, owner: LockOwner, beat: number): string {
  if (isHere({ machine: owner.machine, space: owner.space })) return "";
  if (owner.beats !== true || isOnAnotherMachine(owner))
    return `; if that process is known to be gone, which cannot be seen from here, ${release(directory)}`;
  const seconds = Math.max(0, Math.round((Date.now() - beat) / 1000));
  return (
    `; it runs in another container or PID namespace and gave its last sign of life ${seconds} s ago: ` +
    `after ${SILENCE / 1000} s of silence it counts as gone`
  );
}

function release(directory: string): string {
  return `release its lock: ${commandLine("throughline", "unlock", directory)}`;
}
