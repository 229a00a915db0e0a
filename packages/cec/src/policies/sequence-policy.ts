// A policy over whole sequences of episodes: the interface between models, training and evaluation.
import type { Generator, nn, Tensor } from "@throughline/torch";

/**
 * T steps of B sequences, as a policy sees them. Everything is [B, T, …], and a sequence may have many episodes.
 * What came before a step is that of the sequence, also across the border of two episodes; before the first step it is zeros.
 */
export interface Steps {
  /** Observations by key; pictures are uint8 [B, T, height, width, 3]. */
  readonly observations: Readonly<Record<string, Tensor>>;
  readonly previous: {
    /** int64 [B, T] of numbered actions, float32 [B, T, dimensions] of continuous ones. */
    readonly actions: Tensor;
    /** float32 [B, T] */
    readonly rewards: Tensor;
    /** bool [B, T]: the step before was the last of its episode. */
    readonly ends: Tensor;
  };
  /** int64 [B, T]: number of the step in its episode, from 0. */
  readonly times: Tensor;
  /** float32 [B, T]: return that is still to come, with the step's own reward. Only for policies that are conditioned on it. */
  readonly returnsToGo?: Tensor;
}

/** Distribution of the actions of [B, T] steps. */
export interface ActionDistribution {
  /** @param actions as in `Steps.previous.actions` @returns float32 [B, T] */
  logProb(actions: Tensor): Tensor;
  /** The action taken in an evaluation without noise: the most probable one, or a mode's mean. @param generator of what is still drawn */
  best(generator?: Generator): Tensor;
  sample(generator?: Generator): Tensor;
}

/**
 * The memory of B sequences: tensors whose first dimension is the sequence, or none. Zeros are the memory before a first step, so that a
 * sequence forgets when its rows are filled with zeros.
 */
export type Memory = readonly Tensor[];

/** Actions of steps, and the memory after the last of them. */
export interface Decision {
  readonly actions: ActionDistribution;
  readonly memory: Memory;
}

/** A policy over sequences of episodes. One window in one pass, in chunks or step by step gives the same decisions. */
export interface SequencePolicy extends nn.Module<[steps: Steps, memory: Memory], Decision> {
  /** The memory of `count` sequences before their first step. */
  start(count: number): Memory;
  /** True if it needs `Steps.returnsToGo`. */
  readonly isConditioned: boolean;
  /** Steps that it sees at once, itself included, if it has such a bound: what `selfCheck` goes beyond. */
  readonly window?: number;
}
