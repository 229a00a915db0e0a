// Losses between real-valued predictions and targets, as layers; the formulas are in `functional`.
import type { Tensor } from "../tensor/index.js";
import type { LossOptions } from "./functional/reduction.js";
import {
  type GaussianNllLossOptions,
  gaussianNllLoss,
  huberLoss,
  l1Loss,
  mseLoss,
  type PoissonNllLossOptions,
  poissonNllLoss,
  smoothL1Loss,
} from "./functional/regression-loss.js";
import { Loss } from "./loss-base.js";

/** (x − y)² */
export class MSELoss extends Loss {
  override forward(x: Tensor, target: Tensor): Tensor {
    return mseLoss(x, target, this);
  }
}

/** |x − y| */
export class L1Loss extends Loss {
  override forward(x: Tensor, target: Tensor): Tensor {
    return l1Loss(x, target, this);
  }
}

/** ½ (x − y)² / beta where |x − y| < beta, else |x − y| − ½ beta. Default beta: 1. */
export class SmoothL1Loss extends Loss {
  readonly beta: number;

  constructor(options: LossOptions & { readonly beta?: number } = {}) {
    super(options);
    this.beta = options.beta ?? 1;
  }

  override forward(x: Tensor, target: Tensor): Tensor {
    return smoothL1Loss(x, target, this);
  }
}

/** ½ (x − y)² where |x − y| < delta, else delta · (|x − y| − ½ delta). Default delta: 1. */
export class HuberLoss extends Loss {
  readonly delta: number;

  constructor(options: LossOptions & { readonly delta?: number } = {}) {
    super(options);
    this.delta = options.delta ?? 1;
  }

  override forward(x: Tensor, target: Tensor): Tensor {
    return huberLoss(x, target, this);
  }
}

/** Negative logarithm of the Poisson density at the target, up to a constant. */
export class PoissonNLLLoss extends Loss {
  readonly logInput: boolean;
  readonly full: boolean;
  readonly eps: number;

  constructor(options: PoissonNllLossOptions = {}) {
    super(options);
    this.logInput = options.logInput ?? true;
    this.full = options.full ?? false;
    this.eps = options.eps ?? 1e-8;
  }

  override forward(x: Tensor, target: Tensor): Tensor {
    return poissonNllLoss(x, target, this);
  }
}

/** Negative logarithm of the normal density at the target, with the variance as third argument. */
export class GaussianNLLLoss extends Loss<[x: Tensor, target: Tensor, variance: Tensor | number]> {
  readonly full: boolean;
  readonly eps: number;

  constructor(options: GaussianNllLossOptions = {}) {
    super(options);
    this.full = options.full ?? false;
    this.eps = options.eps ?? 1e-6;
  }

  override forward(x: Tensor, target: Tensor, variance: Tensor | number): Tensor {
    return gaussianNllLoss(x, target, variance, this);
  }
}
