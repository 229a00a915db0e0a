// Exponentials of normal variables.
import { scope } from "../memory.js";
import type { Tensor } from "../tensor/index.js";
import { type Constraint, positive, real } from "./constraints.js";
import type { DistributionOptions } from "./distribution.js";
import { Normal } from "./normal.js";
import { checkedParameters } from "./parameters.js";
import { ExpTransform } from "./transform-elementwise.js";
import { TransformedDistribution } from "./transformed-distribution.js";

/** eᶻ, z normal with mean `loc` and standard deviation `scale`. `torch.distributions.LogNormal`. */
export class LogNormal extends TransformedDistribution<Normal> {
  readonly loc: Tensor;
  readonly scale: Tensor;

  /**
   * @param loc mean of the logarithm: [...batchShape]
   * @param scale standard deviation of the logarithm, above 0: [...batchShape]
   * @throws TorchError `torch/argument` for other parameters
   */
  constructor(loc: number | Tensor, scale: number | Tensor, options: DistributionOptions = {}) {
    const own = checkedParameters("LogNormal", { loc, scale }, { loc: real, scale: positive }, options);
    super(new Normal(own.loc, own.scale, { validateArgs: false }), new ExpTransform(), options);
    this.loc = own.loc;
    this.scale = own.scale;
  }

  override get support(): Constraint {
    return positive;
  }

  override get mean(): Tensor {
    return scope(() => this.loc.add(this.scale.square().div(2)).exp());
  }

  override get mode(): Tensor {
    return scope(() => this.loc.sub(this.scale.square()).exp());
  }

  override get variance(): Tensor {
    return scope(() => {
      const square = this.scale.square();
      return square.expm1().mul(this.loc.mul(2).add(square).exp());
    });
  }

  override entropy(): Tensor {
    return scope(() => this.baseDist.entropy().add(this.loc));
  }
}
