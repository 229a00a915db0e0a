// Errors of this package: one sentence that says what was given and what is accepted.
import { TorchError } from "@throughline/torch";

/** The error for an argument that `who` does not accept. */
export function refuse(who: string, reason: string): TorchError {
  return new TorchError("flossing/argument", `${who}: ${reason}`, { op: who });
}

/** The error for a computation that left the finite numbers or cannot go on. */
export function diverged(who: string, reason: string): TorchError {
  return new TorchError("flossing/diverged", `${who}: ${reason}`, { op: who });
}

/** `value`, if it is a whole number from `least` to `most`. */
export function whole(
  who: string,
  what: string,
  value: unknown,
  least: number = 1,
  most: number = Number.POSITIVE_INFINITY,
): number {
  if (Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most) {
    return value as number;
  }
  const range = Number.isFinite(most) ? `from ${least} to ${most}` : `of at least ${least}`;
  throw refuse(who, `${what} is ${String(value)}; give a whole number ${range}`);
}

/** `value`, if it is a finite number above 0. */
export function positive(who: string, what: string, value: unknown): number {
  if (typeof value === "number" && Number.isFinite(value) && value > 0) return value;
  throw refuse(who, `${what} is ${String(value)}; give a finite number above 0`);
}

/** `value`, if it is a finite number. */
export function finite(who: string, what: string, value: unknown): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw refuse(who, `${what} is ${String(value)}; give a finite number`);
}
