// Bound on a gradient's norm by those before it.
import { noGrad, scope, type Tensor } from "@throughline/torch";
import { gradientsOf, normsOf } from "./gradients.js";

/** Lengths are remembered for as long as Adam remembers squares: its β₂. */
const MEMORY = 0.999;

/** State of a `GradientBound`. */
export interface BoundState {
  /** Mean square length so far, weighted as Adam's second moment, not yet divided by the sum of the weights. */
  readonly square: number;
  /** Gradients so far. */
  readonly count: number;
}

/**
 * Shortens a gradient that is more than `factor` times as long as the root mean square of those before, as they were left.
 * The mean is weighted as Adam's second moment, so no step can raise that, summed over all parameters, by much more than
 * factor² / 1000 of itself once there have been some hundreds. The first gradient stays as it is.
 */
export class GradientBound {
  readonly #factor: number;
  #square = 0;
  #count = 0;

  /** @param factor 0: all gradients stay as they are */
  constructor(factor: number) {
    this.#factor = factor;
  }

  /** The longest that the next gradient may be. */
  get #limit(): number {
    if (this.#factor === 0 || this.#square === 0) return Number.POSITIVE_INFINITY;
    return this.#factor * Math.sqrt(this.#square / (1 - MEMORY ** this.#count));
  }

  /** Shortens the gradients of `parameters`, all together. @returns their length before */
  apply(parameters: readonly Tensor[]): number {
    const limit = this.#limit;
    const length = scope(() => {
      const gradients = gradientsOf(parameters);
      const length = Math.hypot(...normsOf(gradients).map((norm) => norm.item()));
      if (Number.isFinite(length) && length > limit)
        noGrad(() => gradients.forEach((gradient) => void gradient.mul_(limit / length)));
      return length;
    });
    if (!Number.isFinite(length)) return length;
    this.#square = MEMORY * this.#square + (1 - MEMORY) * Math.min(length, limit) ** 2;
    this.#count += 1;
    return length;
  }

  stateDict(): BoundState {
    return { square: this.#square, count: this.#count };
  }

  loadStateDict({ square, count }: BoundState): void {
    this.#square = square;
    this.#count = count;
  }
}
