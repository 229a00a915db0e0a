// Another shape of the event.

import { show } from "../checks/show.js";
import { TorchError } from "../errors.js";
import type { Tensor } from "../tensor/index.js";
import { type Constraint, independent, real } from "./constraints.js";
import { refuse } from "./parameters.js";
import { Transform } from "./transform.js";

const countOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** Events of shape `inShape` as events of `outShape`, which has as many numbers. `torch.distributions.ReshapeTransform`. */
export class ReshapeTransform extends Transform {
  readonly inShape: readonly number[];
  readonly outShape: readonly number[];

  /** @throws TorchError `torch/argument` for shapes of different sizes */
  constructor(inShape: readonly number[], outShape: readonly number[]) {
    super();
    this.inShape = inShape;
    this.outShape = outShape;
    if (countOf(inShape) !== countOf(outShape))
      throw refuse(
        "ReshapeTransform",
        `[${inShape}] and [${outShape}] have different sizes, accepted: equal ones`,
      );
  }

  override get domain(): Constraint {
    return independent(real, this.inShape.length);
  }

  override get codomain(): Constraint {
    return independent(real, this.outShape.length);
  }

  override forward(x: Tensor): Tensor {
    return x.reshape(this.forwardShape(x.shape));
  }

  override inverse(y: Tensor): Tensor {
    return y.reshape(this.inverseShape(y.shape));
  }

  override logAbsDetJacobian(x: Tensor, _y: Tensor): Tensor {
    return x.newZeros(x.shape.slice(0, x.ndim - this.inShape.length));
  }

  override forwardShape(shape: readonly number[]): readonly number[] {
    return exchange(shape, this.inShape, this.outShape);
  }

  override inverseShape(shape: readonly number[]): readonly number[] {
    return exchange(shape, this.outShape, this.inShape);
  }

  override equals(other: Transform): boolean {
    return (
      other instanceof ReshapeTransform &&
      String(this.inShape) === String(other.inShape) &&
      String(this.outShape) === String(other.outShape)
    );
  }
}

/** `shape` with `to` in the place of its end, `from`. */
function exchange(shape: readonly number[], from: readonly number[], to: readonly number[]): number[] {
  const cut = shape.length - from.length;
  if (cut >= 0 && String(shape.slice(cut)) === String(from)) return [...shape.slice(0, cut), ...to];
  throw new TorchError(
    "torch/argument",
    `ReshapeTransform: the shape is ${show(shape)}, accepted: one that ends in [${from}]`,
  );
}
