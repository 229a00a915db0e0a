// Batch norm folded into the layer before it, for evaluation.
import { noGrad } from "../../autograd.js";
import { scope } from "../../memory.js";
import type { Tensor } from "../../tensor/index.js";
import type { BatchNorm1d, BatchNorm2d, BatchNorm3d } from "../batch-norm.js";
import type { Conv1d, Conv2d, Conv3d } from "../conv.js";
import {
  ConvTranspose,
  type ConvTranspose1d,
  type ConvTranspose2d,
  type ConvTranspose3d,
} from "../conv-transpose.js";
import type { Linear } from "../linear.js";
import type { Module } from "../module.js";
import { refuse } from "../options.js";
import { Parameter } from "../parameter.js";

type AnyConv = Conv1d | Conv2d | Conv3d | ConvTranspose1d | ConvTranspose2d | ConvTranspose3d;
type AnyBatchNorm = BatchNorm1d | BatchNorm2d | BatchNorm3d;
type Affine = Module & { weight: Parameter; bias: Parameter | null };

/** w · weight / √(var + eps) along the outputs, and the bias that goes with it. */
function fused(layer: Affine, norm: AnyBatchNorm, outputs: number): { weight: Tensor; bias: Tensor } {
  const { running_mean: mean, running_var: variance } = norm;
  if (mean === null || variance === null)
    throw refuse("fusion", `${norm.constructor.name} has no running statistics`);
  const inverse = variance.add(norm.eps).rsqrt();
  const factor = norm.weight === null ? inverse : inverse.mul(norm.weight);
  const shape = layer.weight.shape.map((_, i) => (i === outputs ? -1 : 1));
  const shift = layer.bias === null ? mean.neg() : layer.bias.sub(mean);
  const bias = norm.bias === null ? shift.mul(factor) : shift.mul(factor).add(norm.bias);
  return { weight: layer.weight.mul(factor.reshape(shape)), bias };
}

function fuse<L extends Affine>(layer: L, norm: AnyBatchNorm, outputs: number): L {
  if (layer.training || norm.training)
    throw refuse("fusion", "batch norm is a fixed map in evaluation mode only; call eval() on both first");
  const copy = layer.clone();
  const made = scope(() =>
    noGrad(() => {
      const { weight, bias } = fused(layer, norm, outputs);
      const { requiresGrad } = layer.weight;
      return [new Parameter(weight, { requiresGrad }), new Parameter(bias, { requiresGrad })] as const;
    }),
  );
  copy.weight.dispose();
  copy.bias?.dispose();
  [copy.weight, copy.bias] = made;
  return copy;
}

/**
 * A copy of `conv` that computes norm(conv(x)).
 * @throws TorchError unless both are in evaluation mode and `norm` has running statistics, or if the convolution is
 * transposed and has groups.
 */
export function fuseConvBnEval<C extends AnyConv>(conv: C, norm: AnyBatchNorm): C {
  const transposed = conv instanceof ConvTranspose;
  if (transposed && conv.groups !== 1)
    throw refuse("fuseConvBnEval", `a transposed convolution with ${conv.groups} groups cannot be fused`);
  return fuse(conv as unknown as Affine, norm, transposed ? 1 : 0) as unknown as C;
}

/** A copy of `linear` that computes norm(linear(x)). @throws TorchError as `fuseConvBnEval`. */
export function fuseLinearBnEval(linear: Linear, norm: AnyBatchNorm): Linear {
  return fuse(linear as unknown as Affine, norm, 0) as unknown as Linear;
}
