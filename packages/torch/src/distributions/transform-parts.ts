// A transform for each part of a tensor.
import { show } from "../checks/show.js";
import { isWhole } from "../checks/values.js";
import { TorchError } from "../errors.js";
import { cat as concatenate, stack as pile } from "../joining.js";
import { scope } from "../memory.js";
import type { Tensor } from "../tensor/index.js";
import { type Constraint, cat, stack } from "./constraints.js";
import { sumRightmost } from "./distribution.js";
import { refuse } from "./parameters.js";
import { Transform } from "./transform.js";

/** Options of `StackTransform`. */
export interface StackTransformOptions {
  /** Dimension along which the parts lie. Default 0. */
  readonly dim?: number;
}

/** Options of `CatTransform`. */
export interface CatTransformOptions extends StackTransformOptions {
  /** Sizes of the parts along `dim`. Default: 1 each. */
  readonly lengths?: readonly number[];
}

abstract class PartsTransform extends Transform {
  readonly dim: number;

  readonly transforms: readonly Transform[];

  constructor(transforms: readonly Transform[], dim: number) {
    super();
    this.transforms = transforms;
    this.dim = dim;
    if (!isWhole(dim, -64, 63))
      throw refuse(this.constructor.name, `dim is ${show(dim)}, accepted: a whole number`);
  }

  override get bijective(): boolean {
    return this.transforms.every(({ bijective }) => bijective);
  }

  /** The tensor's parts. */
  protected abstract split(x: Tensor): Tensor[];
  /** The tensor of parts. */
  protected abstract join(parts: readonly Tensor[], dim: number): Tensor;

  override forward(x: Tensor): Tensor {
    return scope(() =>
      this.join(
        this.split(x).map((part, i) => this.transforms[i]!.forward(part)),
        this.dim,
      ),
    );
  }

  override inverse(y: Tensor): Tensor {
    return scope(() =>
      this.join(
        this.split(y).map((part, i) => this.transforms[i]!.inverse(part)),
        this.dim,
      ),
    );
  }
}

/** A transform for each stretch of a tensor along `dim`. `torch.distributions.CatTransform`. */
export class CatTransform extends PartsTransform {
  readonly lengths: readonly number[];

  /** @throws TorchError `torch/argument` unless there are as many lengths as transforms */
  constructor(transforms: readonly Transform[], options: CatTransformOptions = {}) {
    const { dim = 0, lengths = transforms.map(() => 1) } = options;
    super(transforms, dim);
    if (lengths.length !== transforms.length)
      throw refuse(
        "CatTransform",
        `lengths is ${show(lengths)}, accepted: ${transforms.length} of them, one for each transform`,
      );
    this.lengths = lengths;
  }

  override get domain(): Constraint {
    return cat(
      this.transforms.map(({ domain }) => domain),
      this.dim,
      this.lengths,
    );
  }

  override get codomain(): Constraint {
    return cat(
      this.transforms.map(({ codomain }) => codomain),
      this.dim,
      this.lengths,
    );
  }

  override logAbsDetJacobian(x: Tensor, y: Tensor): Tensor {
    return scope(() => {
      const { eventDim = 0 } = this.domain;
      const [before, after] = [this.split(x), this.split(y)];
      const each = this.transforms.map((part, i) =>
        sumRightmost(part.logAbsDetJacobian(before[i]!, after[i]!), eventDim - (part.domain.eventDim ?? 0)),
      );
      const dim = (this.dim < 0 ? this.dim : this.dim - x.ndim) + eventDim;
      return dim < 0 ? concatenate(each, dim) : each.reduce((sum, part) => sum.add(part));
    });
  }

  protected override split(x: Tensor): Tensor[] {
    const total = this.lengths.reduce((sum, length) => sum + length, 0);
    if (x.ndim === 0 || x.size(this.dim) !== total) {
      throw new TorchError(
        "torch/argument",
        `CatTransform: the value is ${show(x)}, accepted: ${total} along dimension ${this.dim}, the sum of the lengths`,
      );
    }
    return x.split([...this.lengths], this.dim);
  }

  protected override join(parts: readonly Tensor[], dim: number): Tensor {
    return concatenate(parts, dim);
  }
}

/** A transform for each place of dimension `dim`. `torch.distributions.StackTransform`. */
export class StackTransform extends PartsTransform {
  constructor(transforms: readonly Transform[], options: StackTransformOptions = {}) {
    super(transforms, options.dim ?? 0);
  }

  override get domain(): Constraint {
    return stack(
      this.transforms.map(({ domain }) => domain),
      this.dim,
    );
  }

  override get codomain(): Constraint {
    return stack(
      this.transforms.map(({ codomain }) => codomain),
      this.dim,
    );
  }

  override logAbsDetJacobian(x: Tensor, y: Tensor): Tensor {
    return scope(() => {
      const [before, after] = [this.split(x), this.split(y)];
      return pile(
        this.transforms.map((part, i) => part.logAbsDetJacobian(before[i]!, after[i]!)),
        this.dim,
      );
    });
  }

  protected override split(x: Tensor): Tensor[] {
    if (x.ndim === 0 || x.size(this.dim) !== this.transforms.length) {
      throw new TorchError(
        "torch/argument",
        `StackTransform: the value is ${show(x)}, accepted: ${this.transforms.length} along dimension ${this.dim}, one for each transform`,
      );
    }
    return x.unbind(this.dim);
  }

  protected override join(parts: readonly Tensor[], dim: number): Tensor {
    return pile(parts, dim);
  }
}
