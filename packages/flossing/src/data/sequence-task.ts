// Arrays of sequences as a task: what the shapes say, and everything that is wrong with them.
import { Generator, randperm, scope, Tensor } from "@throughline/torch";
import { anyNumber, checkOptions, flag, oneOf, optional, type Rules } from "@throughline/torch/checks";
import { aSeed, aTensor, aText, listOf, rule } from "../arguments.js";
import { checkArrays, type Meaning } from "./check-arrays.js";
import { type DataTask, dataTask } from "./data-task.js";
import { Problems } from "./problems.js";
import { inputRows, targetRows } from "./rows.js";
import { scaleOf } from "./scale.js";
import type { Question, Sequences } from "./sequences.js";
import { wholeTensor } from "./whole.js";

/** Sequences and their answers. Tensors are copied. */
export interface SequenceArrays {
  /** [sequences, time, features], or [sequences, time] where there is one feature; numbers of any dtype. */
  readonly inputs: Tensor;
  /**
   * Targets: [sequences], or [sequences, outputs], at the last step of each sequence; [sequences, time], or [sequences,
   * time, outputs], at every step. Whole numbers are classes, counted from 0; others are values.
   */
  readonly targets: Tensor;
  /** Steps of each sequence, [sequences]; what follows them is ignored. Default: all of `time`. */
  readonly lengths?: Tensor | readonly number[];
}

/** Options that turn data into a task. */
export interface DataOptions {
  /** Name for titles. Default `own data`. */
  readonly title?: string;
  /**
   * Answers at the `last` step or at `every` one, where shapes leave it open (values [sequences, n] with n steps).
   * Default `every`.
   */
  readonly answer?: "last" | "every";
  /** Kind of the targets: classes or values. Default: by their dtype, whole numbers being classes. */
  readonly kind?: "classification" | "regression";
  /**
   * If true, each feature is brought to mean 0 and standard deviation 1 over the training sequences, and the values of a
   * regression too, so that its errors are parts of their variance. Default false, and true for files that are text or
   * one long series.
   */
  readonly standardise?: boolean;
  /** Part of the sequences (of a series: its end) that is held out, where no test data are given. Default 0.2. */
  readonly testPart?: number;
  /** Draws the sequences that are held out. Default 0. */
  readonly seed?: number;
}

/** Rules of the options; numbers that are out of range are named with the problems of the data. */
export const rulesOfData: Rules<DataOptions> = {
  title: aText,
  answer: optional(oneOf(["last", "every"], "every")),
  kind: optional(oneOf(["classification", "regression"], "regression")),
  standardise: optional(flag(false)),
  testPart: optional(anyNumber(0.2)),
  seed: aSeed,
};

/** Options of `sequenceTask`. */
export interface SequenceTaskOptions extends SequenceArrays, DataOptions {
  /** Sequences to be tested on. Default: a part of the others, see `testPart`. */
  readonly test?: SequenceArrays;
  /** Names of classes, in the order of their numbers. Default: their numbers. */
  readonly classes?: readonly string[];
}

const rulesOfArrays: Rules<SequenceArrays> = {
  inputs: aTensor,
  targets: aTensor,
  lengths: optional(
    rule("a tensor, or a list of numbers", (value) => value instanceof Tensor || Array.isArray(value)),
  ),
};

const rules: Rules<SequenceTaskOptions> = {
  ...rulesOfData,
  ...rulesOfArrays,
  test: optional(
    rule("an object with inputs and targets", (value) => typeof value === "object" && value !== null),
  ),
  classes: optional(listOf("a list of texts", (value) => typeof value === "string")),
};

/**
 * A task over sequences in memory, for `Trainer`; its `inputs` are windows of the sequences, for `Flosser` and
 * `finiteTimeExponents`. Every training step draws its sequences anew, each from all of them.
 * @throws TorchError `flossing/data` naming everything that does not fit
 */
export function sequenceTask(given: SequenceTaskOptions): DataTask {
  const options = checkOptions("sequenceTask", rules, given);
  if (options.test !== undefined) checkOptions("sequenceTask: test", rulesOfArrays, options.test);
  return scope(() => {
    const problems = new Problems(options.title ?? "sequenceTask");
    checkPart(options.testPart, problems);
    const train = checkArrays("", options, options, problems);
    const test = options.test && checkArrays("test_", options.test, options, problems);
    if (options.test === undefined && (train?.sequences.lengths.length ?? 2) < 2)
      problems.add("there is 1 sequence; give 2 or more, or sequences to test on");
    if (train?.kind === "classification" && train.outputs < 2) problems.add("targets are all of one class");
    if (train !== undefined && test !== undefined) compare(train, test, problems);
    problems.check();
    const parts = test === undefined ? split(train!, options) : { train: train!, test };
    return finish(parts.train, parts.test, options);
  });
}

/** Adds to the problems unless `testPart` is a part. */
export function checkPart(testPart: number | undefined, problems: Problems): void {
  if (testPart === undefined || (testPart > 0 && testPart < 1)) return;
  problems.add(`testPart is ${testPart}; give a part between 0 and 1`);
}

function compare(train: Meaning, test: Meaning, problems: Problems): void {
  const features = (one: Meaning): number => one.sequences.inputs.size(2);
  if (features(train) !== features(test))
    problems.add(`inputs have ${features(train)} features, and test_inputs ${features(test)}`);
  const describe = ({ answer, kind, outputs }: Meaning): string =>
    `${kind === "classification" ? "classes" : `${outputs} value(s)`} at ${answer === "last" ? "the last step" : "every step"}`;
  const isLike =
    train.answer === test.answer &&
    train.kind === test.kind &&
    (train.kind === "classification" || train.outputs === test.outputs);
  if (!isLike) problems.add(`targets are ${describe(train)}, and test_targets ${describe(test)}`);
}

/** Draws which sequences are held out. */
export function split(
  all: Meaning,
  { testPart = 0.2, seed = 0 }: DataOptions,
): { train: Meaning; test: Meaning } {
  const count = all.sequences.lengths.length;
  const held = Math.min(count - 1, Math.max(1, Math.round(count * testPart)));
  const generator = Generator.create({ seed });
  const order = Array.from(randperm(count, { generator }).toTypedArray(), Number);
  const byNumber = (numbers: number[]): number[] => numbers.sort((a, b) => a - b);
  return {
    train: take(all, byNumber(order.slice(held))),
    test: take(all, byNumber(order.slice(0, held))),
  };
}

/** Only the sequences of these numbers. */
export function take(all: Meaning, numbers: readonly number[]): Meaning {
  const { inputs, targets, lengths, counts } = all.sequences;
  const index = wholeTensor(numbers);
  const rows = (values: Tensor): Tensor => values.indexSelect(0, index);
  const sequences: Sequences = {
    inputs: rows(inputs),
    targets: rows(targets),
    lengths: numbers.map((number) => lengths[number]!),
    ...(counts === undefined ? {} : { counts: rows(counts) }),
  };
  return { ...all, sequences };
}

/** The task of checked data. */
export function finish(
  train: Meaning,
  test: Meaning,
  options: DataOptions & { readonly classes?: readonly string[] },
): DataTask {
  const { title = "own data", standardise = false } = options;
  const { answer, kind } = train;
  const plain: Question = { answer, kind };
  const question: Question = !standardise
    ? plain
    : {
        ...plain,
        inputScale: scaleOf(inputRows(train.sequences)),
        ...(kind === "regression" && { targetScale: targetScaleOf(train) }),
      };
  const isClasses = kind === "classification";
  const outputSize = isClasses ? Math.max(train.outputs, test.outputs) : train.outputs;
  const names = Array.from({ length: outputSize }, (_, i) => String(i));
  return dataTask({
    ...{ title, train: train.sequences, test: test.sequences, question, outputSize },
    ...(isClasses && { classes: options.classes ?? names }),
  });
}

/** One number for each output, or a single one where targets have no dimension for outputs. */
function targetScaleOf({ sequences, answer, kind }: Meaning) {
  return scaleOf(targetRows(sequences, { answer, kind }));
}
