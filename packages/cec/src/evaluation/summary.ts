// Evaluations in numbers.
import { type Interval, mean } from "@throughline/lab";
import { wholeNumber } from "@throughline/torch/checks";
import { CecError } from "../errors.js";
import { nestedMean } from "./nested.js";
import { type EvaluationResult, scoredSuccess } from "./result.js";
import { constantWindowMaximum, type Spread, spreadOf, windowMaximum, windowOf } from "./window.js";

/** A mean over runs with its 95 % bootstrap interval; with several training seeds, runs are nested in them. */
export type Measure = Interval & { readonly value: number };

/** Success of one policy, or of several that were trained alike from other seeds. */
export interface EvaluationSummary {
  /** Training seeds. */
  readonly seeds: number;
  /** Runs of all seeds. */
  readonly runs: number;
  /** Scored episodes of a run. */
  readonly episodes: number;
  /** Share of successes among the scored episodes. */
  readonly success: Measure;
  /** The same for each training seed. */
  readonly bySeed: readonly number[];
  /** The paper's figure of merit: of each run the best window, then mean and standard deviation over all runs. */
  readonly windowMaximum: Spread & {
    /** Episodes of a window. */
    readonly window: number;
    /** What a policy of the same success that does not learn gets by chance. */
    readonly constant: Spread;
  };
  /** Success in the first and in the last quarter of the scored episodes. */
  readonly first: Measure;
  readonly last: Measure;
  /** Last less first quarter, of the same runs. */
  readonly rise: Measure;
  /** Mean steps of successful scored episodes; NaN without any. */
  readonly steps: number;
  /** Mean number of episodes before the test, by level; NaN for a level that no run came to. */
  readonly context: readonly number[];
}

/** Success by number of the scored episode, from 1, with 95 % bootstrap intervals. */
export interface EpisodeCurve {
  /** Numbers; with wider windows, their middles. */
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/**
 * @param results one evaluation, or one for each training seed, all of one protocol
 * @param width episodes in a row whose mean each point is
 * @throws CecError `cec/evaluation` as `summarise` does
 */
export function episodeCurve(
  results: EvaluationResult | readonly EvaluationResult[],
  width = 1,
): EpisodeCurve {
  const all = [results].flat() as readonly EvaluationResult[];
  const episodes = alike(all).protocol.testEpisodes;
  const groups = all.map(scoredSuccess);
  const wide = Math.min(wholeNumber("episodeCurve: width", width, 1), episodes);
  const points = Array.from({ length: episodes - wide + 1 }, (_, at) =>
    nestedMean(
      groups.map((runs) => runs.map((run) => mean(run.slice(at, at + wide)))),
      CURVE_RESAMPLES,
    ),
  );
  return {
    x: points.map((_, at) => at + (wide + 1) / 2),
    y: points.map(({ value }) => value),
    low: points.map(({ low }) => low),
    high: points.map(({ high }) => high),
  };
}

/** Draws for each of a curve's many points; its ends then vary by a fiftieth of an interval. */
const CURVE_RESAMPLES = 2000;

/**
 * @param results one evaluation, or one for each training seed
 * @throws CecError `cec/evaluation` for none, or for evaluations of other protocols
 */
export function summarise(results: EvaluationResult | readonly EvaluationResult[]): EvaluationSummary {
  const all = [results].flat() as readonly EvaluationResult[];
  const first = alike(all);
  const groups = all.map(scoredSuccess);
  const episodes = first.protocol.testEpisodes;
  const window = windowOf(episodes);
  const measure = (of: (success: readonly number[]) => number): Measure =>
    nestedMean(groups.map((runs) => runs.map(of)));
  const quarter = (success: readonly number[], isLast: boolean): number =>
    mean(isLast ? success.slice(-window) : success.slice(0, window));
  const success = measure(mean);
  const wins = all.flatMap((one) => one.episodes).filter((one) => one.scored && one.success);
  return {
    ...{ seeds: all.length, runs: groups.flat().length, episodes, success },
    bySeed: groups.map((runs) => mean(runs.map(mean))),
    windowMaximum: {
      window,
      ...spreadOf(groups.flat().map((run) => windowMaximum(run, window))),
      constant: constantWindowMaximum(success.value, episodes, window),
    },
    first: measure((run) => quarter(run, false)),
    last: measure((run) => quarter(run, true)),
    rise: measure((run) => quarter(run, true) - quarter(run, false)),
    steps: wins.length === 0 ? Number.NaN : mean(wins.map(({ length }) => length)),
    context: first.levels.slice(0, -1).map((_, level) => meanContext(all, level)),
  };
}

function meanContext(all: readonly EvaluationResult[], level: number): number {
  const played = all.flatMap((one) => one.episodes).filter((one) => one.level === level).length;
  return played === 0 ? Number.NaN : played / all.reduce((sum, { runs }) => sum + runs, 0);
}

/** The first of evaluations that differ in nothing but policy, seed and number of runs. @throws CecError `cec/evaluation` */
function alike(all: readonly EvaluationResult[]): EvaluationResult {
  const [first] = all;
  if (first === undefined)
    throw new CecError("evaluation", "there is no evaluation to sum up; give at least one");
  for (const other of all) checkAlike(first, other);
  return first;
}

/** @throws CecError `cec/evaluation` unless two evaluations differ in nothing but the policy, the seed and the number of runs */
function checkAlike(first: EvaluationResult, other: EvaluationResult): void {
  for (const name of ["protocol", "forget", "order", "choose"] as const) {
    const [a, b] = [JSON.stringify(first[name]), JSON.stringify(other[name])];
    if (a === b) continue;
    throw new CecError(
      "evaluation",
      `one evaluation has the ${name} ${a}, another ${b}; sum up only what was evaluated alike`,
    );
  }
  const tested = ({ levels }: EvaluationResult): string => JSON.stringify(levels.at(-1));
  if (tested(first) === tested(other)) return;
  throw new CecError(
    "evaluation",
    `one evaluation was tested in ${tested(first)}, another in ${tested(other)}; sum up only what was evaluated alike`,
  );
}
