// A configuration out of defaults, preset, file and flags; every problem named at once.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { type ConfigRequest, defineExperiment, LabError, option, resolveConfig } from "@throughline/lab";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";

const folder = mkdtempSync(join(tmpdir(), "throughline-config-"));
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => {
  delete process.env.OMP_NUM_THREADS;
});

const experiment = defineExperiment({
  name: "test/options",
  purpose: "Have an option of every kind.",
  config: {
    steps: option(z.int().min(1).default(100), "How long to train.", "steps"),
    learningRate: option(z.number().positive().max(1).default(0.1), "Step size."),
    shuffle: option(z.boolean().default(true), "Whether the order is random."),
    optimizer: option(z.enum(["adam", "sgd"]).default("adam"), "What changes the weights."),
    title: option(z.string().min(1).default("x"), "What figures are called."),
    sizes: option(z.array(z.int().min(1)).min(1).default([8, 8]), "Widths of the layers.", "units"),
    clip: option(z.number().min(0).nullable().default(null), "Largest gradient; null: any."),
    delay: option(z.union([z.int().min(0), z.literal("auto")]).default("auto"), "How long to wait.", "s"),
    even: option(
      z
        .int()
        .refine((value) => value % 2 === 0, "accepts even whole numbers")
        .default(2),
      "A number that two divides.",
    ),
    model: option(
      z
        .object({
          hidden: option(z.int().min(1).default(4), "Width.", "units"),
          cell: option(z.enum(["gru", "lstm"]).default("gru"), "Kind of cell."),
        })
        .prefault({}),
      "The network.",
    ),
    weights: option(z.record(z.string(), z.number()).default({ a: 1 }), "Weight of each loss by its name."),
  },
  presets: {
    smoke: { steps: 2, model: { hidden: 2, cell: "gru" } },
    paper: { steps: 10_000, learningRate: 0.01 },
  },
  run: async () => ({}),
});

const resolve = (...overrides: string[]): Readonly<Record<string, unknown>> =>
  resolveConfig(experiment, { overrides }).config;

function problems(request: ConfigRequest): string[] {
  try {
    resolveConfig(experiment, request);
  } catch (error) {
    expect(error).toBeInstanceOf(LabError);
    return (error as LabError).message.split("\n  ");
  }
  throw new Error("no problem was found");
}

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

test("defaults, and the lab's own options", () => {
  const { config, sources, preset } = resolveConfig(experiment);
  expect(config).toEqual({
    steps: 100,
    learningRate: 0.1,
    shuffle: true,
    optimizer: "adam",
    title: "x",
    sizes: [8, 8],
    clip: null,
    delay: "auto",
    even: 2,
    model: { hidden: 4, cell: "gru" },
    weights: { a: 1 },
    seed: 0,
    device: "cpu",
    threads: availableParallelism(),
  });
  expect(preset).toBe("default");
  expect(new Set(Object.values(sources))).toEqual(new Set(["default"]));
  expect(Object.keys(sources)).toContain("model.hidden");
});

test("threads follow OMP_NUM_THREADS, which the sources say", () => {
  process.env.OMP_NUM_THREADS = "3";
  const { config, sources } = resolveConfig(experiment);
  expect([config.threads, sources.threads]).toEqual([3, "OMP_NUM_THREADS"]);
  process.env.OMP_NUM_THREADS = "many";
  expect(resolveConfig(experiment).config.threads).toBe(availableParallelism());
  process.env.OMP_NUM_THREADS = "3";
  expect(resolve("threads=2").threads).toBe(2);
});

describe("an experiment that says how many threads its work is worth", () => {
  const by = (threads: (config: { size: number }, cores: number) => number) =>
    defineExperiment({
      name: "test/worth",
      purpose: "Ask for threads.",
      config: { size: option(z.int().min(0).default(1), "How much there is to do.") },
      presets: { smoke: { size: 0 } },
      threads,
      run: async () => ({}),
    });
  const cores = availableParallelism();
  const wanted = by(({ size }) => Math.max(1, size));
  const threadsOf = (...overrides: string[]) => {
    const { config, sources } = resolveConfig(wanted, { overrides });
    return [config.threads, sources.threads];
  };

  test("is asked with the complete configuration, and gets no more than there are cores", () => {
    expect(threadsOf()).toEqual([1, "default"]);
    expect(threadsOf(`size=${cores}`)).toEqual([cores, "default"]);
    expect(threadsOf(`size=${cores + 1}`)).toEqual([cores, "default"]);
    expect(resolveConfig(by((_, all) => all)).config.threads).toBe(cores);
  });

  test("is not asked where somebody has said how many", () => {
    expect(threadsOf("threads=7")).toEqual([7, "flag"]);
    process.env.OMP_NUM_THREADS = "3";
    expect(threadsOf()).toEqual([3, "OMP_NUM_THREADS"]);
  });

  test.each([0, 1.5, Number.NaN])("may not answer %s", (answer) => {
    expect(() => by(() => answer)).toThrow(
      `threads() of test/worth returned ${answer}; it must return a whole number from 1`,
    );
  });
});

test("preset, then file, then flags; the last one wins and is named", () => {
  const path = file("a.yaml", "learningRate: 5e-2 # half of the default\nseed: 7\nmodel:\n  cell: lstm\n");
  const { config, sources, preset } = resolveConfig(experiment, {
    preset: "paper",
    file: path,
    overrides: ["seed=8", "seed=9", "model.hidden=16"],
  });
  expect(preset).toBe("paper");
  expect(config).toMatchObject({
    steps: 10_000,
    learningRate: 0.05,
    seed: 9,
    model: { cell: "lstm", hidden: 16 },
  });
  expect(sources).toMatchObject({
    steps: "preset paper",
    learningRate: `file ${path}`,
    seed: "flag",
    "model.cell": `file ${path}`,
    "model.hidden": "flag",
    optimizer: "default",
  });
});

test("a JSON file, an empty file", () => {
  expect(resolveConfig(experiment, { file: file("b.json", '{"sizes": [1]}') }).config.sizes).toEqual([1]);
  expect(resolveConfig(experiment, { file: file("c.yaml", "# nothing\n") }).config.steps).toBe(100);
});

describe("text becomes what the schema wants", () => {
  test.each<[string, unknown]>([
    ["steps=12", 12],
    ["steps=1_000", 1000],
    ["learningRate=1e-3", 0.001],
    ["learningRate=.5", 0.5],
    ["shuffle=false", false],
    ["optimizer=sgd", "sgd"],
    ["title=12", "12"],
    ["title=a=b", "a=b"],
    ["title=true", "true"],
    ["sizes=[1, 2,3]", [1, 2, 3]],
    ["clip=null", null],
    ["clip=0.5", 0.5],
    ["delay=auto", "auto"],
    ["delay=3", 3],
    ['model={"hidden":9}', { hidden: 9, cell: "gru" }],
    ["weights.b=2", { a: 1, b: 2 }],
    ['weights={"c":1}', { c: 1 }],
  ])("%s", (override, value) => {
    expect(resolve(override)[override.split(/[.=]/)[0]!]).toEqual(value);
  });
});

test("all problems in one error, each with option, value, source, what is accepted, unit and sentence", () => {
  const overrides = [
    "stepz=3",
    "steps=0",
    "steps.x=1",
    "learningRate=fast",
    "shuffle=yes",
    "optimizer=addam",
    "title=",
    "sizes=4",
    "clip=-1",
    "delay=soon",
    "even=3",
    "model.hiden=3",
    "model=3",
    "weights.b=heavy",
    "weights.b.c=1",
    "seed=-1",
    "device=GPU 1",
    "threads=0",
    "oops",
    "=1",
  ];
  expect(problems({ overrides })).toEqual([
    "20 problems with the options of test/options:",
    "oops (flag): write key=value, such as seed=1",
    "=1 (flag): write key=value, such as seed=1",
    "stepz (flag): there is no such option; did you mean steps?",
    "steps.x: steps has no parts to be set (flag)",
    "model.hiden (flag): there is no such option; did you mean model.hidden?",
    "model=3 (flag): set its parts instead: model.hidden, model.cell",
    "weights.b.c: weights has no parts to be set (flag)",
    "steps=0 (flag): accepts a whole number from 1 (steps). How long to train.",
    "learningRate=fast (flag): accepts a number above 0 to 1. Step size.",
    "shuffle=yes (flag): accepts true or false. Whether the order is random.",
    "optimizer=addam (flag): accepts one of adam, sgd. What changes the weights.",
    "title= (flag): accepts text that is not empty. What figures are called.",
    "sizes=4 (flag): accepts a list of at least 1, each a whole number from 1 (units). Widths of the layers.",
    "clip=-1 (flag): accepts a number from 0 or null. Largest gradient; null: any.",
    "delay=soon (flag): accepts a whole number from 0 or auto (s). How long to wait.",
    "even=3 (flag): accepts even whole numbers. A number that two divides.",
    'weights={"a":1,"b":"heavy"} (flag): accepts an object of values, each a number. Weight of each loss by its name.',
    "seed=-1 (flag): accepts a whole number from 0. Seed of every source of randomness.",
    "device=GPU 1 (flag): accepts text matching ^(cpu|cuda|mps)(:[0-9]+)?$. Device of tensors: cpu, cuda, cuda:1, mps.",
    "threads=0 (flag): accepts a whole number from 1 to 1024 (threads). Threads of one operation on the " +
      "CPU; default: the number that suits the experiment, at most all that the process may use.",
  ]);
});

test("what is wrong in a file says which file", () => {
  const path = file("bad.yaml", "steps: lots\nmodell: {}\nlearning_rat: 1\n");
  expect(problems({ file: path })).toEqual([
    "3 problems with the options of test/options:",
    `modell (file ${path}): there is no such option; did you mean model?`,
    `learning_rat (file ${path}): there is no such option; did you mean learningRate?`,
    `steps=lots (file ${path}): accepts a whole number from 1 (steps). How long to train.`,
  ]);
});

test("options are known however they are spelt, and are refused where they are given twice", () => {
  const asked = { learningRate: 0.5, model: { hidden: 3 } };
  const path = file("spelt.yaml", "learning-rate: 0.5\nMODEL: { Hidden: 3 }\n");
  for (const request of [{ file: path }, { overrides: ["LEARNING_RATE=0.5", "Model.HIDDEN=3"] }])
    expect(resolveConfig(experiment, request).config).toMatchObject(asked);
  const twice = file("twice.yaml", "learning-rate: 1\nlearningRate: 0.5\nmodel: { hidden: 1, Hidden: 2 }\n");
  expect(problems({ file: twice })).toEqual([
    "2 problems with the options of test/options:",
    `learning-rate and learningRate (file ${twice}): they mean the same option; give one`,
    `hidden and Hidden (file ${twice}): they mean the same option; give one`,
  ]);
});

test("presets and files that are not there or not well-formed", () => {
  expect(problems({ preset: "papers" })).toEqual(["test/options has no preset papers; did you mean paper?"]);
  expect(problems({ preset: "huge" })).toEqual(["test/options has no preset huge; there are smoke, paper"]);
  expect(problems({ preset: "constructor" })[0]).toContain("has no preset constructor");
  expect(problems({ file: "/nowhere.yaml" })).toEqual([
    "cannot read the configuration nowhere.yaml: cannot open /nowhere.yaml (no such file)",
  ]);
  expect(problems({ file: folder })).toEqual([
    `cannot read the configuration ${basename(folder)}: ${folder} is a folder; a regular file is accepted`,
  ]);
  expect(problems({ file: file("d.yaml", "a: [1") })[0]).toMatch(/d\.yaml is not well-formed: Flow sequence/);
  expect(problems({ file: file("d.json", "{") })[0]).toMatch(
    /d\.json is not well-formed: Expected property name/,
  );
  expect(problems({ file: file("e.yaml", "- 1\n") })[0]).toMatch(
    /e\.yaml does not hold options by name, as in "steps: 100"$/,
  );
});

test("names that objects have by themselves are no options", () => {
  expect(problems({ overrides: ["__proto__.x=1", "toString=1"] })).toHaveLength(3);
  expect(({} as Record<string, unknown>).x).toBeUndefined();
});
