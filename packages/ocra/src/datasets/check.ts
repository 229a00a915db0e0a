// The checks of options that the data sets share.
import { suggestion } from "@throughline/lab";
import { OcraDataError } from "./errors.js";

/** `value`, or `otherwise` if it is not given. @throws OcraDataError unless it is a whole number from `least` to `most` */
export function wholeOption(
  what: string,
  value: number | undefined,
  otherwise: number,
  least: number,
  most: number = Number.MAX_SAFE_INTEGER,
): number {
  const chosen = value ?? otherwise;
  if (Number.isSafeInteger(chosen) && chosen >= least && chosen <= most) return chosen;
  const range = most === Number.MAX_SAFE_INTEGER ? `of ${least} or more` : `from ${least} to ${most}`;
  throw new OcraDataError("argument", `${what} is ${show(value)}; give a whole number ${range}`);
}

/** As `wholeOption` for a number from 0 to 1. */
export function fraction(what: string, value: number | undefined, otherwise: number): number {
  const chosen = value ?? otherwise;
  if (typeof chosen === "number" && chosen >= 0 && chosen <= 1) return chosen;
  throw new OcraDataError("argument", `${what} is ${show(value)}; give a number from 0 to 1`);
}

/** As `wholeOption` for one of several values. */
export function oneOf<T extends string | number>(
  what: string,
  value: T | undefined,
  otherwise: T,
  accepted: readonly T[],
): T {
  const chosen = value ?? otherwise;
  if (accepted.includes(chosen)) return chosen;
  throw new OcraDataError("argument", `${what} is ${show(value)}; accepted: ${accepted.join(", ")}`);
}

/** @throws OcraDataError unless `value` is a path. */
export function pathOption(what: string, value: unknown): string {
  if (typeof value === "string" && value !== "") return value;
  throw new OcraDataError("argument", `${what} is ${show(value)}; give a path`);
}

/** @throws OcraDataError for an option that is not among `known`, with the nearest one. */
export function knownOptions(what: string, options: object, known: readonly string[]): void {
  const unknown = Object.keys(options).find((key) => !known.includes(key));
  if (unknown === undefined) return;
  throw new OcraDataError("argument", `${what} has no option "${unknown}"${suggestion(unknown, known)}`);
}

/** @throws OcraDataError unless 0 ≤ index < length. */
export function checkIndex(what: string, index: number, length: number): void {
  if (Number.isInteger(index) && index >= 0 && index < length) return;
  throw new OcraDataError("argument", `${what}: there is no number ${index}; accepted: 0 to ${length - 1}`);
}

function show(value: unknown): string {
  return typeof value === "string" ? `"${value}"` : String(value);
}
