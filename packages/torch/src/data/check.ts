// The checks of arguments that several files of this folder share.
import { show } from "../checks/show.js";
import { TorchError } from "../errors.js";

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
