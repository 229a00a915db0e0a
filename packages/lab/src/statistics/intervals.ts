// Intervals around measured values that may hold the true ones.
import { between, callback, checkOptions, type Rules, whole } from "@throughline/torch/checks";
import { LabError } from "../errors.js";
import { Random } from "../random/index.js";
import { checkSample, type Interval, interquartileMean, mean, quantile, standardError } from "./describe.js";
import { normalQuantile, tQuantile } from "./distributions.js";

/**
 * Student's interval of the mean, x̄ ± t · s/√n with n − 1 degrees of freedom: holds for samples of a normal
 * distribution, and well enough for others that are not skewed. @throws LabError lab/sample for fewer than two values
 */
export function tInterval(values: readonly number[], level = 0.95): Interval {
  checkSample("a t interval", values, 2);
  checkLevel(level);
  const middle = mean(values);
  const half = tQuantile(0.5 + level / 2, values.length - 1) * standardError(values);
  return { low: middle - half, high: middle + half };
}

/**
 * Wilson's score interval of a rate (Wilson 1927): never outside 0 to 1, and honest at 0 and at all successes.
 * @throws LabError lab/sample unless 0 ≤ successes ≤ trials, trials ≥ 1, both whole
 */
export function wilsonInterval(successes: number, trials: number, level = 0.95): Interval {
  checkLevel(level);
  const whole = Number.isInteger(successes) && Number.isInteger(trials);
  if (!whole || trials < 1 || successes < 0 || successes > trials) {
    throw new LabError(
      "lab/sample",
      `a Wilson interval needs 0 ≤ successes ≤ trials, whole numbers; got ${successes} of ${trials}`,
    );
  }
  const z2 = normalQuantile(0.5 + level / 2) ** 2;
  const rate = successes / trials;
  const centre = (rate + z2 / (2 * trials)) / (1 + z2 / trials);
  const half =
    (Math.sqrt(z2) * Math.sqrt((rate * (1 - rate)) / trials + z2 / (4 * trials ** 2))) / (1 + z2 / trials);
  // At the ends the formula gives exactly 0 or 1, but for rounding.
  return { low: successes === 0 ? 0 : centre - half, high: successes === trials ? 1 : centre + half };
}

interface ResamplingOptions {
  /** Default 0.95. */
  readonly level?: number;
  /** Default 10,000: the ends then vary by about a hundredth of the interval. */
  readonly resamples?: number;
  /** Default 0. The same seed gives the same interval. */
  readonly seed?: number;
}

export interface BootstrapOptions extends ResamplingOptions {
  /** Statistic of the sample. Default the mean. */
  readonly statistic?: (values: readonly number[]) => number;
}

export interface StratifiedBootstrapOptions extends ResamplingOptions {
  /** Statistic of all strata. Default the interquartile mean of all values together. */
  readonly statistic?: (strata: readonly (readonly number[])[]) => number;
}

const resampling = { level: between(0, 1, 0.95), resamples: whole(1, 10_000), seed: whole(0, 0) };

/**
 * Percentile interval of the bootstrap (Efron 1979) over seeds, episodes or whatever the values are: makes no assumption on
 * the distribution, but is too narrow for fewer than about ten values. @throws LabError lab/sample for fewer than two values
 */
export function bootstrapInterval(values: readonly number[], options: BootstrapOptions = {}): Interval {
  const rules: Rules<Required<BootstrapOptions>> = {
    ...resampling,
    statistic: { ...callback(), initial: mean },
  };
  const { statistic, ...rest } = checkOptions("bootstrapInterval", rules, options);
  checkSample("a bootstrap interval", values, 2);
  return percentileInterval(rest, (random) => statistic(resample(values, random)));
}

/**
 * Percentile interval of the stratified bootstrap (Agarwal et al. 2021): each stratum is drawn from anew by itself, so that
 * differences between strata do not widen the interval.
 * @param strata the values of each task, say one a seed; or of each seed, one an episode. They need not be equally many.
 * @throws LabError lab/sample for no strata, or one with fewer than two values
 */
export function stratifiedBootstrapInterval(
  strata: readonly (readonly number[])[],
  options: StratifiedBootstrapOptions = {},
): Interval {
  const rules: Rules<Required<StratifiedBootstrapOptions>> = {
    ...resampling,
    statistic: { ...callback(), initial: (drawn) => interquartileMean(drawn.flat()) },
  };
  const { statistic, ...rest } = checkOptions("stratifiedBootstrapInterval", rules, options);
  if (strata.length === 0)
    throw new LabError("lab/sample", "a stratified bootstrap interval needs at least one stratum");
  for (const values of strata) checkSample("each stratum of a bootstrap interval", values, 2);
  return percentileInterval(rest, (random) => statistic(strata.map((values) => resample(values, random))));
}

/** Draws as many values, with replacement. */
function resample(values: readonly number[], random: Random): number[] {
  return values.map(() => values[random.below(values.length)]!);
}

function percentileInterval(
  { level, resamples, seed }: Required<ResamplingOptions>,
  draw: (random: Random) => number,
): Interval {
  checkLevel(level);
  const random = new Random("bootstrap", seed);
  const drawn = Array.from({ length: resamples }, () => draw(random));
  return { low: quantile(drawn, (1 - level) / 2), high: quantile(drawn, (1 + level) / 2) };
}

function checkLevel(level: number): void {
  if (!(level > 0 && level < 1)) {
    throw new LabError(
      "lab/sample",
      `the level of an interval is ${level}; give a number between 0 and 1, such as 0.95`,
    );
  }
}
