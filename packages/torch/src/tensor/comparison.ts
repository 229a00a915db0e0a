// Comparison, logic and bits.
import { call } from "../dispatch.js";
import type { Tensor } from "./index.js";
import { isTensor, type Operand } from "./operand.js";
import { PointwiseInPlaceMethods } from "./pointwise-in-place.js";

/** Tolerances; two numbers are close if |a − b| ≤ atol + rtol · |b|. */
export interface ClosenessOptions {
  readonly rtol?: number;
  readonly atol?: number;
  /** True if NaN is close to NaN. */
  readonly equalNan?: boolean;
}

export abstract class ComparisonMethods extends PointwiseInPlaceMethods {
  /** x = other, as bool. */
  eq(other: Operand): Tensor {
    return call(isTensor(other) ? "aten::eq.Tensor" : "aten::eq.Scalar", this, other);
  }

  /** x ≠ other, as bool. */
  ne(other: Operand): Tensor {
    return call(isTensor(other) ? "aten::ne.Tensor" : "aten::ne.Scalar", this, other);
  }

  /** x < other, as bool. */
  lt(other: Operand): Tensor {
    return call(isTensor(other) ? "aten::lt.Tensor" : "aten::lt.Scalar", this, other);
  }

  /** x ≤ other, as bool. */
  le(other: Operand): Tensor {
    return call(isTensor(other) ? "aten::le.Tensor" : "aten::le.Scalar", this, other);
  }

  /** x > other, as bool. */
  gt(other: Operand): Tensor {
    return call(isTensor(other) ? "aten::gt.Tensor" : "aten::gt.Scalar", this, other);
  }

  /** x ≥ other, as bool. */
  ge(other: Operand): Tensor {
    return call(isTensor(other) ? "aten::ge.Tensor" : "aten::ge.Scalar", this, other);
  }

  /** In place: 1 where x = other, else 0, in this tensor's dtype. */
  eq_(other: Operand): Tensor {
    return call(isTensor(other) ? "aten::eq_.Tensor" : "aten::eq_.Scalar", this, other);
  }

  /** In place: 1 where x ≠ other, else 0, in this tensor's dtype. */
  ne_(other: Operand): Tensor {
    return call(isTensor(other) ? "aten::ne_.Tensor" : "aten::ne_.Scalar", this, other);
  }

  /** In place: 1 where x < other, else 0, in this tensor's dtype. */
  lt_(other: Operand): Tensor {
    return call(isTensor(other) ? "aten::lt_.Tensor" : "aten::lt_.Scalar", this, other);
  }

  /** In place: 1 where x ≤ other, else 0, in this tensor's dtype. */
  le_(other: Operand): Tensor {
    return call(isTensor(other) ? "aten::le_.Tensor" : "aten::le_.Scalar", this, other);
  }

  /** In place: 1 where x > other, else 0, in this tensor's dtype. */
  gt_(other: Operand): Tensor {
    return call(isTensor(other) ? "aten::gt_.Tensor" : "aten::gt_.Scalar", this, other);
  }

  /** In place: 1 where x ≥ other, else 0, in this tensor's dtype. */
  ge_(other: Operand): Tensor {
    return call(isTensor(other) ? "aten::ge_.Tensor" : "aten::ge_.Scalar", this, other);
  }

  /** |x − other| ≤ atol + rtol · |other| element by element, as bool. Defaults: rtol 1e-5, atol 1e-8, NaN ≠ NaN. */
  isclose(other: Tensor, options: ClosenessOptions = {}): Tensor {
    return call("aten::isclose", this, other, options.rtol, options.atol, options.equalNan);
  }

  /** True if every element `isclose`. */
  allclose(other: Tensor, options: ClosenessOptions = {}): boolean {
    return call("aten::allclose", this, other, options.rtol, options.atol, options.equalNan);
  }

  /** True if both have the same shape and the same elements (NaN equals nothing). */
  equal(other: Tensor): boolean {
    return call("aten::equal", this, other);
  }

  /**
   * Mask of the elements that occur in `elements`, as bool. `invert`: of those that do not. `assumeUnique`: neither
   * has repeated elements, which is faster. Both default to false.
   */
  isin(elements: Operand, options: { assumeUnique?: boolean; invert?: boolean } = {}): Tensor {
    const name = isTensor(elements) ? "aten::isin.Tensor_Tensor" : "aten::isin.Tensor_Scalar";
    return call(name, this, elements, options.assumeUnique, options.invert);
  }

  /** Mask of the elements that are NaN, as bool. */
  isnan(): Tensor {
    return call("aten::isnan", this);
  }

  /** Mask of the elements that are ∞ or −∞, as bool. */
  isinf(): Tensor {
    return call("aten::isinf", this);
  }

  /** Mask of the elements that are ∞, as bool. */
  isposinf(): Tensor {
    return call("aten::isposinf", this);
  }

  /** Mask of the elements that are −∞, as bool. */
  isneginf(): Tensor {
    return call("aten::isneginf", this);
  }

  /** Mask of the elements that are finite numbers, as bool. */
  isfinite(): Tensor {
    return call("aten::isfinite", this);
  }

  /** Mask of the elements that have no imaginary part, as bool. */
  isreal(): Tensor {
    return call("aten::isreal", this);
  }

  /** Both not 0, as bool. */
  logicalAnd(other: Tensor): Tensor {
    return call("aten::logical_and", this, other);
  }

  /** In place: both not 0, as bool. */
  logicalAnd_(other: Tensor): Tensor {
    return call("aten::logical_and_", this, other);
  }

  /** Either not 0, as bool. */
  logicalOr(other: Tensor): Tensor {
    return call("aten::logical_or", this, other);
  }

  /** In place: either not 0, as bool. */
  logicalOr_(other: Tensor): Tensor {
    return call("aten::logical_or_", this, other);
  }

  /** Exactly one not 0, as bool. */
  logicalXor(other: Tensor): Tensor {
    return call("aten::logical_xor", this, other);
  }

  /** In place: exactly one not 0, as bool. */
  logicalXor_(other: Tensor): Tensor {
    return call("aten::logical_xor_", this, other);
  }

  /** x = 0, as bool. */
  logicalNot(): Tensor {
    return call("aten::logical_not", this);
  }

  /** In place: 1 where x = 0, else 0. */
  logicalNot_(): Tensor {
    return call("aten::logical_not_", this);
  }

  /** Bitwise and; of bools, the logical one. */
  bitwiseAnd(other: Operand): Tensor {
    return call(isTensor(other) ? "aten::bitwise_and.Tensor" : "aten::bitwise_and.Scalar", this, other);
  }

  /** In place: bitwise and; of bools, the logical one. */
  bitwiseAnd_(other: Operand): Tensor {
    return call(isTensor(other) ? "aten::bitwise_and_.Tensor" : "aten::bitwise_and_.Scalar", this, other);
  }

  /** Bitwise or; of bools, the logical one. */
  bitwiseOr(other: Operand): Tensor {
    return call(isTensor(other) ? "aten::bitwise_or.Tensor" : "aten::bitwise_or.Scalar", this, other);
  }

  /** In place: bitwise or; of bools, the logical one. */
  bitwiseOr_(other: Operand): Tensor {
    return call(isTensor(other) ? "aten::bitwise_or_.Tensor" : "aten::bitwise_or_.Scalar", this, other);
  }

  /** Bitwise exclusive or; of bools, the logical one. */
  bitwiseXor(other: Operand): Tensor {
    return call(isTensor(other) ? "aten::bitwise_xor.Tensor" : "aten::bitwise_xor.Scalar", this, other);
  }

  /** In place: bitwise exclusive or; of bools, the logical one. */
  bitwiseXor_(other: Operand): Tensor {
    return call(isTensor(other) ? "aten::bitwise_xor_.Tensor" : "aten::bitwise_xor_.Scalar", this, other);
  }

  /** x · 2^other, of whole numbers. */
  bitwiseLeftShift(other: Operand): Tensor {
    return call(
      isTensor(other) ? "aten::bitwise_left_shift.Tensor" : "aten::bitwise_left_shift.Tensor_Scalar",
      this,
      other,
    );
  }

  /** In place: x · 2^other, of whole numbers. */
  bitwiseLeftShift_(other: Operand): Tensor {
    return call(
      isTensor(other) ? "aten::bitwise_left_shift_.Tensor" : "aten::bitwise_left_shift_.Tensor_Scalar",
      this,
      other,
    );
  }

  /** ⌊x / 2^other⌋, of whole numbers. */
  bitwiseRightShift(other: Operand): Tensor {
    return call(
      isTensor(other) ? "aten::bitwise_right_shift.Tensor" : "aten::bitwise_right_shift.Tensor_Scalar",
      this,
      other,
    );
  }

  /** In place: ⌊x / 2^other⌋, of whole numbers. */
  bitwiseRightShift_(other: Operand): Tensor {
    return call(
      isTensor(other) ? "aten::bitwise_right_shift_.Tensor" : "aten::bitwise_right_shift_.Tensor_Scalar",
      this,
      other,
    );
  }

  /** Bitwise not; of bools, the logical one. */
  bitwiseNot(): Tensor {
    return call("aten::bitwise_not", this);
  }

  /** In place: bitwise not; of bools, the logical one. */
  bitwiseNot_(): Tensor {
    return call("aten::bitwise_not_", this);
  }
}
