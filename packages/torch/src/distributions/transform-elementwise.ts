// Transforms of each number by itself.
import { broadcastShapes } from "../joining.js";
import { scope } from "../memory.js";
import { softplus } from "../nn/functional/index.js";
import type { Tensor } from "../tensor/index.js";
import { isTensor } from "../tensor/operand.js";
import { type Bound, type Constraint, interval, positive, real, unitInterval } from "./constraints.js";
import { floatInfo } from "./float-info.js";
import { Transform } from "./transform.js";

/** A growing transform of all numbers. */
abstract class GrowingTransform extends Transform {
  override get domain(): Constraint {
    return real;
  }

  override get sign(): number {
    return 1;
  }

  override equals(other: Transform): boolean {
    return other.constructor === this.constructor;
  }
}

/** y = eˣ. `torch.distributions.ExpTransform`. */
export class ExpTransform extends GrowingTransform {
  override get codomain(): Constraint {
    return positive;
  }

  override forward(x: Tensor): Tensor {
    return x.exp();
  }

  override inverse(y: Tensor): Tensor {
    return y.log();
  }

  override logAbsDetJacobian(x: Tensor, _y: Tensor): Tensor {
    return x.clone();
  }
}

/** 1/(1 + e⁻ˣ), away from 0 and 1 by a rounding error. */
export function clippedSigmoid(x: Tensor): Tensor {
  return scope(() => insideUnit(x.sigmoid()));
}

const insideUnit = (y: Tensor): Tensor => {
  const { tiny, eps } = floatInfo(y.dtype);
  return y.clamp({ min: tiny, max: 1 - eps });
};

/** y = 1/(1 + e⁻ˣ), a rounding error away from 0 and 1 at least. `torch.distributions.SigmoidTransform`. */
export class SigmoidTransform extends GrowingTransform {
  override get codomain(): Constraint {
    return unitInterval;
  }

  override forward(x: Tensor): Tensor {
    return clippedSigmoid(x);
  }

  override inverse(y: Tensor): Tensor {
    return scope(() => {
      const inside = insideUnit(y);
      return inside.log().sub(inside.neg().log1p());
    });
  }

  override logAbsDetJacobian(x: Tensor, _y: Tensor): Tensor {
    return scope(() => softplus(x.neg()).add(softplus(x)).neg());
  }
}

/** y = log(1 + eˣ). `torch.distributions.SoftplusTransform`. */
export class SoftplusTransform extends GrowingTransform {
  override get codomain(): Constraint {
    return positive;
  }

  override forward(x: Tensor): Tensor {
    return softplus(x);
  }

  override inverse(y: Tensor): Tensor {
    return scope(() => y.neg().expm1().neg().log().add(y));
  }

  override logAbsDetJacobian(x: Tensor, _y: Tensor): Tensor {
    return scope(() => softplus(x.neg()).neg());
  }
}

/** y = tanh x. `torch.distributions.TanhTransform`. */
export class TanhTransform extends GrowingTransform {
  override get codomain(): Constraint {
    return interval(-1, 1);
  }

  override forward(x: Tensor): Tensor {
    return x.tanh();
  }

  override inverse(y: Tensor): Tensor {
    return y.atanh();
  }

  /** log(1 − tanh² x) = 2 (log 2 − x − log(1 + e⁻²ˣ)) */
  override logAbsDetJacobian(x: Tensor, _y: Tensor): Tensor {
    return scope(() => softplus(x.mul(-2)).add(x).rsub(Math.LN2).mul(2));
  }
}

/** y = x^exponent, of numbers above 0. `torch.distributions.PowerTransform`. */
export class PowerTransform extends Transform {
  readonly exponent: Bound;

  /** @param exponent not 0; a tensor broadcasts with the values */
  constructor(exponent: Bound) {
    super();
    this.exponent = exponent;
  }

  override get domain(): Constraint {
    return positive;
  }

  override get codomain(): Constraint {
    return positive;
  }

  override get sign(): number | Tensor {
    return isTensor(this.exponent) ? this.exponent.sign() : Math.sign(this.exponent);
  }

  override forward(x: Tensor): Tensor {
    return x.pow(this.exponent);
  }

  override inverse(y: Tensor): Tensor {
    const { exponent } = this;
    return scope(() => y.pow(isTensor(exponent) ? exponent.reciprocal() : 1 / exponent));
  }

  override logAbsDetJacobian(x: Tensor, y: Tensor): Tensor {
    return scope(() => y.mul(this.exponent).div(x).abs().log());
  }

  override forwardShape(shape: readonly number[]): readonly number[] {
    return isTensor(this.exponent) ? broadcastShapes(shape, this.exponent.shape) : shape;
  }

  override inverseShape(shape: readonly number[]): readonly number[] {
    return this.forwardShape(shape);
  }

  override equals(other: Transform): boolean {
    return other instanceof PowerTransform && sameBound(this.exponent, other.exponent);
  }
}

/** y = |x|; the inverse is y itself. `torch.distributions.AbsTransform`. */
export class AbsTransform extends Transform {
  override get domain(): Constraint {
    return real;
  }

  override get codomain(): Constraint {
    return positive;
  }

  override get bijective(): boolean {
    return false;
  }

  override forward(x: Tensor): Tensor {
    return x.abs();
  }

  override inverse(y: Tensor): Tensor {
    return y.clone();
  }

  override equals(other: Transform): boolean {
    return other instanceof AbsTransform;
  }
}

/** True if numbers or tensors have the same values, broadcast. */
export function sameBound(a: Bound, b: Bound): boolean {
  if (!isTensor(a)) return isTensor(b) ? sameBound(b, a) : a === b;
  return scope(() => Boolean(a.eq(b).all().item()));
}
