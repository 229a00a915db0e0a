// The schedule and the manifest, with a launcher that starts no processes.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type CellEnd,
  type CellJob,
  type Launcher,
  type OpenSweep,
  readManifest,
  readSweep,
  runSweep,
  type SweepOptions,
} from "@throughline/lab";
import { testFolder } from "@throughline/testing/folders";
import { describe, expect, test } from "vitest";
import { puppetLauncher } from "../support/puppets.js";
import { cells } from "./cells.js";

/** Ends each cell as it is told, after a while, and keeps count. */
function launcher(end: (job: CellJob) => CellEnd): Launcher & { most: number; jobs: CellJob[] } {
  let running = 0;
  const seen = { most: 0, jobs: [] as CellJob[] };
  const some = puppetLauncher(4, (job) => {
    seen.jobs.push(job);
    running += job.threads;
    seen.most = Math.max(seen.most, running);
    let finish: (end: CellEnd) => void = () => {};
    const ended = new Promise<CellEnd>((resolve) => {
      const timer = setTimeout(() => finish(end(job)), 5);
      finish = (how) => {
        clearTimeout(timer);
        running -= job.threads;
        resolve(how);
      };
    });
    return {
      ended,
      stop: () => finish({ status: "interrupted" }),
      kill: () => finish({ status: "failed" }),
    };
  });
  return Object.assign(seen, some);
}

function sweep(folder: string, some: Launcher, rest: Partial<SweepOptions> = {}) {
  return runSweep({ root: folder, name: "s", cells: cells(7), launcher: some, cores: 4, jobs: 2, ...rest });
}

describe("a sweep", () => {
  test("starts every cell once, never more threads than cores at a time", async () => {
    const some = launcher(() => ({ status: "finished" }));
    const { exitCode, cells: ended } = await sweep(testFolder(), some);
    expect(exitCode).toBe(0);
    expect(some.jobs.map(({ config }) => config.seed)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(some.jobs[0]).toMatchObject({ threads: 2, config: { threads: 2 } });
    expect(some.most).toBe(4);
    expect(new Set(ended.map(({ status, attempts }) => `${status} ${attempts}`))).toEqual(
      new Set(["finished 1"]),
    );
  });

  test("gives a cell no more threads than its work is worth, unless so many are asked for", async () => {
    const worth = cells(3).map((cell, i) => ({ ...cell, worth: i === 0 ? 1 : 3 }));
    const given = async (rest: Partial<SweepOptions>, folder = testFolder()) => {
      const some = launcher(() => ({ status: "finished" }));
      await sweep(folder, some, { cells: worth, ...rest });
      return some.jobs.map(({ threads, config }) => [threads, config.threads]);
    };
    const of = (...threads: number[]) => threads.map((count) => [count, count]);
    expect(await given({ jobs: 1 })).toEqual(of(1, 3, 3));
    expect(await given({ jobs: 2 })).toEqual(of(1, 2, 2));
    expect(await given({ jobs: 2, threads: 2 })).toEqual(of(2, 2, 2));
    // A sweep that goes on knows both from its manifest.
    const goOn = async (rest: Partial<SweepOptions>) => {
      const folder = testFolder();
      const some = launcher(() => ({ status: "interrupted" }));
      await sweep(folder, some, { cells: worth, ...rest });
      return given({ jobs: 1, cells: readSweep(join(folder, "sweeps/s")).cells }, folder);
    };
    expect(await goOn({ jobs: 1 })).toEqual(of(1, 3, 3));
    expect(await goOn({ jobs: 1, threads: 2 })).toEqual(of(2, 2, 2));
  });

  test("goes on when a cell fails, keeps its error in the manifest, and retries it only when asked", async () => {
    const folder = testFolder();
    const some = launcher(({ config }) =>
      config.seed === 3 ? { status: "failed", error: "no luck" } : { status: "finished" },
    );
    expect((await sweep(folder, some)).exitCode).toBe(1);
    const manifest = readManifest(join(folder, "sweeps/s"));
    expect(manifest?.cells[3]).toMatchObject({ status: "failed", error: "no luck", attempts: 1 });
    const other = launcher(() => ({ status: "finished" }));
    await sweep(folder, other);
    // There are no runs to be found by this launcher, so only what the manifest says of failure holds.
    expect(other.jobs.some(({ config }) => config.seed === 3)).toBe(false);
    await sweep(folder, other, { retry: true });
    expect(other.jobs.some(({ config }) => config.seed === 3)).toBe(true);
  });

  test("asked to stop, it asks its cells, starts no other, and says which are left", async () => {
    const stop = new AbortController();
    const some = launcher(() => {
      stop.abort();
      return { status: "finished" };
    });
    const { exitCode, cells: ended } = await sweep(testFolder(), some, { stop: stop.signal });
    expect(exitCode).toBe(130);
    expect(some.jobs.length).toBeLessThan(7);
    expect(ended.filter(({ status }) => status === "pending").length).toBe(7 - some.jobs.length);
  });

  test("is read again from its directory", async () => {
    const folder = testFolder();
    await sweep(
      folder,
      launcher(() => ({ status: "failed", error: "x" })),
    );
    const { name, root: found, cells: read } = readSweep(join(folder, "sweeps/s"));
    expect({ name, found }).toEqual({ name: "s", found: folder });
    expect(read.map(({ id }) => id)).toEqual(cells(7).map(({ id }) => id));
    expect(() => readSweep(folder)).toThrow(/is not a sweep: it has no manifest\.json/);
  });

  test("gone on with, keeps the jobs it was given and the threads of its cells", async () => {
    const folder = testFolder();
    const stop = new AbortController();
    const first = launcher(() => {
      stop.abort();
      return { status: "finished" };
    });
    await sweep(folder, first, { stop: stop.signal });
    expect(readManifest(join(folder, "sweeps/s"))).toMatchObject({ jobs: 2, threads: 2 });
    const { cells: left } = readSweep(join(folder, "sweeps/s"));
    const again = launcher(() => ({ status: "finished" }));
    let shown: OpenSweep | undefined;
    const observe = (open: OpenSweep) => {
      shown = open;
      return { message: () => {}, changed: () => {}, progress: () => {} };
    };
    // One cell is left over: alone, it would have every core.
    await sweep(folder, again, { jobs: undefined, cells: left.slice(0, 1), observe });
    expect(shown).toMatchObject({ jobs: 1, threads: 2 });
    expect(new Set([...first.jobs, ...again.jobs].map(({ threads }) => threads))).toEqual(new Set([2]));
    await sweep(folder, again, { jobs: undefined, threads: 1, observe });
    expect(shown).toMatchObject({ jobs: 2, threads: 1 });
  });

  test("with a name that is no folder's is refused", async () => {
    await expect(
      sweep(
        testFolder(),
        launcher(() => ({ status: "finished" })),
        { name: "../x" },
      ),
    ).rejects.toThrow(/"\.\.\/x" cannot name a sweep/);
  });

  test("writes a manifest that says where the runs are", async () => {
    const folder = testFolder();
    await sweep(
      folder,
      launcher(() => ({ status: "finished" })),
    );
    const { root: up, cells: written } = JSON.parse(
      readFileSync(join(folder, "sweeps/s/manifest.json"), "utf8"),
    );
    expect(up).toBe("../..");
    expect(written[0].run).toBe(`test/none/cell-${written[0].id}`);
  });
});
