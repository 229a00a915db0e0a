// Takes the scale out of gradients and looks for numbers that are not finite, in one pass where there is a kernel.

import { call } from "../dispatch.js";
import { isFloatingPoint } from "../dtype.js";
import type { Tensor } from "../tensor/index.js";

// Devices for which ATen has `_amp_foreach_non_finite_check_and_unscale_` and `_amp_update_scale_`.
const withKernels = ["cpu", "cuda", "xpu"];

/** True if ATen's kernels for gradient scaling exist on a device. */
export function hasKernels(device: string): boolean {
  return withKernels.some((kind) => device.startsWith(kind));
}

/** Gradients of one dtype on one device. */
export interface GradientGroup {
  readonly device: string;
  readonly gradients: Tensor[];
}

/** The gradients of `parameters`, grouped by dtype and device. */
export function groupGradients(parameters: Iterable<Tensor>): GradientGroup[] {
  const groups = new Map<string, GradientGroup>();
  for (const parameter of parameters) {
    const gradient = parameter.grad;
    if (gradient === null) continue;
    const { device } = gradient;
    const key = `${device} ${gradient.dtype}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { device, gradients: [gradient] });
    else group.gradients.push(gradient);
  }
  return [...groups.values()];
}

/** gradient ← gradient · inverse for each; `found` ← 1 if any element was NaN or infinite. */
export function unscale(group: GradientGroup, found: Tensor, inverse: Tensor): void {
  const fused = hasKernels(group.device) && isFloatingPoint(group.gradients[0]!.dtype);
  if (fused) {
    call("aten::_amp_foreach_non_finite_check_and_unscale_", group.gradients, found, inverse);
  } else unscaleWrittenOut(group.gradients, found, inverse);
}

/** The same for devices without the kernel. */
export function unscaleWrittenOut(gradients: readonly Tensor[], found: Tensor, inverse: Tensor): void {
  for (const gradient of gradients) {
    const finite = call("aten::all", call("aten::isfinite", gradient));
    call(
      "aten::maximum.out",
      found,
      call("aten::to.dtype", call("aten::logical_not", finite), "float32"),
      found,
    );
    call("aten::mul_.Tensor", gradient, inverse);
  }
}

/** Rule by which a scale moves. */
export interface ScaleRule {
  readonly growthFactor: number;
  readonly backoffFactor: number;
  readonly growthInterval: number;
}

/** Moves `scale`, and `tracker`, the count of finite steps since it last moved. */
export function updateScale(scale: Tensor, tracker: Tensor, found: Tensor, rule: ScaleRule): void {
  const { growthFactor, backoffFactor, growthInterval } = rule;
  if (hasKernels(scale.device)) {
    call("aten::_amp_update_scale_", scale, tracker, found, growthFactor, backoffFactor, growthInterval);
  } else updateScaleWrittenOut(scale, tracker, found, rule);
}

/** The same for devices without the kernel. */
export function updateScaleWrittenOut(scale: Tensor, tracker: Tensor, found: Tensor, rule: ScaleRule): void {
  const value = scale.item();
  const count = tracker.item() + 1;
  const grown = Math.fround(value * rule.growthFactor);
  if (found.item() !== 0) {
    call("aten::fill_.Scalar", scale, value * rule.backoffFactor);
    call("aten::fill_.Scalar", tracker, 0);
  } else if (count === rule.growthInterval) {
    if (Number.isFinite(grown)) call("aten::fill_.Scalar", scale, grown);
    call("aten::fill_.Scalar", tracker, 0);
  } else call("aten::fill_.Scalar", tracker, count);
}
