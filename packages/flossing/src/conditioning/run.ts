// Measures a net, flosses it, measures it again.
import type { Metrics, RunContext, Summary } from "@throughline/lab";
import { type Generator, noGrad, randint, randn, scope, type Tensor } from "@throughline/torch";
import { Flosser } from "../floss/flosser.js";
import { kernelLevel } from "../kernels/processor.js";
import { longTermJacobian } from "../spectrum/long-term.js";
import { lyapunovSpectrum } from "../spectrum/lyapunov.js";
import { driven } from "../systems/driven.js";
import { cellOf, type TrainableCell } from "../train/build.js";
import type { ConditionConfig } from "./experiment.js";
import { type Measurement, measurementsArtifact } from "./measurements.js";

/** Steps before anything is measured. */
const SETTLING = 200;

export async function condition(context: RunContext<ConditionConfig>): Promise<Summary> {
  const { config, device } = context;
  context.environment({ kernels: kernelLevel() });
  const generator = context.generator("net");
  const cell = context.track(
    "cell",
    cellOf({ ...config, leak: 1 }, { inputSize: 1 }, generator).to({ device }),
  );
  const bits = (length: number, from: Generator): Tensor =>
    randint(0, 2, [length, 1, 1], { generator: from, dtype: "float32" }).to(device);
  const inputs = context.generator("flossing-inputs");
  const start = randn([1, cell.stateSize], { generator }).to(device);
  const flosser = context.track(
    "flosser",
    new Flosser(cell, {
      k: config.k,
      target: config.target,
      skip: config.skip,
      lr: config.lr,
      clip: config.clip,
      coordinates: config.cell === "pre" ? "rate" : "state",
      generator: context.generator("frame"),
      inputs: () => bits(config.length, inputs),
      state: () => start,
    }),
  );
  // Inputs of the measurements before and after flossing.
  const probe = bits(SETTLING + config.measure, context.generator("probe"));
  const before = measure(cell, probe, start, config);
  await context.loop("floss", { steps: config.steps, unit: "flossing step" }, (): Metrics => {
    const { loss, exponents } = flosser.step();
    return { loss, first: exponents[0]!, last: exponents.at(-1)! };
  });
  const after = measure(cell, probe, start, config);
  context.keep(measurementsArtifact, { before, after });
  return {
    firstBefore: before.exponents[0]!,
    firstAfter: after.exponents[0]!,
    lastBefore: before.exponents[config.k - 1]!,
    lastAfter: after.exponents[config.k - 1]!,
    log10ConditionBefore: log10Condition(before, config.k),
    log10ConditionAfter: log10Condition(after, config.k),
  };
}

/** log₁₀ of σ₁ / σ_m over the longest horizon, as in the figures; null where σ_m is 0. */
function log10Condition({ logConditions }: Measurement, m: number): number | null {
  const natural = logConditions.at(-1)![m - 1]!;
  return natural === null ? null : natural / Math.LN10;
}

function measure(cell: TrainableCell, probe: Tensor, start: Tensor, config: ConditionConfig): Measurement {
  return noGrad(() =>
    scope(() => {
      const wide = probe.to({ dtype: "float64" });
      const exact = cell.clone().to({ dtype: "float64" });
      const system = driven(exact, wide);
      const initial = start.to({ dtype: "float64" });
      const { exponents } = lyapunovSpectrum(system, {
        initial,
        transient: SETTLING / 2,
        alignment: SETTLING / 2,
        steps: config.measure,
        interval: 1,
      });
      const horizons = horizonsTo(config.horizon);
      const { logSingularValues } = longTermJacobian(system, { initial, transient: SETTLING, horizons });
      const logConditions = logSingularValues.map(([values]) =>
        Array.from(values!, (value) => finite(values![0]! - value)),
      );
      exact.dispose();
      return { exponents: exponents.map((value) => value), horizons, logConditions };
    }),
  );
}

/** JSON has no infinity. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** 1, 2, 5, 10, then every tenth, up to `longest`. */
function horizonsTo(longest: number): number[] {
  const all = [1, 2, 5, ...Array.from({ length: Math.floor(longest / 10) }, (_, i) => 10 * (i + 1)), longest];
  return [...new Set(all.filter((horizon) => horizon <= longest))].sort((a, b) => a - b);
}
