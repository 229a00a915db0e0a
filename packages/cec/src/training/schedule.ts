// Learning rate of the paper's training: linear warm-up, half a cosine, then constant.

/** A schedule in steps of the optimiser. */
export interface ScheduleOptions {
  /** Learning rate after warm-up. */
  readonly lr: number;
  /** Learning rate at the start of warm-up, and from step `total` on. */
  readonly lrEnd: number;
  /** Steps of warm-up; the last of them has the full rate. */
  readonly warmup: number;
  /** Steps until `lrEnd` is reached, with those of warm-up. */
  readonly total: number;
}

/**
 * The learning rate of a step, counted from 0 (Shi et al. 2023, appendix B; the released schedule): `warmup` rates evenly spaced from
 * lrEnd to lr, then lrEnd + (lr − lrEnd)(1 + cos(π i / (total − warmup))) / 2 for i = step − warmup, and lrEnd from step `total` on.
 */
export function learningRate(step: number, { lr, lrEnd, warmup, total }: ScheduleOptions): number {
  if (step < warmup) return warmup === 1 ? lrEnd : lrEnd + ((lr - lrEnd) * step) / (warmup - 1);
  if (step >= total) return lrEnd;
  const share = (step - warmup) / (total - warmup);
  return lrEnd + ((lr - lrEnd) * (1 + Math.cos(Math.PI * share))) / 2;
}
