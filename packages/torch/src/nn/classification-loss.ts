// Losses between scores and classes, as layers; the formulas are in `functional`.
import type { Tensor } from "../tensor/index.js";
import {
  type BinaryCrossEntropyWithLogitsOptions,
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  type CrossEntropyOptions,
  type CtcLengths,
  type CtcLossOptions,
  crossEntropy,
  ctcLoss,
  type KlDivOptions,
  klDiv,
  type MultiMarginLossOptions,
  multilabelMarginLoss,
  multilabelSoftMarginLoss,
  multiMarginLoss,
  type NllLossOptions,
  nllLoss,
  softMarginLoss,
  type WeightedLossOptions,
} from "./functional/classification-loss.js";
import type { Reduction } from "./functional/reduction.js";
import { asBuffer, Loss } from "./loss-base.js";
import { Module } from "./module.js";
import type { Buffer } from "./parameter.js";

/** Cross entropy −log softmax(x)[target]; x: scores, target: classes (int64) or class probabilities. */
export class CrossEntropyLoss extends Loss {
  readonly ignoreIndex: number;
  readonly labelSmoothing: number;
  weight: Buffer | null;

  constructor(options: CrossEntropyOptions = {}) {
    super(options);
    this.weight = asBuffer(options.weight);
    this.ignoreIndex = options.ignoreIndex ?? -100;
    this.labelSmoothing = options.labelSmoothing ?? 0;
  }

  override forward(x: Tensor, target: Tensor): Tensor {
    return crossEntropy(x, target, this);
  }
}

/** Negative log likelihood −x[target]; x: log probabilities, target: classes (int64). */
export class NLLLoss extends Loss {
  readonly ignoreIndex: number;
  weight: Buffer | null;

  constructor(options: NllLossOptions = {}) {
    super(options);
    this.weight = asBuffer(options.weight);
    this.ignoreIndex = options.ignoreIndex ?? -100;
  }

  override forward(x: Tensor, target: Tensor): Tensor {
    return nllLoss(x, target, this);
  }
}

/** Binary cross entropy −y log x − (1 − y) log(1 − x); x: probabilities, y in [0, 1]. */
export class BCELoss extends Loss {
  weight: Buffer | null;

  constructor(options: WeightedLossOptions = {}) {
    super(options);
    this.weight = asBuffer(options.weight);
  }

  override forward(x: Tensor, target: Tensor): Tensor {
    return binaryCrossEntropy(x, target, this);
  }
}

/** `BCELoss` of sigmoid(x), more accurate than the two in turn; x: logits. */
export class BCEWithLogitsLoss extends Loss {
  weight: Buffer | null;
  pos_weight: Buffer | null;

  constructor(options: BinaryCrossEntropyWithLogitsOptions = {}) {
    super(options);
    this.weight = asBuffer(options.weight);
    this.pos_weight = asBuffer(options.posWeight);
  }

  override forward(x: Tensor, target: Tensor): Tensor {
    const { weight, pos_weight: posWeight, reduction } = this;
    return binaryCrossEntropyWithLogits(x, target, { weight, posWeight, reduction });
  }
}

/**
 * Kullback–Leibler divergence y · (log y − x); x: log probabilities, y: probabilities, or with `logTarget` their
 * logarithms.
 */
export class KLDivLoss extends Module<[x: Tensor, target: Tensor]> {
  readonly reduction: Reduction | "batchmean";
  readonly logTarget: boolean;

  constructor(options: KlDivOptions = {}) {
    super();
    this.reduction = options.reduction ?? "mean";
    this.logTarget = options.logTarget ?? false;
  }

  override forward(x: Tensor, target: Tensor): Tensor {
    return klDiv(x, target, this);
  }
}

/** log(1 + e^(−y·x)), y: 1 or −1 */
export class SoftMarginLoss extends Loss {
  override forward(x: Tensor, target: Tensor): Tensor {
    return softMarginLoss(x, target, this);
  }
}

/** Σᵢ max(0, margin − x[y] + x[i])ᵖ / C over the classes i ≠ y. Default p and margin: 1. */
export class MultiMarginLoss extends Loss {
  readonly p: number;
  readonly margin: number;
  weight: Buffer | null;

  constructor(options: MultiMarginLossOptions = {}) {
    super(options);
    this.p = options.p ?? 1;
    this.margin = options.margin ?? 1;
    this.weight = asBuffer(options.weight);
  }

  override forward(x: Tensor, target: Tensor): Tensor {
    return multiMarginLoss(x, target, this);
  }
}

/** Σ max(0, 1 − x[j] + x[i]) / C over targets j and other classes i */
export class MultiLabelMarginLoss extends Loss {
  override forward(x: Tensor, target: Tensor): Tensor {
    return multilabelMarginLoss(x, target, this);
  }
}

/** The mean over classes of `BCEWithLogitsLoss`. */
export class MultiLabelSoftMarginLoss extends Loss {
  weight: Buffer | null;

  constructor(options: WeightedLossOptions = {}) {
    super(options);
    this.weight = asBuffer(options.weight);
  }

  override forward(x: Tensor, target: Tensor): Tensor {
    return multilabelSoftMarginLoss(x, target, this);
  }
}

/** −log P(target | x) under connectionist temporal classification (Graves et al. 2006). */
export class CTCLoss extends Loss<
  [logProbs: Tensor, targets: Tensor, inputLengths: CtcLengths, targetLengths: CtcLengths]
> {
  readonly blank: number;
  readonly zeroInfinity: boolean;

  constructor(options: CtcLossOptions = {}) {
    super(options);
    this.blank = options.blank ?? 0;
    this.zeroInfinity = options.zeroInfinity ?? false;
  }

  override forward(
    logProbs: Tensor,
    targets: Tensor,
    inputLengths: CtcLengths,
    targetLengths: CtcLengths,
  ): Tensor {
    return ctcLoss(logProbs, targets, inputLengths, targetLengths, this);
  }
}
