// Sequences in chunks, with the memory handed on.
import { scope, type Tensor } from "@throughline/torch";
import type { SequenceBatch } from "../curricula/batch.js";
import type { Steps } from "../policies/sequence-policy.js";
import { mapSteps } from "../policies/steps.js";

/** One chunk of a batch. */
export interface Chunk {
  readonly steps: Steps;
  readonly actions: Tensor;
  /** bool [B, chunk] */
  readonly counted: Tensor;
}

/**
 * The chunks of a batch, in order.
 * @param length steps of a chunk; the last may be shorter
 * @param blankStart the action before a chunk's first step is given as 0, as in the released training (not at rollouts)
 */
export function* chunksOf(batch: SequenceBatch, length: number, blankStart = false): Generator<Chunk> {
  const total = batch.counted.size(1);
  for (let from = 0; from < total; from += length) {
    const to = Math.min(total, from + length);
    // Views: nothing is copied.
    const cut = (tensor: Tensor): Tensor => tensor.narrow(1, from, to - from);
    const steps = mapSteps(batch, cut);
    yield {
      steps: blankStart ? withBlankStart(steps) : steps,
      actions: cut(batch.actions),
      counted: cut(batch.counted),
    };
  }
}

function withBlankStart(steps: Steps): Steps {
  const actions = scope(() => {
    const blank = steps.previous.actions.clone();
    blank.select(1, 0).zero_();
    return blank;
  });
  return { ...steps, previous: { ...steps.previous, actions } };
}
