// The learning rate of pre-training.
import { optim } from "@throughline/torch";

const { cosineDecay, linearWarmup, piecewiseConstant, stepsOf } = optim.lrScheduler;

/** Course of the learning rate over training. */
export interface Schedule {
  readonly phases: readonly optim.lrScheduler.Phase[];
  /** Steps of linear warm-up. */
  readonly warmup: number;
  /** `cosine`: half a period of a cosine over all steps takes it to 0. Default `none`. */
  readonly decay?: "none" | "cosine";
}

/**
 * The learning rate by step, 0, 1, …: that of its phase, times the factors of decay and warm-up.
 * Source of the warm-up: the authors' lr = base · (i / warmup) with i = step + 1.
 */
export function learningRate({ phases, warmup, decay = "none" }: Schedule): optim.lrScheduler.RateFunction {
  const base = piecewiseConstant(phases);
  const left = decay === "none" ? () => 1 : cosineDecay(stepsOf(phases));
  const warm = linearWarmup(warmup);
  return (step) => base(step) * left(step) * warm(step);
}
