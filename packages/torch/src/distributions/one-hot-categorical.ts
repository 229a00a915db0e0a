// A choice among K, as a vector.
import { eye } from "../creation.js";
import { scope } from "../memory.js";
import { oneHot as toOneHot } from "../nn/functional/index.js";
import type { Tensor } from "../tensor/index.js";
import type { GeneratorOptions } from "../tensor/random-fill.js";
import { Categorical, type CategoricalOptions } from "./categorical.js";
import { type Constraint, oneHot } from "./constraints.js";
import { Distribution } from "./distribution.js";

/** Vectors of K with a single 1, in the dtype of the parameter. `torch.distributions.OneHotCategorical`. */
export class OneHotCategorical extends Distribution {
  override readonly hasEnumerateSupport = true;
  /** The same as whole numbers. */
  readonly categorical: Categorical;

  /** @throws TorchError `torch/argument` for parameters that `Categorical` refuses */
  constructor(options: CategoricalOptions) {
    const categorical = new Categorical(options);
    super(categorical.batchShape, [categorical.numEvents], options);
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
    return oneHot;
  }

  override get mean(): Tensor {
    return this.probs.clone();
  }

  override get mode(): Tensor {
    return scope(() => this.vectors(this.categorical.mode));
  }

  override get variance(): Tensor {
    return scope(() => this.probs.mul(this.probs.rsub(1)));
  }

  override sample(shape: readonly number[] = [], options: GeneratorOptions = {}): Tensor {
    return scope(() => this.vectors(this.categorical.sample(shape, options)));
  }

  override logProb(value: Tensor): Tensor {
    this.checkValue(value);
    return scope(() => this.categorical.logProb(value.argmax({ dim: -1 })));
  }

  override entropy(): Tensor {
    return this.categorical.entropy();
  }

  override enumerateSupport(expand = true): Tensor {
    const [count] = this.eventShape as [number];
    const { dtype, device } = this.probs;
    return scope(() => {
      const values = eye(count, { dtype, device }).reshape([count, ...this.batchShape.map(() => 1), count]);
      return expand ? values.expand([count, ...this.batchShape, count]) : values;
    });
  }

  private vectors(chosen: Tensor): Tensor {
    return toOneHot(chosen, this.eventShape[0]).to(this.probs.dtype);
  }
}

/**
 * `OneHotCategorical` whose draws have the gradient of `probs` (straight-through estimator, Bengio et al.
 * 2013). `torch.distributions.OneHotCategoricalStraightThrough`.
 */
export class OneHotCategoricalStraightThrough extends OneHotCategorical {
  override readonly hasRsample = true;

  override rsample(shape: readonly number[] = [], options: GeneratorOptions = {}): Tensor {
    return scope(() => this.sample(shape, options).add(this.probs.sub(this.probs.detach())));
  }
}
