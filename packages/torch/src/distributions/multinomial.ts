// Counts of categories.
import { noGrad } from "../autograd.js";
import { show } from "../checks/show.js";
import { isWhole } from "../checks/values.js";
import { arange } from "../creation.js";
import { scope } from "../memory.js";
import type { Tensor } from "../tensor/index.js";
import type { GeneratorOptions } from "../tensor/random-fill.js";
import { Binomial } from "./binomial.js";
import { Categorical, type CategoricalOptions } from "./categorical.js";
import { type Constraint, multinomial } from "./constraints.js";
import { Distribution } from "./distribution.js";
import { refuse } from "./parameters.js";

/** How often each of K categories comes in `totalCount` draws. `torch.distributions.Multinomial`. */
export class Multinomial extends Distribution {
  readonly totalCount: number;
  /** One of the draws. */
  readonly categorical: Categorical;

  /**
   * @param totalCount number of draws, the same for the whole batch
   * @throws TorchError `torch/argument` for another count, or parameters that `Categorical` refuses
   */
  constructor(totalCount: number, options: CategoricalOptions) {
    if (!isWhole(totalCount, 0, Number.MAX_SAFE_INTEGER)) {
      throw refuse(
        "Multinomial",
        `totalCount is ${show(totalCount)}, accepted: a whole number of at least 0`,
      );
    }
    const categorical = new Categorical(options);
    super(categorical.batchShape, [categorical.numEvents], options);
    this.totalCount = totalCount;
    this.categorical = categorical;
  }

  /** [...batchShape, K] */
  get probs(): Tensor {
    return this.categorical.probs;
  }

  /** [...batchShape, K] */
  get logits(): Tensor {
    return this.categorical.logits;
  }

  override get support(): Constraint {
    return multinomial(this.totalCount);
  }

  override get mean(): Tensor {
    return this.probs.mul(this.totalCount);
  }

  override get variance(): Tensor {
    return scope(() => this.probs.mul(this.totalCount).mul(this.probs.rsub(1)));
  }

  override sample(shape: readonly number[] = [], options: GeneratorOptions = {}): Tensor {
    const whole = this.extendedShape(shape);
    return scope(() =>
      noGrad(() => {
        const chosen = this.categorical.sample([this.totalCount, ...shape], options).movedim(0, -1);
        const counts = this.probs.newZeros(whole);
        return counts.scatterAdd(-1, chosen, counts.newOnes(chosen.shape));
      }),
    );
  }

  override logProb(value: Tensor): Tensor {
    this.checkValue(value);
    return scope(() => {
      const impossible = this.logits.isneginf().logicalAnd(value.eq(0));
      const terms = this.logits.maskedFill(impossible, 0).mul(value);
      const ways = value
        .sum({ dim: -1 })
        .add(1)
        .lgamma()
        .sub(value.add(1).lgamma().sum({ dim: -1 }));
      return ways.add(terms.sum({ dim: -1 }));
    });
  }

  /** n H(p) − log n! + Σ_i E[log x_i!], x_i binomial */
  override entropy(): Tensor {
    const { totalCount: n, probs } = this;
    return scope(() => {
      const { dtype, device } = probs;
      const counts = arange(n + 1, { dtype, device }).reshape([n + 1, ...probs.shape.map(() => 1)]);
      const each = new Binomial(n, { probs, validateArgs: false });
      const logFactorials = counts.add(1).lgamma();
      const expected = each
        .logProb(counts)
        .exp()
        .mul(logFactorials)
        .sum({ dim: [0, -1] });
      return this.categorical.entropy().mul(n).sub(logFactorials.select(0, n).sum()).add(expected);
    });
  }
}
