// Losses and accuracies of the two kinds of task.
import { nn, scope, type Tensor } from "@throughline/torch";

/** Multiple choice: cross-entropy of softmax over the candidates. @param scores [B, P]; @param target [B], int64. */
export function choiceLoss(scores: Tensor, target: Tensor): Tensor {
  return nn.functional.crossEntropy(scores, target);
}

/** Same or different: binary cross-entropy of σ(score). @param scores [B]; @param target [B], 0 or 1. */
export function binaryLoss(scores: Tensor, target: Tensor): Tensor {
  return scope(() => nn.functional.binaryCrossEntropyWithLogits(scores, target.to(scores.dtype)));
}

/** The share of problems whose right candidate has the highest score. */
export function choiceAccuracy(scores: Tensor, target: Tensor): number {
  return scope(() => scores.argmax({ dim: 1 }).eq(target).to("float32").mean().item());
}

/** The share of pictures on the right side of σ(score) = ½. */
export function binaryAccuracy(scores: Tensor, target: Tensor): number {
  return scope(() => scores.gt(0).eq(target.gt(0.5)).to("float32").mean().item());
}
