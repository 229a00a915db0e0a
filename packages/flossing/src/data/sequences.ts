// Sequences in memory, and batches of them.
import { arange, type Generator, randint, scope, stack, type Tensor } from "@throughline/torch";
import type { SampleOptions, TaskBatch } from "../tasks/task.js";
import { type Scale, scaled } from "./scale.js";
import { wholeTensor } from "./whole.js";

/** Sequences that have been checked. */
export interface Sequences {
  /** [sequences, time, features], of any dtype; what follows a sequence's end is 0. */
  readonly inputs: Tensor;
  /** One answer each, [sequences] or [sequences, outputs], or one at every step, [sequences, time(, outputs)]. */
  readonly targets: Tensor;
  /** Steps of each. */
  readonly lengths: readonly number[];
  /** Mask of the answers that count, [sequences, time], bool; left out: those within the sequence. */
  readonly counts?: Tensor;
}

/** Kind of question of all sequences. */
export interface Question {
  /** `last`: one answer, at the last step of a sequence; `every`: one at each. */
  readonly answer: "last" | "every";
  readonly kind: "regression" | "classification";
  readonly inputScale?: Scale;
  readonly targetScale?: Scale;
}

/** The first step that is scored in any sequence. */
export function firstScoredOf({ lengths }: Sequences, { answer }: Question): number {
  return answer === "every" ? 0 : lengths.reduce((a, b) => Math.min(a, b)) - 1;
}

/** The sequences of these numbers as a batch, scored from step `first` on. */
export function batchOf(
  sequences: Sequences,
  question: Question,
  numbers: readonly number[],
  first: number,
  dtype: "float32" | "float64" = "float32",
): TaskBatch {
  return scope(() => {
    const index = wholeTensor(numbers);
    const chosen = numbers.map((number) => sequences.lengths[number]!);
    const inputs = scaled(
      sequences.inputs.indexSelect(0, index).transpose(0, 1),
      question.inputScale,
      dtype,
    ).contiguous();
    const answers = sequences.targets.indexSelect(0, index);
    const targets =
      question.kind === "classification" ? answers.to("int64") : scaled(answers, question.targetScale, dtype);
    const scored = inputs.size(0) - first;
    if (question.answer === "every") {
      const mask = everyMask(sequences, index, chosen, inputs.size(0));
      return {
        inputs,
        targets: targets.transpose(0, 1).contiguous(),
        ...(mask && { mask: mask.to({ dtype }) }),
      };
    }
    const mask = lastMask(chosen, first, scored);
    const repeated = targets
      .unsqueeze(0)
      .expand([scored, ...targets.shape])
      .contiguous();
    return { inputs, targets: repeated, ...(mask && { mask: mask.to({ dtype }) }) };
  });
}

/** 1 at the last step of each sequence, unless that is the only step that is scored: [S, B]. */
function lastMask(lengths: readonly number[], first: number, scored: number): Tensor | undefined {
  if (scored === 1) return undefined;
  return arange(first, first + scored)
    .unsqueeze(1)
    .eq(wholeTensor(lengths.map((length) => length - 1)).unsqueeze(0));
}

/** [T, B]; undefined if all count. */
function everyMask(
  { counts }: Sequences,
  index: Tensor,
  lengths: readonly number[],
  time: number,
): Tensor | undefined {
  if (counts !== undefined) return counts.indexSelect(0, index).transpose(0, 1);
  if (lengths.every((length) => length === time)) return undefined;
  return arange(time).unsqueeze(1).lt(wholeTensor(lengths).unsqueeze(0));
}

/** Numbers of `count` sequences, each drawn from all of them. */
export function drawNumbers(total: number, count: number, generator: Generator | undefined): number[] {
  return scope(() => Array.from(randint(0, total, [count], { generator }).toTypedArray(), Number));
}

/**
 * Windows of `length` steps, each from a random place of a random sequence that is long enough: [length, batch, features].
 */
export function windowsOf(
  { inputs, lengths }: Sequences,
  { inputScale }: Question,
  length: number,
  batch: number,
  { generator, dtype = "float32" }: SampleOptions,
): Tensor {
  const longEnough = lengths.flatMap((own, i) => (own >= length ? [i] : []));
  return scope(() => {
    const rows = drawNumbers(longEnough.length, batch, generator).map((place) => {
      const number = longEnough[place]!;
      const [start = 0] = drawNumbers(lengths[number]! - length + 1, 1, generator);
      return inputs.select(0, number).narrow(0, start, length);
    });
    return scaled(stack(rows, 1), inputScale, dtype);
  });
}
