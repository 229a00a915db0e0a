// The base of all transforms.
import { TorchError } from "../errors.js";
import { scope } from "../memory.js";
import type { Tensor } from "../tensor/index.js";
import type { Constraint } from "./constraints.js";

/**
 * A differentiable function whose volume change is known, `torch.distributions.transforms.Transform`.
 * The tensors that it was made with stay the caller's; those that its methods return belong to the caller.
 */
export abstract class Transform {
  /** Values that `forward` takes. */
  abstract get domain(): Constraint;

  /** Values that `forward` returns. */
  abstract get codomain(): Constraint;

  /** True if every value of the codomain comes from one value of the domain, and `logAbsDetJacobian` exists. Default true. */
  get bijective(): boolean {
    return true;
  }

  /** 1 where the transform grows, −1 where it falls. @throws TorchError `torch/distribution` if it acts on more than one number */
  get sign(): number | Tensor {
    throw this.lacks("no sign, because it is not monotonic in one number");
  }

  /** y, of x */
  abstract forward(x: Tensor): Tensor;

  /** x, of y; where the transform is not bijective, one x of which `forward` is y */
  abstract inverse(y: Tensor): Tensor;

  /** log |det dy/dx|, of x and y = forward(x): their shape without the event's dimensions. */
  logAbsDetJacobian(_x: Tensor, _y: Tensor): Tensor {
    throw this.lacks("no volume change, because it is not bijective");
  }

  /** Shape of y, of that of x. Default: the same. */
  forwardShape(shape: readonly number[]): readonly number[] {
    return shape;
  }

  /** Shape of x, of that of y. Default: the same. */
  inverseShape(shape: readonly number[]): readonly number[] {
    return shape;
  }

  /** The transform the other way round. */
  get inv(): Transform {
    return new InverseTransform(this);
  }

  /** True if both are known to be the same function. Default: the same object. */
  equals(other: Transform): boolean {
    return this === other;
  }

  protected lacks(what: string): TorchError {
    return new TorchError("torch/distribution", `${this.constructor.name}: has ${what}`);
  }
}

/** `base` the other way round. */
export class InverseTransform extends Transform {
  readonly base: Transform;

  constructor(base: Transform) {
    super();
    this.base = base;
  }

  override get domain(): Constraint {
    return this.base.codomain;
  }

  override get codomain(): Constraint {
    return this.base.domain;
  }

  override get bijective(): boolean {
    return this.base.bijective;
  }

  override get sign(): number | Tensor {
    return this.base.sign;
  }

  override get inv(): Transform {
    return this.base;
  }

  override forward(x: Tensor): Tensor {
    return this.base.inverse(x);
  }

  override inverse(y: Tensor): Tensor {
    return this.base.forward(y);
  }

  override logAbsDetJacobian(x: Tensor, y: Tensor): Tensor {
    return scope(() => this.base.logAbsDetJacobian(y, x).neg());
  }

  override forwardShape(shape: readonly number[]): readonly number[] {
    return this.base.inverseShape(shape);
  }

  override inverseShape(shape: readonly number[]): readonly number[] {
    return this.base.forwardShape(shape);
  }

  override equals(other: Transform): boolean {
    return other instanceof InverseTransform && this.base.equals(other.base);
  }
}
