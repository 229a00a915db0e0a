// Attention of Transformer-XL in the form that the CEC paper has from Video PreTraining (Baker et al. 2022): each step looks at itself and
// the W − 1 steps before it, and a learned bias depends on the distance.
import {
  arange,
  cat,
  customFunction,
  isGradEnabled,
  nn,
  noGrad,
  scope,
  type Tensor,
} from "@throughline/torch";
import { checkShape, notAccepted } from "@throughline/torch/checks";
import { operators } from "./operators.js";

/** Inputs of attention: B sequences, T steps, width E, a window of W steps. Numbers are of one dtype. */
export interface Band {
  /** [B, T, E]: one for each step. */
  readonly queries: Tensor;
  /** [B, W + T, E]: those of the W steps before, then those of the T steps. */
  readonly keys: Tensor;
  /** [B, W + T, E] */
  readonly values: Tensor;
  /** [B, T, heads, N]: what a step's bias is made of; N is 10 in the paper. */
  readonly relative: Tensor;
  /** [N, W]: by distance, from 0; the same for all heads. */
  readonly table: Tensor;
  /** bool [B, W]: which of the W steps before there are. */
  readonly valid: Tensor;
}

/**
 * The softmax of q · k / d + Σₙ rₙ · table[n, i − j] over the W newest steps j ≤ i, times their values; d = E / heads (muP's scale, not its
 * root). The softmax is taken in float32 at least.
 * @returns [B, T, E], heads side by side
 * @throws TorchError `torch/argument` for sizes that do not belong together
 */
export function bandedAttention(band: Band, heads: number): Tensor {
  checkBand(band, heads);
  return fitsKernels(band) ? nativeAttention(band) : genericAttention(band, heads);
}

const names = ["queries", "keys", "values", "relative", "table"] as const;

/** Numbers that the operator computes with, in float32. */
const narrow: readonly string[] = ["float32", "bfloat16", "float16"];

/** True for what the operator takes: single and half precision on the CPU. */
function fitsKernels(band: Band): boolean {
  return (
    band.valid.device === "cpu" &&
    band.queries.numel > 0 &&
    names.every((name) => narrow.includes(band[name].dtype) && band[name].device === "cpu")
  );
}

type Inputs = [queries: Tensor, keys: Tensor, values: Tensor, relative: Tensor, table: Tensor, valid: Tensor];

const differentiable = customFunction<Inputs>({
  forward(context, ...inputs) {
    const [out, sums] = operators().attention(...inputs, true);
    context.saveForBackward(...inputs, out!, sums!);
    return out!;
  },
  backward(saved, gradient) {
    const [queries, keys, values, relative, table, valid, out, sums] = saved as [...Inputs, Tensor, Tensor];
    const given = gradient!.contiguous();
    return [
      ...operators().attention_backward(queries, keys, values, relative, table, valid, out, sums, given),
      null,
    ];
  },
});

/** By kernels that compute nothing outside of the window and keep no logits: the derivative computes them again. Has first derivatives only. */
function nativeAttention(band: Band): Tensor {
  return scope(() => {
    const [queries, keys, values, relative, table] = names.map((name) => band[name].float().contiguous());
    const inputs: Inputs = [queries!, keys!, values!, relative!, table!, band.valid.contiguous()];
    const isRecorded = isGradEnabled() && inputs.some((tensor) => tensor.requiresGrad);
    const [out] = isRecorded ? differentiable(...inputs) : operators().attention(...inputs, false);
    return out!.to(band.queries.dtype);
  });
}

/** The same by PyTorch's own operators: for other devices and dtypes, and what the kernels are tested against. */
export function genericAttention(band: Band, heads: number): Tensor {
  return scope(() => {
    const weights = attentionWeights(band, heads).to(band.values.dtype);
    return weights.matmul(split(band.values, heads)).transpose(1, 2).flatten(2);
  });
}

/**
 * Breadth of each head's look: the entropy of its weights in nats, between 0 and ln W, as the mean over sequences and steps.
 * @returns float32 [heads], without gradient
 */
export function attentionEntropy(band: Band, heads: number): Tensor {
  checkBand(band, heads);
  return noGrad(() =>
    scope(() => {
      const weights = attentionWeights(band, heads);
      return weights
        .xlogy(weights)
        .sum({ dim: -1 })
        .neg()
        .mean({ dim: [0, 2] })
        .float();
    }),
  );
}

/** Weights with which each step looks at each: [B, heads, T, W + T], 0 outside of the window, without dropout. */
export function attentionWeights(band: Band, heads: number): Tensor {
  return scope(() => {
    const { queries, keys, relative, table, valid } = band;
    const [steps, window] = [queries.size(1), table.size(1)];
    const [q, k] = [split(queries, heads), split(keys, heads)];
    const logits = q.mul(1 / q.size(3)).matmul(k.transpose(2, 3));
    const bias = skewed(relative.transpose(1, 2).matmul(table.flip([1])), steps, window);
    const [row, column] = [arange(steps).unsqueeze(1), arange(window + steps)];
    const isOutside = column
      .le(row)
      .logicalOr(column.gt(row.add(window)))
      .to(queries.device);
    const isAbsent = cat([valid.logicalNot(), valid.newZeros([valid.size(0), steps])], 1);
    const hidden = isAbsent.unsqueeze(1).logicalOr(isOutside).unsqueeze(1);
    const sums = logits.add(bias);
    const wide = sums.dtype === "float64" ? sums : sums.float();
    return wide.maskedFill(hidden, Number.NEGATIVE_INFINITY).softmax(-1);
  });
}

/** [B, columns, E] as [B, heads, columns, E / heads]. */
function split(x: Tensor, heads: number): Tensor {
  return x.unflatten(2, [heads, -1]).transpose(1, 2);
}

/**
 * Numbers of each row i about columns i + 1 … i + W, the newest last, at those columns: rows of one more than is seen, read as rows of what
 * is seen, move by one column each.
 * @param x [B, heads, T, W] @returns [B, heads, T, W + T], zeros elsewhere
 */
function skewed(x: Tensor, steps: number, window: number): Tensor {
  const seen = window + steps;
  return nn.functional
    .pad(x, [1, steps])
    .flatten(2)
    .narrow(2, 0, steps * seen)
    .unflatten(2, [steps, seen]);
}

/** @throws TorchError `torch/argument` */
function checkBand(band: Band, heads: number): void {
  const { queries, keys, values, relative, table, valid } = band;
  checkShape("queries", queries.shape, ["B", "T", "E"]);
  checkShape("table", table.shape, ["N", "W"]);
  const [batch, steps, width] = queries.shape as [number, number, number];
  const [parts, window] = table.shape as [number, number];
  if (!Number.isInteger(heads) || heads < 1 || width % heads !== 0) {
    throw notAccepted("heads", heads, `a divisor of the queries' width ${width}`);
  }
  checkShape("keys", keys.shape, [batch, window + steps, width]);
  checkShape("values", values.shape, [batch, window + steps, width]);
  checkShape("relative", relative.shape, [batch, steps, heads, parts]);
  checkShape("valid", valid.shape, [batch, window]);
  if (valid.dtype !== "bool") throw notAccepted("valid", valid.dtype, "bool");
}
