// Losses between scores, probabilities or logarithms of them and classes.
import { call } from "../../dispatch.js";
import { scope } from "../../memory.js";
import type { Tensor } from "../../tensor/index.js";
import { tensorFromList } from "../../tensor/literal.js";
import { isTensor } from "../../tensor/operand.js";
import { type LossOptions, type Reduction, reduce, reductionCode } from "./reduction.js";

/** Options of `nllLoss` and `crossEntropy`. */
export interface NllLossOptions extends LossOptions {
  /** Weight of each class, [C]; `"mean"` then divides by the sum of the targets' weights. Default none. */
  readonly weight?: Tensor | null;
  /** Targets of this class are ignored: loss and gradient are 0, and `"mean"` does not count them. Default −100. */
  readonly ignoreIndex?: number;
}

/** Options of `crossEntropy`. */
export interface CrossEntropyOptions extends NllLossOptions {
  /** Share of each target's probability that is spread evenly over all classes, from 0 to 1. Default 0. */
  readonly labelSmoothing?: number;
}

/**
 * Cross entropy −log softmax(x)[target]. @param x scores [C], [N, C] or [N, C, *].
 * @param target classes (int64) of x's shape without C, or probabilities of x's shape.
 */
export function crossEntropy(x: Tensor, target: Tensor, options: CrossEntropyOptions = {}): Tensor {
  const { weight, ignoreIndex, labelSmoothing } = options;
  return call(
    "aten::cross_entropy_loss",
    x,
    target,
    weight,
    reductionCode(options),
    ignoreIndex,
    labelSmoothing,
  );
}

/** Negative log likelihood −x[target]; x: log probabilities [C], [N, C] or [N, C, *]; target: classes (int64) */
export function nllLoss(x: Tensor, target: Tensor, options: NllLossOptions = {}): Tensor {
  return call("aten::nll_loss_nd", x, target, options.weight, reductionCode(options), options.ignoreIndex);
}

/** Weights of the elements' losses. */
export interface WeightedLossOptions extends LossOptions {
  /** Factors of the elements' losses, broadcast. Default none. */
  readonly weight?: Tensor | null;
}

/**
 * Binary cross entropy −y log x − (1 − y) log(1 − x), logarithms limited to −100 and above; x: probabilities, y in
 * [0, 1]
 */
export function binaryCrossEntropy(x: Tensor, target: Tensor, options: WeightedLossOptions = {}): Tensor {
  const { weight } = options;
  return scope(() => {
    const expanded = weight && call("aten::expand", weight, target.shape);
    return call("aten::binary_cross_entropy", x, target, expanded, reductionCode(options));
  });
}

/** Options of `binaryCrossEntropyWithLogits`. */
export interface BinaryCrossEntropyWithLogitsOptions extends WeightedLossOptions {
  /** Factors of the positive targets' part of the loss, broadcast; usually one for each class. Default none. */
  readonly posWeight?: Tensor | null;
}

/** `binaryCrossEntropy` of sigmoid(x), more accurate than the two functions in turn; x: logits */
export function binaryCrossEntropyWithLogits(
  x: Tensor,
  target: Tensor,
  options: BinaryCrossEntropyWithLogitsOptions = {},
): Tensor {
  const { weight, posWeight } = options;
  return call("aten::binary_cross_entropy_with_logits", x, target, weight, posWeight, reductionCode(options));
}

/** Options of `klDiv`. */
export interface KlDivOptions {
  /**
   * As in other losses, or `"batchmean"`: the sum divided by the size of the first dimension, which is the
   * divergence as usually defined.
   */
  readonly reduction?: Reduction | "batchmean";
  /** True if the target is given as log probabilities too. Default false. */
  readonly logTarget?: boolean;
}

/** Kullback–Leibler divergence y · (log y − x); x: log probabilities, y: probabilities */
export function klDiv(x: Tensor, target: Tensor, options: KlDivOptions = {}): Tensor {
  const { reduction = "mean", logTarget } = options;
  if (reduction !== "batchmean")
    return call("aten::kl_div", x, target, reductionCode({ reduction }), logTarget);
  const batch = x.shape[0] ?? 1;
  return scope(() => call("aten::div.Scalar", call("aten::kl_div", x, target, 2, logTarget), batch));
}

/** log(1 + e^(−y·x)), y: 1 or −1 */
export function softMarginLoss(x: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  return call("aten::soft_margin_loss", x, target, reductionCode(options));
}

/** Options of `multiMarginLoss`. */
export interface MultiMarginLossOptions extends WeightedLossOptions {
  /** Exponent, 1 or 2. Default 1. */
  readonly p?: number;
  /** Default 1. */
  readonly margin?: number;
}

/** Σᵢ max(0, margin − x[y] + x[i])ᵖ / C over the classes i ≠ y; x [N, C] or [C], target: classes (int64) */
export function multiMarginLoss(x: Tensor, target: Tensor, options: MultiMarginLossOptions = {}): Tensor {
  const { p, margin, weight } = options;
  return call("aten::multi_margin_loss", x, target, p, margin, weight, reductionCode(options));
}

/** Σ max(0, 1 − x[j] + x[i]) / C over targets j and other classes i; each row of targets ends at the first −1 */
export function multilabelMarginLoss(x: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  return call("aten::multilabel_margin_loss", x, target, reductionCode(options));
}

/** The mean over classes of `binaryCrossEntropyWithLogits`; x, target [N, C] */
export function multilabelSoftMarginLoss(
  x: Tensor,
  target: Tensor,
  options: WeightedLossOptions = {},
): Tensor {
  return scope(() => {
    const { weight } = options;
    const losses = binaryCrossEntropyWithLogits(x, target, { weight, reduction: "none" });
    return reduce(call("aten::mean.dim", losses, [-1]), options);
  });
}

/** Options of `ctcLoss`. */
export interface CtcLossOptions extends LossOptions {
  /** Class of the blank label. Default 0. */
  readonly blank?: number;
  /** Set infinite losses (of targets longer than inputs) and their gradients to zero. Default false. */
  readonly zeroInfinity?: boolean;
}

/** Length of each sample's input or target. */
export type CtcLengths = readonly number[] | Tensor;

/**
 * −log P(target | x) under connectionist temporal classification (Graves et al. 2006).
 * @param logProbs [T, N, C]; @param targets [N, S] or all joined in one dimension; lengths: one for each sample, as
 * lists or as tensors of integers.
 */
export function ctcLoss(
  logProbs: Tensor,
  targets: Tensor,
  inputLengths: CtcLengths,
  targetLengths: CtcLengths,
  options: CtcLossOptions = {},
): Tensor {
  const { blank, zeroInfinity } = options;
  const code = reductionCode(options);
  return scope(() => {
    const tensors = isTensor(inputLengths) || isTensor(targetLengths);
    const lengths = [inputLengths, targetLengths].map((given) =>
      tensors && !isTensor(given) ? tensorFromList([...given], "int64") : given,
    );
    const name = tensors ? "aten::ctc_loss.Tensor" : "aten::ctc_loss.IntList";
    return call(name, logProbs, targets, ...lengths, blank, code, zeroInfinity);
  });
}
