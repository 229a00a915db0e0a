// y = loc + scale · x.

import { show } from "../checks/show.js";
import { isWhole } from "../checks/values.js";
import { broadcastShapes } from "../joining.js";
import { scope } from "../memory.js";
import type { Tensor } from "../tensor/index.js";
import { isTensor } from "../tensor/operand.js";
import { type Bound, type Constraint, independent, real } from "./constraints.js";
import { sumRightmost } from "./distribution.js";
import { refuse } from "./parameters.js";
import { Transform } from "./transform.js";
import { sameBound } from "./transform-elementwise.js";

/** Options of `AffineTransform`. */
export interface AffineTransformOptions {
  /** Number of last dimensions that are one event: 0 for numbers, 1 for vectors. Default 0. */
  readonly eventDim?: number;
}

/** y = loc + scale · x, number by number. `torch.distributions.AffineTransform`. */
export class AffineTransform extends Transform {
  readonly eventDim: number;

  readonly loc: Bound;
  readonly scale: Bound;

  /**
   * @param loc broadcasts with the values
   * @param scale not 0; broadcasts with the values
   * @throws TorchError `torch/argument` for another `eventDim`
   */
  constructor(loc: Bound, scale: Bound, options: AffineTransformOptions = {}) {
    super();
    this.loc = loc;
    this.scale = scale;
    const { eventDim = 0 } = options;
    if (!isWhole(eventDim, 0, 64))
      throw refuse("AffineTransform", `eventDim is ${show(eventDim)}, accepted: a whole number from 0 to 64`);
    this.eventDim = eventDim;
  }

  override get domain(): Constraint {
    return independent(real, this.eventDim);
  }

  override get codomain(): Constraint {
    return this.domain;
  }

  override get sign(): number | Tensor {
    return isTensor(this.scale) ? this.scale.sign() : Math.sign(this.scale);
  }

  override forward(x: Tensor): Tensor {
    return scope(() => x.mul(this.scale).add(this.loc));
  }

  override inverse(y: Tensor): Tensor {
    return scope(() => y.sub(this.loc).div(this.scale));
  }

  override logAbsDetJacobian(x: Tensor, _y: Tensor): Tensor {
    const { scale, eventDim } = this;
    return scope(() => {
      const each = isTensor(scale)
        ? scale.abs().log().expand(broadcastShapes(x.shape, scale.shape))
        : x.newFull(x.shape, Math.log(Math.abs(scale)));
      return sumRightmost(each, eventDim);
    });
  }

  override forwardShape(shape: readonly number[]): readonly number[] {
    return broadcastShapes(shape, ...[this.loc, this.scale].filter(isTensor).map((bound) => bound.shape));
  }

  override inverseShape(shape: readonly number[]): readonly number[] {
    return this.forwardShape(shape);
  }

  override equals(other: Transform): boolean {
    return (
      other instanceof AffineTransform && sameBound(this.loc, other.loc) && sameBound(this.scale, other.scale)
    );
  }
}
