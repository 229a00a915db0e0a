// Temporal context normalisation (Webb et al. 2020): features standardised over the objects of one problem.
import { nn, ones, scope, type Tensor, zeros } from "@throughline/torch";
import { refuse } from "./refuse.js";

/** Added to the variance, inside the root, as in the authors' code. */
const EPS = 1e-8;

/**
 * (x − mean) / √(var + 10⁻⁸) · gamma + beta, with mean and unbiased variance over the K entries of dimension −2, for
 * each example and each feature.
 * @param x [*, K, D], K ≥ 2; @param gamma [D]; @param beta [D]; @returns [*, K, D].
 * @throws TorchError if K < 2, for which there is no unbiased variance.
 * Source: Webb et al. 2020; OCRA, supplement S4.
 */
export function contextNorm(x: Tensor, gamma: Tensor, beta: Tensor): Tensor {
  if (x.ndim < 2 || x.size(-2) < 2) {
    throw refuse("contextNorm", `x is [${x.shape}]; accepted: [*, K, D] with K of 2 or more`);
  }
  return scope(() => {
    const { variance, mean } = x.varMean({ dim: -2, keepdim: true });
    return x.sub(mean).div(variance.add(EPS).sqrt()).mul(gamma).add(beta);
  });
}

/**
 * `contextNorm` of consecutive segments of dimension −2, each by itself.
 * @param segments how many entries each has; they add up to K.
 * @throws TorchError if they do not, or if one has fewer than 2.
 */
export function segmentedContextNorm(
  x: Tensor,
  gamma: Tensor,
  beta: Tensor,
  segments: readonly number[],
): Tensor[] {
  const total = segments.reduce((sum, size) => sum + size, 0);
  if (x.ndim < 2 || total !== x.size(-2)) {
    throw refuse(
      "segmentedContextNorm",
      `segments [${segments}] do not add up to dimension −2 of [${x.shape}]`,
    );
  }
  return scope(() => x.split([...segments], -2).map((part) => contextNorm(part, gamma, beta)));
}

/** `contextNorm` with a learned gamma and beta, which start as 1 and 0. */
export class ContextNorm extends nn.Module {
  gamma: nn.Parameter;
  beta: nn.Parameter;

  constructor(dim: number) {
    super();
    this.gamma = scope(() => new nn.Parameter(ones([dim])));
    this.beta = scope(() => new nn.Parameter(zeros([dim])));
  }

  override forward(x: Tensor): Tensor {
    return contextNorm(x, this.gamma, this.beta);
  }
}
