// Successes in a number of trials.
import { noGrad } from "../autograd.js";
import { binomial } from "../creation.js";
import { TorchError } from "../errors.js";
import { scope } from "../memory.js";
import { logsigmoid } from "../nn/functional/index.js";
import type { Tensor } from "../tensor/index.js";
import type { GeneratorOptions } from "../tensor/random-fill.js";
import { type Constraint, integerInterval, nonnegativeInteger } from "./constraints.js";
import { Distribution } from "./distribution.js";
import { enumerate } from "./enumerate.js";
import { type BinaryOptions, binaryParameters, countBeside } from "./parameters.js";

/** Successes in `totalCount` trials of probability `probs`. `torch.distributions.Binomial`. */
export class Binomial extends Distribution {
  override readonly hasEnumerateSupport = true;
  readonly totalCount: Tensor;
  readonly probs: Tensor;
  readonly logits: Tensor;

  /**
   * @param totalCount trials: whole numbers of at least 0, [...batchShape]
   * @throws TorchError `torch/argument` unless exactly one of `probs` and `logits` is given, with such values
   */
  constructor(totalCount: number | Tensor, options: BinaryOptions) {
    const sets = { totalCount: nonnegativeInteger };
    const own = binaryParameters("Binomial", options, { totalCount: countBeside(totalCount, options) }, sets);
    super(own.probs.shape, [], options);
    this.totalCount = own.totalCount;
    this.probs = own.probs;
    this.logits = own.logits;
  }

  override get support(): Constraint {
    return integerInterval(0, this.totalCount);
  }

  override get mean(): Tensor {
    return this.totalCount.mul(this.probs);
  }

  override get mode(): Tensor {
    const { totalCount, probs } = this;
    return scope(() => totalCount.add(1).mul(probs).floor().clamp({ max: totalCount }));
  }

  override get variance(): Tensor {
    return scope(() => this.totalCount.mul(this.probs).mul(this.probs.rsub(1)));
  }

  override sample(shape: readonly number[] = [], options: GeneratorOptions = {}): Tensor {
    const whole = this.extendedShape(shape);
    return scope(() =>
      noGrad(() => binomial(this.totalCount.expand(whole), this.probs.expand(whole), options)),
    );
  }

  override logProb(value: Tensor): Tensor {
    this.checkValue(value);
    return scope(() => {
      const { totalCount, logits } = this;
      const rest = totalCount.sub(value);
      const ways = totalCount.add(1).lgamma().sub(value.add(1).lgamma()).sub(rest.add(1).lgamma());
      return ways.add(value.mul(logsigmoid(logits))).add(rest.mul(logsigmoid(logits.neg())));
    });
  }

  /** @throws TorchError `torch/distribution` if the batch has different counts */
  override entropy(): Tensor {
    return scope(() => {
      const logProb = this.logProb(this.enumerateSupport(false));
      return logProb.exp().mul(logProb).sum({ dim: 0 }).neg();
    });
  }

  /** @throws TorchError `torch/distribution` if the batch has different counts */
  override enumerateSupport(expand = true): Tensor {
    const { min, max } = scope(() => {
      const ends = this.totalCount.detach().aminmax();
      return { min: Number(ends.min.item()), max: Number(ends.max.item()) };
    });
    if (min !== max) {
      throw new TorchError(
        "torch/distribution",
        `Binomial: the list of all values is the same for the whole batch only if totalCount is; it goes from ${min} to ${max}`,
      );
    }
    return enumerate(max + 1, this.batchShape, expand, this.probs);
  }
}
