// What becomes of cells while a sweep is at work, with a launcher that ends them as it is told: times that are up, cells in other
// hands, manifests that cannot be written, two sweeps of one name.
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  acquireLock,
  type CellEnd,
  type CellJob,
  type CellProgress,
  type Launcher,
  type LiveCell,
  readManifest,
  runPath,
  runSweep,
  type SweepOptions,
} from "@throughline/lab";
import { testFolder } from "@throughline/testing/folders";
import { until } from "@throughline/testing/processes";
import { expect, test } from "vitest";
import { puppetLauncher } from "../support/puppets.js";
import { cells } from "./cells.js";

/** A cell at work, ended from outside. */
interface Started {
  readonly job: CellJob;
  readonly report: (progress: CellProgress) => void;
  readonly asked: string[];
  end(end: CellEnd): void;
}

/** A launcher whose cells end when they are told to; `start` may end them at once. */
function puppet(onStart: (started: Started) => void = () => {}): Launcher & { readonly started: Started[] } {
  const started: Started[] = [];
  const launcher = puppetLauncher(2, (job, report) => {
    let end: (end: CellEnd) => void = () => {};
    const ended = new Promise<CellEnd>((resolve) => {
      end = resolve;
    });
    const asked: string[] = [];
    const one: Started = { job, report, asked, end };
    started.push(one);
    onStart(one);
    return {
      ended,
      stop: () => {
        asked.push("stop");
        end({ status: "interrupted" });
      },
      kill: () => {
        asked.push("kill");
        end({ status: "failed", error: "killed" });
      },
    };
  });
  return { ...launcher, started };
}

interface Seen {
  readonly messages: string[];
  readonly changes: string[];
  readonly steps: number[];
}

function sweep(launcher: Launcher, rest: Partial<SweepOptions> = {}) {
  const root = rest.root ?? testFolder();
  const seen: Seen = { messages: [], changes: [], steps: [] };
  const observe = () => ({
    message: (text: string) => void seen.messages.push(text),
    changed: (cell: LiveCell) => void seen.changes.push(`${cell.label}: ${cell.status}`),
    progress: (cell: LiveCell) => void seen.steps.push(cell.progress!.step),
  });
  const result = runSweep({ root, name: "s", cells: cells(2), launcher, jobs: 1, observe, ...rest });
  return { root, seen, result, manifest: () => readManifest(join(root, "sweeps/s")) };
}

const finish = (one: Started): void => one.end({ status: "finished" });

test("each change is told once, in order, and the last progress of each cell", async () => {
  const launcher = puppet((one) => {
    for (const step of [1, 2])
      one.report({ loop: "l", step, steps: 2, unit: "step", rate: 1, eta: 0, metrics: {} });
    finish(one);
  });
  const { seen, result } = sweep(launcher);
  expect((await result).exitCode).toBe(0);
  expect(seen.changes).toEqual([
    "seed=0: running",
    "seed=0: finished",
    "seed=1: running",
    "seed=1: finished",
  ]);
  expect(seen.steps).toEqual([2, 2]);
});

test("a cell whose time is up is asked to stop, and has failed, whatever it answers; the others have their own time", async () => {
  const launcher = puppet((one) => (one.job.config.seed === 1 ? finish(one) : undefined));
  const { seen, result, manifest } = sweep(launcher, { timeout: 0.2 });
  expect((await result).exitCode).toBe(1);
  expect(launcher.started[0]!.asked).toEqual(["stop"]);
  expect(seen.messages).toContain("seed=0: has run for 0 s, its time limit, and is ended");
  expect(manifest()!.cells.map(({ status, error }) => [status, error])).toEqual([
    ["failed", "timed out after 0 s"],
    ["finished", null],
  ]);
});

test("a cell that finishes while it is asked to stop has finished", async () => {
  const stop = new AbortController();
  const launcher = puppet((one) => {
    finish(one);
    stop.abort();
  });
  const { result, manifest } = sweep(launcher, { stop: stop.signal });
  expect((await result).exitCode).toBe(130);
  expect(manifest()!.cells.map(({ status, attempts }) => [status, attempts])).toEqual([
    ["finished", 1],
    ["pending", 0],
  ]);
});

test("killed cells are interrupted, not failed: the sweep can go on with them", async () => {
  const [stop, kill] = [new AbortController(), new AbortController()];
  const launcher = puppet(() => {
    queueMicrotask(() => {
      kill.abort();
      stop.abort();
    });
  });
  const { result, manifest } = sweep(launcher, { stop: stop.signal, kill: kill.signal });
  expect((await result).exitCode).toBe(130);
  expect(launcher.started[0]!.asked[0]).toBe("kill");
  expect(manifest()!.cells[0]).toMatchObject({ status: "interrupted", attempts: 1 });
});

test("a cell that another process is at is waited for, costs no attempt, and is started again when it is free", async () => {
  const root = testFolder();
  const path = runPath(root, cells(1)[0]!);
  let free = (): void => {};
  const launcher = puppet((one) => {
    if (launcher.started.length > 1) return finish(one);
    mkdirSync(path, { recursive: true });
    const lock = acquireLock(path);
    free = () => {
      lock.release();
      // Nobody is at it any more, and there is no run yet.
      rmSync(path, { recursive: true });
    };
    one.end({ status: "busy", error: "someone" });
  });
  const { seen, result, manifest } = sweep(launcher, { root, cells: cells(1) });
  await until("the cell was found in other hands", () => seen.changes.length > 1, 60_000);
  expect(launcher.started).toHaveLength(1);
  free();
  expect((await result).exitCode).toBe(0);
  expect(launcher.started).toHaveLength(2);
  expect(manifest()!.cells[0]).toMatchObject({ status: "finished", attempts: 1 });
});

test("a sweep that another process is at is refused, and left as it is", async () => {
  const root = testFolder();
  const held = puppet();
  const first = sweep(held, { root });
  await until("a cell is started", () => held.started.length > 0, 60_000);
  const before = readFileSync(join(root, "sweeps/s/manifest.json"), "utf8");
  await expect(sweep(puppet(finish), { root }).result).rejects.toMatchObject({ code: "lab/locked" });
  expect(readFileSync(join(root, "sweeps/s/manifest.json"), "utf8")).toBe(before);
  finish(held.started[0]!);
  await until("the other is started", () => held.started.length > 1, 60_000);
  finish(held.started[1]!);
  expect((await first.result).exitCode).toBe(0);
  expect(existsSync(join(root, "sweeps/s/lock"))).toBe(false);
});

test("a manifest that cannot be written for a while is written later; the cells go on", async () => {
  const root = testFolder();
  const file = join(root, "sweeps/s/manifest.json");
  const launcher = puppet((one) => {
    if (launcher.started.length === 1) {
      // A folder in its place: no file can take that.
      rmSync(file);
      mkdirSync(file);
    } else rmSync(file, { recursive: true });
    finish(one);
  });
  const { result, manifest } = sweep(launcher, { root });
  expect((await result).exitCode).toBe(0);
  expect(manifest()!.cells.map(({ status }) => status)).toEqual(["finished", "finished"]);
});

test("a manifest that cannot be written in the end is an error of the disk, and the lock is let go", async () => {
  const root = testFolder();
  const file = join(root, "sweeps/s/manifest.json");
  const launcher = puppet((one) => {
    if (launcher.started.length === 1) {
      rmSync(file);
      mkdirSync(file);
    }
    finish(one);
  });
  await expect(sweep(launcher, { root }).result).rejects.toMatchObject({ code: "lab/disk" });
  expect(existsSync(join(root, "sweeps/s/lock"))).toBe(false);
});

test("a damaged manifest is refused before anything is started", async () => {
  const root = testFolder();
  mkdirSync(join(root, "sweeps/s"), { recursive: true });
  writeFileSync(join(root, "sweeps/s/manifest.json"), '{"version":2}');
  const launcher = puppet(finish);
  await expect(sweep(launcher, { root }).result).rejects.toThrow(
    /manifest\.json is damaged: version is 2, and 1 is expected/,
  );
  expect(launcher.started).toEqual([]);
});

test("a silent cell is told of once it is long, and no longer when it gets on", async () => {
  const launcher = puppet();
  const { seen, result } = sweep(launcher, { cells: cells(1), quiet: 0.1 });
  await until(
    "the silence is told of",
    () => seen.messages.some((text) => /no step, metric or message for/.test(text)),
    60_000,
  );
  launcher.started[0]!.report({ loop: "l", step: 1, steps: 2, unit: "step", rate: 1, eta: 1, metrics: {} });
  await until("its step is told of", () => seen.steps.length > 0, 60_000);
  expect(seen.steps).toEqual([1]);
  finish(launcher.started[0]!);
  expect((await result).exitCode).toBe(0);
});

test("the threads that a cell gets stand in its job, and its log in the sweep's folder", async () => {
  const launcher = puppet(finish);
  const { root, result } = sweep(launcher, { cores: 2, cells: cells(1), jobs: 1 });
  await result;
  const [{ job }] = launcher.started as [Started];
  expect(job).toMatchObject({ threads: 2, config: { threads: 2, seed: 0 }, root, name: `cell-${job.id}` });
  expect(job.log).toBe(join(root, "sweeps/s/logs", `${job.id}.txt`));
  expect(JSON.parse(JSON.stringify(job))).toEqual(job);
});

test.skipIf(process.getuid?.() === 0)(
  "a folder that cannot be written is refused in a sentence",
  async () => {
    const root = testFolder();
    chmodSync(root, 0o500);
    await expect(sweep(puppet(finish), { root }).result).rejects.toThrow(/^cannot write .*permission denied/);
    chmodSync(root, 0o700);
  },
);
