// One process a run: who holds it is named, who is gone does not stand in the way.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import {
  acquireLock,
  createRun,
  executeRun,
  type LockOwner,
  lockOwner,
  readRun,
  resolveConfig,
} from "@throughline/lab";
import { beforeEach, expect, test } from "vitest";
import { temporaryFolder } from "../support/processes.js";
import { tiny } from "../support/tiny.mjs";

const root = temporaryFolder();
let count = 0;
let folder: string;
beforeEach(() => {
  folder = join(root, String(count++));
  mkdirSync(folder);
});

/** The number of a process that has ended. */
function goneProcess(): number {
  return spawnSync(process.execPath, ["-e", ""]).pid;
}

function writeOwner(owner: Partial<LockOwner>): void {
  const whole = {
    pid: process.pid,
    host: hostname(),
    started: "2026-11-22T20:00:00.000Z",
    token: "x",
    ...owner,
  };
  writeFileSync(join(folder, "lock"), JSON.stringify(whole));
}

test("a held lock is refused with process, host and time, and free after its release", () => {
  const lock = acquireLock(folder);
  expect(lock.isHeld()).toBe(true);
  expect(lockOwner(folder)).toMatchObject({ pid: process.pid, host: hostname() });
  expect(() => acquireLock(folder)).toThrow(
    new RegExp(`^${folder} is in use by process ${process.pid} on ${hostname()} since [-0-9]+ [:0-9]+ UTC$`),
  );
  lock.release();
  lock.release();
  expect(lock.isHeld()).toBe(false);
  expect(lockOwner(folder)).toBeUndefined();
  acquireLock(folder).release();
  expect(readdirSync(folder)).toEqual([]);
});

test("executeRun refuses a run that another process is at", async () => {
  const path = createRun(tiny, resolveConfig(tiny, { preset: "smoke" }), { root, name: "held" });
  const lock = acquireLock(path);
  await expect(executeRun(path, tiny)).rejects.toMatchObject({ code: "lab/locked" });
  lock.release();
  expect(readRun(path).status).toBe("created");
});

test("the lock of a process that is gone is taken over", () => {
  writeOwner({ pid: goneProcess() });
  expect(lockOwner(folder)).toBeUndefined();
  const lock = acquireLock(folder);
  expect(lockOwner(folder)?.pid).toBe(process.pid);
  lock.release();
  expect(readdirSync(folder)).toEqual([]);
});

test.runIf(existsSync("/proc/self/stat"))(
  "a number that now belongs to another process deceives nobody",
  () => {
    writeOwner({ birth: "another-boot/123" });
    acquireLock(folder).release();
  },
);

test("a lock that was never finished is no lock", () => {
  writeFileSync(join(folder, "lock"), '{"pid": 12');
  acquireLock(folder).release();
});

test("what another machine does cannot be seen: the sentence says what to do", () => {
  writeOwner({ host: "node-17", pid: 4242 });
  expect(() => acquireLock(folder)).toThrow(
    `${folder} is in use by process 4242 on node-17 since 2026-11-22 20:00:00 UTC; ` +
      `if that process is gone, which cannot be seen from here, remove ${join(folder, "lock")}`,
  );
});

test("a lock taken away is noticed, and not released over someone else's head", () => {
  const lock = acquireLock(folder);
  rmSync(join(folder, "lock"));
  const other = acquireLock(folder);
  expect(lock.isHeld()).toBe(false);
  lock.release();
  expect(other.isHeld()).toBe(true);
  other.release();
});

test("of four processes that find a stale lock, one takes it", async () => {
  writeOwner({ pid: goneProcess() });
  const script = fileURLToPath(new URL("../support/race.mjs", import.meta.url));
  const racers = Array.from({ length: 4 }, () => spawn(process.execPath, [script, folder]));
  const lines = racers.map(({ stdout }) => createInterface(stdout)[Symbol.asyncIterator]());
  const next = (): Promise<unknown[]> =>
    Promise.all(lines.map(async (each) => (await each.next()).value as unknown));
  try {
    expect(await next()).toEqual(["ready", "ready", "ready", "ready"]);
    for (const { stdin } of racers) stdin.write("go\n");
    expect((await next()).sort()).toEqual(["refused", "refused", "refused", "taken"]);
  } finally {
    for (const each of racers) each.kill("SIGKILL");
  }
  expect(JSON.parse(readFileSync(join(folder, "lock"), "utf8")).token).not.toBe("x");
});
