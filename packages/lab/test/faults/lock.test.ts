// One process a run: who holds it is named, who is gone does not stand in the way.
import { spawn, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
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
  releaseLock,
  resolveConfig,
} from "@throughline/lab";
import { fileFolder } from "@throughline/testing/folders";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { tiny } from "../support/tiny.mjs";

const root = fileFolder();
let count = 0;
let folder: string;
beforeEach(() => {
  folder = join(root, String(count++));
  mkdirSync(folder);
});
afterEach(() => vi.unstubAllEnvs());

/** The number of a process that has ended. */
function goneProcess(): number {
  return spawnSync(process.execPath, ["-e", ""]).pid;
}

/** What a lock of this process says of where it is. */
function here(): Pick<LockOwner, "machine" | "installation" | "space" | "birth"> {
  const lock = acquireLock(folder);
  const { machine, installation, space, birth } = lockOwner(folder) as LockOwner;
  lock.release();
  return { machine, installation, space, birth };
}

/** Puts a lock there; undefined parts are left out. */
function writeOwner(owner: Partial<LockOwner>): void {
  const whole = {
    pid: process.pid,
    host: hostname(),
    started: "2026-11-22T20:00:00.000Z",
    beats: true,
    token: "x",
    ...owner,
  };
  writeFileSync(path(), JSON.stringify(whole));
}

const path = (): string => join(folder, "lock");

/** Makes the lock's last sign of life so many seconds old. */
function silence(seconds: number): void {
  const then = Date.now() / 1000 - seconds;
  utimesSync(path(), then, then);
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

test("the lock of a process that is gone is taken over at once", () => {
  const place = here();
  writeOwner({ ...place, pid: goneProcess() });
  expect(lockOwner(folder)).toBeUndefined();
  const lock = acquireLock(folder);
  expect(lockOwner(folder)?.pid).toBe(process.pid);
  lock.release();
  expect(readdirSync(folder)).toEqual([]);
});

test("a process that can be seen is never robbed, however long it was silent", () => {
  writeOwner(here());
  silence(1e6);
  expect(() => acquireLock(folder)).toThrow(/is in use by process \d+ on \S+ since 2026-11-22 20:00:00 UTC$/);
});

test.runIf(existsSync("/proc/self/stat"))(
  "a number that now belongs to another process deceives nobody",
  () => {
    writeOwner({ ...here(), birth: "123" });
    acquireLock(folder).release();
  },
);

// An owner whose number means nothing here, or may mean nothing: in another namespace, before the machine was started
// again, of a system that does not tell.
const unseen: readonly [string, () => Partial<LockOwner>][] = [
  ["another PID namespace", () => ({ ...here(), space: "pid:[1]" })],
  ["another start of the machine", () => ({ ...here(), machine: "another-boot" })],
  ["an unknown place", () => ({})],
  ["a container of another name", () => ({ ...here(), space: "pid:[1]", host: "c0ffee" })],
];

test.each(unseen)("in %s: alive while it beats, gone when it has been silent for two minutes", (_, owner) => {
  // A number that is not in use here.
  writeOwner({ ...owner(), pid: goneProcess() });
  expect(() => acquireLock(folder)).toThrow(
    /since 2026-11-22 20:00:00 UTC; it runs in another container or PID namespace and gave its last sign of life \d+ s ago: after 120 s of silence it counts as gone$/,
  );
  expect(lockOwner(folder)).toMatchObject({ token: "x" });
  silence(100);
  expect(() => acquireLock(folder)).toThrow(/last sign of life 10\d s ago/);
  silence(121);
  expect(lockOwner(folder)).toBeUndefined();
  const lock = acquireLock(folder);
  expect(lock.isHeld()).toBe(true);
  lock.release();
});

test("of an owner that gives no signs of life, or is on another machine, nothing is known: it stays", () => {
  writeOwner({ ...here(), space: "pid:[1]", beats: false });
  silence(1e6);
  expect(() => acquireLock(folder)).toThrow(
    `if that process is known to be gone, which cannot be seen from here, release its lock: throughline unlock`,
  );
  rmSync(path());
  writeOwner({ ...here(), machine: "another-boot", host: "node-17" });
  silence(1e6);
  expect(() => acquireLock(folder)).toThrow(
    `if that process is known to be gone, which cannot be seen from here, release its lock: throughline unlock`,
  );
});

// A machine elsewhere: nothing of it can be seen from here.
const far = { machine: "another-boot", installation: "another", host: "node-17", pid: 4242 };
const job = { scheduler: "slurm", cluster: "tl", id: "12_3", restarts: 1 };

test("a machine of the same name is not taken for this one, started again", () => {
  writeOwner({ ...far, host: hostname(), space: "pid:[1]" });
  silence(1e6);
  expect(() => acquireLock(folder)).toThrow(/if that process is known to be gone/);
});

test("a later start of the same job takes over at once; the same start and other jobs do not", () => {
  writeOwner({ ...far, job });
  vi.stubEnv("SLURM_JOB_ID", "15");
  vi.stubEnv("SLURM_ARRAY_JOB_ID", "12");
  vi.stubEnv("SLURM_ARRAY_TASK_ID", "3");
  vi.stubEnv("SLURM_CLUSTER_NAME", "tl");
  vi.stubEnv("SLURM_RESTART_COUNT", "1");
  expect(() => acquireLock(folder)).toThrow(/on node-17 since .* UTC \(Slurm job 12_3, restart 1\); if that/);
  vi.stubEnv("SLURM_RESTART_COUNT", "2");
  vi.stubEnv("SLURM_CLUSTER_NAME", "other");
  expect(() => acquireLock(folder)).toThrow(/lock: throughline unlock/);
  vi.stubEnv("SLURM_CLUSTER_NAME", "tl");
  vi.stubEnv("SLURM_ARRAY_TASK_ID", "4");
  expect(() => acquireLock(folder)).toThrow(/lock: throughline unlock/);
  vi.stubEnv("SLURM_ARRAY_TASK_ID", "3");
  const lock = acquireLock(folder);
  expect(lockOwner(folder)?.job).toEqual({ ...job, restarts: 2 });
  lock.release();
});

test("other schedulers name their job in the environment; counts of restarts are added", () => {
  writeOwner({ ...far, job: { scheduler: "kubernetes", cluster: "a", id: "sweep/7", restarts: 2 } });
  vi.stubEnv("THROUGHLINE_JOB", "kubernetes/a/sweep/7");
  vi.stubEnv("THROUGHLINE_JOB_RESTARTS", "2+");
  expect(() => acquireLock(folder)).toThrow(/Kubernetes job sweep\/7, restart 2/);
  vi.stubEnv("THROUGHLINE_JOB_RESTARTS", "2+1");
  acquireLock(folder).release();
});

test("of a job whose scheduler does not answer, nothing is known: it stays", () => {
  writeOwner({ ...far, job: { ...job, cluster: "a-cluster-that-does-not-exist" } });
  silence(1e6);
  expect(() => acquireLock(folder)).toThrow(/lock: throughline unlock/);
});

test("a lock is released by hand, unless its owner can be seen to run", () => {
  expect(releaseLock(folder)).toBeUndefined();
  writeOwner({ ...far, job });
  expect(releaseLock(folder)).toMatchObject({ host: "node-17", job });
  writeFileSync(path(), "{}");
  expect(releaseLock(folder)).toBeUndefined();
  expect(readdirSync(folder)).toEqual([]);
  const lock = acquireLock(folder);
  expect(() => releaseLock(folder)).toThrow(/is in use by process/);
  expect(lock.isHeld()).toBe(true);
  lock.release();
});

test("locks of earlier versions are read", () => {
  // As of the first version, and of the one before jobs were noted.
  writeFileSync(
    path(),
    JSON.stringify({ pid: 4242, host: "node-17", started: "2026-11-22T20:00:00.000Z", token: "x" }),
  );
  expect(lockOwner(folder)).toMatchObject({ pid: 4242, host: "node-17" });
  writeOwner({ pid: 4242, host: "node-17", machine: "another-boot", space: "pid:[1]", birth: "7" });
  expect(lockOwner(folder)).toMatchObject({ pid: 4242, host: "node-17" });
});

test("a link that was made and reported as refused, as over NFS, is taken for what it is", () => {
  const script = fileURLToPath(new URL("../support/lying-link.mjs", import.meta.url));
  const { stdout, stderr } = spawnSync(process.execPath, [script, folder], { encoding: "utf8" });
  expect(stdout, stderr).toBe("taken\n");
});

test("of two processes that create one run, one is told that it exists", () => {
  const script = fileURLToPath(new URL("../support/late-rename.mjs", import.meta.url));
  const { stdout, stderr } = spawnSync(process.execPath, [script, folder], { encoding: "utf8" });
  expect(stdout, stderr).toBe("lab/exists\n");
});

test("signs of life do not wait for a step that takes long", () => {
  const lock = acquireLock(folder);
  silence(100);
  const old = statSync(path()).mtimeMs;
  // This thread does nothing else meanwhile.
  for (let i = 0; i < 600 && statSync(path()).mtimeMs === old; i++)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  expect(statSync(path()).mtimeMs).toBeGreaterThan(old + 50_000);
  lock.release();
});

const notLocks = ["", '{"pid": 12', "null", "[]", "{}", '{"pid":-1}', '"x"', "7", '{"pid":"1","host":"a"}'];

test.each(notLocks)("a lock that says %j is nobody's, but may be about to be completed", (text) => {
  writeFileSync(path(), text);
  const sentence = new RegExp(
    `^${path()} is damaged: .+; if no process is using ${folder}, release its lock: throughline unlock ${folder}$`,
  );
  expect(() => acquireLock(folder)).toThrow(sentence);
  expect(() => lockOwner(folder)).toThrow(sentence);
  silence(121);
  expect(lockOwner(folder)).toBeUndefined();
  acquireLock(folder).release();
});

test("a folder in the lock's place is left alone", () => {
  mkdirSync(path());
  silence(1e6);
  expect(() => acquireLock(folder)).toThrow(
    `${path()} is damaged: it is not a regular file; if no process is`,
  );
  expect(existsSync(path())).toBe(true);
});

test("what another machine does cannot be seen: the sentence says what to do", () => {
  writeOwner({ host: "node-17", pid: 4242 });
  expect(() => acquireLock(folder)).toThrow(
    `${folder} is in use by process 4242 on node-17 since 2026-11-22 20:00:00 UTC; ` +
      `if that process is known to be gone, which cannot be seen from here, release its lock: throughline unlock ${folder}`,
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
  writeOwner({ ...here(), pid: goneProcess() });
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
