// Random probabilities.
import { customFunction } from "../autograd.js";
import { show } from "../checks/show.js";
import { call } from "../dispatch.js";
import { isFloatingPoint } from "../dtype.js";
import { where } from "../joining.js";
import { scope } from "../memory.js";
import { oneHot } from "../nn/functional/index.js";
import type { Tensor } from "../tensor/index.js";
import { isTensor } from "../tensor/operand.js";
import type { GeneratorOptions } from "../tensor/random-fill.js";
import { type Constraint, checkHolds, positive, simplex } from "./constraints.js";
import { Distribution, type DistributionOptions } from "./distribution.js";
import { refuse } from "./parameters.js";

/** Vectors x of K numbers that sum to 1, with a density proportional to Π x_i^(α_i − 1). `torch.distributions.Dirichlet`. */
export class Dirichlet extends Distribution {
  override readonly hasRsample = true;
  /** α: [...batchShape, K] */
  readonly concentration: Tensor;

  /** @param concentration [...batchShape, K], above 0 @throws TorchError `torch/argument` for other parameters */
  constructor(concentration: Tensor, options: DistributionOptions = {}) {
    if (!isTensor(concentration) || !isFloatingPoint(concentration.dtype) || concentration.ndim === 0) {
      throw refuse(
        "Dirichlet",
        `concentration is ${show(concentration)}, accepted: a floating-point tensor [..., K]`,
      );
    }
    super(concentration.shape.slice(0, -1), concentration.shape.slice(-1), options);
    this.concentration = call("aten::alias", concentration);
    if (this.validateArgs) checkHolds("Dirichlet: concentration", this.concentration, positive);
  }

  override get support(): Constraint {
    return simplex;
  }

  override get mean(): Tensor {
    return scope(() => this.concentration.div(this.concentration.sum({ dim: -1, keepdim: true })));
  }

  /** For α below 1 everywhere the density is infinite at the corners; the first is given, as in PyTorch. */
  override get mode(): Tensor {
    return scope(() => {
      const above = this.concentration.sub(1).clamp({ min: 0 });
      const inner = above.div(above.sum({ dim: -1, keepdim: true }));
      const corner = oneHot(above.select(-1, 0).mul(0).long(), above.size(-1)).to(above.dtype);
      return where(this.concentration.lt(1).all({ dim: -1, keepdim: true }), corner, inner);
    });
  }

  override get variance(): Tensor {
    return scope(() => {
      const total = this.concentration.sum({ dim: -1, keepdim: true });
      return this.concentration.mul(total.sub(this.concentration)).div(total.square().mul(total.add(1)));
    });
  }

  /** Differentiable in the concentration (implicit reparameterisation, libtorch's). */
  override rsample(shape: readonly number[] = [], { generator }: GeneratorOptions = {}): Tensor {
    const whole = this.extendedShape(shape);
    const draw = customFunction<[Tensor]>({
      forward(context, concentration) {
        const x: Tensor = call("aten::_sample_dirichlet", concentration, generator);
        context.saveForBackward(x, concentration);
        return x;
      },
      backward([x, concentration], gradient) {
        const total = concentration!.sum({ dim: -1, keepdim: true }).expandAs(concentration!);
        const slope: Tensor = call("aten::_dirichlet_grad", x, concentration, total);
        const along = x!.mul(gradient!).sum({ dim: -1, keepdim: true });
        return slope.mul(gradient!.sub(along));
      },
    });
    return scope(() => draw(this.concentration.expand(whole))[0]!);
  }

  override logProb(value: Tensor): Tensor {
    this.checkValue(value);
    return scope(() => {
      const { concentration } = this;
      return concentration.sub(1).xlogy(value).sum({ dim: -1 }).sub(this.logNorm());
    });
  }

  override entropy(): Tensor {
    return scope(() => {
      const { concentration } = this;
      const total = concentration.sum({ dim: -1 });
      return this.logNorm()
        .add(total.sub(concentration.size(-1)).mul(total.digamma()))
        .sub(concentration.sub(1).mul(concentration.digamma()).sum({ dim: -1 }));
    });
  }

  /** log of Π Γ(α_i) / Γ(Σ α_i) */
  private logNorm(): Tensor {
    const { concentration } = this;
    return concentration
      .lgamma()
      .sum({ dim: -1 })
      .sub(concentration.sum({ dim: -1 }).lgamma());
  }
}
