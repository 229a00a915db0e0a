// Arithmetic with a tensor or a number, element by element, broadcast; dtypes are promoted as in PyTorch.
import { call } from "../dispatch.js";
import { type Scalar, TensorBase } from "./base.js";
import type { Tensor } from "./index.js";
import { isTensor, type Operand } from "./operand.js";

export abstract class ArithmeticMethods extends TensorBase {
  /** x + alpha · other (alpha 1). */
  add(other: Operand, options: { alpha?: Scalar } = {}): Tensor {
    return call(isTensor(other) ? "aten::add.Tensor" : "aten::add.Scalar", this, other, options.alpha);
  }

  /** In place: x + alpha · other (alpha 1). */
  add_(other: Operand, options: { alpha?: Scalar } = {}): Tensor {
    return call(isTensor(other) ? "aten::add_.Tensor" : "aten::add_.Scalar", this, other, options.alpha);
  }

  /** x − alpha · other (alpha 1). */
  sub(other: Operand, options: { alpha?: Scalar } = {}): Tensor {
    return call(isTensor(other) ? "aten::sub.Tensor" : "aten::sub.Scalar", this, other, options.alpha);
  }

  /** In place: x − alpha · other (alpha 1). */
  sub_(other: Operand, options: { alpha?: Scalar } = {}): Tensor {
    return call(isTensor(other) ? "aten::sub_.Tensor" : "aten::sub_.Scalar", this, other, options.alpha);
  }

  /** other − alpha · x (alpha 1). */
  rsub(other: Operand, options: { alpha?: Scalar } = {}): Tensor {
    return call(isTensor(other) ? "aten::rsub.Tensor" : "aten::rsub.Scalar", this, other, options.alpha);
  }

  /** x · other */
  mul(other: Operand): Tensor {
    return call(isTensor(other) ? "aten::mul.Tensor" : "aten::mul.Scalar", this, other);
  }

  /** In place: x · other */
  mul_(other: Operand): Tensor {
    return call(isTensor(other) ? "aten::mul_.Tensor" : "aten::mul_.Scalar", this, other);
  }

  /**
   * x / other, a floating-point result also for whole numbers. `roundingMode` `"trunc"` rounds towards 0 (C's
   * division), `"floor"` down (Python's `//`), and both keep whole-number dtypes.
   */
  div(other: Operand, options: { roundingMode?: "trunc" | "floor" } = {}): Tensor {
    const { roundingMode } = options;
    if (roundingMode === undefined)
      return call(isTensor(other) ? "aten::div.Tensor" : "aten::div.Scalar", this, other);
    return call(
      isTensor(other) ? "aten::div.Tensor_mode" : "aten::div.Scalar_mode",
      this,
      other,
      roundingMode,
    );
  }

  /** In place: x / other; see `div`. */
  div_(other: Operand, options: { roundingMode?: "trunc" | "floor" } = {}): Tensor {
    const { roundingMode } = options;
    if (roundingMode === undefined)
      return call(isTensor(other) ? "aten::div_.Tensor" : "aten::div_.Scalar", this, other);
    return call(
      isTensor(other) ? "aten::div_.Tensor_mode" : "aten::div_.Scalar_mode",
      this,
      other,
      roundingMode,
    );
  }

  /** ⌊x / other⌋ */
  floorDivide(other: Operand): Tensor {
    return call(isTensor(other) ? "aten::floor_divide" : "aten::floor_divide.Scalar", this, other);
  }

  /** In place: ⌊x / other⌋ */
  floorDivide_(other: Operand): Tensor {
    return call(isTensor(other) ? "aten::floor_divide_.Tensor" : "aten::floor_divide_.Scalar", this, other);
  }

  /** x − other · ⌊x / other⌋, with the sign of `other` (Python's `%`). */
  remainder(other: Operand): Tensor {
    return call(isTensor(other) ? "aten::remainder.Tensor" : "aten::remainder.Scalar", this, other);
  }

  /** In place: x − other · ⌊x / other⌋, with the sign of `other` (Python's `%`). */
  remainder_(other: Operand): Tensor {
    return call(isTensor(other) ? "aten::remainder_.Tensor" : "aten::remainder_.Scalar", this, other);
  }

  /** x − other · trunc(x / other), with the sign of x (JavaScript's `%`). */
  fmod(other: Operand): Tensor {
    return call(isTensor(other) ? "aten::fmod.Tensor" : "aten::fmod.Scalar", this, other);
  }

  /** In place: x − other · trunc(x / other), with the sign of x (JavaScript's `%`). */
  fmod_(other: Operand): Tensor {
    return call(isTensor(other) ? "aten::fmod_.Tensor" : "aten::fmod_.Scalar", this, other);
  }

  /** x to the power `other`. @throws TorchError for whole numbers to a negative whole power. */
  pow(other: Operand): Tensor {
    return call(isTensor(other) ? "aten::pow.Tensor_Tensor" : "aten::pow.Tensor_Scalar", this, other);
  }

  /** In place: x to the power `other`. @throws TorchError for whole numbers to a negative whole power. */
  pow_(other: Operand): Tensor {
    return call(isTensor(other) ? "aten::pow_.Tensor" : "aten::pow_.Scalar", this, other);
  }

  /** x to the power `exponent`, computed in float64 or complex128. */
  floatPower(exponent: Operand): Tensor {
    return call(
      isTensor(exponent) ? "aten::float_power.Tensor_Tensor" : "aten::float_power.Tensor_Scalar",
      this,
      exponent,
    );
  }

  /** In place: `floatPower`, of a float64 or complex128 tensor. */
  floatPower_(exponent: Operand): Tensor {
    return call(
      isTensor(exponent) ? "aten::float_power_.Tensor" : "aten::float_power_.Scalar",
      this,
      exponent,
    );
  }

  /** |x| with the sign of `other`. */
  copysign(other: Operand): Tensor {
    return call(isTensor(other) ? "aten::copysign.Tensor" : "aten::copysign.Scalar", this, other);
  }

  /** In place: |x| with the sign of `other`. */
  copysign_(other: Operand): Tensor {
    return call(isTensor(other) ? "aten::copysign_.Tensor" : "aten::copysign_.Scalar", this, other);
  }

  /** x · ln(other), and 0 where x is 0. */
  xlogy(other: Operand): Tensor {
    return call(isTensor(other) ? "aten::xlogy.Tensor" : "aten::xlogy.Scalar_Other", this, other);
  }

  /** In place: x · ln(other), and 0 where x is 0. */
  xlogy_(other: Operand): Tensor {
    return call(isTensor(other) ? "aten::xlogy_.Tensor" : "aten::xlogy_.Scalar_Other", this, other);
  }

  /** The angle of the point (other, x), in (−π, π]. */
  atan2(other: Tensor): Tensor {
    return call("aten::atan2", this, other);
  }

  /** In place: the angle of the point (other, x), in (−π, π]. */
  atan2_(other: Tensor): Tensor {
    return call("aten::atan2_", this, other);
  }

  /** √(x² + other²), without overflow on the way. */
  hypot(other: Tensor): Tensor {
    return call("aten::hypot", this, other);
  }

  /** In place: √(x² + other²), without overflow on the way. */
  hypot_(other: Tensor): Tensor {
    return call("aten::hypot_", this, other);
  }

  /** x · 2^other */
  ldexp(other: Tensor): Tensor {
    return call("aten::ldexp.Tensor", this, other);
  }

  /** In place: x · 2^other */
  ldexp_(other: Tensor): Tensor {
    return call("aten::ldexp_", this, other);
  }

  /** The next floating-point number after x towards `other`. */
  nextafter(other: Tensor): Tensor {
    return call("aten::nextafter", this, other);
  }

  /** In place: the next floating-point number after x towards `other`. */
  nextafter_(other: Tensor): Tensor {
    return call("aten::nextafter_", this, other);
  }

  /** The step function of x: 0 below 0, 1 above, and `other` at 0. */
  heaviside(other: Tensor): Tensor {
    return call("aten::heaviside", this, other);
  }

  /** In place: the step function of x: 0 below 0, 1 above, and `other` at 0. */
  heaviside_(other: Tensor): Tensor {
    return call("aten::heaviside_", this, other);
  }

  /** The greatest common divisor, of whole-number tensors. */
  gcd(other: Tensor): Tensor {
    return call("aten::gcd", this, other);
  }

  /** In place: the greatest common divisor, of whole-number tensors. */
  gcd_(other: Tensor): Tensor {
    return call("aten::gcd_", this, other);
  }

  /** The least common multiple, of whole-number tensors. */
  lcm(other: Tensor): Tensor {
    return call("aten::lcm", this, other);
  }

  /** In place: the least common multiple, of whole-number tensors. */
  lcm_(other: Tensor): Tensor {
    return call("aten::lcm_", this, other);
  }

  /** The greater of the two; NaN if either is. */
  maximum(other: Tensor): Tensor {
    return call("aten::maximum", this, other);
  }

  /** The lesser of the two; NaN if either is. */
  minimum(other: Tensor): Tensor {
    return call("aten::minimum", this, other);
  }

  /** The greater of the two; the other one where one is NaN. */
  fmax(other: Tensor): Tensor {
    return call("aten::fmax", this, other);
  }

  /** The lesser of the two; the other one where one is NaN. */
  fmin(other: Tensor): Tensor {
    return call("aten::fmin", this, other);
  }

  /** ln(eˣ + e^other), without overflow on the way. */
  logaddexp(other: Tensor): Tensor {
    return call("aten::logaddexp", this, other);
  }

  /** log₂(2ˣ + 2^other), without overflow on the way. */
  logaddexp2(other: Tensor): Tensor {
    return call("aten::logaddexp2", this, other);
  }

  /** x limited to [min, max], both numbers or both tensors; either may be left out. NaN stays NaN. */
  clamp(options: { min?: Operand; max?: Operand }): Tensor {
    return clampBy("aten::clamp", this.self, options.min, options.max);
  }

  /** In place: x limited to [min, max]; see `clamp`. */
  clamp_(options: { min?: Operand; max?: Operand }): Tensor {
    return clampBy("aten::clamp_", this.self, options.min, options.max);
  }

  /** x + weight · (end − x) */
  lerp(end: Tensor, weight: Tensor | number): Tensor {
    return call(isTensor(weight) ? "aten::lerp.Tensor" : "aten::lerp.Scalar", this, end, weight);
  }

  /** x + value · tensor1 · tensor2 (value 1). */
  addcmul(tensor1: Tensor, tensor2: Tensor, options: { value?: Scalar } = {}): Tensor {
    return call("aten::addcmul", this, tensor1, tensor2, options.value);
  }

  /** x + value · tensor1 / tensor2 (value 1). */
  addcdiv(tensor1: Tensor, tensor2: Tensor, options: { value?: Scalar } = {}): Tensor {
    return call("aten::addcdiv", this, tensor1, tensor2, options.value);
  }

  /** In place: x + weight · (end − x) */
  lerp_(end: Tensor, weight: Tensor | number): Tensor {
    return call(isTensor(weight) ? "aten::lerp_.Tensor" : "aten::lerp_.Scalar", this, end, weight);
  }

  /** In place: x + value · tensor1 · tensor2 (value 1). */
  addcmul_(tensor1: Tensor, tensor2: Tensor, options: { value?: Scalar } = {}): Tensor {
    return call("aten::addcmul_", this, tensor1, tensor2, options.value);
  }

  /** In place: x + value · tensor1 / tensor2 (value 1). */
  addcdiv_(tensor1: Tensor, tensor2: Tensor, options: { value?: Scalar } = {}): Tensor {
    return call("aten::addcdiv_", this, tensor1, tensor2, options.value);
  }
}

function clampBy(name: string, tensor: Tensor, min: Operand | undefined, max: Operand | undefined): Tensor {
  if (!isTensor(min) && !isTensor(max)) return call(name, tensor, min, max);
  // libtorch accepts two numbers or two tensors, so a number beside a tensor becomes a tensor.
  const bound = (value: Operand | undefined): Tensor | undefined =>
    value === undefined || isTensor(value)
      ? value
      : call("aten::scalar_tensor", value, tensor.dtype, undefined, tensor.device);
  return call(`${name}.Tensor`, tensor, bound(min), bound(max));
}
