// Default number of threads of a run: by the work, and by nothing else.
import { conditionExperiment, trainExperiment } from "@throughline/flossing";
import { type Experiment, resolveConfig } from "@throughline/lab";
import { expect, test } from "vitest";

const threads = (experiment: unknown, cores: number, preset: string, ...overrides: string[]) => {
  const of = experiment as Experiment;
  return of.threads!(resolveConfig(of, { preset, overrides }).config, cores);
};

test.each([
  ["smoke", []],
  ["smoke", ["cell=gru", "units=24"]],
  ["laptop", []],
  ["paper", []],
  ["paper", ["batch=4", "units=160"]],
] as const)("a small net is worth one thread: %s %j", (preset, overrides) => {
  for (const cores of [1, 2, 64]) expect(threads(trainExperiment, cores, preset, ...overrides)).toBe(1);
});

test("a large net is worth all threads that its sequences and products can use, never more than the cores", () => {
  expect(threads(trainExperiment, 2, "paper", "units=320")).toBe(2);
  expect(threads(trainExperiment, 64, "paper", "units=320", "k=1")).toBe(4);
  expect(threads(trainExperiment, 64, "paper", "units=320", "k=1", "batch=64")).toBe(16);
  expect(threads(trainExperiment, 64, "paper", "units=512", "k=512", "batch=1")).toBe(17);
  expect(threads(trainExperiment, 1, "paper", "units=512")).toBe(1);
});

test("flossing by itself is worth threads by its products", () => {
  expect(threads(conditionExperiment, 2, "paper")).toBe(1);
  expect(threads(conditionExperiment, 2, "paper", "units=512", "k=512")).toBe(2);
});
