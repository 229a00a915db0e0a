// Dimensions of a transform's values as one event.
import { show } from "../checks/show.js";
import { isWhole } from "../checks/values.js";
import { scope } from "../memory.js";
import type { Tensor } from "../tensor/index.js";
import { type Constraint, independent } from "./constraints.js";
import { sumRightmost } from "./distribution.js";
import { refuse } from "./parameters.js";
import { Transform } from "./transform.js";

/** The same function, whose volume change is summed over more of the last dimensions. `torch.distributions.IndependentTransform`. */
export class IndependentTransform extends Transform {
  readonly baseTransform: Transform;
  readonly reinterpretedBatchNdims: number;

  /**
   * @param reinterpretedBatchNdims that many further dimensions
   * @throws TorchError `torch/argument` for another number
   */
  constructor(baseTransform: Transform, reinterpretedBatchNdims: number) {
    super();
    this.baseTransform = baseTransform;
    this.reinterpretedBatchNdims = reinterpretedBatchNdims;
    if (!isWhole(reinterpretedBatchNdims, 0, 64)) {
      throw refuse(
        "IndependentTransform",
        `reinterpretedBatchNdims is ${show(reinterpretedBatchNdims)}, accepted: a whole number from 0 to 64`,
      );
    }
  }

  override get domain(): Constraint {
    return independent(this.baseTransform.domain, this.reinterpretedBatchNdims);
  }

  override get codomain(): Constraint {
    return independent(this.baseTransform.codomain, this.reinterpretedBatchNdims);
  }

  override get bijective(): boolean {
    return this.baseTransform.bijective;
  }

  override get sign(): number | Tensor {
    return this.baseTransform.sign;
  }

  override forward(x: Tensor): Tensor {
    return this.baseTransform.forward(x);
  }

  override inverse(y: Tensor): Tensor {
    return this.baseTransform.inverse(y);
  }

  override logAbsDetJacobian(x: Tensor, y: Tensor): Tensor {
    return scope(() =>
      sumRightmost(this.baseTransform.logAbsDetJacobian(x, y), this.reinterpretedBatchNdims),
    );
  }

  override forwardShape(shape: readonly number[]): readonly number[] {
    return this.baseTransform.forwardShape(shape);
  }

  override inverseShape(shape: readonly number[]): readonly number[] {
    return this.baseTransform.inverseShape(shape);
  }

  override equals(other: Transform): boolean {
    return (
      other instanceof IndependentTransform &&
      this.reinterpretedBatchNdims === other.reinterpretedBatchNdims &&
      this.baseTransform.equals(other.baseTransform)
    );
  }
}
