// How the samples of a batch are divided among ranks.
import { wholeNumber } from "../checks/values.js";
import { TorchError } from "../errors.js";

/** Place in a group; a `ProcessGroup` is one. */
export interface Place {
  readonly rank: number;
  readonly size: number;
}

/** Consecutive samples of a batch. */
export interface Share {
  readonly start: number;
  readonly count: number;
}

/**
 * The samples of a batch that a rank takes: shares of equal size, or of one more for the first ranks. A mean over the batch is the
 * sum over ranks of count / `batch` times the mean over the rank's own.
 * @param batch number of samples of all ranks together
 * @param place default: that of the only process
 * @throws TorchError `torch/argument` for fewer samples than ranks
 */
export function shareOf(batch: number, { rank, size }: Place = { rank: 0, size: 1 }): Share {
  wholeNumber("shareOf: batch", batch);
  if (batch < size)
    throw new TorchError(
      "torch/argument",
      `a batch of ${batch} samples cannot be shared by ${size} ranks: each needs at least one`,
    );
  const least = Math.floor(batch / size);
  const more = batch % size;
  return { start: rank * least + Math.min(rank, more), count: least + (rank < more ? 1 : 0) };
}
