// The paper's figure of merit, a maximum over windows, and how much of it is chance.
import { mean, standardDeviation } from "@throughline/lab";
import { numberBetween, wholeNumber } from "@throughline/torch/checks";
import { CecError } from "../errors.js";
import { fewerThan } from "./scan.js";

/** Mean and standard deviation over runs; the latter is NaN for one run. */
export interface Spread {
  readonly mean: number;
  readonly deviation: number;
}

/** Episodes of a window: a quarter of the test, 25 of 100 and 12 of 50, but at least one. */
export function windowOf(episodes: number): number {
  return Math.max(1, Math.floor(episodes / 4));
}

/**
 * Highest mean of `window` episodes in a row.
 * @param success 0 or 1 of each episode @throws CecError `cec/evaluation` for fewer episodes than the window has
 */
export function windowMaximum(success: ArrayLike<number>, window: number = windowOf(success.length)): number {
  wholeNumber("windowMaximum: window", window, 1, Number.MAX_SAFE_INTEGER);
  if (success.length < window)
    throw new CecError("evaluation", `a window of ${window} episodes does not fit into ${success.length}`);
  let sum = 0;
  let most = 0;
  for (let at = 0; at < success.length; at++) {
    sum += success[at]! - (at >= window ? success[at - window]! : 0);
    if (at >= window - 1 && sum > most) most = sum;
  }
  return most / window;
}

/** Mean and standard deviation of values of runs. */
export function spreadOf(values: readonly number[]): Spread {
  return { mean: mean(values), deviation: values.length > 1 ? standardDeviation(values) : Number.NaN };
}

/**
 * The window maximum of a policy that does not learn: each episode succeeds with the same probability. The paper's figure of merit is
 * above the plain mean even for it, by what this returns less `probability`. For tests of 2 to 7 windows the mean
 * is within 0.0005 (Naus 1982).
 * @param probability of success @param episodes of the test, at least `window`
 * @throws TorchError `torch/argument`
 */
export function constantWindowMaximum(
  probability: number,
  episodes: number,
  window: number = windowOf(episodes),
): Spread {
  numberBetween("constantWindowMaximum: probability", probability, 0, 1);
  wholeNumber("constantWindowMaximum: episodes", episodes, 1, Number.MAX_SAFE_INTEGER);
  wholeNumber("constantWindowMaximum: window", window, 1, episodes);
  // E M = Σ P(M ≥ k) and E M² = Σ (2k − 1) P(M ≥ k), k from 1 to the window.
  const atLeast = fewerThan(probability, episodes, window).map((fewer) => 1 - fewer);
  const first = atLeast.reduce((sum, share) => sum + share, 0);
  const second = atLeast.reduce((sum, share, at) => sum + (2 * at + 1) * share, 0);
  return { mean: first / window, deviation: Math.sqrt(Math.max(0, second - first * first)) / window };
}
