// Vectors that sum to 1.
import { arange } from "../creation.js";
import { TorchError } from "../errors.js";
import { scope } from "../memory.js";
import { logsigmoid, pad } from "../nn/functional/index.js";
import type { Tensor } from "../tensor/index.js";
import { type Constraint, realVector, simplex } from "./constraints.js";
import { floatInfo } from "./float-info.js";
import { Transform } from "./transform.js";
import { clippedSigmoid } from "./transform-elementwise.js";

/** Both take vectors to the simplex. */
abstract class SimplexTransform extends Transform {
  override get domain(): Constraint {
    return realVector;
  }

  override get codomain(): Constraint {
    return simplex;
  }

  override equals(other: Transform): boolean {
    return other.constructor === this.constructor;
  }

  /** `shape` with its last size changed by `difference`. */
  protected resized(shape: readonly number[], difference: number): readonly number[] {
    if (shape.length === 0)
      throw new TorchError("torch/argument", `${this.constructor.name}: the shape is [], accepted: [..., K]`);
    return [...shape.slice(0, -1), shape.at(-1)! + difference];
  }
}

/**
 * y = softmax(x) along the last dimension; the inverse is log y. Not bijective: K numbers for K − 1 degrees of freedom.
 * `torch.distributions.SoftmaxTransform`.
 */
export class SoftmaxTransform extends SimplexTransform {
  override get bijective(): boolean {
    return false;
  }

  override forward(x: Tensor): Tensor {
    return x.softmax(-1);
  }

  override inverse(y: Tensor): Tensor {
    return y.log();
  }

  override forwardShape(shape: readonly number[]): readonly number[] {
    return this.resized(shape, 0);
  }

  override inverseShape(shape: readonly number[]): readonly number[] {
    return this.resized(shape, 0);
  }
}

/**
 * K − 1 numbers to a vector of K that sums to 1: y_i = z_i Π_{j<i} (1 − z_j), z_i = sigmoid(x_i − log(K − i)) for i from
 * 1, and the rest for y_K. x = 0 is y = 1/K. `torch.distributions.StickBreakingTransform`.
 */
export class StickBreakingTransform extends SimplexTransform {
  override forward(x: Tensor): Tensor {
    return scope(() => {
      const z = clippedSigmoid(x.sub(places(x, x.size(-1)).log()));
      const rest = z.neg().add(1).cumprod(-1);
      return pad(z, [0, 1], { value: 1 }).mul(pad(rest, [1, 0], { value: 1 }));
    });
  }

  override inverse(y: Tensor): Tensor {
    return scope(() => {
      const count = y.size(-1) - 1;
      const parts = y.narrow(-1, 0, count);
      const rest = parts
        .cumsum(-1)
        .rsub(1)
        .clamp({ min: floatInfo(y.dtype).tiny });
      return parts.log().sub(rest.log()).add(places(y, count).log());
    });
  }

  /** ∂y_i/∂x_i = y_i (1 − z_i), and the matrix is triangular. */
  override logAbsDetJacobian(x: Tensor, y: Tensor): Tensor {
    return scope(() => {
      const count = x.size(-1);
      const shifted = x.sub(places(x, count).log());
      return logsigmoid(shifted.neg())
        .add(y.narrow(-1, 0, count).log())
        .sum({ dim: -1 });
    });
  }

  override forwardShape(shape: readonly number[]): readonly number[] {
    return this.resized(shape, 1);
  }

  override inverseShape(shape: readonly number[]): readonly number[] {
    return this.resized(shape, -1);
  }
}

/** count, count − 1, … 1 */
function places({ dtype, device }: Tensor, count: number): Tensor {
  return arange(count, 0, -1, { dtype, device });
}
