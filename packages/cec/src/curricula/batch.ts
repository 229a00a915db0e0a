// What a loader gives: sequences of episodes that are equally long.
import type { Tensor } from "@throughline/torch";
import type { Steps } from "../policies/sequence-policy.js";

/** B sequences of T steps, padded at the end. */
export interface SequenceBatch extends Steps {
  /** The actions that were taken: int64 [B, T], or float32 [B, T, dimensions]. */
  readonly actions: Tensor;
  /** bool [B, T]: false in padding and wherever an action is not to be imitated. */
  readonly counted: Tensor;
  /** int64 [B, T]: number of the episode in its sequence, from 0; -1 in padding. */
  readonly episodes: Tensor;
}
