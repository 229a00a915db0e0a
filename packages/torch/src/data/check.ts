// The checks of arguments that several files of this folder share.
import { show } from "../dispatch.js";
import { TorchError } from "../errors.js";

/** `value` if it is a whole number from `least` to `most`. @throws TorchError `torch/argument`, naming `what`. */
export function wholeNumber(
  what: string,
  value: unknown,
  least = 0,
  most: number = Number.MAX_SAFE_INTEGER,
): number {
  if (Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most) {
    return value as number;
  }
  const unlimited = most === Number.MAX_SAFE_INTEGER && !((value as number) > most);
  const range = unlimited ? `of ${least} or more` : `from ${least} to ${most}`;
  throw new TorchError("torch/argument", `${what} is ${show(value)}; give a whole number ${range}`);
}

/** @throws TorchError `torch/argument` unless 0 ≤ index < length. */
export function checkIndex(name: string, index: number, length: number): void {
  if (Number.isInteger(index) && index >= 0 && index < length) return;
  throw new TorchError(
    "torch/argument",
    `${name}: index ${show(index)} of ${length} samples${length > 0 ? `; accepted: 0 to ${length - 1}` : ""}`,
  );
}

/** Whether a value is one to be awaited. */
export function isPromise(value: unknown): boolean {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
