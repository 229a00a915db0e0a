// Mixtures.

import { noGrad } from "../autograd.js";
import { show } from "../checks/show.js";
import { scope } from "../memory.js";
import type { Tensor } from "../tensor/index.js";
import type { GeneratorOptions } from "../tensor/random-fill.js";
import { Categorical } from "./categorical.js";
import type { Constraint } from "./constraints.js";
import { Distribution, type DistributionOptions } from "./distribution.js";
import { refuse } from "./parameters.js";

/**
 * A mixture of K components of one kind: p(x) = Σ_k w_k p_k(x). `torch.distributions.MixtureSameFamily`.
 * Draws are not differentiable. It has neither an entropy nor a mode in closed form.
 */
export class MixtureSameFamily<Component extends Distribution = Distribution> extends Distribution {
  readonly mixtureDistribution: Categorical;
  readonly componentDistribution: Component;

  /**
   * @param mixtureDistribution the weights, w: its batch shape broadcasts to that of the mixture
   * @param componentDistribution batch shape [...batchShape, K]
   * @throws TorchError `torch/argument` if they do not fit each other
   */
  constructor(
    mixtureDistribution: Categorical,
    componentDistribution: Component,
    options: DistributionOptions = {},
  ) {
    checkParts(mixtureDistribution, componentDistribution);
    super(componentDistribution.batchShape.slice(0, -1), componentDistribution.eventShape, options);
    this.mixtureDistribution = mixtureDistribution;
    this.componentDistribution = componentDistribution;
  }

  override get support(): Constraint {
    return this.componentDistribution.support;
  }

  override get mean(): Tensor {
    return scope(() => this.average(this.componentDistribution.mean));
  }

  /** E[Var(x | k)] + Var(E[x | k]) */
  override get variance(): Tensor {
    return scope(() => {
      const { mean, variance } = this.componentDistribution;
      const around = mean.sub(this.average(mean).unsqueeze(this.componentDim));
      return this.average(variance.add(around.square()));
    });
  }

  override sample(shape: readonly number[] = [], options: GeneratorOptions = {}): Tensor {
    const whole = this.extendedShape(shape);
    return scope(() =>
      noGrad(() => {
        const chosen = this.weights.sample(shape, options);
        const draws = this.componentDistribution.sample(shape, options);
        const dim = shape.length + this.batchShape.length;
        const one = whole.toSpliced(dim, 0, 1);
        const flat = chosen.reshape([...chosen.shape, ...Array<number>(1 + this.eventShape.length).fill(1)]);
        return draws.gather(dim, flat.expand(one)).squeeze(dim);
      }),
    );
  }

  override logProb(value: Tensor): Tensor {
    this.checkValue(value);
    return scope(() => {
      const each = value.unsqueeze(this.componentDim);
      const weights = this.mixtureDistribution.logits.logSoftmax(-1);
      return this.componentDistribution.logProb(each).add(weights).logsumexp(-1);
    });
  }

  override cdf(value: Tensor): Tensor {
    this.checkValue(value);
    return scope(() => this.average(this.componentDistribution.cdf(value.unsqueeze(this.componentDim))));
  }

  /** Dimension of the components, counted from the end. */
  private get componentDim(): number {
    return -1 - this.eventShape.length;
  }

  /** The weights as one choice for each place of the batch. */
  private get weights(): Categorical {
    const { mixtureDistribution: given, batchShape } = this;
    if (String(given.batchShape) === String(batchShape)) return given;
    const probs = given.probs.expand([...batchShape, given.numEvents]);
    return new Categorical({ probs, validateArgs: false });
  }

  /** Σ_k w_k x_k over the components' dimension of x [...batchShape, K, ...eventShape]. */
  private average(x: Tensor): Tensor {
    const { probs } = this.mixtureDistribution;
    const ones = Array<number>(this.eventShape.length).fill(1);
    return x.mul(probs.reshape([...probs.shape, ...ones])).sum({ dim: this.componentDim });
  }
}

function checkParts(mixture: Categorical, component: Distribution): void {
  const who = "MixtureSameFamily";
  if (!(mixture instanceof Categorical))
    throw refuse(who, `mixtureDistribution is ${show(mixture)}, accepted: a Categorical`);
  if (!(component instanceof Distribution))
    throw refuse(who, `componentDistribution is ${show(component)}, accepted: a distribution`);
  const { batchShape } = component;
  if (batchShape.at(-1) !== mixture.numEvents) {
    throw refuse(
      who,
      `componentDistribution has the batch shape [${batchShape}], accepted: [..., ${mixture.numEvents}], as many as mixtureDistribution has weights`,
    );
  }
  const outer = batchShape.slice(0, -1);
  const given = mixture.batchShape;
  const fits =
    given.length <= outer.length &&
    given.every((size, i) => size === 1 || size === outer[i + outer.length - given.length]);
  if (fits) return;
  throw refuse(
    who,
    `mixtureDistribution has the batch shape [${given}], accepted: what broadcasts to [${outer}], componentDistribution's without the last`,
  );
}
