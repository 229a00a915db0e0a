// flossing/train as a run: it learns, it resumes to the same numbers, and it refuses before it works.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inputsOfRun, kernelLevel, type Look, reproductions, trainExperiment } from "@throughline/flossing";
import {
  createRun,
  type Experiment,
  executeRun,
  type MetricRow,
  type Outcome,
  prepareRun,
  resolveConfig,
} from "@throughline/lab";
import { fileFolder } from "@throughline/testing/folders";
import { hearing } from "@throughline/testing/steps";
import { arange, io, scope, setFlushDenormal } from "@throughline/torch";
import { kernelLevels, levelsHere } from "@throughline/torch/kernels";
import { afterAll, describe, expect, test } from "vitest";
import { checkConfig } from "../../dist/train/check.js";

const root = fileFolder();
afterAll(() => {
  setFlushDenormal(false);
});

const experiment = trainExperiment as unknown as Experiment;
let made = 0;

function create(overrides: readonly string[]): string {
  const resolved = resolveConfig(experiment, { preset: "smoke", overrides: ["threads=1", ...overrides] });
  made += 1;
  return createRun(experiment, resolved, { root, name: `run-${made}` });
}

const run = (...overrides: string[]): Promise<Outcome> => executeRun(create(overrides), experiment);

/** Runs until the step of a loop, is stopped there, and goes on. */
async function interrupted(overrides: readonly string[], loop: string, step: number): Promise<Outcome> {
  const path = create(overrides);
  const controller = new AbortController();
  const stopping: Experiment = {
    ...experiment,
    run: (context) =>
      experiment.run(hearing(context, (name, at) => name === loop && at === step && controller.abort())),
  };
  const first = await executeRun(path, stopping, { signal: controller.signal });
  expect(first.status).toBe("interrupted");
  return executeRun(path, experiment);
}

/** Everything that must not depend on interruptions. */
async function resultsOf({ record, summary, status, error }: Outcome) {
  expect(error?.message).toBeUndefined();
  expect(status).toBe("finished");
  const folder = join(record.path, "checkpoints");
  const last = readdirSync(folder)
    .filter((name) => name.startsWith("step-"))
    .sort()
    .at(-1)!;
  const artifacts = readdirSync(join(record.path, "artifacts")).sort();
  return {
    summary,
    rows: (await record.metrics()).map(({ time: _, ...row }) => row),
    tensors: readFileSync(join(folder, last, "tensors.safetensors")).toString("base64"),
    artifacts: artifacts.map((name) => [name, readFileSync(join(record.path, "artifacts", name), "utf8")]),
  };
}

const column = (rows: readonly MetricRow[], loop: string, name: string): number[] =>
  rows.flatMap((row) => (row.loop === loop && row[name] !== undefined ? [Number(row[name])] : []));

function csvFile(): string {
  const path = join(root, "own.csv");
  const rows = Array.from({ length: 30 * 20 }, (_, i) => {
    const [sequence, t] = [Math.floor(i / 20), i % 20];
    return `${sequence},${Math.sin(t * (sequence % 2 === 0 ? 0.4 : 1.1) + sequence)},${sequence % 2 === 0 ? "slow" : "fast"}`;
  });
  writeFileSync(path, ["sequence,x,target", ...rows].join("\n"));
  return path;
}

describe("it learns", () => {
  test("an easy copy task: the loss falls, the flossing loss too, and the figures are drawn", async () => {
    const outcome = await run(
      "task=copy",
      "delay=2",
      "length=24",
      "epochs=150",
      "units=24",
      "lr=0.01",
      "clip=0",
    );
    const { rows } = await resultsOf(outcome);
    const losses = column(rows as MetricRow[], "train", "loss");
    expect(losses.at(-1)!).toBeLessThan(losses[0]! / 10);
    expect(outcome.summary).toMatchObject({ chance: 0.5, ceiling: 1, flossingSteps: 10 });
    expect(Number(outcome.summary.accuracy)).toBeGreaterThan(0.95);
    expect(Number(outcome.summary.solvedAt)).toBeLessThan(150);
    const flossing = column(rows as MetricRow[], "floss", "loss");
    expect(flossing.at(-1)!).toBeLessThan(flossing[0]!);
    expect(readdirSync(join(outcome.record.path, "figures")).sort()).toEqual(
      expect.arrayContaining(["flossing.svg", "training.svg"]),
    );
  });

  test("own data: two classes of waves from a file of text", async () => {
    // Settings whose loss ends below 0.003 with the kernels of every level, and with learning rates beside this one.
    const learning = ["epochs=240", "batch=24", "units=24", "seed=1", "lr=0.02", "clip=0"];
    const options = [...learning, "flossLength=20", "flossSkip=6", "cell=post"];
    const { summary, record } = await run(`data=${csvFile()}`, ...options);
    expect(summary).toMatchObject({ tested: 6, ceiling: 1 });
    expect(Number(summary.accuracy)).toBe(1);
    // Its inputs for measurements: whole sequences one after the other, on the scale that it was trained on.
    scope(() => {
      const inputs = inputsOfRun(record.config, 45, 1);
      expect([inputs.shape, inputs.dtype]).toEqual([[45, 1, 1], "float64"]);
      expect(inputs.abs().amax().item()).toBeLessThan(2);
      expect(
        inputs
          .sub(inputsOfRun(record.config, 45, 1))
          .abs()
          .amax()
          .item(),
      ).toBe(0);
    });
  });

  test("a series of numbers: the squared error falls, nothing is called solved, and there is no accuracy to draw", async () => {
    const path = join(root, "wave.npy");
    scope(() => io.saveNpy(path, arange(400).to("float64").mul(0.3).sin()));
    const options = ["length=30", "epochs=100", "lr=0.01", "clip=0", "cell=post"];
    const outcome = await run(`data=${path}`, ...options);
    const { rows } = await resultsOf(outcome);
    const losses = column(rows as MetricRow[], "train", "loss");
    expect(losses.at(-1)!).toBeLessThan(losses[0]! / 5);
    expect(outcome.summary).toMatchObject({ solvedAt: null, ceiling: 0, tested: 2 });
    expect(Number(outcome.summary.chance)).toBeCloseTo(1, 6);
    expect(Number(outcome.summary.loss)).toBeLessThan(0.2);
    const drawn = readFileSync(join(outcome.record.path, "figures", "training.svg"), "utf8");
    expect(drawn).toContain("mean squared error");
    expect(drawn).toContain("wave.npy");
    expect(drawn).not.toContain("answers that are right");
  });

  test.each(["gru", "lstm"])("with a %s, and with the flossing loss in the task's loss", async (cell) => {
    const { summary } = await run(
      "task=copy",
      "delay=1",
      "length=12",
      `cell=${cell}`,
      "flossWeight=0.1",
      "epochs=120",
      "lr=0.03",
      "clip=0",
      "flossLength=20",
      "flossSkip=6",
    );
    expect(Number(summary.accuracy)).toBeGreaterThan(0.8);
  });
});

test("it looks at its dynamics when it should, in a file and in figures", async () => {
  const { record } = await run("dynamicsEvery=15", "epochs=30");
  const text = readFileSync(join(record.path, "artifacts", "dynamics.jsonl"), "utf8");
  const looks = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Look);
  expect(looks.map(({ epoch, label }) => label ?? epoch)).toEqual(["before flossing", 0, 15, 30]);
  for (const { exponents, directions, logConditions, gradientNorms, lags } of looks) {
    expect([exponents.length, directions, logConditions.length]).toEqual([16, [8, 16], 2]);
    expect(gradientNorms).toHaveLength(lags.length);
    expect(gradientNorms[0]).toBe(1);
  }
  // Ten steps of flossing bring the flossed exponents closer to 0.
  const distance = ({ exponents }: Look): number => Math.hypot(...exponents.slice(0, 8).map(Number));
  expect(distance(looks[1]!)).toBeLessThan(distance(looks[0]!));
  const figures = readdirSync(join(record.path, "figures"));
  expect(figures).toEqual(expect.arrayContaining(["dynamics.svg", "dynamics-course.svg"]));
});

describe("what it is computed with", () => {
  const weightsOf = ({ record }: Outcome) => {
    const folder = join(record.path, "checkpoints");
    const [last] = readdirSync(folder)
      .filter((name) => name.startsWith("step-"))
      .sort()
      .reverse();
    return scope(() => {
      const all = Object.entries(io.loadSafetensors(join(folder, last!, "tensors.safetensors")));
      return new Map(
        all.filter(([name]) => name.startsWith("model")).map(([name, { dtype }]) => [name, dtype]),
      );
    });
  };

  test("everything in the precision that is asked for", async () => {
    const dtypes = async (...options: string[]) =>
      new Set(weightsOf(await run("epochs=2", ...options)).values());
    expect(await dtypes()).toEqual(new Set(["float32"]));
    expect(await dtypes("precision=float64")).toEqual(new Set(["float64"]));
  });

  test("the rule of flossing: another one comes to other numbers, and the paper's preset takes the released one", async () => {
    const lossAfter = async (...options: string[]) =>
      column(await (await run("epochs=0", ...options)).record.metrics(), "floss", "loss").at(-1);
    expect(await lossAfter()).toBe(await lossAfter("flossClip=3"));
    expect(await lossAfter()).not.toBe(await lossAfter("flossClip=0.5"));
    const ruleOf = (preset: string) => resolveConfig(experiment, { preset }).config.flossClip;
    expect(["paper", "laptop", "smoke"].map(ruleOf)).toEqual([0, 3, 3]);
  });

  test("the kernels, which the run keeps; those that the process cannot change to are refused", async () => {
    const { record } = await run("epochs=0");
    expect(record.environment.kernels).toBe(kernelLevel());
    const other = kernelLevel() === "baseline" ? "avx2" : "baseline";
    const { status, error } = await run("epochs=0", `kernels=${other}`);
    expect(status).toBe("failed");
    expect(error?.message).toMatch(
      /the kernels of this process use \w+ already; start another process for \w+/,
    );
  });
});

describe("stopped and resumed, it comes to the same numbers, bit for bit", () => {
  const cases: [string, string[], string, number][] = [
    ["while flossing, gradients clipped", ["flossClip=0.5"], "floss", 4],
    ["while flossing", ["flossDuring=at", "flossAt=[5,15]"], "floss", 4],
    ["while training, with flossing at epochs", ["flossDuring=at", "flossAt=[5,15]"], "train", 11],
    [
      "with an adaptive schedule and its budget",
      ["flossDuring=adaptive-gradient", "flossEvery=4", "flossSteps=3", "flossBudget=10"],
      "train",
      14,
    ],
    ["with a penalty", ["penalty=gradient-norm", "flossBefore=0"], "train", 9],
    ["with looks at its dynamics", ["dynamicsEvery=10"], "train", 14],
    ["in float64, by the released rule", ["precision=float64", "flossClip=0"], "floss", 4],
    [
      "on own data in float64",
      ["data=CSV", "flossLength=20", "flossSkip=6", "precision=float64"],
      "train",
      9,
    ],
    ["on own data", ["data=CSV", "flossLength=20", "flossSkip=6", "cell=lstm"], "train", 9],
  ];
  test.each(cases)("%s", async (_, given, loop, step) => {
    const options = given.map((option) => option.replace("CSV", csvFile()));
    const [straight, resumed] = [await run(...options), await interrupted(options, loop, step)];
    expect(await resultsOf(resumed)).toEqual(await resultsOf(straight));
  });
});

describe("contradictions are refused before anything is done", () => {
  const config = (overrides: readonly string[]) =>
    resolveConfig(experiment, { preset: "smoke", overrides }).config as never;

  const refused = async (options: string[], ...sentences: string[]): Promise<void> => {
    const { status, error, record } = await run(...options);
    expect(status).toBe("failed");
    for (const sentence of sentences) expect(error!.message).toContain(sentence);
    expect(await record.metrics()).toEqual([]);
  };

  test.each<[string[], string]>([
    [["delay=70"], "--length must be 71 or more for a --delay of 70 (answerable), got 60"],
    [
      ["delay=70", "scoring=released", "task=copy"],
      "--length must be 70 or more for a --delay of 70 (released), got 60",
    ],
    [["delay=7"], "--delay must be a multiple of 2 for an XOR of 2 bits, got 7"],
    [["delay=6", "level=2"], "--delay must be a multiple of 4 for an XOR of 4 bits, got 6"],
    [["flossSkip=55"], "--floss-skip (55) must be less than --floss-length (55)"],
    [["k=17"], "--k is 17, but a state of 16 units (--units) has only 16 directions; give 16 or less"],
    [["k=33", "cell=lstm"], "--k is 33, but a state of 16 units (--units) has only 32 directions"],
    [["cell=gru", "penalty=jacobian-norm"], "--penalty jacobian-norm is for vanilla nets, not for a GRU"],
    [["cell=post", "penalty=gradient-norm"], "--penalty gradient-norm is for --cell pre, not post"],
    [["penalty=orthogonality", "flossWeight=1"], "omit --penalty or --floss-weight"],
    [["cell=lstm", "leak=0.5"], "--leak is for vanilla nets; an LSTM has none"],
    [["cell=gru", "gain=2"], "--init and --gain are for vanilla nets; a GRU starts as in PyTorch"],
    [["flossDuring=periodic", "flossBudget=2"], "--floss-budget (2) does not allow one flossing of 5 steps"],
    [["task=data"], "--task data needs a file: give --data FILE"],
    [["task=copy", "data=x.csv"], "--task copy reads no data; omit --task or --data"],
  ])("%j", (options, sentence) => {
    expect(() => checkConfig(config(options))).toThrow(
      expect.objectContaining({ code: "lab/config", message: expect.stringContaining(sentence) }),
    );
  });

  test("a file that is not there", async () => {
    await expect(run("data=none.csv")).rejects.toThrow(
      expect.objectContaining({
        code: "lab/inputs",
        message: expect.stringMatching(/none\.csv .*no such file/),
      }),
    );
  });

  test("all at once", () =>
    refused(
      ["delay=7", "k=99", "flossSkip=80"],
      "3 problems:",
      "--delay must be",
      "--k is 99",
      "--floss-skip (80)",
    ));

  test("flossing trajectories that are longer than any sequence", () =>
    refused(
      [`data=${csvFile()}`],
      "--floss-length is 55, but the longest sequence of own.csv has 20 steps; give --floss-length 20 --floss-skip 10",
    ));

  test.each<[string[], string]>([
    [["task=xor", "data=CSV"], "--task xor reads no data; omit --task or --data"],
    [["data=CSV", "delay=4", "permutation=0"], "--delay, --permutation: not for own data"],
    [["answer=last", "testPart=0.5"], "--answer, --test-part: only for own data; give --data FILE as well"],
    [
      ["task=psmnist", "flossLength=785"],
      "--floss-length is 785, but the longest sequence of psmnist has 784",
    ],
    [["data=none.csv"], "there is no file none.csv"],
    [["data=CSV", "flossLength=21"], "the longest sequence of own.csv has 20 steps"],
    [["data=CSV", "kind=regression", "flossLength=10", "flossSkip=2"], "has a target that is not a number"],
  ])("%j, where what was asked for is known", async (options, sentence) => {
    const overrides = options.map((option) => option.replace("CSV", csvFile()));
    const resolved = resolveConfig(experiment, { preset: "smoke", overrides });
    const before = readdirSync(root);
    await expect(prepareRun(experiment, resolved, root)).rejects.toThrow(sentence);
    expect(readdirSync(root)).toEqual(before);
  });

  test("own data and their options, with nothing else, are accepted", async () => {
    const overrides = [`data=${csvFile()}`, "testPart=0.5", "flossLength=20", "flossSkip=4"];
    const resolved = resolveConfig(experiment, { preset: "smoke", overrides });
    const { inputs } = await prepareRun(experiment, resolved, root);
    expect(inputs!.data!.path).toBe(csvFile());
  });

  test("kernels that the processor does not have", () => {
    for (const kernels of kernelLevels) {
      const check = () => checkConfig(config([`kernels=${kernels}`]));
      if (process.platform !== "linux" || levelsHere().includes(kernels)) expect(check).not.toThrow();
      else expect(check).toThrow(/this processor does not have these instructions; give auto or baseline/);
    }
  });

  test("what is not used is not looked at", async () => {
    const { status } = await run("flossBefore=0", "k=99", "epochs=1");
    expect(status).toBe("finished");
  });
});

test("no reproduction asks for what is refused", () => {
  const asked = new Map<string, { preset: "paper" | "laptop" | "smoke"; overrides: string[] }>();
  for (const preset of ["paper", "smoke"] as const) {
    for (const cell of reproductions.flatMap((reproduction) => reproduction.cells(preset))) {
      if (cell.experiment !== experiment.name) continue;
      const overrides = Object.entries(cell.overrides ?? {}).map(
        ([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`,
      );
      asked.set(`${preset} ${overrides.join(" ")}`, { preset: cell.preset ?? preset, overrides });
    }
  }
  expect(asked.size).toBeGreaterThan(100);
  for (const [name, request] of asked) {
    const { config } = resolveConfig(experiment, request);
    expect(() => checkConfig(config as never), name).not.toThrow();
  }
});
