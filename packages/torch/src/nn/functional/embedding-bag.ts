// Sums, means and maxima of rows of a table.

import { noGrad } from "../../autograd.js";
import { choice } from "../../checks/index.js";
import { call } from "../../dispatch.js";
import { scope } from "../../memory.js";
import type { Tensor } from "../../tensor/index.js";
import { refuse } from "../options.js";

/** Reduction of the rows of a bag to one. */
export type BagMode = "sum" | "mean" | "max";

/** Options of `embeddingBag`. */
export interface EmbeddingBagOptions {
  /** Start of each bag in one-dimensional `indices`, int64 [bags], the first 0. Needed with them, and only then. */
  readonly offsets?: Tensor | null;
  /** Default `"mean"`. */
  readonly mode?: BagMode;
  /** Factors of the rows, of the shape of `indices`; mode `"sum"` only. Default none. */
  readonly perSampleWeights?: Tensor | null;
  /** Rows that are used and longer are shortened to this length, in place. Default none. */
  readonly maxNorm?: number | null;
  /** The p of that length. Default 2. */
  readonly normType?: number;
  /** Divide gradients by how often the row occurs in the batch; not for mode `"max"`. Default false. */
  readonly scaleGradByFreq?: boolean;
  /** Make weight's gradient sparse; not for mode `"max"`. Default false. */
  readonly sparse?: boolean;
  /** True if the last entry of `offsets` is the end of the last bag. Default false. */
  readonly includeLastOffset?: boolean;
  /** A row that does not count, and gets no gradient; negative counts from the last. Default none. */
  readonly paddingIdx?: number | null;
}

const codes: Readonly<Record<BagMode, number>> = { sum: 0, mean: 1, max: 2 };

/**
 * For each bag of indices, the sum, mean or maximum of the rows of `weight` [rows, size] that they name.
 * @param indices int32 or int64: [bags, n], as many in each bag, or [n] with `offsets`
 * @returns [bags, size]; zeros for an empty bag.
 * @throws TorchError if indices, offsets, weights and mode do not fit.
 */
export function embeddingBag(indices: Tensor, weight: Tensor, options: EmbeddingBagOptions = {}): Tensor {
  const { mode = "mean", perSampleWeights = null, maxNorm = null, normType = 2 } = options;
  const { scaleGradByFreq = false, sparse = false, includeLastOffset = false } = options;
  const code = codes[choice("embeddingBag: mode", mode, ["sum", "mean", "max"])];
  if (perSampleWeights !== null && mode !== "sum")
    throw refuse("embeddingBag", `perSampleWeights go with mode sum, not with ${mode}`);
  if (mode === "max" && (scaleGradByFreq || sparse))
    throw refuse("embeddingBag", "mode max goes with neither scaleGradByFreq nor sparse");
  if (perSampleWeights !== null && String(perSampleWeights.shape) !== String(indices.shape))
    throw refuse(
      "embeddingBag",
      `perSampleWeights [${perSampleWeights.shape}] for indices [${indices.shape}]`,
    );
  return scope(() => {
    const { flat, offsets } = bags(indices, options.offsets ?? null);
    const factors = perSampleWeights === null ? null : call("aten::reshape", perSampleWeights, [-1]);
    if (maxNorm !== null) noGrad(() => call("aten::embedding_renorm_", weight, flat, maxNorm, normType));
    const padding = options.paddingIdx ?? null;
    const row = padding === null ? -1 : padding < 0 ? weight.size(0) + padding : padding;
    if (padding !== null && !(row >= 0 && row < weight.size(0)))
      throw refuse("embeddingBag", `paddingIdx ${padding} is not a row of ${weight.size(0)}`);
    return call<Tensor[]>(
      "aten::embedding_bag.padding_idx",
      weight,
      flat,
      offsets,
      scaleGradByFreq,
      code,
      sparse,
      factors,
      includeLastOffset,
      padding === null ? null : row,
    )[0]!;
  });
}

function bags(indices: Tensor, offsets: Tensor | null): { flat: Tensor; offsets: Tensor } {
  if (indices.ndim === 2) {
    if (offsets !== null)
      throw refuse("embeddingBag", "offsets go with indices of one dimension, not of two");
    const [count = 0, length = 0] = indices.shape;
    const { dtype, device } = indices;
    const starts = call("aten::arange", count, dtype, undefined, device);
    return {
      flat: call("aten::reshape", indices, [-1]),
      offsets: call("aten::mul.Scalar", starts, length),
    };
  }
  if (indices.ndim !== 1)
    throw refuse("embeddingBag", `expects indices of 1 or 2 dimensions, got [${indices.shape}]`);
  if (offsets === null) throw refuse("embeddingBag", "indices of one dimension need offsets");
  if (offsets.ndim !== 1) throw refuse("embeddingBag", `expects offsets [bags], got [${offsets.shape}]`);
  return { flat: indices, offsets };
}
