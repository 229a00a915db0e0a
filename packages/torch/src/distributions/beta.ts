// Random probabilities of two events.
import { stack } from "../joining.js";
import { scope } from "../memory.js";
import type { Tensor } from "../tensor/index.js";
import type { GeneratorOptions } from "../tensor/random-fill.js";
import { type Constraint, positive, unitInterval } from "./constraints.js";
import { Dirichlet } from "./dirichlet.js";
import { Distribution, type DistributionOptions } from "./distribution.js";
import { checkedParameters } from "./parameters.js";

/** Density proportional to x^(concentration1 − 1) (1 − x)^(concentration0 − 1). `torch.distributions.Beta`. */
export class Beta extends Distribution {
  override readonly hasRsample = true;
  readonly concentration1: Tensor;
  readonly concentration0: Tensor;

  /**
   * @param concentration1 α: [...batchShape], above 0
   * @param concentration0 β: [...batchShape], above 0
   * @throws TorchError `torch/argument` for other parameters
   */
  constructor(
    concentration1: number | Tensor,
    concentration0: number | Tensor,
    options: DistributionOptions = {},
  ) {
    const sets = { concentration1: positive, concentration0: positive };
    const own = checkedParameters("Beta", { concentration1, concentration0 }, sets, options);
    super(own.concentration1.shape, [], options);
    this.concentration1 = own.concentration1;
    this.concentration0 = own.concentration0;
  }

  override get support(): Constraint {
    return unitInterval;
  }

  override get mean(): Tensor {
    return scope(() => this.concentration1.div(this.total()));
  }

  /** 1 where both parameters are below 1 and the density is infinite at both ends, as in PyTorch. */
  override get mode(): Tensor {
    return scope(() => this.pair().mode.select(-1, 0));
  }

  override get variance(): Tensor {
    return scope(() => {
      const total = this.total();
      return this.concentration1.mul(this.concentration0).div(total.square().mul(total.add(1)));
    });
  }

  override rsample(shape: readonly number[] = [], options: GeneratorOptions = {}): Tensor {
    this.extendedShape(shape);
    return scope(() => this.pair().rsample(shape, options).select(-1, 0));
  }

  override logProb(value: Tensor): Tensor {
    this.checkValue(value);
    return scope(() => this.pair().logProb(stack([value, value.rsub(1)], -1)));
  }

  override entropy(): Tensor {
    return scope(() => this.pair().entropy());
  }

  private total(): Tensor {
    return this.concentration1.add(this.concentration0);
  }

  /** The same for x and 1 − x. */
  private pair(): Dirichlet {
    return new Dirichlet(stack([this.concentration1, this.concentration0], -1), { validateArgs: false });
  }
}
