// Single values of arguments: one wording for what is accepted.
import { TorchError } from "../errors.js";
import { show } from "./show.js";

/** True if `value` is a finite number. */
export function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

/** True if `value` is a whole number from `least` to `most`. */
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
  throw notAccepted(
    what,
    value,
    isTooLarge ? `a whole number from ${least} to ${most}` : wholeRange(least, most),
  );
}

/** `value`, if it is a finite number above 0. @throws TorchError `torch/argument`, naming `what` */
export function positiveNumber(what: string, value: unknown): number {
  if (isNumber(value) && value > 0) return value;
  throw notAccepted(what, value, "a number above 0");
}

/** `value`, if it is a finite number. @throws TorchError `torch/argument`, naming `what` */
export function finiteNumber(what: string, value: unknown): number {
  if (isNumber(value)) return value;
  throw notAccepted(what, value, "a number");
}

/** `value`, if it is a number from `least` to `most`. @throws TorchError `torch/argument`, naming `what` */
export function numberBetween(what: string, value: unknown, least: number, most: number): number {
  if (isNumber(value) && value >= least && value <= most) return value;
  throw notAccepted(what, value, `a number from ${least} to ${most}`);
}

/** `value`, if it is one of `accepted`. @throws TorchError `torch/argument`, naming `what` */
export function choice<T extends string | number>(what: string, value: unknown, accepted: readonly T[]): T {
  const found = accepted.find((one) => one === value);
  if (found !== undefined) return found;
  throw notAccepted(what, value, accepted.map(show).join(" or "));
}

/** `value`, if it is a text that is not empty. @throws TorchError `torch/argument`, naming `what` */
export function pathText(what: string, value: unknown): string {
  if (typeof value === "string" && value !== "") return value;
  throw notAccepted(what, value, "a path");
}

/** Checks an index. @throws TorchError `torch/argument` unless 0 ≤ index < length */
export function checkIndex(what: string, index: unknown, length: number): void {
  if (isWhole(index, 0, length - 1)) return;
  throw notAccepted(`${what}: index`, index, length > 0 ? wholeRange(0, length - 1) : "none, it is empty");
}

/**
 * @param expected the size of each dimension; a name stands for any size
 * @throws TorchError `torch/argument` unless `shape` is one of these
 */
export function checkShape(
  what: string,
  shape: readonly number[],
  expected: readonly (number | string)[],
): void {
  const fits =
    shape.length === expected.length &&
    expected.every((size, axis) => typeof size === "string" || size === shape[axis]);
  if (!fits) throw notAccepted(what, shape, `[${expected.join(", ")}]`);
}

/** The error for an argument. @param accepted in words */
export function notAccepted(what: string, value: unknown, accepted: string): TorchError {
  return new TorchError("torch/argument", `${what} is ${show(value)}, accepted: ${accepted}`);
}
