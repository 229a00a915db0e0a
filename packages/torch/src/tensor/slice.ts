// Ranges of indices for `at` and `setAt_`.
import { show } from "../checks/show.js";
import { TorchError } from "../errors.js";

/** A range of indices along one dimension; made by `slice`. */
export class Slice {
  readonly start: number | null;
  readonly stop: number | null;
  readonly step: number;

  /** @internal */
  constructor(start: number | null, stop: number | null, step: number) {
    this.start = start;
    this.stop = stop;
    this.step = step;
  }
}

/**
 * Python's `start:stop:step`: indices start, start + step, … before stop. Null or nothing stands for the beginning, the
 * end and 1; negative numbers count from the end; what lies outside is cut off. `slice()` is everything.
 * @throws TorchError if a bound is not a whole number, or `step` not a positive one (for reverse order use `flip`).
 */
export function slice(start?: number | null, stop?: number | null, step?: number | null): Slice {
  for (const bound of [start, stop, step]) {
    if (bound !== undefined && bound !== null && !Number.isSafeInteger(bound)) {
      throw new TorchError("torch/argument", `slice: ${show(bound)} is not a whole number`);
    }
  }
  if (step !== undefined && step !== null && step < 1) {
    throw new TorchError(
      "torch/argument",
      `slice: the step must be positive, got ${step}; use flip() to reverse`,
    );
  }
  return new Slice(start ?? null, stop ?? null, step ?? 1);
}
