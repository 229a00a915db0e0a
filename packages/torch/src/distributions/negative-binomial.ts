// Successes before a number of failures.
import { noGrad } from "../autograd.js";
import { scope } from "../memory.js";
import { logsigmoid } from "../nn/functional/index.js";
import type { Tensor } from "../tensor/index.js";
import type { GeneratorOptions } from "../tensor/random-fill.js";
import { type Constraint, halfOpenInterval, nonnegative, nonnegativeInteger } from "./constraints.js";
import { Distribution } from "./distribution.js";
import { Gamma } from "./gamma.js";
import { type BinaryOptions, binaryParameters, countBeside } from "./parameters.js";

/** Successes of probability `probs` before `totalCount` failures. `torch.distributions.NegativeBinomial`. */
export class NegativeBinomial extends Distribution {
  readonly totalCount: Tensor;
  readonly probs: Tensor;
  readonly logits: Tensor;

  /**
   * @param totalCount failures, at least 0, also fractions: [...batchShape]
   * @throws TorchError `torch/argument` unless exactly one of `probs`, below 1, and `logits` is given, with such values
   */
  constructor(totalCount: number | Tensor, options: BinaryOptions) {
    const sets = { totalCount: nonnegative };
    const own = binaryParameters(
      "NegativeBinomial",
      options,
      { totalCount: countBeside(totalCount, options) },
      sets,
      halfOpenInterval(0, 1),
    );
    super(own.probs.shape, [], options);
    this.totalCount = own.totalCount;
    this.probs = own.probs;
    this.logits = own.logits;
  }

  override get support(): Constraint {
    return nonnegativeInteger;
  }

  override get mean(): Tensor {
    return scope(() => this.totalCount.mul(this.logits.exp()));
  }

  override get mode(): Tensor {
    return scope(() => this.totalCount.sub(1).mul(this.logits.exp()).floor().clamp({ min: 0 }));
  }

  override get variance(): Tensor {
    return scope(() => this.mean.div(this.logits.neg().sigmoid()));
  }

  /** Poisson draws of which the rates are gamma draws. */
  override sample(shape: readonly number[] = [], options: GeneratorOptions = {}): Tensor {
    this.extendedShape(shape);
    return scope(() =>
      noGrad(() => {
        const rates = new Gamma(this.totalCount, this.logits.neg().exp(), { validateArgs: false });
        return rates.sample(shape, options).poisson(options);
      }),
    );
  }

  override logProb(value: Tensor): Tensor {
    this.checkValue(value);
    return scope(() => {
      const { totalCount, logits } = this;
      const all = totalCount.add(value);
      const ways = all.lgamma().sub(value.add(1).lgamma()).sub(totalCount.lgamma());
      return totalCount
        .mul(logsigmoid(logits.neg()))
        .add(value.mul(logsigmoid(logits)))
        .add(ways.maskedFill(all.eq(0), 0));
    });
  }
}
