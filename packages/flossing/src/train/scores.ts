// Errors of outputs.
import { nn, noGrad, scope, type Tensor } from "@throughline/torch";
import type { Task, TaskBatch } from "../tasks/task.js";

type Answers = Pick<TaskBatch, "targets" | "mask">;

/** Mean loss over the answers that count: cross-entropy in nats, or squared error. */
export function taskLoss(task: Task, outputs: Tensor, { targets, mask }: Answers): Tensor {
  const { functional } = nn;
  if (mask === undefined) {
    if (task.kind === "binary") return functional.binaryCrossEntropyWithLogits(outputs, targets);
    if (task.kind === "regression") return functional.mseLoss(outputs, targets);
    return functional.crossEntropy(outputs.flatten(0, 1), targets.flatten());
  }
  return scope(() => meanWhere(losses(task, outputs, targets), mask));
}

/** The loss of each answer: [S, B], or [S, B, outputs]. */
function losses(task: Task, outputs: Tensor, targets: Tensor): Tensor {
  const { functional } = nn;
  const reduction = "none";
  if (task.kind === "binary") return functional.binaryCrossEntropyWithLogits(outputs, targets, { reduction });
  if (task.kind === "regression") return functional.mseLoss(outputs, targets, { reduction });
  return functional.crossEntropy(outputs.flatten(0, 1), targets.flatten(), { reduction }).view(targets.shape);
}

/** Part of the answers that are right; of a regression, the mean squared error. */
export function accuracyOf(task: Task, outputs: Tensor, { targets, mask }: Answers): number {
  return scope(() =>
    noGrad(() => {
      if (task.kind === "regression") return taskLoss(task, outputs, { targets, mask }).item();
      const right =
        task.kind === "binary" ? outputs.ge(0).eq(targets.gt(0.5)) : outputs.argmax({ dim: -1 }).eq(targets);
      return (mask === undefined ? right.float().mean() : meanWhere(right.float(), mask)).item();
    }),
  );
}

/** The mean over the answers whose mask [S, B] is 1, and over outputs. */
function meanWhere(values: Tensor, mask: Tensor): Tensor {
  const each = values.ndim === mask.ndim ? values : values.mean({ dim: -1 });
  return each.mul(mask).sum().div(mask.sum());
}
