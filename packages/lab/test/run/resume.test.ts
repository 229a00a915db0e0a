// What a resumed run sees, and what it says when it is no longer the run it was.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  createRun,
  defineExperiment,
  type Experiment,
  executeRun,
  type Outcome,
  option,
  type RunContext,
  readRun,
  resolveConfig,
  type Summary,
} from "@throughline/lab";
import { fileFolder } from "@throughline/testing/folders";
import * as torch from "@throughline/torch";
import { expect, test } from "vitest";
import { z } from "zod";

const root = fileFolder();
const threads = { overrides: ["threads=1"] };

function experimentOf(run: (context: RunContext) => Promise<Summary>, more: object = {}): Experiment {
  return defineExperiment({ name: "test/resume", purpose: "Test.", config: {}, presets: {}, run, ...more });
}

/** Does a run, or goes on with it. */
async function go(run: string, experiment: Experiment): Promise<Outcome & { said: string[] }> {
  const said: string[] = [];
  const reporter = { progress() {}, end() {}, message: (text: string) => void said.push(text) };
  return { ...(await executeRun(run, experiment, { reporter, keepCheckpoints: 1 })), said };
}

const begin = (experiment: Experiment): string =>
  createRun(experiment, resolveConfig(experiment, threads), { root });

/** An object whose state is one number. */
class Counter {
  value = 0;
  stateDict(): { value: number } {
    return { value: this.value };
  }
  loadStateDict(state: { value: number }): void {
    this.value = state.value;
  }
}

test("code between loops sees the state that it saw the first time, generators included", async () => {
  const seen: string[][] = [];
  let failAt = 3;
  const experiment = experimentOf(async (context) => {
    const log: string[] = [];
    seen.push(log);
    const counter = context.track("counter", new Counter());
    const draw = (name: string): string =>
      torch.scope(() =>
        torch
          .rand([], { generator: context.generator(name) })
          .item()
          .toFixed(6),
      );
    const look = (where: string): void => {
      log.push(
        `${where} ${counter.value} ${draw("look")} ${torch.scope(() => torch.rand([]).item().toFixed(6))}`,
      );
    };
    const count = (step: number): undefined => {
      if (counter.value === failAt + 10) throw new Error("stop here");
      counter.value += 1;
      draw("loop");
      if (step === 1) draw("late");
      return undefined;
    };
    look("before");
    await context.loop("a", { steps: 4 }, count);
    look("after a");
    counter.value = 10;
    const later = context.track("later", new Counter());
    await context.loop("b", { steps: 6, checkpointEvery: 1 }, (step) => {
      later.value += 2;
      return count(step);
    });
    look(`after b ${later.value} ${draw("late")}`);
    return {};
  });
  const run = begin(experiment);
  expect((await go(run, experiment)).status).toBe("failed");
  // The end of loop a is kept although only one checkpoint is.
  expect(readdirSync(join(run, "checkpoints")).sort()).toEqual([
    "pointers.json",
    "step-00000004",
    "step-00000007",
  ]);
  failAt = 1000;
  const second = await go(run, experiment);
  expect(second.error).toBeUndefined();
  expect(seen[0]).toHaveLength(2);
  expect(seen[1]!.slice(0, 2)).toEqual(seen[0]);
  expect((await go(begin(experiment), experiment)).status).toBe("finished");
  expect(seen[2]).toEqual(seen[1]);
  expect(readdirSync(join(run, "checkpoints")).sort()).toEqual(["pointers.json", "step-00000010"]);
});

/** Fails at step 3 of its loop, after a checkpoint; `later` is the experiment that goes on. */
async function changed(later: (context: RunContext) => Promise<Summary>): Promise<string | undefined> {
  const first = experimentOf(async (context) => {
    context.track("counter", new Counter());
    await context.loop("train", { steps: 5, checkpointEvery: 2 }, (step) => {
      if (step === 3) throw new Error("stop here");
      return { step2: step };
    });
    return {};
  });
  const run = begin(first);
  await go(run, first);
  return (await go(run, experimentOf(later))).error?.message;
}

test("an experiment that is no longer the same is refused with what differs", async () => {
  expect(
    await changed((context) => context.loop("learn", { steps: 5 }, () => undefined).then(() => ({}))),
  ).toBe("the run stopped in loop train but comes to loop learn first: the experiment has changed since");
  expect(await changed(async () => ({}))).toBe(
    "test/resume ended before the step at which it was stopped: the experiment has changed since",
  );
  expect(
    await changed(async (context) => {
      context.track("counter", new Counter());
      context.track("other", new Counter());
      await context.loop("train", { steps: 5 }, () => undefined);
      return {};
    }),
  ).toBe("the checkpoint has no state of other: the experiment has changed since; start a new run");
});

test("options that are new since take their defaults, and the run says so", async () => {
  const old = experimentOf(async () => {
    throw new Error("stop here");
  });
  const run = begin(old);
  await go(run, old);
  let seen: unknown;
  const now = experimentOf(
    async (context) => {
      seen = context.config;
      return {};
    },
    { config: { depth: option(z.int().default(3), "New.") } },
  );
  const { said, status } = await go(run, now);
  expect(status).toBe("finished");
  expect(seen).toEqual({ depth: 3, seed: 0, device: "cpu", threads: 1 });
  expect(said).toEqual([
    "options added since the run was created take their defaults: depth=3",
    "there was no checkpoint yet; starting over",
  ]);
});

test("options that are new take the value of the run's preset, where it has one", async () => {
  const presets = { laptop: { depth: 7 } };
  const config = { depth: option(z.int().default(3), "New.") };
  const old = experimentOf(
    async () => {
      throw new Error("stop here");
    },
    { presets: { laptop: {} } },
  );
  const run = createRun(old, resolveConfig(old, { preset: "laptop", overrides: ["threads=1"] }), { root });
  await go(run, old);
  let seen: unknown;
  const now = experimentOf(
    async (context) => {
      seen = context.config.depth;
      return {};
    },
    { config, presets },
  );
  const { said } = await go(run, now);
  expect(seen).toBe(7);
  expect(said).toContain("options added since the run was created take their defaults: depth=7");
});

test("what an experiment says of its surroundings is kept, and told where a resumed run finds it otherwise", async () => {
  let kernels = "avx2";
  let isBroken = true;
  const experiment = experimentOf(async (context) => {
    context.environment({ kernels });
    if (isBroken) throw new Error("stop here");
    return {};
  });
  const run = begin(experiment);
  await go(run, experiment);
  expect(readRun(run).environment.kernels).toBe("avx2");
  kernels = "baseline";
  isBroken = false;
  expect((await go(run, experiment)).said).toContain(
    "kernels was avx2 and is baseline: the numbers may differ from those of a run that was never stopped",
  );
  expect(readRun(run).environment.kernels).toBe("avx2");
});

test("another environment is told", async () => {
  let isBroken = true;
  const experiment = experimentOf(async () => {
    if (isBroken) throw new Error("stop here");
    return {};
  });
  const run = begin(experiment);
  await go(run, experiment);
  const file = join(run, "environment.json");
  const environment = JSON.parse(readFileSync(file, "utf8")) as { libtorch: string; cpu: string };
  writeFileSync(file, JSON.stringify({ ...environment, libtorch: "1.0.0" }));
  isBroken = false;
  expect((await go(run, experiment)).said).toContain(
    `libtorch was 1.0.0 and is ${environment.libtorch}: the numbers may differ from those of a run that was never stopped`,
  );
});

test("a lock that was taken away ends the run before it writes another checkpoint", async () => {
  const experiment = experimentOf(async (context) => {
    await context.loop("train", { steps: 5, checkpointEvery: 2 }, (step) => {
      if (step === 2) rmSync(join(context.path, "lock"));
      return undefined;
    });
    return {};
  });
  const run = begin(experiment);
  expect((await go(run, experiment)).error?.message).toBe(
    "the run's lock was taken away; another process may be using the run",
  );
  expect(readdirSync(join(run, "checkpoints"))).not.toContain("step-00000004");
});

test("what a killed process has left half-written is cleared away", async () => {
  const experiment = experimentOf(async () => ({}));
  const run = begin(experiment);
  writeFileSync(join(run, ".summary.json.77.abc.tmp"), "{");
  writeFileSync(join(run, "lock.0123456789abcdef"), "{");
  mkdirSync(join(run, "checkpoints", ".step-00000004.tmp"));
  writeFileSync(join(run, "checkpoints", ".step-00000004.tmp", "tensors.safetensors"), "x");
  expect((await go(run, experiment)).status).toBe("finished");
  expect(readdirSync(run).filter((name) => /tmp|^lock/.test(name))).toEqual([]);
  expect(readdirSync(join(run, "checkpoints"))).toEqual([]);
});

test("a process does one run at a time", async () => {
  let inner: Promise<unknown> | undefined;
  const experiment: Experiment = experimentOf(async (context) => {
    inner = executeRun(begin(experiment), experiment);
    await expect(inner).rejects.toThrow(`this process is running ${context.path}, and runs share`);
    return {};
  });
  expect((await go(begin(experiment), experiment)).error).toBeUndefined();
});

const figure = {
  kind: "lines",
  title: "Loss",
  x: { label: "step" },
  y: { label: "loss (nats)" },
  series: [{ name: "a", x: [0, 1], y: [1, 0] }],
} as const;

test("figures are written as SVG and PNG; one that cannot be drawn costs no results", async () => {
  const experiment = experimentOf(
    async (context) => {
      await context.figure("during", figure);
      await expect(context.figure("../x", figure)).rejects.toThrow('"../x" cannot name a figure');
      return { done: true };
    },
    {
      figures: async () => {
        throw new Error("no ink");
      },
    },
  );
  const run = begin(experiment);
  const { said, status, summary } = await go(run, experiment);
  expect([status, summary]).toEqual(["finished", { done: true }]);
  expect(said).toEqual(["the figures could not be drawn: no ink"]);
  expect(readdirSync(join(run, "figures")).sort()).toEqual(["during.png", "during.svg"]);
  expect(readFileSync(join(run, "figures", "during.svg"), "utf8")).toMatch(/^<svg/);
  expect(
    readFileSync(join(run, "figures", "during.png"))
      .subarray(1, 4)
      .toString(),
  ).toBe("PNG");
  expect(existsSync(join(run, "summary.json"))).toBe(true);
  expect(readRun(run).status).toBe("finished");
});
