// What a running experiment is given: generators, loops, rows, artifacts, and what happens when they are misused.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createRun,
  defineExperiment,
  type ExecuteOptions,
  executeRun,
  type Outcome,
  type ProgressEvent,
  type RunContext,
  readRun,
  resolveConfig,
  resumeRun,
  type Summary,
} from "@throughline/lab";
import * as torch from "@throughline/torch";
import { afterAll, expect, test } from "vitest";

const root = mkdtempSync(join(tmpdir(), "throughline-context-"));
afterAll(() => rmSync(root, { recursive: true }));

/** Does a new run of `run`. */
async function execute(
  run: (context: RunContext) => Promise<Summary>,
  { overrides: own = [], ...options }: ExecuteOptions & { overrides?: string[] } = {},
): Promise<Outcome> {
  const experiment = defineExperiment({
    name: "test/context",
    purpose: "Test.",
    config: {},
    presets: {},
    run,
  });
  const overrides = ["threads=1", ...own];
  return executeRun(
    createRun(experiment, resolveConfig(experiment, { overrides }), { root }),
    experiment,
    options,
  );
}

const draw = (generator: torch.Generator): number => torch.scope(() => torch.rand([], { generator }).item());

test("generators depend on seed and name alone; the default one is PyTorch's for the seed", async () => {
  const seen: Record<string, number[]> = {};
  for (const [key, seed] of [
    ["a", 1],
    ["b", 1],
    ["c", 2],
  ] as const) {
    await execute(
      async (context) => {
        if (key === "b") draw(context.generator("between"));
        seen[key] = [
          draw(context.generator("x")),
          draw(context.generator("y")),
          draw(context.generator("x")),
          context.seedFor("x"),
          torch.scope(() => torch.rand([]).item()),
        ];
        return {};
      },
      { overrides: [`seed=${seed}`] },
    );
  }
  expect(seen.a).toEqual(seen.b);
  expect(new Set([...seen.a!, ...seen.c!]).size).toBe(10);
  expect(seen.a![4]).toBe(
    torch.scope(() => torch.rand([], { generator: torch.Generator.create({ seed: 1 }) }).item()),
  );
  expect(Number.isInteger(seen.a![3]) && seen.a![3]! >= 0 && seen.a![3]! < 2 ** 32).toBe(true);
});

test("rows: what a step returns and what it logs become one; outside of loops they are rows of `run`", async () => {
  const { record, status } = await execute(async (context) => {
    context.log({ before: 1 });
    await context.loop("train", { steps: 3 }, (step) => {
      if (step === 1) return undefined;
      context.log({ loss: 5, extra: "text" });
      return { loss: step };
    });
    await context.loopAsync("wait", { steps: 1 }, async () => ({ slept: 1 }));
    await context.loop("nothing", { steps: 0 }, () => ({ never: 1 }));
    context.log({ after: 2 });
    return { ok: true, score: 0.5, name: "x", none: null };
  });
  expect(status).toBe("finished");
  const rows = (await record.metrics()).map(({ time, ...row }) => {
    expect(time).toBeGreaterThanOrEqual(0);
    return row;
  });
  expect(rows).toEqual([
    { loop: "run", step: 0, before: 1 },
    { loop: "train", step: 0, loss: 0, extra: "text" },
    { loop: "train", step: 2, loss: 2, extra: "text" },
    { loop: "wait", step: 0, slept: 1 },
    { loop: "run", step: 4, after: 2 },
  ]);
  expect(record.summary).toEqual({ ok: true, score: 0.5, name: "x", none: null });
  expect(readdirSync(join(record.path, "checkpoints")).sort()).toEqual([
    "pointers.json",
    "step-00000003",
    "step-00000004",
  ]);
});

test("each step has a scope of its own, and nothing stays behind", async () => {
  const before = torch.liveTensors();
  const inside: number[] = [];
  await execute(async (context) => {
    await context.loop("train", { steps: 50, checkpointEvery: 10 }, () => {
      torch.rand([4]).add(1);
      inside.push(torch.liveTensors());
      return { loss: 1 };
    });
    return {};
  });
  expect(new Set(inside).size).toBe(1);
  expect(torch.liveTensors()).toBe(before);
});

test("artifacts are written whole, in artifacts/ only", async () => {
  const { record, error } = await execute(async (context) => {
    expect(context.artifact("a/b.txt", "hello")).toBe(join(context.path, "artifacts", "a", "b.txt"));
    context.artifact("c.bin", new Uint8Array([1, 2]));
    for (const name of ["../x", "", "/etc/x", ".."]) {
      expect(() => context.artifact(name, "")).toThrow(`"${name}" is not a file name inside artifacts/`);
    }
    return {};
  });
  expect(error).toBeUndefined();
  expect(readFileSync(join(record.path, "artifacts/a/b.txt"), "utf8")).toBe("hello");
  expect([...readFileSync(join(record.path, "artifacts/c.bin"))]).toEqual([1, 2]);
});

const step = (): undefined => undefined;
test.each<[string, (context: RunContext) => Promise<unknown>, string]>([
  [
    "a loop twice",
    async (c) => {
      await c.loop("a", { steps: 1 }, step);
      await c.loop("a", { steps: 1 }, step);
    },
    "there are two loops a; give each a name of its own, such as a-2",
  ],
  [
    "a loop in a loop",
    (c) =>
      c.loopAsync("a", { steps: 1 }, async () => {
        await c.loop("b", { steps: 1 }, step);
        return undefined;
      }),
    "loop b: it begins before loop a has ended; await that one first",
  ],
  [
    "a loop that is not awaited",
    async (c) => {
      void c.loopAsync("a", { steps: 1 }, () => new Promise(() => {}));
    },
    "test/context returned while loop a was running; await it",
  ],
  [
    "half a step",
    (c) => c.loop("a", { steps: 1.5 }, step),
    "loop a: steps is 1.5, accepted: a whole number of at least 0",
  ],
  [
    "checkpoints every 0 steps",
    (c) => c.loop("a", { steps: 1, checkpointEvery: 0 }, step),
    "loop a: checkpointEvery is 0, accepted: a whole number of at least 1",
  ],
  [
    "the lab's loop",
    (c) => c.loop("run", { steps: 1 }, step),
    '"run" cannot name a loop; use letters, digits, -, _ and ., not run',
  ],
  [
    "a generator's name",
    async (c) => c.generator("a b"),
    '"a b" cannot name a generator; use letters, digits, - and _, a letter first',
  ],
  [
    "one name for two objects",
    async (c) => {
      const o = { stateDict: () => ({}), loadStateDict() {} };
      c.track("a", o);
      c.track("a", o);
    },
    "another object is tracked as a already; give each object its own name",
  ],
  [
    "a state that cannot be saved",
    async (c) => {
      c.track("a", { state: () => ({ f: () => 1 }), restore() {} });
      await c.loop("l", { steps: 1 }, step);
    },
    "a.f is a function; a state holds tensors, typed arrays, numbers, strings, booleans, null, lists, maps and plain objects",
  ],
  [
    "an asynchronous step",
    (c) => c.loop("a", { steps: 1 }, (async () => undefined) as never),
    "scope() was given an asynchronous function or a generator, whose tensors would be released before it ends; call scope() on the synchronous stretches between its awaits",
  ],
])("%s", async (_, run, sentence) => {
  const outcome = await execute(async (context) => {
    await run(context);
    return {};
  });
  expect(outcome.status).toBe("failed");
  expect(outcome.error?.message).toBe(sentence);
});

test.each<[string, unknown, string]>([
  ["NaN", { a: Number.NaN }, "a in the summary is NaN; finite numbers, text, booleans and null are accepted"],
  [
    "a list",
    { a: [1] },
    "a in the summary is of type object; finite numbers, text, booleans and null are accepted",
  ],
  ["nothing", undefined, "run() returned undefined; return the summary, {} if there is none"],
])("a summary with %s", async (_, summary, sentence) => {
  const outcome = await execute(async () => summary as Summary);
  expect(outcome.error?.message).toBe(sentence);
  expect(existsSync(join(outcome.record.path, "summary.json"))).toBe(false);
});

test("a device that is not there is refused before work starts", async () => {
  const outcome = await execute(
    async () => {
      throw new Error("never");
    },
    { overrides: ["device=cuda:99"] },
  );
  expect(outcome.error?.message).toMatch(/^there is no device cuda:99 here; there are cpu/);
});

test("a signal stops the run between two steps; progress is told; resumed, it goes on", async () => {
  const controller = new AbortController();
  const events: ProgressEvent[] = [];
  const steps: number[] = [];
  const experiment = defineExperiment({
    name: "test/stop",
    purpose: "Test.",
    config: {},
    presets: {},
    run: async (context) => {
      await context.loop("train", { steps: 400, unit: "batch" }, (step) => {
        steps.push(step);
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
        return { accuracy: step, "train/loss": 1 };
      });
      return {};
    },
  });
  const run = createRun(experiment, resolveConfig(experiment), { root });
  const onProgress = (event: ProgressEvent): void => {
    events.push(event);
    controller.abort();
  };
  const outcome = await executeRun(run, experiment, { signal: controller.signal, onProgress });
  expect(outcome).toMatchObject({ status: "interrupted", exitCode: 130, error: undefined });
  expect(events[0]).toMatchObject({ path: run, loop: "train", steps: 400, unit: "batch", isLast: false });
  expect(events[0]!.rate).toBeGreaterThan(0);
  expect(events.at(-1)).toMatchObject({ isLast: true, step: steps.length });
  expect(steps.length).toBeLessThan(400);
  const again = await resumeRun(run, (name) => (name === experiment.name ? experiment : undefined));
  expect(again.status).toBe("finished");
  expect(steps).toEqual(Array.from({ length: 400 }, (_, i) => i));
  expect((await readRun(run).metrics()).map((row) => row.step)).toEqual(steps);
  await executeRun(run, experiment);
  expect(steps).toHaveLength(400);
});

test("code outside of loops that does not look at the signal is left behind", async () => {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 50);
  const outcome = await execute(() => new Promise(() => {}), { signal: controller.signal });
  expect(outcome.status).toBe("interrupted");
});

test("what is thrown because the signal was aborted is no failure", async () => {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 20);
  const outcome = await execute(
    async (context) => {
      await new Promise((_, reject) =>
        context.signal.addEventListener("abort", () => reject(context.signal.reason)),
      );
      return {};
    },
    { signal: controller.signal },
  );
  expect(outcome.status).toBe("interrupted");
});

test("a run of another experiment, of an unknown one, and no run at all", async () => {
  const { record } = await execute(async () => ({}));
  const other = defineExperiment({
    name: "test/other",
    purpose: "Test.",
    config: {},
    presets: {},
    run: async () => ({}),
  });
  await expect(executeRun(record, other)).rejects.toThrow(
    `${record.path} is a run of test/context, not of test/other`,
  );
  await expect(resumeRun(record, () => undefined)).rejects.toThrow(
    `${record.path} is a run of test/context, which is not a registered experiment`,
  );
  await expect(executeRun(root, other)).rejects.toThrow(`${root} is not a run: it has no config.json`);
});
