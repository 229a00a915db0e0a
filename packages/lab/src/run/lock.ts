// Lock of a directory: a file that names the process using it.
import { randomBytes } from "node:crypto";
import { linkSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LabError } from "../errors.js";
import { guard } from "../files/disk.js";
import { isAlive, isHere } from "../files/process.js";
import { beginBeat, endBeat } from "./heartbeat.js";
import { files } from "./layout.js";
import { type Found, isGone, type LockOwner, look, refusal, self, tokenAt } from "./owner.js";

export { type LockOwner, ownerWords } from "./owner.js";

/** A lock that this process holds. */
export interface Lock {
  /** True if this process still holds it: the file may have been removed by hand, or taken over by another process. */
  isHeld(): boolean;
  /** Checks the lock; called before each write. @throws LabError lab/lock-lost if this process no longer holds it */
  check(): void;
  /** Releases the lock. A second call does nothing. */
  release(): void;
}

/** Milliseconds between two tries to take a lock that others try to take, too. */
const PAUSE = 10;
const MOST_TRIES = 500;

/**
 * Takes the lock of a directory, and writes a heartbeat while it is held. The lock of an owner that is known to be gone is
 * taken over: of a process in the same PID namespace, as soon as the process has ended; of an earlier start of the same
 * scheduler's job, and of a job that Slurm says has ended, at once; of a process in another container or PID namespace, or from
 * before a reboot, after 120 seconds without a heartbeat; of any other process on another machine, never: see `releaseLock`.
 * @param name name of the lock file, where a directory has several. Default: that of a run
 * @throws LabError lab/locked naming the process, its host and when it took the lock; lab/damaged for a lock file that names
 * no process; lab/disk
 */
export function acquireLock(directory: string, name: string = files.lock): Lock {
  const path = join(directory, name);
  const token = randomBytes(8).toString("hex");
  const owner = self(token);
  for (let tries = 1; !guard(path, () => take(path, owner)); tries++) {
    const found = guard(path, () => look(path));
    if (found !== undefined && !isGone(found)) throw refusal(directory, found);
    // Another process is about to take it.
    if (tries === MOST_TRIES)
      throw new LabError("lab/locked", `${directory} is being taken over by another process`);
    sleep(PAUSE);
  }
  beginBeat(path, token);
  const isHeld = (): boolean => guard(path, () => tokenAt(path)) === token;
  return {
    isHeld,
    check: () => {
      if (!isHeld()) throw lockLost();
    },
    release: () => {
      endBeat(path);
      if (isHeld()) rmSync(path, { force: true });
    },
  };
}

/**
 * Process that holds the lock of a directory; undefined if it is free or stale.
 * @throws LabError lab/damaged if the lock file names no process
 */
export function lockOwner(directory: string): LockOwner | undefined {
  const path = join(directory, files.lock);
  const found = guard(path, () => look(path));
  if (found === undefined || isGone(found)) return undefined;
  if (found.owner === undefined) throw refusal(directory, found);
  return found.owner;
}

/**
 * Releases the lock of a directory by hand, for an owner that is known to be dead though its lock cannot tell. A living owner
 * ends with `lab/lock-lost` at its next write; what it computed since its last checkpoint is lost.
 * @param name name of the lock file, where a directory has several. Default: that of a run
 * @returns its owner; undefined if there is no lock, or one that names no process
 * @throws LabError lab/locked if its owner is a process of this machine that can be seen to run; lab/disk
 */
export function releaseLock(directory: string, name: string = files.lock): LockOwner | undefined {
  const path = join(directory, name);
  const own = self(randomBytes(8).toString("hex"));
  return guard(path, () => {
    for (let tries = 1; tries <= MOST_TRIES; tries++) {
      const found = look(path);
      if (found === undefined) return undefined;
      const { owner } = found;
      if (owner !== undefined && isHere({ machine: owner.machine, space: owner.space }))
        if (isAlive(owner.pid, owner.birth)) throw refusal(directory, found);
      if (replace(path, found, own)) {
        rmSync(path, { force: true });
        return owner;
      }
      sleep(PAUSE);
    }
    throw new LabError("lab/locked", `${directory} is being taken over by another process`);
  });
}

/** Error that ends the work of a process that has lost its lock. */
export function lockLost(cause?: unknown): LabError {
  const sentence = "the run's lock was taken away; another process may be using the run";
  return new LabError("lab/lock-lost", sentence, { cause });
}

/** Makes the file at `path` ours if there is none, or only one of an owner that is gone. */
function take(path: string, owner: LockOwner): boolean {
  if (place(path, owner)) return true;
  const found = look(path);
  return found !== undefined && isGone(found) && replace(path, found, owner);
}

/**
 * Puts our file in the place of a stale one. Who wants to needs a lock first that has its name from the stale file: so of
 * several processes one does it, none ever removes a file that is not the stale one, and `path` is never free meanwhile.
 */
function replace(path: string, stale: Found, owner: LockOwner): boolean {
  const claim = `${path}.${stale.identity}`;
  if (!take(claim, owner)) return false;
  if (look(path)?.identity !== stale.identity) {
    rmSync(claim, { force: true });
    return false;
  }
  renameSync(claim, path);
  return true;
}

/** Puts the file there with its content, unless there is one. */
function place(path: string, owner: LockOwner): boolean {
  const text = `${JSON.stringify(owner)}\n`;
  const temporary = `${path}.${owner.token}`;
  writeFileSync(temporary, text);
  try {
    linkSync(temporary, path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Over NFS a link whose confirmation was lost is asked for again, and is then there already: ours.
    if (code === "EEXIST") return tokenAt(path) === owner.token;
    // The one who has the lock has cleared our file away.
    if (code === "ENOENT") return false;
    if (code !== "EPERM" && code !== "ENOTSUP" && code !== "ENOSYS") throw error;
    return placeWithoutLinks(path, text);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Variant for disks without hard links. */
function placeWithoutLinks(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function sleep(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}
