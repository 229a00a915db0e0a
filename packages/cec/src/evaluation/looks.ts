// Attention over past episodes: which earlier episode does each step look at?
import { scope, type Tensor } from "@throughline/torch";
import type { Memory, Steps } from "../policies/sequence-policy.js";
import type { Look } from "./result.js";

/**
 * Weights of attention of single steps, before the policy decides.
 * @returns float [B, W]: mean over layers and heads of the weight that the step of each sequence gives to the W most recent frames, the
 * last of which is its own; 0 where there is none
 */
export type AttentionProbe = (steps: Steps, memory: Memory) => Tensor;

/** Sums of weights by the number of the episode and by how many episodes back the frame is. */
export class Looks {
  readonly #sums: { steps: number; back: number[]; even: number[] }[] = [];
  /** Numbers of the episodes of each run's frames. */
  readonly #frames = new Map<number, number[]>();

  /** @param weights [B, W] @param lanes run and episode of each row */
  add(weights: Tensor, lanes: readonly { readonly run: number; readonly number: number }[]): void {
    const width = weights.size(1);
    const values = scope(() => weights.to({ dtype: "float64", device: "cpu" }).contiguous().toTypedArray());
    for (const [row, { run, number }] of lanes.entries()) {
      const frames = this.#frames.get(run) ?? [];
      this.#frames.set(run, frames);
      frames.push(number);
      if (frames.length > width) frames.splice(0, frames.length - width);
      this.#sums[number] ??= { steps: 0, back: [], even: [] };
      const sum = this.#sums[number];
      sum.steps++;
      for (const [at, of] of frames.entries()) {
        const weight = Number(values[(row + 1) * width - frames.length + at]);
        sum.back[number - of] = (sum.back[number - of] ?? 0) + weight;
        sum.even[number - of] = (sum.even[number - of] ?? 0) + 1 / frames.length;
      }
    }
  }

  /** Means. */
  get means(): Look[] {
    return this.#sums.flatMap(({ steps, back, even }, number) => {
      const meanOf = (sums: number[]): number[] => Array.from(sums, (sum) => (sum ?? 0) / steps);
      return [{ number, steps, back: meanOf(back), even: meanOf(even) }];
    });
  }
}
