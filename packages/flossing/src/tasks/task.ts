// Interface of a task.
import type { Generator, Tensor } from "@throughline/torch";
import { checkOptions, oneOf, optional, type Rules, wholeNumber } from "@throughline/torch/checks";
import { aGenerator } from "../arguments.js";

/** Sequences and what the net should say. */
export interface TaskBatch {
  /** [T, B, F] */
  readonly inputs: Tensor;
  /**
   * Targets at the scored steps: [S, B] (for `binary`, 0 or 1; for `regression`, numbers, or [S, B, outputs] where there
   * are several), or for `classification` class indices [S, B], int64.
   */
  readonly targets: Tensor;
  /** 1 where an answer counts, 0 where not, [S, B]; left out: all count. */
  readonly mask?: Tensor;
}

/** Sequences that are kept away from training. */
export interface HeldOut {
  /** Number of sequences. */
  readonly size: number;
  /** `count` of them from number `first` on. */
  batch(first: number, count: number): TaskBatch;
}

/** Sequences to learn from, drawn anew for every training step. */
export interface Task {
  /** Name for titles: `delayed copy, d = 40`. */
  readonly title: string;
  readonly inputSize: number;
  /** Numbers that the readout gives at each step. */
  readonly outputSize: number;
  readonly kind: "binary" | "regression" | "classification";
  /** The first step, counted from 0, whose output is scored; all after it are. */
  readonly firstScored: number;
  /** The steps of every sequence, where they are not for the caller to choose. */
  readonly length?: number;
  /** Held-out data for the test; left out: fresh sequences. */
  readonly heldOut?: HeldOut;
  /** Steps that a sequence must have at least. */
  readonly leastLength: number;
  /** The accuracy (or for `regression`, the mean squared error) of the best answer that ignores the inputs. */
  readonly chance: number;
  /** The best that can be expected over sequences of `length` steps: 1, or what is lost where an answer cannot be known. */
  ceiling(length: number): number;
  /** `batch` sequences of `length` steps. */
  sample(length: number, batch: number, options: SampleOptions): TaskBatch;
  /** Inputs alone, with the same statistics: [length, batch, inputSize]; of data, windows of the sequences. */
  inputs(length: number, batch: number, options: SampleOptions): Tensor;
  /** Most steps that `inputs` can give; left out: any number. */
  readonly longestInputs?: number;
  /** Releases the data, where there are any. */
  dispose?(): void;
}

export interface SampleOptions {
  readonly generator?: Generator;
  /** Default float32. */
  readonly dtype?: "float32" | "float64";
}

const rules: Rules<SampleOptions> = {
  generator: aGenerator,
  dtype: optional(oneOf(["float32", "float64"], "float32")),
};

/** @throws TorchError unless `batch` sequences of `length` steps can be drawn */
export function checkSample(title: string, length: number, batch: number, options: SampleOptions): void {
  checkOptions(title, rules, options);
  wholeNumber(`${title}: the steps of a sequence`, length, 1);
  wholeNumber(`${title}: the sequences of a batch`, batch, 1);
}

/**
 * Scored steps: `answerable`, those whose answer depends on visible inputs only; `released`, as in the paper's code,
 * whose first scored step needs an input just before the window, so that its answer is a guess.
 */
export type Scoring = "answerable" | "released";
