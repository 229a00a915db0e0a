// `bench -- lab`: training steps inside a run, with metrics logged at every step and the checkpoint at the end, against the
// same steps in a bare loop, both in this process.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRun, defineExperiment, executeRun, resolveConfig } from "@throughline/lab";
import { scope } from "@throughline/torch";
import { now } from "./clock.js";
import { makeWork, steps } from "./lab-step.js";
import { serve } from "./serve.js";

let ms = Number.NaN;
const work = makeWork();

const experiment = defineExperiment({
  name: "bench/step",
  purpose: "Time a training step inside a run.",
  config: {},
  presets: {},
  async run(context) {
    context.track("model", work.model);
    context.track("optimizer", work.optimizer);
    const start = now();
    await context.loop("train", { steps }, work.step);
    ms = (now() - start) / steps;
    return {};
  },
});

async function insideRun(): Promise<number> {
  const root = mkdtempSync(join(tmpdir(), "throughline-bench-"));
  const threads = Number(process.argv[2] ?? 1);
  const resolved = resolveConfig(experiment, { overrides: [`threads=${threads}`] });
  const run = createRun(experiment, resolved, { root });
  const outcome = await executeRun(run, experiment, { handleSignals: false });
  rmSync(root, { recursive: true, force: true });
  if (outcome.error !== undefined) throw outcome.error;
  return ms;
}

function bare(): number {
  const start = now();
  for (let i = 0; i < steps; i++) scope(work.step);
  return (now() - start) / steps;
}

await serve(async ({ side }) => ({ ms: side === "peer" ? bare() : await insideRun() }));
