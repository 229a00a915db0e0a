// Normal vectors with a diagonal covariance.
import { show } from "../checks/show.js";
import { scope } from "../memory.js";
import type { Tensor } from "../tensor/index.js";
import { isTensor } from "../tensor/operand.js";
import type { DistributionOptions } from "./distribution.js";
import { Independent } from "./independent.js";
import { Normal } from "./normal.js";
import { refuse } from "./parameters.js";

/**
 * Normal vectors with a diagonal covariance: `Independent(Normal(loc, scaleDiag), 1)`, in PyTorch also
 * `MultivariateNormal(loc, scale_tril=diag(scaleDiag))`.
 */
export class MultivariateNormalDiag extends Independent<Normal> {
  /**
   * @param loc [...batchShape, N], the mean
   * @param scaleDiag standard deviations, above 0; broadcasts with `loc`
   * @throws TorchError `torch/argument` for other parameters
   */
  constructor(loc: Tensor, scaleDiag: number | Tensor, options: DistributionOptions = {}) {
    if (!isTensor(loc) || loc.ndim === 0) {
      throw refuse("MultivariateNormalDiag", `loc is ${show(loc)}, accepted: a tensor [..., N]`);
    }
    super(new Normal(loc, scaleDiag, options), 1, options);
  }

  /** [...batchShape, N] */
  get loc(): Tensor {
    return this.baseDist.loc;
  }

  /** [...batchShape, N] */
  get scaleDiag(): Tensor {
    return this.baseDist.scale;
  }

  /** [...batchShape, N, N] */
  get covarianceMatrix(): Tensor {
    return scope(() => this.variance.diagEmbed());
  }
}
