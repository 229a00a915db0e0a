// Runs as directories: made, read, listed, without the engine.
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  createReporter,
  createRun,
  executeRun,
  legibleMetrics,
  listRuns,
  readRun,
  resolveConfig,
} from "@throughline/lab";
import { fileFolder } from "@throughline/testing/folders";
import { recordLoads } from "@throughline/testing/processes";
import { beforeAll, expect, test } from "vitest";
import { results, runAt } from "../support/processes.js";
import { tiny } from "../support/tiny.mjs";

const root = fileFolder();
const read = (...path: string[]): unknown => JSON.parse(readFileSync(join(...path), "utf8"));
let finished: string;

beforeAll(async () => {
  finished = createRun(tiny, resolveConfig(tiny, { preset: "smoke", overrides: ["threads=1", "hidden=3"] }), {
    root,
    name: "done",
  });
  const outcome = await executeRun(finished, tiny, { keepCheckpoints: 2, reporter: createReporter("off") });
  expect(outcome.error).toBeUndefined();
});

test("a new run is complete from the start", async () => {
  const path = createRun(tiny, resolveConfig(tiny, { overrides: ["steps=5"] }), { root });
  expect(path).toMatch(/[/\\]test[/\\]tiny[/\\]\d{8}-\d{6}-[0-9a-f]{6}$/);
  expect(read(path, "config.json")).toMatchObject({
    version: 1,
    experiment: "test/tiny",
    preset: "default",
    options: {
      steps: { value: 5, source: "flag" },
      hidden: { value: 8, source: "default" },
      seed: { value: 0, source: "default" },
    },
  });
  expect(readdirSync(path).sort()).toEqual([
    "artifacts",
    "checkpoints",
    "config.json",
    "environment.json",
    "figures",
    "metrics.jsonl",
    "state.json",
  ]);
  const record = readRun(path);
  expect(record).toMatchObject({
    path,
    experiment: "test/tiny",
    status: "created",
    preset: "default",
    summary: {},
    error: undefined,
    config: { steps: 5, hidden: 8, seed: 0, device: "cpu" },
    sources: { steps: "flag", hidden: "default" },
  });
  expect(Date.now() - record.created.getTime()).toBeLessThan(3_600_000);
  expect(await record.metrics()).toEqual([]);
});

test("what a finished run leaves", async () => {
  const record = readRun(finished);
  expect(record).toMatchObject({
    id: "done",
    status: "finished",
    preset: "smoke",
    config: { steps: 10 },
    sources: { steps: "preset smoke" },
  });
  expect(Object.keys(record.summary)).toEqual(["before", "between", "after", "best"]);
  expect(record.environment).toMatchObject({
    throughline: "0.1.0",
    libtorch: expect.stringMatching(/^\d+\.\d+/),
    node: process.version,
    threads: 1,
    seed: 0,
    device: "cpu",
    cpu: expect.any(String),
    cores: expect.any(Number),
    host: expect.any(String),
    argv: expect.any(Array),
    git: expect.objectContaining({
      commit: expect.stringMatching(/^[0-9a-f]{40}$/),
      dirty: expect.any(Boolean),
    }),
  });
  const names = readdirSync(join(finished, "checkpoints"));
  const pointers = read(finished, "checkpoints", "pointers.json") as {
    latest: string;
    best: { first: { checkpoint: string; step: number } };
    ends: object;
  };
  expect(pointers.latest).toBe("step-00000020");
  expect(pointers.ends).toEqual({});
  expect(pointers.best.first).toMatchObject({
    metric: "evaluation",
    goal: "min",
    checkpoint: `step-${String(pointers.best.first.step + 1).padStart(8, "0")}`,
  });
  expect(names).toContain(pointers.best.first.checkpoint);
  // Two last ones, the best, the pointers.
  expect(names).toHaveLength(4);
  expect(readFileSync(join(finished, "log.txt"), "utf8")).toMatch(
    /^\S+Z process \d+ begins\n\S+Z at work\n\S+Z finished\n$/,
  );
  expect(readdirSync(finished).sort()).toEqual([
    "artifacts",
    "checkpoints",
    "config.json",
    "environment.json",
    "figures",
    "inputs.json",
    "log.txt",
    "metrics.jsonl",
    "state.json",
    "summary.json",
  ]);
});

test("the best checkpoint holds the state right after the best step", async () => {
  const rows = (await readRun(finished).metrics()).filter(
    (row) => row.loop === "first" && row.evaluation !== undefined,
  );
  const best = rows.reduce((a, b) => (Number(b.evaluation) < Number(a.evaluation) ? b : a));
  const {
    best: { first },
  } = read(finished, "checkpoints", "pointers.json") as {
    best: { first: { value: number; step: number; checkpoint: string } };
  };
  expect(first).toMatchObject({ value: best.evaluation, step: best.step });
  const { state } = read(finished, "checkpoints", first.checkpoint, "state.json") as {
    state: { loops: unknown; objects: { average: { recent: number[] } } };
  };
  expect(state.loops).toEqual({ first: { step: first.step + 1, done: false } });
  expect(state.objects.average.recent.at(-1)).toBe(best.loss);
});

test("the same configuration gives the same numbers", async () => {
  const path = createRun(
    tiny,
    resolveConfig(tiny, { preset: "smoke", overrides: ["threads=1", "hidden=3"] }),
    { root, name: "again" },
  );
  await executeRun(path, tiny, { keepCheckpoints: 2 });
  expect(results(path)).toEqual(results(runAt(root, "done")));
});

test("a name that is taken, and one that is no name", () => {
  expect(() => createRun(tiny, resolveConfig(tiny), { root, name: "done" })).toThrow(
    `there is already a run at ${finished}; give another name`,
  );
  for (const name of ["../x", "", ".x", "a/b", "a;touch X"]) {
    expect(() => createRun(tiny, resolveConfig(tiny), { root, name })).toThrow(
      `"${name}" cannot name a run: give letters (a to z), digits, ., _ and -`,
    );
  }
});

test("options that there are not, and values that are not accepted, are refused before anything is done", async () => {
  const loose = (options: object): object => options;
  expect(() => createRun(tiny, resolveConfig(tiny), loose({ root, nmae: "x" }))).toThrow(
    "createRun: there is no option nmae; did you mean name?",
  );
  await expect(executeRun(finished, tiny, loose({ keepCheckpoint: 2 }))).rejects.toThrow(
    "executeRun: there is no option keepCheckpoint; did you mean keepCheckpoints?",
  );
  for (const keepCheckpoints of [0, -1, 1.5, Number.NaN])
    await expect(executeRun(finished, tiny, { keepCheckpoints })).rejects.toThrow(
      /^executeRun: keepCheckpoints .*a whole number of at least 1$/,
    );
});

test("an unfinished last line is left out; a damaged line is named", async () => {
  const path = createRun(tiny, resolveConfig(tiny), { root, name: "lines" });
  const file = join(path, "metrics.jsonl");
  writeFileSync(file, '{"loop":"a","step":0,"time":0}\n{"loop":"a","st');
  expect(await readRun(path).metrics()).toEqual([{ loop: "a", step: 0, time: 0 }]);
  writeFileSync(file, '{"loop":"a","step":0,"time":0}\n{"loop"\n');
  await expect(readRun(path).metrics()).rejects.toThrow(`${file} is damaged at line 2`);
  const lines = [
    '{"loop":"a","step":0,"time":0}',
    "null",
    "[]",
    '{"loop":"a"}',
    '{"loop":"a","step":1,"time":0}',
  ];
  writeFileSync(file, `${lines.join("\n")}\n{"loop":"a","step":2,"time":0,"loss":{}}\n`);
  await expect(readRun(path).metrics()).rejects.toMatchObject({
    code: "lab/damaged",
    message: `${file} is damaged at lines 2, 3, 4, 6`,
  });
  const { rows, problems } = await legibleMetrics(path);
  expect(rows.map(({ step }) => step)).toEqual([0, 1]);
  expect(problems).toEqual([`${file} is damaged at lines 2, 3, 4, 6`]);
});

test("runs are found at any depth, oldest first; what cannot be read is told", () => {
  const folder = join(root, "list");
  createRun(tiny, resolveConfig(tiny), { root: join(folder, "b"), name: "one" });
  createRun(tiny, resolveConfig(tiny), { root: join(folder, "a"), name: "two" });
  mkdirSync(join(folder, "broken"));
  writeFileSync(join(folder, "broken", "config.json"), "{");
  const { runs, problems } = listRuns(folder);
  expect(runs.map((run) => run.id)).toEqual(["one", "two"]);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain("config.json is damaged");
  expect(listRuns(join(root, "nowhere"))).toEqual({ runs: [], problems: [] });
});

test("the door to runs loads nothing but what looks at them", () => {
  const code = `
    import { listRuns } from "@throughline/lab/runs";
    listRuns(${JSON.stringify(root)});`;
  const loaded = join(root, "loaded.txt");
  execFileSync(process.execPath, ["--import", recordLoads, "--input-type=module", "-e", code], {
    cwd: new URL("../support/", import.meta.url),
    env: { ...process.env, THROUGHLINE_LOADED: loaded },
  });
  const urls = readFileSync(loaded, "utf8").split("\n");
  expect(urls.some((url) => url.endsWith("/lab/dist/run/list.js"))).toBe(true);
  expect(
    urls.filter((url) =>
      /zod|echarts|yaml|lab\/dist\/(reproduce|figures\/(?!curve))|run\/session|torch\/dist\/(?!checks|errors|files|mix)/.test(
        url,
      ),
    ),
  ).toEqual([]);
});

test("the front door does not load the engine, nor YAML, nor what draws", () => {
  const code = `
    await import("@throughline/lab");
    const maps = (await import("node:fs")).readFileSync("/proc/self/maps", "utf8");
    const { createRequire } = await import("node:module");
    const loaded = Object.keys(createRequire(import.meta.url).cache ?? {});
    process.stdout.write(JSON.stringify({ native: /libtorch|canvas/.test(maps), loaded }));`;
  const cwd = new URL("../support/", import.meta.url);
  const output = execFileSync(process.execPath, ["--input-type=module", "-e", code], {
    cwd,
    encoding: "utf8",
  });
  expect(JSON.parse(output)).toEqual({ native: false, loaded: [] });
});
