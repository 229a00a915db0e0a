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

/** Options of `chunksOf`. */
export interface ChunkOptions {
  /** The action before a chunk's first step is given as 0, as in the released training (not at rollouts). Default: false. */
  readonly blankStart?: boolean | undefined;
  /** Steps of the longest sequence. Default: with all padding. */
  readonly end?: number;
}

/**
 * The chunks of a batch, in order.
 * @param length steps of a chunk; the last may be shorter
 */
export function* chunksOf(
  batch: SequenceBatch,
  length: number,
  { blankStart = false, end = batch.counted.size(1) }: ChunkOptions = {},
): Generator<Chunk> {
  for (let from = 0; from < end; from += length) {
    const to = Math.min(end, from + length);
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
