// One set-up at a time per cache. The lock is a file that names its holder; a dead holder's lock is taken over.
import { linkSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const HEARTBEAT_MS = 10_000;
/** A holder on another machine (shared home) cannot be asked by pid; silence this long counts as death. */
const SILENCE_MS = 120_000;

/**
 * Runs `work` while holding `<cache>/setup.lock`; waits as long as another living process holds it.
 * Not re-entrant.
 * @template T
 * @param {import("./context.mjs").Context} ctx
 * @param {string} cache
 * @param {() => Promise<T>} work
 * @param {{ pollMs?: number }} [options]
 * @returns {Promise<T>}
 */
export async function withLock(ctx, cache, work, { pollMs = 250 } = {}) {
  const file = join(cache, "setup.lock");
  const mine = JSON.stringify({ pid: process.pid, host: hostname(), since: new Date().toISOString() });
  for (let told = false; !tryTake(file, mine); ) {
    if (takeOverIfStale(file)) continue;
    if (!told) ctx.progress.say(`Waiting for another set-up that uses ${cache} (${describe(file)}) …`);
    told = true;
    await sleep(pollMs);
  }
  const release = () => rmSync(file, { force: true });
  const quit = () => process.exit(130);
  const heartbeat = setInterval(() => touch(file), HEARTBEAT_MS).unref();
  process.once("exit", release).once("SIGINT", quit).once("SIGTERM", quit);
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    process.off("exit", release).off("SIGINT", quit).off("SIGTERM", quit);
    release();
  }
}

/**
 * The holder's name is in the file from the first moment: it is written aside, then linked into place.
 * @param {string} file
 * @param {string} mine
 */
function tryTake(file, mine) {
  const aside = `${file}.${process.pid}`;
  try {
    writeFileSync(aside, mine);
    linkSync(aside, file);
    return true;
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code === "EEXIST") return false;
    if (code !== "EPERM" && code !== "ENOTSUP" && code !== "ENOSYS") throw error;
    return tryCreate(file, mine);
  } finally {
    rmSync(aside, { force: true });
  }
}

/** For file systems without hard links. @param {string} file @param {string} mine */
function tryCreate(file, mine) {
  try {
    writeFileSync(file, mine, { flag: "wx" });
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "EEXIST") return false;
    throw error;
  }
}

/**
 * Moves a dead holder's lock away. The move is atomic, so of two waiters only one succeeds; if it caught a new
 * holder's lock instead, that one is put back.
 * @param {string} file
 * @returns {boolean} whether to try again at once
 */
function takeOverIfStale(file) {
  const seen = read(file);
  if (seen === undefined) return true;
  if (!isStale(file, seen)) return false;
  const aside = `${file}.stale.${process.pid}`;
  try {
    renameSync(file, aside);
    if (read(aside) !== seen) linkSync(aside, file);
  } catch {
    // another waiter was quicker
  }
  rmSync(aside, { force: true });
  return true;
}

/** @param {string} file @param {string} text */
function isStale(file, text) {
  try {
    if (Date.now() - statSync(file).mtimeMs > SILENCE_MS) return true;
    const { pid, host } = JSON.parse(text);
    return host === hostname() && !isAlive(pid);
  } catch {
    return false; // vanished, or just being written: look again later
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === "EPERM";
  }
}

/** @param {string} file */
function read(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

/** @param {string} file */
function touch(file) {
  try {
    utimesSync(file, new Date(), new Date());
  } catch {
    // the lock was taken away from a sleeping machine; renames are atomic, so finishing is still safe
  }
}

/** @param {string} file */
function describe(file) {
  try {
    const { pid, host } = JSON.parse(read(file) ?? "");
    return `process ${pid} on ${host}`;
  } catch {
    return "unknown process";
  }
}
