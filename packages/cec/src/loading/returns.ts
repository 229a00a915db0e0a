// Rewards and returns as policies see them.
import type { ValueArray } from "@throughline/envs";
import type { CurriculumEpisode } from "../curricula/episode.js";
import { shapedReward } from "../source/reward.js";

/** What `returnsToGo` are. */
export const RETURNS = ["future", "target"] as const;

/**
 * `future`: sum of the rewards that are still to come, with the step's own (Decision Transformer). `target`: greatest return of the
 * sequence's episodes, less the rewards of the episode before the step (Agentic Transformer).
 */
export type ReturnsToGo = (typeof RETURNS)[number];

/** Steps of an episode, or of a part of it, without observations. */
export interface Moves {
  readonly episode: CurriculumEpisode;
  /** Number of the first step in the episode. */
  readonly from: number;
  /** One number a step, or one action after the other. */
  readonly actions: ValueArray;
  /** Squashed rewards. */
  readonly rewards: readonly number[];
}

/** Rewards as the agents of the paper see them. */
export function squashed(rewards: Float64Array): number[] {
  return Array.from(rewards, shapedReward);
}

/** ReturnsToGo of each step of a sequence, episode after episode. */
export function returnsOf(rule: ReturnsToGo, sequence: readonly Moves[]): number[] {
  if (rule === "future") return sequence.flatMap(({ rewards }) => futures(rewards));
  const target = Math.max(...sequence.map(({ rewards }) => rewards.reduce((sum, reward) => sum + reward, 0)));
  return sequence.flatMap(({ rewards }) => {
    let so = 0;
    return rewards.map((reward) => {
      const left = target - so;
      so += reward;
      return left;
    });
  });
}

function futures(rewards: readonly number[]): number[] {
  let sum = 0;
  return rewards
    .toReversed()
    .map((reward) => {
      sum += reward;
      return sum;
    })
    .toReversed();
}
