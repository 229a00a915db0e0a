// Single values of arguments: one wording for what is accepted.
import { TorchError } from "../errors.js";
import { show } from "./show.js";

/** Whether `value` is a finite number. */
export function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

/** Whether `value` is a whole number from `least` to `most`. */
export function isWhole(value: unknown, least: number, most: number): value is number {
  return Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most;
}

/** The whole numbers from `least` to `most` in words. */
export function wholeRange(least: number, most: number): string {
  const isOpen = most >= Number.MAX_SAFE_INTEGER;
  return isOpen ? `a whole number of at least ${least}` : `a whole number from ${least} to ${most}`;
}

/** `value`, if it is a whole number from `least` to `most`. @throws TorchError `torch/argument`, naming `what` */
export function wholeNumber(
  what: string,
  value: unknown,
  least = 0,
  most: number = Number.MAX_SAFE_INTEGER,
): number {
  if (isWhole(value, least, most)) return value;
  const isTooLarge = typeof value === "number" && value > most;
  throw refuse(what, value, isTooLarge ? `a whole number from ${least} to ${most}` : wholeRange(least, most));
}

/** `value`, if it is a finite number above 0. @throws TorchError `torch/argument`, naming `what` */
export function positiveNumber(what: string, value: unknown): number {
  if (isNumber(value) && value > 0) return value;
  throw refuse(what, value, "a number above 0");
}

/** `value`, if it is a finite number. @throws TorchError `torch/argument`, naming `what` */
export function finiteNumber(what: string, value: unknown): number {
  if (isNumber(value)) return value;
  throw refuse(what, value, "a number");
}

function refuse(what: string, value: unknown, accepted: string): TorchError {
  return new TorchError("torch/argument", `${what} is ${show(value)}, accepted: ${accepted}`);
}
