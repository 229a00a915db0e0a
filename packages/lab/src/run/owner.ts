// Owners of locks: the process that holds one, and whether it still runs. The one place that decides when a lock may be
// taken over, also for several machines on one disk.
import { statSync } from "node:fs";
import { hostname } from "node:os";
import { LabError } from "../errors.js";
import { here, isAlive, isHere, processBirth, SILENCE } from "../files/process.js";
import { parseJson, readText } from "../files/read-json.js";
import { flag, objectOf, optional, pid, type Shape, text, time } from "../files/shape.js";

/** Content of a lock file. */
export interface LockOwner {
  readonly pid: number;
  readonly host: string;
  /** ISO time, UTC. */
  readonly started: string;
  /** Machine and its start; undefined where the system does not tell. */
  readonly machine?: string | undefined;
  /** The PID namespace in which `pid` counts. */
  readonly space?: string | undefined;
  /** Distinguishes this process from a later one with the same id. */
  readonly birth?: string | undefined;
  /** True if the file's time is renewed every few seconds while the process lives. */
  readonly beats?: boolean | undefined;
  readonly token: string;
}

/** Milliseconds between two signs of life. */
export const BEAT = 5_000;

const shape: Shape<LockOwner> = objectOf<LockOwner>({
  pid,
  host: text,
  started: time,
  machine: optional(text),
  space: optional(text),
  birth: optional(text),
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
 * True if the owner is known to be gone: at once if it was a process of this space, else when it has been silent for
 * long. Unknown owners count as alive.
 */
export function isGone({ owner, beat }: Found): boolean {
  const isSilent = Date.now() - beat > SILENCE;
  // Half-written, where a disk has no hard links: it may still be completed.
  if (owner === undefined) return isSilent;
  if (isHere({ machine: owner.machine, space: owner.space })) return !isAlive(owner.pid, owner.birth);
  return isSilent && owner.beats === true && !isOnAnotherMachine(owner);
}

/** True if its heartbeat may be delayed by a network: then it is never taken for gone. */
function isOnAnotherMachine({ host, machine }: LockOwner): boolean {
  return host !== hostname() && machine !== here().machine;
}

/** Reason why the lock of a directory cannot be taken, in a sentence. */
export function refusal(directory: string, path: string, { owner, problem, beat }: Found): LabError {
  if (owner === undefined) {
    return new LabError("lab/damaged", `${problem}; if no process is using ${directory}, remove that file`);
  }
  const since = owner.started.slice(0, 19).replace("T", " ");
  const used = `${directory} is in use by process ${owner.pid} on ${owner.host} since ${since} UTC`;
  return new LabError("lab/locked", `${used}${advice(path, owner, beat)}`);
}

function advice(path: string, owner: LockOwner, beat: number): string {
  if (isHere({ machine: owner.machine, space: owner.space })) return "";
  if (owner.beats !== true || isOnAnotherMachine(owner))
    return `; if that process is gone, which cannot be seen from here, remove ${path}`;
  const seconds = Math.max(0, Math.round((Date.now() - beat) / 1000));
  return (
    `; it runs in another container or PID namespace and gave its last sign of life ${seconds} s ago: ` +
    `after ${SILENCE / 1000} s of silence it counts as gone`
  );
}
