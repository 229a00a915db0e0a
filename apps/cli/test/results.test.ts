// runs, show, compare, figures and clean, over one folder of runs.
import { cpSync, existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { json, throughline } from "./support/cli.js";

interface Listed {
  readonly id: string;
  readonly status: string;
  readonly path: string;
  readonly summary: Record<string, number>;
}

const cwd = realpathSync(mkdtempSync(join(tmpdir(), "throughline-results-")));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

beforeAll(async () => {
  const run = (name: string, ...options: string[]) =>
    throughline(["run", "line", "--name", name, "--preset", "smoke", ...options], { cwd });
  await Promise.all([
    run("slow", "learningRate=0.1", "--draw"),
    run("fast", "learningRate=0.5", "method=adam", "--draw"),
  ]);
  await run("bad", "failAt=3");
  await run("empty", "failAt=0");
});

async function names(...args: string[]): Promise<string[]> {
  return json<Listed[]>(await throughline(["runs", "--json", ...args], { cwd })).map(({ id }) => id);
}

describe("runs", () => {
  test("lists them in a table", async () => {
    const { code, stdout } = await throughline(["runs"], { cwd });
    expect(code).toBe(0);
    expect(stdout.split("\n")[0]).toMatch(/^run +experiment +preset +status +created +result$/);
    expect(stdout).toMatch(/^fast +test\/line +smoke +finished +just now +total 10, loss 0\.0/m);
    expect(stdout).toMatch(/^bad +test\/line +smoke +failed +just now +(Error: )?step 3 went wrong$/m);
  });

  test("filters by status, options, figures of merit and metrics", async () => {
    expect((await names("--status", "finished")).sort()).toEqual(["fast", "slow"]);
    expect(await names("--where", "learningRate=0.5")).toEqual(["fast"]);
    expect(await names("--where", "method!=adam", "--where", "loss>0.2", "--status", "finished")).toEqual([
      "slow",
    ]);
    expect(await names("--where", "train.total<=3", "--experiment", "line")).toEqual(["bad"]);
    expect(await names("--experiment", "other")).toEqual([]);
  });

  test("sorts, either way, and limits", async () => {
    expect(await names("--status", "finished", "--sort", "loss")).toEqual(["fast", "slow"]);
    expect(await names("--status", "finished", "--sort", "loss", "--reverse")).toEqual(["slow", "fast"]);
    expect(await names("--limit", "1")).toEqual(["empty"]);
  });

  test("says which name no run has", async () => {
    const { code, stderr } = await throughline(["runs", "--sort", "lerningRate", "--columns", "los"], {
      cwd,
    });
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /no run has los; did you mean loss\?\nwarning: no run has lerningRate; did you mean learningRate\?/,
    );
  });

  test("shows the values that were asked about", async () => {
    const { stdout } = await throughline(
      ["runs", "--columns", "method,seed", "--where", "learningRate>0.2"],
      { cwd },
    );
    expect(stdout.split("\n")[0]).toMatch(/method +seed +learningRate/);
    expect(stdout.split("\n")[1]).toMatch(/adam +0 +0\.5/);
  });
});

describe("show", () => {
  test("says status, result, options with their sources, files and versions", async () => {
    const { code, stdout } = await throughline(["show", "fast"], { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^test\/line {2}fast {2}finished, smoke preset/);
    expect(stdout).toMatch(/learningRate +0\.5 +flag/);
    expect(stdout).toMatch(/steps +5 +preset smoke/);
    expect(stdout).toContain("runs/test/line/fast/figures/loss.svg");
    expect(stdout).toMatch(/libtorch 2\./);
  });

  test("says why a run failed", async () => {
    expect((await throughline(["show", "bad"], { cwd })).stdout).toContain("step 3 went wrong");
  });

  test("as JSON, by path and by the beginning of an id", async () => {
    const [path, beginning] = await Promise.all([
      throughline(["show", "runs/test/line/fast", "--json"], { cwd }),
      throughline(["show", "fa", "--json"], { cwd }),
    ]);
    expect(json(path)).toMatchObject({ id: "fast", summary: { total: 10 }, metrics: { "train.total": 10 } });
    expect(beginning.stdout).toBe(path.stdout);
  });
});

describe("damage", () => {
  const whole = (name: string) => join(cwd, "runs/test/line", name);
  /** A copy of the runs, one of whose files says something else. */
  function damaged(file: string, text: (before: string) => string): string {
    const root = join(mkdtempSync(join(cwd, "damaged-")), "runs");
    for (const name of ["slow", "fast"])
      cpSync(whole(name), join(root, "test/line", name), { recursive: true });
    const path = join(root, "test/line", file);
    writeFileSync(path, text(readFileSync(path, "utf8")));
    return root;
  }

  test("one bad date: the other runs are listed, and the bad one is named", async () => {
    const root = damaged("slow/config.json", (text) =>
      text.replace(/"created": "[^"]*"/, '"created": "yesterday"'),
    );
    const { code, stdout, stderr } = await throughline(["runs", "--root", root], { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^fast +test\/line/m);
    expect(stderr).toMatch(
      /^warning: \S+slow\/config\.json is damaged: created is "yesterday", and a time such as \S+ is expected$/m,
    );
    const clean = await throughline(["clean", "slow", "--root", root, "--yes"], { cwd });
    expect(clean).toMatchObject({ code: 0, stdout: expect.stringMatching(/slow {2}damaged, /) });
    expect(existsSync(join(root, "test/line/slow"))).toBe(false);
  });

  test("one bad line of metrics: the rest is shown and compared, and the line is named", async () => {
    const root = damaged("slow/metrics.jsonl", (text) => text.replace('{"loop"', "null\n{"));
    const [show, compare] = await Promise.all([
      throughline(["show", "slow", "--root", root], { cwd }),
      throughline(["compare", "slow", "fast", "--root", root, "--no-figure"], { cwd }),
    ]);
    expect(show.code).toBe(0);
    expect(show.stdout).toMatch(/train +step 4: loss 0\.67/);
    expect(show.stderr).toMatch(
      /^warning: \S+slow\/metrics\.jsonl is damaged at lines 1, 2; the rest is shown$/m,
    );
    expect(compare.code).toBe(0);
    expect(compare.stderr).toMatch(/slow\/metrics\.jsonl is damaged at lines 1, 2; the rest is compared$/m);
  });

  test("a lock that says nobody keeps its run, and no other, from being cleaned away", async () => {
    const root = damaged("slow/state.json", (text) => text.replace('"finished"', '"failed"'));
    writeFileSync(join(root, "test/line/slow/lock"), "{}");
    const all = await throughline(["clean", "--root", root, "--dry-run"], { cwd });
    expect(all).toMatchObject({ code: 0, stderr: "there is nothing to remove\n" });
    const one = await throughline(["clean", "slow", "--root", root, "--yes"], { cwd });
    expect(one.code).toBe(1);
    expect(one.stderr).toMatch(
      /slow\/lock is damaged: pid is missing, .*; if no process is using \S+slow, release its lock: throughline unlock \S+slow$/m,
    );
  });

  test("a lock whose owner is known to be dead is released by hand", async () => {
    const root = damaged("slow/state.json", (text) => text.replace('"finished"', '"interrupted"'));
    const lock = join(root, "test/line/slow/lock");
    const far = { pid: 42, host: "node-17", started: "2026-11-22T20:00:00.000Z", machine: "m", token: "x" };
    writeFileSync(lock, JSON.stringify(far));
    const resumed = await throughline(["resume", "slow", "--root", root], { cwd });
    expect(resumed.code).toBe(1);
    const command = /release its lock: throughline (unlock \S+slow)$/m.exec(resumed.stderr)![1]!;
    const asked = await throughline(command.split(" "), { cwd });
    expect(asked).toMatchObject({ code: 2, stderr: expect.stringContaining("give --yes") });
    expect(existsSync(lock)).toBe(true);
    const released = await throughline([...command.split(" "), "--yes"], { cwd });
    expect(released.stdout).toMatch(/slow is free; it was in use by process 42 on node-17 since /);
    expect((await throughline(["unlock", "slow", "--root", root], { cwd })).stdout).toMatch(
      /slow is not locked/,
    );
    expect((await throughline(["resume", "slow", "--root", root], { cwd })).code).toBe(0);
  });

  test("files of a wrong shape: one sentence, no stack", async () => {
    for (const file of ["config.json", "state.json", "summary.json", "environment.json"]) {
      const root = damaged(`slow/${file}`, () => "null");
      const { code, stderr } = await throughline(["show", "slow", "--root", root], { cwd });
      expect(code).toBe(1);
      expect(stderr).toBe(
        `throughline: ${join(root, "test/line/slow", file)} is damaged: it is null, and an object is expected\n`,
      );
    }
  });
});

test("a question about one run reads that run only", async () => {
  const opened = join(cwd, "opened.txt");
  const nodeArgs = ["--import", new URL("./support/opened.mjs", import.meta.url).href];
  for (const args of [
    ["show", "fas"],
    ["compare", "fast", "slow", "--no-figure"],
    ["clean", "fast", "--dry-run"],
  ]) {
    writeFileSync(opened, "");
    const { code, stderr } = await throughline(args, { cwd, nodeArgs, env: { THROUGHLINE_OPENED: opened } });
    expect(code, stderr).toBe(0);
    const paths = readFileSync(opened, "utf8").split("\n");
    const runs = paths.flatMap((path) => /test\/line\/([^/]+)\//.exec(path)?.[1] ?? []);
    expect(runs).toContain("fast");
    expect(new Set(runs)).toEqual(new Set(args[0] === "compare" ? ["fast", "slow"] : ["fast"]));
  }
});

describe("compare", () => {
  test("names what differs, and overlays the curves", async () => {
    const { code, stdout, stderr } = await throughline(["compare", "slow", "fast"], { cwd });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^option +slow +fast\nlearningRate +0\.1 +0\.5\nmethod +sgd +adam\n\n/);
    expect(stdout).toMatch(/^total +10 +10$/m);
    expect(stderr).toMatch(/\d+ options are the same/);
    expect(readFileSync(join(cwd, "runs/comparisons/slow-fast.svg"), "utf8")).toContain(
      "learningRate 0.5, method adam",
    );
  });

  test("calls steps what the runs call them", async () => {
    const root = ["--root", "epochs"];
    for (const [name, unit] of [
      ["a", "epoch"],
      ["b", "epoch"],
      ["c", "step"],
    ])
      await throughline(["run", "line", "--name", name!, `unit=${unit}`, "steps=3", ...root], { cwd });
    await throughline(["compare", "a", "b", ...root], { cwd });
    expect(readFileSync(join(cwd, "epochs/comparisons/a-b.svg"), "utf8")).toContain("train (epochs)");
    await throughline(["compare", "a", "c", ...root], { cwd });
    expect(readFileSync(join(cwd, "epochs/comparisons/a-c.svg"), "utf8")).toContain("train (epochs, steps)");
    expect((await throughline(["show", "a", ...root], { cwd })).stdout).toMatch(/^ +train +epoch 2: loss/m);
  });

  test("only one curve, where it is asked for; as JSON", async () => {
    const args = ["compare", "slow", "fast", "--metric", "loss", "--out", "loss.png", "--json"];
    const said = json<{ config: { name: string }[]; figures: string[] }>(await throughline(args, { cwd }));
    expect(said.config.map(({ name }) => name)).toEqual(["learningRate", "method"]);
    expect(said.figures).toEqual(["loss.png"]);
    expect(readFileSync(join(cwd, "loss.png")).subarray(1, 4).toString()).toBe("PNG");
  });

  test("refuses one run, the same run twice, and curves that nobody has", async () => {
    const [one, twice, none] = await Promise.all([
      throughline(["compare", "slow"], { cwd }),
      throughline(["compare", "slow", "slow"], { cwd }),
      throughline(["compare", "slow", "fast", "--metric", "accuracy"], { cwd }),
    ]);
    expect(one).toMatchObject({ code: 2, stderr: expect.stringContaining("name at least two runs") });
    expect(twice).toMatchObject({ code: 2, stderr: expect.stringContaining("slow is given twice") });
    expect(none).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("there are train.loss, train.total"),
    });
  });
});

describe("figures", () => {
  test("makes them anew from the run's files", async () => {
    const path = join(cwd, "runs/test/line/slow/figures/loss.svg");
    const before = readFileSync(path, "utf8");
    rmSync(path);
    const { code, stdout } = await throughline(["figures", "slow"], { cwd });
    expect({ code, stdout }).toEqual({ code: 0, stdout: "runs/test/line/slow/figures/loss.svg\n" });
    expect(readFileSync(path, "utf8")).toBe(before);
  });
});

describe("clean", () => {
  test("lists, and removes nothing without being told to", async () => {
    const [dry, pipe] = await Promise.all([
      throughline(["clean", "--dry-run"], { cwd }),
      throughline(["clean"], { cwd }),
    ]);
    expect(dry).toMatchObject({ code: 0 });
    expect(dry.stdout).toMatch(/^runs\/test\/line\/bad {2}failed, .*\nruns\/test\/line\/empty {2}failed, /);
    expect(pipe).toMatchObject({ code: 2, stderr: expect.stringContaining("give --yes") });
    expect(existsSync(join(cwd, "runs/test/line/bad"))).toBe(true);
  });

  test("removes failed runs, and finished ones only by name", async () => {
    const said = json<{ removed: boolean; items: unknown[] }>(
      await throughline(["clean", "--yes", "--json"], { cwd }),
    );
    expect(said).toMatchObject({ removed: true });
    expect(said.items).toHaveLength(2);
    expect((await names()).sort()).toEqual(["fast", "slow"]);
    await throughline(["clean", "slow", "--yes"], { cwd });
    expect(await names()).toEqual(["fast"]);
    expect(await throughline(["clean", "--yes"], { cwd })).toMatchObject({
      code: 0,
      stderr: "there is nothing to remove\n",
    });
  });
});
