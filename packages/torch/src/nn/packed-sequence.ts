// Sequences of different lengths side by side, without padding.
import { call } from "../dispatch.js";
import { dispose } from "../memory.js";
import type { Tensor } from "../tensor/index.js";

/**
 * The elements of a batch of sequences in the order of time, as recurrent layers take them: first those of time 0, then
 * those of time 1, and so on. Made by `utils.rnn.packPaddedSequence` and `utils.rnn.packSequence`.
 */
export class PackedSequence implements Disposable {
  /** [sum of the lengths, *] */
  readonly data: Tensor;
  /** int64 [longest length], on the CPU: how many sequences there are at each time. */
  readonly batchSizes: Tensor;
  /** int64 [batch]: where the sequences stood, the longest first; null if they were sorted. */
  readonly sortedIndices: Tensor | null;
  /** int64 [batch]: the inverse of `sortedIndices`. */
  readonly unsortedIndices: Tensor | null;

  /** @internal */
  constructor(
    data: Tensor,
    batchSizes: Tensor,
    sortedIndices: Tensor | null,
    unsortedIndices: Tensor | null,
  ) {
    this.data = data;
    this.batchSizes = batchSizes;
    this.sortedIndices = sortedIndices;
    this.unsortedIndices = unsortedIndices;
  }

  /** @internal The same with tensors of its own on the same memory, so that each may be released apart. */
  alias(): PackedSequence {
    const own = (tensor: Tensor | null): Tensor | null =>
      tensor === null ? null : call("aten::alias", tensor);
    const { data, batchSizes, sortedIndices, unsortedIndices } = this;
    return new PackedSequence(data, own(batchSizes)!, own(sortedIndices), own(unsortedIndices));
  }

  /** The same with other elements, as many; the indices share memory. */
  withData(data: Tensor): PackedSequence {
    const { batchSizes, sortedIndices, unsortedIndices } = this;
    return new PackedSequence(data, batchSizes, sortedIndices, unsortedIndices).alias();
  }

  /** Releases its tensors. */
  dispose(): void {
    dispose(Object.values(this));
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}
