// Failures before the first success.
import { noGrad } from "../autograd.js";
import { empty, zerosLike } from "../creation.js";
import { scope } from "../memory.js";
import { binaryCrossEntropyWithLogits } from "../nn/functional/index.js";
import { xlog1py } from "../special.js";
import type { Tensor } from "../tensor/index.js";
import type { GeneratorOptions } from "../tensor/random-fill.js";
import { type Constraint, Interval, nonnegativeInteger } from "./constraints.js";
import { Distribution } from "./distribution.js";
import { floatInfo } from "./float-info.js";
import { type BinaryOptions, binaryParameters } from "./parameters.js";

/** P(k) = (1 − p)ᵏ p: failures before the first success, whose probability is p = `probs`. `torch.distributions.Geometric`. */
export class Geometric extends Distribution {
  readonly probs: Tensor;
  readonly logits: Tensor;

  /** @throws TorchError `torch/argument` unless exactly one of `probs`, above 0 and at most 1, and `logits` is given */
  constructor(options: BinaryOptions) {
    const aboveZero = new Interval(0, 1, { openBelow: true });
    const { probs, logits } = binaryParameters("Geometric", options, undefined, undefined, aboveZero);
    super(probs.shape, [], options);
    this.probs = probs;
    this.logits = logits;
  }

  override get support(): Constraint {
    return nonnegativeInteger;
  }

  override get mean(): Tensor {
    return scope(() => this.probs.reciprocal().sub(1));
  }

  override get mode(): Tensor {
    return zerosLike(this.probs);
  }

  override get variance(): Tensor {
    return scope(() => this.probs.reciprocal().sub(1).div(this.probs));
  }

  override sample(shape: readonly number[] = [], { generator }: GeneratorOptions = {}): Tensor {
    const { dtype, device } = this.probs;
    const whole = this.extendedShape(shape);
    return scope(() =>
      noGrad(() => {
        const u = empty(whole, { dtype, device }).uniform_(floatInfo(dtype).tiny, 1, { generator });
        return u.log().div(this.probs.neg().log1p()).floor();
      }),
    );
  }

  override logProb(value: Tensor): Tensor {
    this.checkValue(value);
    return scope(() => xlog1py(value, this.probs.neg()).add(this.probs.log()));
  }

  override entropy(): Tensor {
    return scope(() =>
      binaryCrossEntropyWithLogits(this.logits, this.probs, { reduction: "none" }).div(this.probs),
    );
  }
}
