// Meaning of arrays of sequences by their shapes and dtypes, and their problems.
import { isFloatingPoint, scope, type Tensor, where } from "@throughline/torch";
import type { Problems } from "./problems.js";
import { inputRows, targetRows, within } from "./rows.js";
import type { DataOptions, SequenceArrays } from "./sequence-task.js";
import type { Question, Sequences } from "./sequences.js";

/** Most classes that are believed: beyond, the numbers are rather values. */
export const MOST_CLASSES = 10_000;

/** Sequences, and what is asked of them. */
export interface Meaning {
  readonly sequences: Sequences;
  readonly answer: Question["answer"];
  readonly kind: Question["kind"];
  /** Classes, or values for each answer. */
  readonly outputs: number;
}

/** Understands arrays. @param prefix of their names in sentences. @returns undefined if there were problems */
export function checkArrays(
  prefix: string,
  arrays: SequenceArrays,
  options: Pick<DataOptions, "answer" | "kind">,
  problems: Problems,
): Meaning | undefined {
  const name = { inputs: `${prefix}inputs`, targets: `${prefix}targets`, lengths: `${prefix}lengths` };
  return scope(() => {
    const inputs = inputsOf(arrays.inputs, name.inputs, problems);
    if (inputs === undefined) return undefined;
    const lengths = lengthsOf(arrays.lengths, inputs, name, problems);
    const kind = options.kind ?? (isFloatingPoint(arrays.targets.dtype) ? "regression" : "classification");
    const answer = answerOf(arrays.targets, inputs, { kind, answer: options.answer }, name, problems);
    if (lengths === undefined || answer === undefined) return undefined;
    const sequences = cleaned(inputs, arrays.targets, lengths, answer);
    const isFine = checkValues(sequences, { answer, kind }, name, problems);
    return isFine ? { sequences, answer, kind, outputs: outputsOf(sequences, { answer, kind }) } : undefined;
  });
}

interface Names {
  readonly inputs: string;
  readonly targets: string;
  readonly lengths: string;
}

/** [sequences, time, features] */
function inputsOf(inputs: Tensor, name: string, problems: Problems): Tensor | undefined {
  const { shape } = inputs;
  const isArray = (shape.length === 2 || shape.length === 3) && !shape.includes(0);
  if (!isArray) problems.add(`${name} are [${shape}]; give [sequences, time, features]`);
  if (inputs.dtype.startsWith("complex")) {
    problems.add(`${name} are ${inputs.dtype}; give real numbers`);
    return undefined;
  }
  if (!isArray) return undefined;
  return shape.length === 2 ? inputs.unsqueeze(-1) : inputs;
}

function lengthsOf(
  given: SequenceArrays["lengths"],
  inputs: Tensor,
  name: Names,
  problems: Problems,
): readonly number[] | undefined {
  const [count = 0, time = 0] = inputs.shape;
  if (given === undefined) return Array.from({ length: count }, () => time);
  const values = (Array.isArray(given) ? [...given] : [(given as Tensor).toArray()].flat(9)).map(Number);
  if (values.length !== count) {
    problems.add(`there are ${values.length} ${name.lengths} for ${count} sequences`);
    return undefined;
  }
  const bad = values.flatMap((value, i) =>
    Number.isInteger(value) && value >= 1 && value <= time ? [] : [i],
  );
  problems.addAt(
    bad.map((i) => `${values[i]} (sequence ${i})`),
    (shown) =>
      `${name.lengths} must be whole numbers from 1 to ${time}, the steps of ${name.inputs}; got ${shown}`,
  );
  return bad.length === 0 ? values : undefined;
}

/** Finds out if there is one answer for each sequence, or one at every step. */
function answerOf(
  targets: Tensor,
  inputs: Tensor,
  wanted: { readonly kind: Question["kind"]; readonly answer?: Question["answer"] },
  name: Names,
  problems: Problems,
): Question["answer"] | undefined {
  const [count, time] = inputs.shape;
  const { shape } = targets;
  const isClasses = wanted.kind === "classification";
  const perStep = shape.length >= 2 && shape[1] === time && shape.length <= (isClasses ? 2 : 3);
  const perSequence = shape.length === 1 || (shape.length === 2 && !isClasses);
  const isFor = (answer: Question["answer"]): boolean =>
    (wanted.answer ?? answer) === answer && (answer === "every" ? perStep : perSequence);
  if (shape[0] === count && !shape.includes(0)) {
    if (isFor("every")) return "every";
    if (isFor("last")) return "last";
  }
  const accepted = {
    every: isClasses ? `[${count}, ${time}]` : `[${count}, ${time}] or [${count}, ${time}, values]`,
    last: isClasses ? `[${count}]` : `[${count}] or [${count}, values]`,
  };
  const options = (wanted.answer === undefined ? ["last", "every"] : [wanted.answer]) as ("last" | "every")[];
  const list = options
    .map((one) => `${accepted[one]} for answers at ${one === "last" ? "the last step" : "every step"}`)
    .join(", or ");
  problems.add(`${name.targets} are [${shape}] for ${name.inputs} [${inputs.shape}]; give ${list}`);
  return undefined;
}

/** Copies of their own; what follows the end of a sequence is 0. */
function cleaned(
  inputs: Tensor,
  targets: Tensor,
  lengths: readonly number[],
  answer: Question["answer"],
): Sequences {
  const [count = 0, time = 0] = inputs.shape;
  const isSingle = targets.ndim === (answer === "last" ? 2 : 3) && targets.size(-1) === 1;
  const answers = isSingle ? targets.squeeze(-1) : targets;
  if (lengths.every((length) => length === time)) {
    return { inputs: inputs.clone(), targets: answers.clone(), lengths };
  }
  const mask = within(lengths, time);
  const cut = (values: Tensor): Tensor =>
    where(mask.view([count, time, ...values.shape.slice(2).map(() => 1)]), values, 0).to(values.dtype);
  return { inputs: cut(inputs), targets: answer === "every" ? cut(answers) : answers.clone(), lengths };
}

function checkValues(
  sequences: Sequences,
  question: Pick<Question, "answer" | "kind">,
  name: Names,
  problems: Problems,
): boolean {
  const inputs = notFinite(inputRows(sequences));
  if (inputs > 0) problems.add(`${name.inputs} have ${inputs} numbers that are not finite`);
  const rows = targetRows(sequences, question);
  const targets = notFinite(rows);
  if (targets > 0) problems.add(`${name.targets} have ${targets} numbers that are not finite`);
  if (inputs + targets > 0) return false;
  if (question.kind === "regression") return true;
  const [least, most] = [rows.amin().item(), rows.amax().item()].map(Number) as [number, number];
  const isWhole = !isFloatingPoint(rows.dtype) || rows.eq(rows.round()).all().item();
  if (isWhole && least >= 0 && most < MOST_CLASSES) return true;
  problems.add(
    `${name.targets} range from ${least} to ${most}${isWhole ? "" : " and are not all whole"}; classes are whole numbers from 0 below ${MOST_CLASSES}`,
  );
  return false;
}

function notFinite(rows: Tensor): number {
  return isFloatingPoint(rows.dtype) ? Number(rows.isfinite().logicalNot().sum().item()) : 0;
}

function outputsOf(sequences: Sequences, question: Pick<Question, "answer" | "kind">): number {
  const rows = targetRows(sequences, question);
  return question.kind === "classification" ? Number(rows.amax().item()) + 1 : rows.size(1);
}
