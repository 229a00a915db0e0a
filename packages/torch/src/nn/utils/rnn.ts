// Sequences of different lengths: padded, packed and back (`torch.nn.utils.rnn`).
import { show } from "../../checks/show.js";
import { isWhole } from "../../checks/values.js";
import { call } from "../../dispatch.js";
import { scope } from "../../memory.js";
import { fromBytes } from "../../tensor/base.js";
import { Tensor } from "../../tensor/index.js";
import { refuse } from "../options.js";
import { PackedSequence } from "../packed-sequence.js";

/** Lengths of sequences: whole numbers, or an int64 tensor [batch]. */
export type Lengths = readonly number[] | Tensor;

function lengthsOf(who: string, lengths: Lengths): number[] {
  const list = lengths instanceof Tensor ? (lengths.toArray() as (number | bigint)[]).map(Number) : lengths;
  if (Array.isArray(list) && list.length > 0 && list.every((n) => isWhole(n, 1, Number.MAX_SAFE_INTEGER)))
    return [...(list as readonly number[])];
  throw refuse(who, `the lengths are ${show(lengths)}, accepted: whole numbers of at least 1`);
}

function indices(values: readonly number[], device: string): Tensor {
  return scope(() => {
    const list = fromBytes(BigInt64Array.from(values, BigInt), [values.length], "int64");
    return call("aten::to.device", list, device, "int64");
  });
}

/** Options of `packPaddedSequence`. */
export interface PackOptions {
  /** True if sequences are [batch, time, *] and not [time, batch, *]. Default false. */
  readonly batchFirst?: boolean;
  /** True to refuse sequences that do not come with the longest first, false to sort them. Default true. */
  readonly enforceSorted?: boolean;
}

/**
 * A padded batch without its padding, as `RNN`, `LSTM` and `GRU` take it.
 * @param x [time, batch, *]
 * @param lengths [batch], each at least 1 and at most time
 * @throws TorchError if the lengths do not fit or, unless `enforceSorted` is false, grow.
 */
export function packPaddedSequence(x: Tensor, lengths: Lengths, options: PackOptions = {}): PackedSequence {
  const { batchFirst = false, enforceSorted = true } = options;
  const name = "packPaddedSequence";
  const list = lengthsOf(name, lengths);
  if (x.ndim < 2) throw refuse(name, `expects at least 2 dimensions, got [${x.shape}]`);
  const [time, batch] = batchFirst ? [x.size(1), x.size(0)] : [x.size(0), x.size(1)];
  if (list.length !== batch) throw refuse(name, `${list.length} lengths for a batch of ${batch}`);
  const longest = Math.max(...list);
  if (longest > time) throw refuse(name, `a sequence of length ${longest}, but ${time} times`);
  const growing = list.findIndex((length, i) => i > 0 && length > list[i - 1]!);
  if (enforceSorted && growing >= 0) {
    throw refuse(
      name,
      `sequence ${growing} is longer than the one before it; sort them, or give enforceSorted: false`,
    );
  }
  return scope(() => {
    if (enforceSorted) return packed(x, list, batchFirst, null);
    const order = list.map((_, i) => i).sort((a, b) => list[b]! - list[a]! || a - b);
    const places = indices(order, x.device);
    const sorted = call("aten::index_select", x, batchFirst ? 0 : 1, places);
    const lengthsInOrder = order.map((i) => list[i]!);
    return packed(sorted, lengthsInOrder, batchFirst, { order, places });
  });
}

function packed(
  x: Tensor,
  lengths: readonly number[],
  batchFirst: boolean,
  sorted: { readonly order: readonly number[]; readonly places: Tensor } | null,
): PackedSequence {
  const [data, sizes] = call<[Tensor, Tensor]>(
    "aten::_pack_padded_sequence",
    x,
    indices(lengths, "cpu"),
    batchFirst,
  );
  if (sorted === null) return new PackedSequence(data, sizes, null, null);
  const { order, places } = sorted;
  const back = new Array<number>(order.length).fill(0);
  order.forEach((from, to) => {
    back[from] = to;
  });
  return new PackedSequence(data, sizes, places, indices(back, x.device));
}

/** Options of `padPackedSequence`. */
export interface PadPackedOptions {
  /** True for [batch, time, *] and not [time, batch, *]. Default false. */
  readonly batchFirst?: boolean;
  /** Value of the places behind a sequence. Default 0. */
  readonly paddingValue?: number;
  /** Times of the result, at least the longest length. Default: that length. */
  readonly totalLength?: number | null;
}

/**
 * The inverse of `packPaddedSequence`, the batch in its own order.
 * @returns the padded batch [time, batch, *] and the lengths, int64 [batch] on the CPU.
 * @throws TorchError if `totalLength` is less than the longest length.
 */
export function padPackedSequence(
  sequence: PackedSequence,
  options: PadPackedOptions = {},
): [padded: Tensor, lengths: Tensor] {
  const { batchFirst = false, paddingValue = 0, totalLength = null } = options;
  const { data, batchSizes, unsortedIndices } = sequence;
  const longest = batchSizes.size(0);
  if (totalLength !== null && totalLength < longest)
    throw refuse(
      "padPackedSequence",
      `totalLength ${totalLength} is less than the longest length ${longest}`,
    );
  return scope(() => {
    const [padded, lengths] = call<[Tensor, Tensor]>(
      "aten::_pad_packed_sequence",
      data,
      batchSizes,
      batchFirst,
      paddingValue,
      totalLength ?? longest,
    );
    if (unsortedIndices === null) return [padded, lengths] as [Tensor, Tensor];
    const order = call("aten::to.device", unsortedIndices, "cpu", "int64");
    return [
      call("aten::index_select", padded, batchFirst ? 0 : 1, unsortedIndices),
      call("aten::index_select", lengths, 0, order),
    ] as [Tensor, Tensor];
  });
}

/** Options of `padSequence`. */
export interface PadSequenceOptions {
  /** True for [batch, time, *] and not [time, batch, *]. Default false. */
  readonly batchFirst?: boolean;
  /** Value of the places behind a sequence. Default 0. */
  readonly paddingValue?: number;
  /** Default `"right"`: behind the sequences. */
  readonly paddingSide?: "right" | "left";
}

/** Sequences [time, *] of different lengths as one padded batch. @throws TorchError for none of them. */
export function padSequence(sequences: readonly Tensor[], options: PadSequenceOptions = {}): Tensor {
  const { batchFirst = false, paddingValue = 0, paddingSide = "right" } = options;
  if (!Array.isArray(sequences) || sequences.length === 0)
    throw refuse("padSequence", `expects a list of sequences, got ${show(sequences)}`);
  return call("aten::pad_sequence", sequences, batchFirst, paddingValue, paddingSide);
}

/** The sequences of a padded batch, each [length, *]: the inverse of `padSequence`. @param options `batchFirst`: default false. */
export function unpadSequence(
  padded: Tensor,
  lengths: Lengths,
  options: { readonly batchFirst?: boolean } = {},
): Tensor[] {
  const list = lengthsOf("unpadSequence", lengths);
  const batch = options.batchFirst ? 0 : 1;
  return scope(() => list.map((length, i) => padded.select(batch, i).narrow(0, 0, length)));
}

/** Sequences [length, *] packed. @param options `enforceSorted`: default true. @throws TorchError as `packPaddedSequence`. */
export function packSequence(
  sequences: readonly Tensor[],
  options: { readonly enforceSorted?: boolean } = {},
): PackedSequence {
  const { enforceSorted = true } = options;
  return scope(() => {
    const lengths = sequences.map((sequence) => sequence.size(0));
    return packPaddedSequence(padSequence(sequences), lengths, { enforceSorted });
  });
}

/** The sequences of a packed batch, each [length, *], in their own order. */
export function unpackSequence(sequence: PackedSequence): Tensor[] {
  return scope(() => {
    const [padded, lengths] = padPackedSequence(sequence);
    return unpadSequence(padded, lengths);
  });
}
