// A batch that several ranks share.
import { distributed, scope, type Tensor, tensor } from "@throughline/torch";
import type { JointBatch } from "../slots/slot-attention.js";

/** The part of a batch that this rank has; undefined where it is alone. @param batch samples of all ranks together */
export function jointOf(batch: number, group: distributed.ProcessGroup | undefined): JointBatch | undefined {
  return group === undefined ? undefined : { batch, ...distributed.shareOf(batch, group) };
}

/**
 * Fills in gradients of a mean over the whole batch.
 * @param loss mean over this rank's samples
 */
export function backwardPart(loss: Tensor, joint: JointBatch | undefined): void {
  if (joint === undefined) loss.backward();
  else scope(() => loss.mul(joint.count / joint.batch).backward());
}

/**
 * Sums gradients over ranks, and means of each rank's samples to those of the whole batch.
 * @returns the means of the whole batch
 */
export async function joinMeans(
  group: distributed.ProcessGroup,
  parameters: readonly Tensor[],
  { count, batch }: JointBatch,
  means: readonly number[],
): Promise<number[]> {
  const sums = scope(() =>
    tensor(
      means.map((mean) => (mean * count) / batch),
      { dtype: "float64" },
    ).keep(),
  );
  try {
    await distributed.sumGradients(group, parameters, [sums]);
    return Array.from(sums.toTypedArray() as Float64Array);
  } finally {
    sums.dispose();
  }
}
