// What a store says of an episode beside its steps.

/** Place of an episode in what is recorded, known when it begins. */
export interface EpisodeStart {
  /** Number of the level, from 0. */
  readonly level: number;
  /** Number of the episode among those that were begun on its level: how far learning had come. */
  readonly ordinal: number;
  /** Version of the policy that began it, in any words. */
  readonly policy: string;
  /** True if its observations are kept; its actions and rewards are in any case. */
  readonly hasObservations: boolean;
}

/** What is known of an episode when it ends. */
export interface EpisodeEnd {
  readonly seed: number;
  /** Number of the episode in the seed's sequence. */
  readonly episode: number;
  /** Number of the update in which it ended; 0 without learning. */
  readonly update: number;
  readonly success: boolean;
  /** True if the task ended, false if the episode was cut off. */
  readonly terminated: boolean;
  /** False if the final observation is not known, as in data of others; left out otherwise. */
  readonly hasFinal?: false;
}

/** An episode of a store, without its steps. */
export interface EpisodeRecord extends EpisodeStart, EpisodeEnd {
  /** Number in the store, in the order in which episodes ended. */
  readonly number: number;
  /** Steps; there is one observation more, the final one. */
  readonly length: number;
  /** Sum of the rewards. */
  readonly return: number;
}

/** Observations of an episode: one before each step, and the final one. */
export function seenOf({ length, hasFinal }: Pick<EpisodeRecord, "length" | "hasFinal">): number {
  return hasFinal === false ? length : length + 1;
}
