// Sweeps through the command: tables, failures, threads, Ctrl-C and kill -9.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { testFolder } from "@throughline/testing/folders";
import { isAlive, until } from "@throughline/testing/processes";
import { describe, expect, test } from "vitest";
import { json, start, throughline } from "./support/cli.js";
import { checkpointed } from "./support/runs.js";

interface Cell {
  readonly id: string;
  readonly label: string;
  readonly status: string;
  readonly attempts: number;
  readonly error: string | null;
  readonly path: string;
  readonly summary: Record<string, number> | null;
}

interface Sweep {
  readonly name: string;
  readonly directory: string;
  readonly exitCode: number;
  readonly cells: readonly Cell[];
}

/** Processes that are at runs of test/line. */
function workers(cwd: string): number[] {
  const root = join(cwd, "runs/test/line");
  if (!existsSync(root)) return [];
  return readdirSync(root).flatMap((name) => {
    try {
      return [Number(JSON.parse(readFileSync(join(root, name, "lock"), "utf8")).pid)];
    } catch {
      return [];
    }
  });
}

describe("sweep", () => {
  test("runs every cell once, divides the threads, and never repeats a finished one", async () => {
    const cwd = testFolder();
    const args = ["sweep", "line", "--grid", "learning-rate=0.1,0.5", "--seeds", "0..1", "--preset", "smoke"];
    const first = await throughline([...args, "--jobs", "2", "--json"], { cwd });
    expect(first.code, first.stderr).toBe(0);
    const { cells, name } = json<Sweep>(first);
    expect(cells.map(({ label }) => label)).toEqual([
      "learningRate=0.1 seed=0",
      "learningRate=0.1 seed=1",
      "learningRate=0.5 seed=0",
      "learningRate=0.5 seed=1",
    ]);
    const threads = Math.max(1, Math.floor(availableParallelism() / 2));
    for (const { status, summary, path } of cells) {
      expect({ status, threads: summary?.threads }).toEqual({ status: "finished", threads });
      expect(JSON.parse(readFileSync(join(path, "config.json"), "utf8")).options.threads.value).toBe(threads);
    }
    const again = await throughline([...args, "--json"], { cwd });
    expect(json<Sweep>(again)).toMatchObject({ name, exitCode: 0 });
    expect(json<Sweep>(again).cells.map(({ attempts }) => attempts)).toEqual([1, 1, 1, 1]);
    // A larger grid runs only what is new.
    const larger = await throughline([...args, "--grid", "method=sgd,adam", "--dry-run", "--json"], { cwd });
    const known = new Set(cells.map(({ id }) => id));
    expect(json<Sweep>(larger).cells.filter(({ id }) => known.has(id))).toHaveLength(4);
  });

  test("a failing cell stops no other, is listed with its error, and is retried when asked", async () => {
    const cwd = testFolder();
    const gate = join(cwd, "gate");
    const args = ["sweep", "line", "--grid", "failAt=7,-1", `unless=${gate}`, "--name", "mixed"];
    const first = await throughline(args, { cwd });
    expect(first.code).toBe(1);
    expect(first.stdout).toMatch(/1 failed:\n {2}failAt=7: (Error: )?step 7 went wrong\n/);
    expect(first.stdout).toContain("throughline sweep mixed --retry");
    expect(first.stderr).toMatch(/failAt=-1: finished after/);
    const again = json<Sweep>(await throughline(["sweep", "mixed", "--json"], { cwd }));
    expect(again.cells.map(({ status, attempts }) => [status, attempts])).toEqual([
      ["failed", 1],
      ["finished", 1],
    ]);
    writeFileSync(gate, "");
    const retried = await throughline(["sweep", "mixed", "--retry", "--json"], { cwd });
    expect(retried.code).toBe(0);
    const [failed] = json<Sweep>(retried).cells;
    expect(failed).toMatchObject({ status: "finished", attempts: 2, summary: { total: 190 } });
    expect(readFileSync(join(cwd, "runs/sweeps/mixed/logs", `${failed?.id}.txt`), "utf8")).toContain(
      "resuming from",
    );
  });

  test("a cell whose process is killed has failed, and goes on from its checkpoint when retried", async () => {
    const cwd = testFolder();
    const args = ["sweep", "line", "--grid", "dieAt=12,-1", "--name", "deadly", "--json"];
    const first = await throughline(args, { cwd });
    expect(first.code).toBe(1);
    const [dead, fine] = json<Sweep>(first).cells;
    expect(dead).toMatchObject({ status: "failed", error: expect.stringContaining("killed (SIGKILL)") });
    expect(fine).toMatchObject({ status: "finished" });
    const again = json<Sweep>(await throughline(["sweep", "deadly", "--json"], { cwd }));
    expect(again.cells[0]).toMatchObject({ status: "failed", attempts: 1 });
  });

  test("killed with -9, its cells checkpoint and stop; started again, nothing is lost", async () => {
    const cwd = testFolder();
    const args = [
      "sweep",
      "line",
      "steps=60",
      "pause=25",
      "--seeds",
      "0..2",
      "--jobs",
      "2",
      "--name",
      "tough",
    ];
    const { child, ended } = start(args, { cwd });
    await until("two cells have checkpoints", () => checkpointed(cwd) === 2);
    const pids = workers(cwd);
    child.kill("SIGKILL");
    expect(await ended).toMatchObject({ signal: "SIGKILL" });
    expect(pids).toHaveLength(2);
    await until("the cells have noticed", () => pids.every((pid) => !isAlive(pid)));
    const states = readdirSync(join(cwd, "runs/test/line")).map(
      (name) => JSON.parse(readFileSync(join(cwd, "runs/test/line", name, "state.json"), "utf8")).status,
    );
    expect(states).toEqual(["interrupted", "interrupted"]);
    const again = await throughline([...args, "--json"], { cwd });
    expect(again.code, again.stderr).toBe(0);
    const { cells } = json<Sweep>(again);
    expect(cells.map(({ status, attempts, summary }) => [status, attempts, summary?.total])).toEqual([
      ["finished", 2, 1770],
      ["finished", 2, 1770],
      ["finished", 1, 1770],
    ]);
  });

  test("started again while the cells of a killed sweep still stop, it waits for them", async () => {
    const cwd = testFolder();
    const args = ["sweep", "line", "steps=12", "pause=400", "--name", "quick"];
    const { child } = start(args, { cwd });
    await until("the cell has a checkpoint", () => checkpointed(cwd) === 1);
    child.kill("SIGKILL");
    const again = await throughline([...args, "--json"], { cwd });
    expect(again.code, again.stderr).toBe(0);
    expect(json<Sweep>(again).cells).toMatchObject([{ status: "finished", summary: { total: 66 } }]);
  });

  test("Ctrl-C at a terminal lets the cells checkpoint; the same command goes on", async () => {
    const cwd = testFolder();
    const args = [
      "sweep",
      "line",
      "steps=60",
      "pause=25",
      "--seeds",
      "0..2",
      "--jobs",
      "2",
      "--name",
      "calm",
    ];
    const { child, ended } = start(args, { cwd, detached: true });
    await until("two cells have checkpoints", () => checkpointed(cwd) === 2);
    // As a terminal does it: to the whole group of processes.
    process.kill(-(child.pid ?? 0), "SIGINT");
    const stopped = await ended;
    expect(stopped.code).toBe(130);
    expect(stopped.stderr).toContain(
      "stopping: cells write a checkpoint and stop; those still running after 15 s are ended; Ctrl-C again ends them at once",
    );
    expect(stopped.stderr.match(/interrupted after/g)).toHaveLength(2);
    expect(stopped.stdout).toMatch(/next {5}throughline sweep calm$/m);
    expect(workers(cwd)).toEqual([]);
    const again = await throughline([...args, "--json"], { cwd });
    expect(json<Sweep>(again).cells.map(({ summary }) => summary?.total)).toEqual([1770, 1770, 1770]);
  });

  test("a second Ctrl-C ends cells that do not come to their next step", async () => {
    const cwd = testFolder();
    const { child, ended, heard } = start(["sweep", "line", "pause=60000", "--name", "stuck"], { cwd });
    await until("the cell is at work", () => workers(cwd).length === 1);
    await new Promise((resolve) => setTimeout(resolve, 500));
    child.kill("SIGINT");
    await until("it says that it stops", () => heard().includes("stopping:"));
    const pids = workers(cwd);
    child.kill("SIGINT");
    const { code, stderr } = await ended;
    expect(code).toBe(130);
    expect(stderr).not.toContain("had not after 15 s");
    expect(pids.filter(isAlive)).toEqual([]);
  });

  test("a cell that takes longer than it may has failed, and goes on when retried without a limit", async () => {
    const cwd = testFolder();
    const args = ["sweep", "line", "steps=30", "pause=200", "--name", "slow"];
    const first = await throughline([...args, "--cell-timeout", "3s", "--json"], { cwd });
    expect(first.code, first.stderr).toBe(1);
    expect(json<Sweep>(first).cells[0]).toMatchObject({ status: "failed", error: "timed out after 3 s" });
    const again = await throughline(["sweep", "slow", "--retry", "--json"], { cwd });
    expect(json<Sweep>(again).cells[0]).toMatchObject({ status: "finished", summary: { total: 435 } });
  });

  test.each(["3", "0s", "-1s", "soon", "1y"])("--cell-timeout %s is refused", async (time) => {
    const { code, stderr } = await throughline(["sweep", "line", "--cell-timeout", time], {
      cwd: testFolder(),
    });
    expect(code).toBe(2);
    expect(stderr).toContain("give a time above 0 with its unit: 90s, 10min, 2h or 1d");
  });

  test("two processes never do one sweep", async () => {
    const cwd = testFolder();
    const args = ["sweep", "line", "steps=40", "pause=25", "--name", "one"];
    const { child, ended } = start(args, { cwd });
    await until("the cell is at work", () => workers(cwd).length === 1);
    const other = await throughline(args, { cwd });
    expect(other).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/runs\/sweeps\/one is in use by process/),
    });
    child.kill("SIGINT");
    await ended;
  });

  test("more jobs than cores are reduced, with a sentence", async () => {
    const cwd = testFolder();
    const { code, stderr } = await throughline(["sweep", "line", "steps=1", "--jobs", "500"], { cwd });
    expect(code).toBe(0);
    expect(stderr).toMatch(/500 jobs on \d+ cores? would slow each other down; running \d+ at once/);
  });
});

describe("tables", () => {
  test.each([
    ["t.yaml", "experiment: test/line\nconfig: { steps: 2 }\ngrid: { method: [sgd, adam] }\nseeds: 0..1\n"],
    [
      "t.json",
      JSON.stringify(
        [0, 1].flatMap((seed) =>
          ["sgd", "adam"].map((method) => ({ experiment: "line", steps: 2, method, seed })),
        ),
      ),
    ],
    [
      "t.csv",
      "experiment,steps,method,seed\ntest/line,2,sgd,0\ntest/line,2,adam,0\ntest/line,2,sgd,1\ntest/line,2,adam,1\n",
    ],
  ])("from %s are those of the same grid", async (file, text) => {
    const cwd = testFolder();
    writeFileSync(join(cwd, file), text);
    const { cells, name } = json<Sweep>(await throughline(["sweep", file, "--dry-run", "--json"], { cwd }));
    expect(name).toBe("t");
    const args = [
      "sweep",
      "line",
      "steps=2",
      "--grid",
      "method=sgd,adam",
      "--seeds",
      "0..1",
      "--dry-run",
      "--json",
    ];
    const grid = json<Sweep>(await throughline(args, { cwd }));
    expect(cells.map(({ id }) => id).sort()).toEqual(grid.cells.map(({ id }) => id).sort());
  });

  test("take options as the command line spells them, and a sweep that goes on keeps their jobs", async () => {
    const cwd = testFolder();
    const text =
      "experiment: line\nconfig: { fail-at: 0 }\ngrid: { learning-rate: [0.1, 0.5] }\nseeds: 0..0\njobs: 1\n";
    writeFileSync(join(cwd, "my table.yaml"), text);
    const first = json<Sweep>(await throughline(["sweep", "my table.yaml", "--json"], { cwd }));
    expect(first.name).toBe("my-table");
    expect(first.cells.map(({ label }) => label)).toEqual(["learningRate=0.1", "learningRate=0.5"]);
    const again = await throughline(["sweep", "my-table", "--retry"], { cwd });
    expect(again.stderr).toContain(`; 1 at once, ${availableParallelism()} thread`);
  });

  test("a sweep that was begun is named by its name or its directory, alone", async () => {
    const cwd = testFolder();
    mkdirSync(join(cwd, "elsewhere"));
    await throughline(["sweep", "line", "steps=1", "--name", "old", "--root", "elsewhere"], { cwd });
    const by = (...args: string[]) => throughline(["sweep", ...args, "--json"], { cwd });
    const [name, directory, more] = await Promise.all([
      by("old", "--root", "elsewhere", "--dry-run"),
      by("elsewhere/sweeps/old", "--dry-run"),
      by("old", "--root", "elsewhere", "--seeds", "0..3"),
    ]);
    expect(name.code, name.stderr).toBe(0);
    expect(json<Sweep>(directory).cells.map(({ id }) => id)).toEqual(
      json<Sweep>(name).cells.map(({ id }) => id),
    );
    expect(more).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("has its cells already; omit 0..3"),
    });
  });
});
