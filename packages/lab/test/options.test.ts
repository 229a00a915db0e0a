// Misspelt and unusable options of the lab's functions are refused, each in a sentence that names it.
import {
  bootstrapInterval,
  createReporter,
  createRun,
  defineExperiment,
  defineReproduction,
  divide,
  type Experiment,
  executeRun,
  type Figure,
  gridRows,
  option,
  prepareCells,
  readTable,
  renderPng,
  renderSvg,
  resolveConfig,
  runReproduction,
  runSweep,
  showSweep,
} from "@throughline/lab";
import { fileFolder } from "@throughline/testing/folders";
import { expect, test } from "vitest";
import { z } from "zod";

const root = fileFolder();
const shape = { config: { steps: option(z.int().default(1), "How long.") }, presets: {} };
const experiment = defineExperiment({
  ...{ name: "test/options", purpose: "Loops", ...shape },
  async run(context) {
    await context.loop("train", { steps: 1, chekpointEvery: 2 } as never, () => undefined);
    return {};
  },
}) as unknown as Experiment;
const resolved = resolveConfig(experiment);
const figure = (more: object): Figure =>
  ({ kind: "lines", title: "F", x: { label: "x" }, y: { label: "y" }, series: [], ...more }) as Figure;
const one = { name: "a", x: [1], y: [1] };

const wrong: Readonly<Record<string, [() => unknown, RegExp]>> = {
  createRun: [
    () => createRun(experiment, resolved, { root, nmae: "x" } as never),
    /createRun: .*nmae; did you mean name\?/,
  ],
  "createRun's name": [
    () => createRun(experiment, resolved, { root, name: 3 } as never),
    /createRun: name is 3, accepted: text/,
  ],
  resolveConfig: [
    () => resolveConfig(experiment, { presets: "x" } as never),
    /resolveConfig: .*presets; did you mean preset\?/,
  ],
  executeRun: [
    () => executeRun("x", experiment, { keepCheckpoint: 2 } as never),
    /executeRun: .*keepCheckpoint; did you mean/,
  ],
  "executeRun's numbers": [
    () => executeRun("x", experiment, { keepCheckpoints: 0 }),
    /keepCheckpoints is 0, accepted: a whole/,
  ],
  defineExperiment: [
    () =>
      defineExperiment({
        name: "a/b",
        purpose: "p",
        ...shape,
        run: async () => ({}),
        chek: async () => {},
      } as never),
    /defineExperiment: .*chek; did you mean check\?/,
  ],
  defineReproduction: [
    () => defineReproduction({ titel: "x" } as never),
    /defineReproduction: .*titel; did you mean title\?/,
  ],
  runSweep: [
    () => runSweep({ name: "x", cells: [], job: 2 } as never),
    /runSweep: .*job; did you mean jobs\?/,
  ],
  "runSweep's numbers": [
    () => runSweep({ name: "x", cells: [], jobs: 1.5 } as never),
    /runSweep: jobs is 1.5, accepted/,
  ],
  runReproduction: [
    () => runReproduction({} as never, { roots: "x" } as never),
    /runReproduction: .*roots; did you mean root\?/,
  ],
  prepareCells: [() => prepareCells([], { fnd: 1 } as never), /prepareCells: .*fnd; did you mean find\?/],
  gridRows: [
    () => gridRows({ experiments: [], seed: [1] } as never),
    /gridRows: .*seed; did you mean seeds\?/,
  ],
  readTable: [
    () => readTable("x.yaml", { override: [] } as never),
    /readTable: .*override; did you mean overrides\?/,
  ],
  divide: [() => divide({ cells: 1, thread: 2 } as never), /divide: .*thread; did you mean threads\?/],
  bootstrapInterval: [
    () => bootstrapInterval([1, 2], { resample: 3 } as never),
    /bootstrapInterval: .*resample; did you mean/,
  ],
  "bootstrapInterval's numbers": [
    () => bootstrapInterval([1, 2], { resamples: 0 }),
    /resamples is 0, accepted: a whole number/,
  ],
  createReporter: [
    () => createReporter("loud" as never),
    /createReporter: mode is "loud", accepted: "auto" or "line"/,
  ],
  showSweep: [() => showSweep({} as never, process.stderr, "loud" as never), /showSweep: mode is "loud"/],
  renderPng: [() => renderPng("<svg/>", { scael: 2 } as never), /renderPng: .*scael; did you mean scale\?/],
  figures: [
    () => renderSvg(figure({ series: [one], levls: [] })),
    /figure "F": .*levls; did you mean levels\?/,
  ],
  axes: [
    () => renderSvg(figure({ series: [one], x: { label: "x", maximum: 3 } })),
    /figure "F", x: .*maximum/,
  ],
  series: [
    () => renderSvg(figure({ series: [{ ...one, dased: true }] })),
    /figure "F", series: .*dased; did you mean dashed\?/,
  ],
};

test.each(Object.entries(wrong))("%s", async (_, [call, sentence]) => {
  await expect((async () => call())()).rejects.toThrow(sentence);
});

test("loops", async () => {
  const { status, error } = await executeRun(createRun(experiment, resolved, { root }), experiment);
  expect(status).toBe("failed");
  expect(error!.message).toMatch(/loop train: .*chekpointEvery; did you mean checkpointEvery\?/);
});
