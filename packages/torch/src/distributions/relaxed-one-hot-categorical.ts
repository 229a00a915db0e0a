// Choices that can be differentiated.
import { show } from "../checks/show.js";
import { empty, tensor } from "../creation.js";
import { call } from "../dispatch.js";
import { scope } from "../memory.js";
import type { Tensor } from "../tensor/index.js";
import { isTensor } from "../tensor/operand.js";
import type { GeneratorOptions } from "../tensor/random-fill.js";
import { Categorical, type CategoricalOptions } from "./categorical.js";
import { type Constraint, checkHolds, positive, realVector, simplex } from "./constraints.js";
import { Distribution } from "./distribution.js";
import { clampProbs, refuse } from "./parameters.js";
import { ExpTransform } from "./transform-elementwise.js";
import { TransformedDistribution } from "./transformed-distribution.js";

/** The logarithm of `RelaxedOneHotCategorical`: log softmax((logits + Gumbel noise) / temperature). */
export class ExpRelaxedCategorical extends Distribution {
  override readonly hasRsample = true;
  /** [...batchShape] */
  readonly temperature: Tensor;
  readonly categorical: Categorical;

  /**
   * @param temperature above 0; broadcasts to the batch shape
   * @throws TorchError `torch/argument` for parameters that `Categorical` refuses
   */
  constructor(temperature: number | Tensor, options: CategoricalOptions) {
    const categorical = new Categorical(options);
    super(categorical.batchShape, [categorical.numEvents], options);
    this.categorical = categorical;
    this.temperature = scope(() => temperatureFor(temperature, categorical));
    if (this.validateArgs) checkHolds("RelaxedOneHotCategorical: temperature", this.temperature, positive);
  }

  override get support(): Constraint {
    return realVector;
  }

  /** @throws TorchError `torch/distribution`: it has no closed form */
  override get mean(): Tensor {
    throw this.lacks("no mean in closed form; that of draws is an estimate");
  }

  /** @throws TorchError `torch/distribution`: it has no closed form */
  override get variance(): Tensor {
    throw this.lacks("no variance in closed form; that of draws is an estimate");
  }

  override rsample(shape: readonly number[] = [], { generator }: GeneratorOptions = {}): Tensor {
    const { logits } = this.categorical;
    const whole = this.extendedShape(shape);
    return scope(() => {
      const { dtype, device } = logits;
      const u = clampProbs(empty(whole, { dtype, device }).uniform_(0, 1, { generator }));
      return logits.sub(u.log().neg().log()).div(this.temperature.unsqueeze(-1)).logSoftmax(-1);
    });
  }

  override logProb(value: Tensor): Tensor {
    this.checkValue(value);
    return scope(() => {
      const [count] = this.eventShape as [number];
      const scores = this.categorical.logits.sub(value.mul(this.temperature.unsqueeze(-1))).logSoftmax(-1);
      let logFactorial = 0;
      for (let k = 2; k < count; k++) logFactorial += Math.log(k);
      return this.temperature
        .log()
        .mul(count - 1)
        .add(logFactorial)
        .add(scores.sum({ dim: -1 }));
    });
  }
}

/** [...batchShape] */
function temperatureFor(given: number | Tensor, { probs, batchShape }: Categorical): Tensor {
  const { dtype, device } = probs;
  if (typeof given === "number") return tensor(given, { dtype, device }).expand(batchShape);
  if (isTensor(given)) return call("aten::expand", given, batchShape);
  throw refuse("RelaxedOneHotCategorical", `temperature is ${show(given)}, accepted: a number or a tensor`);
}

/**
 * Vectors of K numbers above 0 that sum to 1 and come near vectors with a single 1 as the temperature falls, with
 * differentiable draws (Maddison et al. 2017, Jang et al. 2017). `torch.distributions.RelaxedOneHotCategorical`.
 */
export class RelaxedOneHotCategorical extends TransformedDistribution<ExpRelaxedCategorical> {
  /** [...batchShape] */
  readonly temperature: Tensor;
  readonly categorical: Categorical;

  /**
   * @param temperature above 0; broadcasts to the batch shape
   * @throws TorchError `torch/argument` for parameters that `Categorical` refuses
   */
  constructor(temperature: number | Tensor, options: CategoricalOptions) {
    const base = new ExpRelaxedCategorical(temperature, options);
    super(base, new ExpTransform(), options);
    this.temperature = base.temperature;
    this.categorical = base.categorical;
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
    return simplex;
  }
}
