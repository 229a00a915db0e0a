// The Lyapunov spectrum of a system in one call.
import { refuse, whole } from "../systems/refuse.js";
import type { System } from "../systems/system.js";
import type { StepperOptions } from "./setup.js";
import { LyapunovStepper } from "./stepper.js";
import type { Spectrum } from "./summary.js";

/** Options of `lyapunovSpectrum`. */
export interface SpectrumOptions extends StepperOptions {
  /** Steps to measure over. Default, for systems with an end: all there are after the transients; else needed. */
  readonly steps?: number;
  /** Time to measure over, instead of `steps`. */
  readonly duration?: number;
  /** Time that states are given to reach the attractor. Default: 10 % of what is measured. */
  readonly transient?: number;
  /** Time that tangent vectors are given to find their directions after that. Default: 10 % of what is measured. */
  readonly alignment?: number;
}

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
  const { transient, alignment, steps } = lengthsOf(system, options);
  using stepper = new LyapunovStepper(system, options);
  return stepper.settle(transient).align(alignment).step(steps).spectrum();
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
  if (steps !== undefined && duration !== undefined) throw refuse(who, "give steps or duration, not both");
  const inSteps = (what: "duration" | "transient" | "alignment"): number | undefined => {
    const time = options[what];
    if (time === undefined) return undefined;
    if (Number.isFinite(time) && time >= 0) return Math.ceil(time / system.dt - 1e-9);
    throw refuse(who, `${what} is ${time}; give a time of 0 or more`);
  };
  const wanted = steps ?? inSteps("duration");
  const available = system.length === undefined ? undefined : system.length - from;
  const total = wanted ?? available;
  if (total === undefined) throw refuse(who, "the system has no end; give steps or duration to measure over");
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
  return { transient: transientSteps, alignment: alignmentSteps, steps: whole(who, "steps", measured) };
}
