// The digits as an experiment: learns, and goes on after an interruption as if there had been none.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { digits, digitsReproduction } from "@throughline/examples";
import { createRun, type Experiment, executeRun, readRun, resolveConfig } from "@throughline/lab";
import { afterAll, expect, test } from "vitest";

const experiment = digits as unknown as Experiment;
const root = mkdtempSync(join(tmpdir(), "throughline-digits-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function create(name: string): string {
  // 160 steps of 64 are several passes over 2000 digits, and longer than progress is reported apart on any machine.
  const overrides = ["threads=1", "steps=160", "testEvery=20"];
  return createRun(experiment, resolveConfig(experiment, { preset: "smoke", overrides }), { root, name });
}

async function rows(path: string) {
  return (await readRun(path).metrics()).map(({ time: _, ...row }) => row);
}

test("an interrupted run ends with the same numbers and weights as one that was not", async () => {
  const whole = create("whole");
  const outcome = await executeRun(whole, experiment);
  expect(outcome.error).toBeUndefined();
  expect(outcome.summary.accuracy).toBeGreaterThan(0.8);

  const parts = create("parts");
  for (const steps of [9, 60]) {
    const stop = new AbortController();
    const onProgress = ({ step }: { step: number }) => {
      if (step >= steps) stop.abort();
    };
    const stopped = await executeRun(parts, experiment, { signal: stop.signal, onProgress });
    expect(stopped.status).toBe("interrupted");
  }
  const resumed = await executeRun(parts, experiment);
  expect(resumed.summary).toEqual(outcome.summary);
  expect(await rows(parts)).toEqual(await rows(whole));
  const weights = (path: string) => readFileSync(join(path, "checkpoints/step-00000160/tensors.safetensors"));
  expect(weights(parts).equals(weights(whole))).toBe(true);
  for (const name of ["learning-curve.svg", "learning-curve.png", "readings.svg", "readings.png"])
    expect(existsSync(join(parts, "figures", name)), name).toBe(true);
});

test("the reproduction asks for runs that differ, and says nothing of a paper it has not", () => {
  const cells = digitsReproduction.cells("laptop");
  expect(new Set(cells.map((cell) => JSON.stringify(cell))).size).toBe(6);
  expect(digitsReproduction.cells("paper")).toEqual([]);
});
