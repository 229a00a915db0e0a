// NaN and infinite metrics: the run stops, names loop, step and metric, and keeps what is good.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { createRun, defineExperiment, executeRun, readRun, resolveConfig } from "@throughline/lab";
import { fileFolder } from "@throughline/testing/folders";
import * as torch from "@throughline/torch";
import { expect, test } from "vitest";
import { results, runAt } from "../support/processes.js";
import { tiny, troubles } from "../support/tiny.mjs";

const root = fileFolder();

test("a NaN loss stops the run; resumed once it is repaired, it ends as if nothing had been", async () => {
  const request = resolveConfig(tiny, { overrides: ["threads=1", "steps=20", "checkpointEvery=4"] });
  const run = createRun(tiny, request, { root, name: "nan" });
  troubles.nan = 14;
  const outcome = await executeRun(run, tiny);
  delete troubles.nan;
  expect(outcome).toMatchObject({ status: "failed", exitCode: 1 });
  const sentence = "loss is NaN at step 14 of loop first; step-00000012 is the last good checkpoint";
  expect(outcome.error?.message).toBe(sentence);
  const record = readRun(run);
  expect(record).toMatchObject({ status: "failed", error: sentence });
  expect((await record.metrics()).at(-1)).toMatchObject({ loop: "first", step: 13 });
  expect((await executeRun(run, tiny)).status).toBe("finished");
  await executeRun(createRun(tiny, request, { root, name: "untouched" }), tiny);
  expect(results(run)).toEqual(results(runAt(root, "untouched")));
});

/** One weight that is NaN from the sixth step on, which its metric shows after the eighth. */
const slow = defineExperiment({
  name: "test/slow",
  purpose: "Notice NaN too late.",
  config: {},
  presets: {},
  async run(context) {
    const weight = torch.zeros([3]).keep();
    context.track("weights", {
      stateDict: () => ({ weight }),
      loadStateDict: (state: { weight: torch.Tensor }) => void weight.copy_(state.weight),
    });
    await context.loop("train", { steps: 12, checkpointEvery: 2 }, (step) => {
      if (step === 5 && isBroken) weight.fill_(Number.NaN);
      else weight.add_(1);
      return { steps: step, ...(step >= 8 ? { size: weight.sum().item() } : {}) };
    });
    return { size: weight.sum().item() };
  },
});
let isBroken = true;

test("checkpoints with NaN in them are not gone back to", async () => {
  const run = createRun(slow, resolveConfig(slow), { root });
  const outcome = await executeRun(run, slow);
  expect(outcome.error?.message).toBe(
    "size is NaN at step 8 of loop train; step-00000004 is the last good checkpoint",
  );
  // The good one is kept although three newer ones were taken.
  expect(readdirSync(join(run, "checkpoints"))).toEqual(
    expect.arrayContaining(["step-00000004", "step-00000006", "step-00000008"]),
  );
  isBroken = false;
  const said: string[] = [];
  const reporter = { progress() {}, end() {}, message: (text: string) => void said.push(text) };
  expect((await executeRun(run, slow, { reporter })).summary).toEqual({ size: 36 });
  expect(said.slice(0, 3)).toEqual([
    "checkpoint step-00000008 holds NaN in weights.weight",
    "checkpoint step-00000006 holds NaN in weights.weight",
    "resuming from checkpoint step-00000004",
  ]);
});

test.each([
  [{ loss: Number.POSITIVE_INFINITY }, "loss is Infinity at step 0 of loop x; there is no good checkpoint"],
  [{ a: 1n }, "a at step 0 of loop x is 1; a metric is a number or text"],
  [
    { t: torch.zeros([1]) },
    "t at step 0 of loop x is a Tensor; a metric is a number or text; log its item()",
  ],
  [{ step: 1 }, "a metric cannot be called step: every row has a step already"],
])("metrics %o", async (metrics, sentence) => {
  const experiment = defineExperiment({
    name: "test/metric",
    purpose: "Log something.",
    config: {},
    presets: {},
    async run(context) {
      await context.loop("x", { steps: 1 }, () => metrics as Record<string, number>);
      return {};
    },
  });
  const outcome = await executeRun(createRun(experiment, resolveConfig(experiment), { root }), experiment);
  expect(outcome.error?.message).toBe(sentence);
});
