// Random probabilities of normal logits.
import { show } from "../checks/show.js";
import type { Tensor } from "../tensor/index.js";
import { isTensor } from "../tensor/operand.js";
import { type Constraint, positive, real, simplex } from "./constraints.js";
import type { DistributionOptions } from "./distribution.js";
import { Normal } from "./normal.js";
import { checkedParameters, refuse } from "./parameters.js";
import { StickBreakingTransform } from "./transform-simplex.js";
import { TransformedDistribution } from "./transformed-distribution.js";

/** Vectors of K that sum to 1: `StickBreakingTransform` of K − 1 normal numbers. `torch.distributions.LogisticNormal`. */
export class LogisticNormal extends TransformedDistribution<Normal> {
  /** [...batchShape, K − 1] */
  readonly loc: Tensor;
  /** [...batchShape, K − 1] */
  readonly scale: Tensor;

  /**
   * @param loc [...batchShape, K − 1]; it broadcasts with `scale`
   * @param scale above 0
   * @throws TorchError `torch/argument` for other parameters
   */
  constructor(loc: Tensor, scale: number | Tensor, options: DistributionOptions = {}) {
    if (!isTensor(loc) || loc.ndim === 0)
      throw refuse("LogisticNormal", `loc is ${show(loc)}, accepted: a tensor [..., K − 1]`);
    const own = checkedParameters("LogisticNormal", { loc, scale }, { loc: real, scale: positive }, options);
    super(new Normal(own.loc, own.scale, { validateArgs: false }), new StickBreakingTransform(), options);
    this.loc = own.loc;
    this.scale = own.scale;
  }

  override get support(): Constraint {
    return simplex;
  }
}
