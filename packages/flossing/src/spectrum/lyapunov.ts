// The Lyapunov spectrum of a system in one call.
import {
  atLeast,
  checkOptions,
  optional,
  positive,
  type Rules,
  whole,
  wholeNumber,
} from "@throughline/torch/checks";
import { checkSystem } from "../arguments.js";
import { refuse } from "../systems/refuse.js";
import type { System } from "../systems/system.js";
import { type StepperOptions, stepperRules } from "./setup.js";
import { LyapunovStepper } from "./stepper.js";
import type { Spectrum } from "./summary.js";

/** Options of `lyapunovSpectrum`. */
export interface SpectrumOptions extends StepperOptions {
  /** Steps to measure over, for maps and nets. Default, where there is an end: all there are after the transients. */
  readonly steps?: number;
  /** Time to measure over, for flows, in the unit of the flow's derivative. */
  readonly duration?: number;
  /** Time that states are given to reach the attractor. Default: 10 % of what is measured. */
  readonly transient?: number;
  /** Time that tangent vectors are given to find their directions after that. Default: 10 % of what is measured. */
  readonly alignment?: number;
}

const rules: Rules<SpectrumOptions> = {
  ...stepperRules,
  steps: optional(whole(1, 1)),
  duration: optional(positive(1)),
  transient: optional(atLeast(0, 0)),
  alignment: optional(atLeast(0, 0)),
};

/**
 * The first k Lyapunov exponents λᵢ = lim (1/T) Σ ln R_ii of a map, a flow or a driven recurrent net, by QR decomposition of
 * the tangent vectors every `interval` steps (Benettin et al. 1980; Shimada and Nagashima 1979), in nats per step or per
 * unit of time, with error bars, running and local exponents, Kaplan–Yorke dimension and entropy rate.
 * Times are in the system's unit, which is one step for maps and nets, and are rounded up to whole steps.
 * @throws TorchError `flossing/argument` for options that do not fit the system; `flossing/diverged`, naming member and step,
 * if a trajectory leaves the finite numbers.
 *
 * @example
 * const { exponents } = lyapunovSpectrum(henon(), { steps: 10_000, batch: 10 }); // 0.419, −1.623
 */
export function lyapunovSpectrum(system: System, options: SpectrumOptions = {}): Spectrum {
  checkSystem("lyapunovSpectrum", system);
  const { steps, duration, transient, alignment, ...start } = checkOptions(
    "lyapunovSpectrum",
    rules,
    options,
  );
  const lengths = lengthsOf(system, { steps, duration, transient, alignment, from: start.from });
  using stepper = new LyapunovStepper(system, start);
  return stepper.settle(lengths.transient).align(lengths.alignment).step(lengths.steps).spectrum();
}

interface Lengths {
  readonly transient: number;
  readonly alignment: number;
  readonly steps: number;
}

const tenth = 0.1;

/** Steps of each part. */
function lengthsOf(system: System, options: SpectrumOptions): Lengths {
  const who = "lyapunovSpectrum";
  const { steps, duration, from = 0 } = options;
  const isFlow = system.unit === "time";
  if (isFlow && steps !== undefined) {
    throw refuse(
      who,
      `a flow is measured over a time; give duration: ${steps * system.dt} for ${steps} steps of ${system.dt}`,
    );
  }
  if (!isFlow && duration !== undefined) {
    throw refuse(
      who,
      `a map or a net is measured over steps; give steps: ${Math.ceil(duration)}, not a duration`,
    );
  }
  const inSteps = (what: "duration" | "transient" | "alignment"): number | undefined => {
    const time = options[what];
    return time === undefined ? undefined : Math.ceil(time / system.dt - 1e-9);
  };
  const wanted = steps ?? inSteps("duration");
  const available = system.length === undefined ? undefined : system.length - from;
  const total = wanted ?? available;
  if (total === undefined) {
    throw refuse(who, `the system has no end; give ${isFlow ? "the duration" : "the steps"} to measure over`);
  }
  const usual = Math.ceil(total * tenth);
  const transientSteps = inSteps("transient") ?? usual;
  const alignmentSteps = inSteps("alignment") ?? usual;
  const measured = wanted ?? total - transientSteps - alignmentSteps;
  if (available !== undefined && transientSteps + alignmentSteps + measured > available) {
    throw refuse(
      who,
      `transient ${transientSteps}, alignment ${alignmentSteps} and ${measured} measured steps are more than the ${available} ` +
        "steps there are; give smaller ones, or let inputs repeat",
    );
  }
  return {
    transient: transientSteps,
    alignment: alignmentSteps,
    steps: wholeNumber(`${who}: steps`, measured, 1),
  };
}
