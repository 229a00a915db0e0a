// Inputs of a task's models, and loss and accuracy from their scores.
import { arange, scope, type Tensor } from "@throughline/torch";
import type { TaskSet } from "../datasets/types.js";
import { binaryLoss, choiceLoss } from "../reasoning/loss.js";
import { CompletionScorer, type Scorer, scoreCandidateImages, scoreCandidates } from "../reasoning/scorer.js";
import type { SlotDraw, SlotEncoding } from "../slots/slot-attention.js";

/** Problems of a batch, for a model of slots or patches, or for one of images [B, P, C, H, W]. */
export interface TaskBatch {
  readonly input: SlotEncoding | Tensor;
  /** [B], int64. */
  readonly target: Tensor;
}

export type TaskForm = TaskSet["form"];

/** Scores [B, P]; of a yes/no task [B]. @param draw for models that draw slots of their own */
export function scoresOf(model: Scorer, { input }: TaskBatch, form: TaskForm, draw: SlotDraw): Tensor {
  return scope(() => {
    const scores =
      model.input === "images"
        ? scoreCandidateImages(model, input as Tensor, draw)
        : scoreCandidates(model, input as SlotEncoding);
    return form === "binary" ? scores.squeeze(1) : scores;
  });
}

/** Binary cross-entropy of a yes/no task, cross-entropy over the candidates of a choice. */
export function taskLoss(scores: Tensor, target: Tensor, form: TaskForm): Tensor {
  return form === "binary" ? binaryLoss(scores, target) : choiceLoss(scores, target);
}

/** Loss of a model with these scores; of a model that completes pictures, minus the mean score of the right ones, which is its error. */
export function lossOf(model: Scorer, scores: Tensor, target: Tensor, form: TaskForm): Tensor {
  if (!(model instanceof CompletionScorer)) return taskLoss(scores, target, form);
  return scope(() => scores.gather(1, target.unsqueeze(1)).mean().neg());
}

/** The pictures with the right answers, [B, C, H, W], of a batch of pictures. */
export function rightPictures({ input, target }: TaskBatch): Tensor {
  return scope(() => {
    const images = input as Tensor;
    const [batch, candidates] = images.shape as [number, number];
    const first = arange(batch, { dtype: "int64", device: target.device }).mul(candidates);
    return images.flatten(0, 1).indexSelect(0, first.add(target));
  });
}

/** Number of right answers. */
export function countRight(scores: Tensor, target: Tensor, form: TaskForm): number {
  return scope(() => {
    const answers = form === "binary" ? scores.gt(0).to("int64") : scores.argmax({ dim: 1 });
    return answers.eq(target).sum().item();
  });
}
