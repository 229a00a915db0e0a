// Arguments that only this package has: tensors, functions that give some, cells and systems.
import { Generator, Tensor, TorchError } from "@throughline/torch";
import {
  notAccepted,
  optional,
  positiveNumber,
  type Rule,
  required,
  show,
  wholeNumber,
} from "@throughline/torch/checks";
import type { RecurrentCell } from "./cells/cell.js";
import type { System } from "./systems/system.js";

/** A rule of one's own, without a default. */
export function rule<T>(accepted: string, accepts: (value: unknown) => boolean): Rule<T> {
  return required({ initial: undefined as T, accepted, accepts });
}

export const aTensor: Rule<Tensor> = rule("a tensor", (value) => value instanceof Tensor);
export const aGenerator: Rule<Generator | undefined> = optional(
  rule<Generator>("a Generator", (value) => value instanceof Generator),
);
export const aSeed: Rule<number | undefined> = optional(rule<number>("a whole number", Number.isSafeInteger));
export const aText: Rule<string | undefined> = optional(
  rule<string>("a text", (value) => typeof value === "string"),
);

/** A function that must be given. */
export function aFunction<T>(): Rule<T> {
  return rule("a function", (value) => typeof value === "function");
}

/** A list of things that are all of one kind. */
export function listOf<T>(accepted: string, accepts: (value: unknown) => boolean): Rule<readonly T[]> {
  return rule(accepted, (value) => Array.isArray(value) && value.every(accepts));
}

export const numbers: Rule<readonly number[]> = listOf("a list of numbers", (value) =>
  Number.isFinite(value),
);

/** `value`, if it is a tensor. @param what such as `driven: inputs` */
export function givenTensor(what: string, value: unknown): Tensor {
  if (value instanceof Tensor) return value;
  throw notAccepted(what, value, "a tensor");
}

/** Checks that a user's function returned a tensor. @param what such as `map: step` */
export function returnedTensor(what: string, value: unknown): Tensor {
  if (value instanceof Tensor) return value;
  const remedy =
    value instanceof Promise
      ? "it must not be async: return a tensor, not a promise of one"
      : "it must return a tensor";
  throw new TorchError("torch/argument", `${what} returned ${show(value)}; ${remedy}`);
}

/** `value`, if it is a list of numbers. */
export function givenNumbers(what: string, value: unknown): readonly number[] {
  if (Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView))) {
    const list = Array.from(value as ArrayLike<unknown>);
    if (list.every((item) => typeof item === "number" && !Number.isNaN(item))) return list as number[];
  }
  throw notAccepted(what, value, "a list of numbers");
}

/** @throws TorchError unless `cell` is a recurrent cell */
export function checkCell(who: string, cell: RecurrentCell): void {
  const isObject = typeof cell === "object" && cell !== null;
  if (!isObject || typeof cell.step !== "function") {
    const what = isObject ? "has no function `step`" : `is ${show(cell)}`;
    throw new TorchError(
      "torch/argument",
      `${who}: the cell ${what}; give an object with inputSize, stateSize and step(input, state), such as a GruCell`,
    );
  }
  wholeNumber(`${who}: the cell's inputSize`, cell.inputSize, 1);
  wholeNumber(`${who}: the cell's stateSize`, cell.stateSize, 1);
}

/** @throws TorchError unless `k` is a count of directions that a state has */
export function checkDirections(who: string, k: number, cell: { readonly stateSize: number }): void {
  if (wholeNumber(`${who}: k`, k, 1) <= cell.stateSize) return;
  throw new TorchError(
    "torch/argument",
    `${who}: k is ${k}, but the state has only ${cell.stateSize} directions`,
  );
}

/** @throws TorchError unless `system` is a dynamical system */
export function checkSystem(who: string, system: System): void {
  const isObject = typeof system === "object" && system !== null;
  if (!isObject || typeof system.step !== "function") {
    const what = isObject ? "has no function `step`" : `is ${show(system)}`;
    throw new TorchError(
      "torch/argument",
      `${who}: the system ${what}; give what \`map\`, \`flow\` or \`driven\` makes`,
    );
  }
  wholeNumber(`${who}: the system's dimension`, system.dimension, 1);
  positiveNumber(`${who}: the system's dt`, system.dt);
}
