// Coins that can be differentiated.
import { empty } from "../creation.js";
import { scope } from "../memory.js";
import { softplus } from "../nn/functional/index.js";
import type { Tensor } from "../tensor/index.js";
import type { GeneratorOptions } from "../tensor/random-fill.js";
import { type Constraint, positive, real, unitInterval } from "./constraints.js";
import { Distribution } from "./distribution.js";
import { type BinaryOptions, binaryParameters, clampProbs } from "./parameters.js";
import { SigmoidTransform } from "./transform-elementwise.js";
import { TransformedDistribution } from "./transformed-distribution.js";

/** The log-odds of `RelaxedBernoulli`: (logits + logistic noise) / temperature. */
export class LogitRelaxedBernoulli extends Distribution {
  override readonly hasRsample = true;
  readonly temperature: Tensor;
  readonly probs: Tensor;
  readonly logits: Tensor;

  /**
   * @param temperature above 0; broadcasts with the parameter
   * @throws TorchError `torch/argument` unless exactly one of `probs` and `logits` is given, with such values
   */
  constructor(temperature: number | Tensor, options: BinaryOptions) {
    const own = binaryParameters("RelaxedBernoulli", options, { temperature }, { temperature: positive });
    super(own.probs.shape, [], options);
    this.temperature = own.temperature;
    this.probs = own.probs;
    this.logits = own.logits;
  }

  override get support(): Constraint {
    return real;
  }

  /** logits / temperature */
  override get mean(): Tensor {
    return this.logits.div(this.temperature);
  }

  /** π² / (3 temperature²) */
  override get variance(): Tensor {
    return scope(() => this.temperature.pow(-2).mul(Math.PI ** 2 / 3));
  }

  override rsample(shape: readonly number[] = [], { generator }: GeneratorOptions = {}): Tensor {
    const { dtype, device } = this.probs;
    const whole = this.extendedShape(shape);
    return scope(() => {
      const probs = clampProbs(this.probs);
      const u = clampProbs(empty(whole, { dtype, device }).uniform_(0, 1, { generator }));
      const noise = u.log().sub(u.neg().log1p());
      return noise.add(probs.log()).sub(probs.neg().log1p()).div(this.temperature);
    });
  }

  override logProb(value: Tensor): Tensor {
    this.checkValue(value);
    return scope(() => {
      const off = this.logits.sub(value.mul(this.temperature));
      return this.temperature.log().add(off).sub(softplus(off).mul(2));
    });
  }
}

/**
 * Numbers between 0 and 1 that come near 0 and 1 as the temperature falls, with differentiable draws (Maddison et al. 2017,
 * Jang et al. 2017). `torch.distributions.RelaxedBernoulli`.
 */
export class RelaxedBernoulli extends TransformedDistribution<LogitRelaxedBernoulli> {
  readonly temperature: Tensor;
  readonly probs: Tensor;
  readonly logits: Tensor;

  /**
   * @param temperature above 0; broadcasts with the parameter
   * @throws TorchError `torch/argument` unless exactly one of `probs` and `logits` is given, with such values
   */
  constructor(temperature: number | Tensor, options: BinaryOptions) {
    const base = new LogitRelaxedBernoulli(temperature, options);
    super(base, new SigmoidTransform(), options);
    this.temperature = base.temperature;
    this.probs = base.probs;
    this.logits = base.logits;
  }

  override get support(): Constraint {
    return unitInterval;
  }
}
