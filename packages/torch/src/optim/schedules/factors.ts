// Factors of learning rates as functions of the step, for `LambdaLR` or a loop that sets its rates itself.
import { show } from "../../checks/show.js";
import { wholeNumber } from "../../checks/values.js";
import { TorchError } from "../../errors.js";
import type { RateFunction } from "./lambda.js";

/**
 * A linear warm-up: min(1, (step + 1) / steps) at step 0, 1, …, so that the step `steps` − 1 is the first with the whole
 * rate. Without steps the factor is always 1.
 * @param steps a whole number
 * @throws TorchError `torch/argument` for another number
 * @example
 * const schedule = new LambdaLR(optimizer, linearWarmup(1000));
 */
export function linearWarmup(steps: number): RateFunction {
  const length = Math.max(1, wholeNumber("linearWarmup: steps", steps));
  return (step) => Math.min(1, (step + 1) / length);
}

/**
 * Half a cosine wave from 1 down to 0, and 0 from then on: (1 + cos(π · min(step, steps) / steps)) / 2.
 * @param steps a whole number from 1
 * @throws TorchError `torch/argument` for another number
 */
export function cosineDecay(steps: number): RateFunction {
  wholeNumber("cosineDecay: steps", steps, 1);
  return (step) => (1 + Math.cos((Math.PI * Math.min(step, steps)) / steps)) / 2;
}

/** A stretch of a schedule with one learning rate. */
export interface Phase {
  /** Its length, a whole number. */
  readonly steps: number;
  /** Its learning rate, or its factor. */
  readonly lr: number;
}

/**
 * The rate of the phase in which a step lies; that of the last one after its end.
 * @throws TorchError `torch/argument` without any phase
 */
export function piecewiseConstant(phases: readonly Phase[]): RateFunction {
  const last = Array.isArray(phases) ? (phases as readonly Phase[]).at(-1) : undefined;
  if (last === undefined) {
    throw new TorchError(
      "torch/argument",
      `piecewiseConstant: phases is ${show(phases)}, accepted: a list of one phase or more`,
    );
  }
  const bounds = phases.map((_, i) => stepsOf(phases.slice(0, i + 1)));
  return (step) => (phases[bounds.findIndex((end) => step < end)] ?? last).lr;
}

/** Steps of all phases. */
export function stepsOf(phases: readonly Phase[]): number {
  return phases.reduce((total, { steps }) => total + steps, 0);
}
