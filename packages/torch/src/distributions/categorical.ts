// A choice among K.
import { noGrad } from "../autograd.js";
import { show } from "../checks/show.js";
import { full } from "../creation.js";
import { isFloatingPoint } from "../dtype.js";
import { broadcastTensors } from "../joining.js";
import { scope } from "../memory.js";
import type { Tensor } from "../tensor/index.js";
import { isTensor } from "../tensor/operand.js";
import type { GeneratorOptions } from "../tensor/random-fill.js";
import { type Constraint, checkHolds, integerInterval, positive, real } from "./constraints.js";
import { Distribution, type DistributionOptions } from "./distribution.js";
import { enumerate } from "./enumerate.js";
import { floatInfo } from "./float-info.js";
import { clampProbs, probsOrLogits, refuse } from "./parameters.js";

/** Options of `Categorical`: exactly one of `probs` and `logits`. */
export interface CategoricalOptions extends DistributionOptions {
  /** [...batchShape, K], at least 0 and not all 0; divided by their sum. */
  readonly probs?: Tensor;
  /** Unnormalised log probabilities, [...batchShape, K]. */
  readonly logits?: Tensor;
}

const weights: Constraint = {
  accepted: "finite numbers of at least 0",
  holds: (probs) => probs.ge(0).logicalAnd(probs.isfinite()),
};

/** Whole numbers from 0 to K − 1, int64. `torch.distributions.Categorical`. */
export class Categorical extends Distribution {
  override readonly hasEnumerateSupport = true;
  /** [...batchShape, K], with the sum 1 along the last dimension. */
  readonly probs: Tensor;
  /** [...batchShape, K], the logarithms of the probabilities; from `probs`, those of a rounding error at least. */
  readonly logits: Tensor;

  /** @throws TorchError `torch/argument` unless exactly one parameter is given, of one dimension or more, with such values. */
  constructor(options: CategoricalOptions) {
    const [name, given] = probsOrLogits("Categorical", options);
    if (!isTensor(given) || !isFloatingPoint(given.dtype) || given.ndim === 0 || given.shape.at(-1) === 0) {
      throw refuse(
        "Categorical",
        `${name} is ${show(given)}, accepted: a floating-point tensor [..., K] with K of at least 1`,
      );
    }
    super(given.shape.slice(0, -1), [], options);
    if (name === "probs" && this.validateArgs) checkWeights(given);
    const { probs, logits } = scope(() => (name === "probs" ? fromProbs(given) : fromLogits(given)));
    this.probs = probs;
    this.logits = logits;
    if (name === "logits" && this.validateArgs)
      checkHolds("Categorical: logits minus their logsumexp", logits, real);
  }

  override get support(): Constraint {
    return integerInterval(0, this.numEvents - 1);
  }

  /** K */
  get numEvents(): number {
    return this.probs.shape.at(-1)!;
  }

  /** NaN, as in PyTorch: categories are names, not numbers. */
  override get mean(): Tensor {
    const { dtype, device } = this.probs;
    return full(this.batchShape, Number.NaN, { dtype, device });
  }

  /** NaN, as in PyTorch. */
  override get variance(): Tensor {
    return this.mean;
  }

  override get mode(): Tensor {
    return this.probs.argmax({ dim: -1 });
  }

  override sample(shape: readonly number[] = [], { generator }: GeneratorOptions = {}): Tensor {
    const whole = this.extendedShape(shape);
    const count = shape.reduce((product, size) => product * size, 1);
    if (count === 0) return full(whole, 0, { dtype: "int64", device: this.probs.device });
    return scope(() =>
      noGrad(() => {
        const rows = this.probs.reshape([-1, this.numEvents]);
        return rows.multinomial(count, { replacement: true, generator }).t().reshape(whole);
      }),
    );
  }

  override logProb(value: Tensor): Tensor {
    this.checkValue(value);
    return scope(() => {
      const [index, logits] = broadcastTensors(value.long().unsqueeze(-1), this.logits) as [Tensor, Tensor];
      return logits.gather(-1, index.narrow(-1, 0, 1)).squeeze(-1);
    });
  }

  override entropy(): Tensor {
    return scope(() => {
      const { probs, logits } = this;
      return logits
        .clamp({ min: floatInfo(logits.dtype).min })
        .mul(probs)
        .sum({ dim: -1 })
        .neg();
    });
  }

  override enumerateSupport(expand = true): Tensor {
    return enumerate(this.numEvents, this.batchShape, expand, { device: this.probs.device, dtype: "int64" });
  }
}

function checkWeights(probs: Tensor): void {
  checkHolds("Categorical: probs", probs, weights);
  scope(() => checkHolds("Categorical: the sum of probs", probs.sum({ dim: -1 }), positive));
}

function fromProbs(given: Tensor): Pick<Categorical, "probs" | "logits"> {
  const probs = given.div(given.sum({ dim: -1, keepdim: true }));
  return { probs, logits: clampProbs(probs).log() };
}

function fromLogits(given: Tensor): Pick<Categorical, "probs" | "logits"> {
  const logits = given.sub(given.logsumexp(-1, { keepdim: true }));
  return { probs: logits.softmax(-1), logits };
}
