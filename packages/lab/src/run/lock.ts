// One process at a time: a file that names who works in a directory.
import { randomBytes } from "node:crypto";
import { linkSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { LabError } from "../errors.js";
import { guard, isMissing } from "./files.js";
import { files } from "./layout.js";
import { isAlive, processBirth } from "./process.js";

/** What a lock file says. */
export interface LockOwner {
  readonly pid: number;
  readonly host: string;
  /** ISO time, UTC. */
  readonly started: string;
  /** Tells this process from a later one with the same number. */
  readonly birth: string | undefined;
  readonly token: string;
}

/** A lock that this process holds. */
export interface Lock {
  /** Whether it is still ours: someone may have removed the file by hand. */
  isHeld(): boolean;
  /** Lets go. Doing so twice does nothing. */
  release(): void;
}

/**
 * Takes the lock of a directory. One left by a process that is gone is taken over.
 * @param name of the lock's file, where a directory has several. Default: the one lock of a run
 * @throws LabError lab/locked naming the process, its host and when it took the lock; lab/disk
 */
export function acquireLock(directory: string, name: string = files.lock): Lock {
  const path = join(directory, name);
  const token = randomBytes(8).toString("hex");
  const owner: LockOwner = {
    pid: process.pid,
    host: hostname(),
    started: new Date().toISOString(),
    birth: processBirth(process.pid),
    token,
  };
  while (!place(path, owner)) {
    const found = readOwner(path);
    if (found === undefined) continue;
    if (!isStale(found)) throw held(directory, path, found);
    removeStale(path, found, token);
  }
  return {
    isHeld: () => readOwner(path)?.token === token,
    release: () => {
      if (readOwner(path)?.token === token) rmSync(path, { force: true });
    },
  };
}

/** Who holds the lock of a directory; undefined if nobody does, or only a process that is gone. */
export function lockOwner(directory: string): LockOwner | undefined {
  const owner = readOwner(join(directory, files.lock));
  return owner === undefined || isStale(owner) ? undefined : owner;
}

/** Puts the lock there with its content, unless there is one. */
function place(path: string, owner: LockOwner): boolean {
  const text = `${JSON.stringify(owner)}\n`;
  const temporary = `${path}.${owner.token}`;
  return guard(path, () => {
    try {
      writeFileSync(temporary, text);
      linkSync(temporary, path);
      return true;
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === "EEXIST") return false;
      if (code !== "EPERM" && code !== "ENOTSUP" && code !== "ENOSYS") throw error;
      return placeWithoutLinks(path, text);
    } finally {
      rmSync(temporary, { force: true });
    }
  });
}

/** For disks without hard links. */
function placeWithoutLinks(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Only a process of this machine can be known to be gone. A lock that cannot be read was never finished. */
function isStale(owner: LockOwner): boolean {
  return owner.pid === 0 || (owner.host === hostname() && !isAlive(owner.pid, owner.birth));
}

/** Of several processes that find the same stale lock only one moves it away; a newer lock moved by mistake returns. */
function removeStale(path: string, stale: LockOwner, token: string): void {
  const aside = `${path}.stale.${token}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (isMissing(error)) return;
    throw error;
  }
  if (readOwner(aside)?.token !== stale.token) {
    try {
      linkSync(aside, path);
    } catch {}
  }
  unlinkSync(aside);
}

function readOwner(path: string): LockOwner | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  try {
    return JSON.parse(text) as LockOwner;
  } catch {
    return { pid: 0, host: hostname(), started: "", birth: undefined, token: text };
  }
}

function held(directory: string, path: string, owner: LockOwner): LabError {
  const since = owner.started.slice(0, 19).replace("T", " ");
  const elsewhere =
    owner.host === hostname()
      ? ""
      : `; if that process is gone, which cannot be seen from here, remove ${path}`;
  return new LabError(
    "lab/locked",
    `${directory} is in use by process ${owner.pid} on ${owner.host} since ${since} UTC${elsewhere}`,
  );
}
