// Linear maps, embeddings and one-hot codes.
import { noGrad } from "../../autograd.js";
import { call } from "../../dispatch.js";
import type { Tensor } from "../../tensor/index.js";

/** The linear map x · weightᵀ + bias; x [*, in], weight [out, in], bias [out] → [*, out] */
export function linear(x: Tensor, weight: Tensor, bias?: Tensor | null): Tensor {
  return call("aten::linear", x, weight, bias);
}

/** The bilinear map yₖ = x1ᵀ · weightₖ · x2 + biasₖ; x1 [*, in1], x2 [*, in2], weight [out, in1, in2] → [*, out] */
export function bilinear(x1: Tensor, x2: Tensor, weight: Tensor, bias?: Tensor | null): Tensor {
  return call("aten::bilinear", x1, x2, weight, bias);
}

/** Options of `embedding`. */
export interface EmbeddingOptions {
  /** Row without a gradient; a negative one counts from the last. Default none. */
  readonly paddingIdx?: number | null;
  /** Largest norm of a row: longer rows that are looked up are scaled down to it, in place. Default none. */
  readonly maxNorm?: number | null;
  /** The p of that norm. Default 2. */
  readonly normType?: number;
  /** Divide each row's gradient by the number of its occurrences in the batch. Default false. */
  readonly scaleGradByFreq?: boolean;
  /** Make weight's gradient sparse. Default false. */
  readonly sparse?: boolean;
}

/** The rows of `weight` [rows, size] that `indices` [*] (int32 or int64) name → [*, size] */
export function embedding(indices: Tensor, weight: Tensor, options: EmbeddingOptions = {}): Tensor {
  const { paddingIdx = null, maxNorm = null, normType = 2, scaleGradByFreq, sparse } = options;
  const padding = paddingIdx === null ? -1 : paddingIdx < 0 ? weight.size(0) + paddingIdx : paddingIdx;
  if (maxNorm !== null) noGrad(() => call("aten::embedding_renorm_", weight, indices, maxNorm, normType));
  return call("aten::embedding", weight, indices, padding, scaleGradByFreq, sparse);
}

/**
 * One-hot vectors [*, numClasses], int64, of class indices [*]. @param numClasses default: the largest index + 1.
 */
export function oneHot(indices: Tensor, numClasses?: number): Tensor {
  return call("aten::one_hot", indices, numClasses);
}
