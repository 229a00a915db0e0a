import { TorchError } from "../errors.js";

/**
 * Reason for refusing a file or an argument; the code of the `TorchError` is `io/` followed by it.
 *
 * - `open`, `write`: the operating system refused (its error is the `cause`)
 * - `truncated`: the file ends before what it announces
 * - `format`: the bytes break the rules of the format
 * - `dtype`: a well-formed element type that cannot be represented on this side or in that format
 * - `unsafe`: reading it would mean running code that comes with the file
 * - `limit`: well-formed as far as read, but larger than the reader accepts
 * - `missing`: a name that the file does not hold
 * - `argument`: what the caller passed
 * - `onnx`: a net that ONNX has no counterpart for
 */
export type IoCode =
  | "open"
  | "write"
  | "truncated"
  | "format"
  | "dtype"
  | "unsafe"
  | "limit"
  | "missing"
  | "argument"
  | "onnx";

/** Makes the error for one problem; the caller throws it. */
export type Refuse = (code: IoCode, problem: string, cause?: unknown) => TorchError;

/** Errors that read `<subject>: <problem>`, for example `weights.npy: the header is …`. */
export function refuser(op: string, subject: string): Refuse {
  return (code, problem, cause) => new TorchError(`io/${code}`, `${subject}: ${problem}`, { op, cause });
}

/** The same errors, pointing at one part of the file. */
export function within(refuse: Refuse, part: string): Refuse {
  return (code, problem, cause) => refuse(code, `${part}: ${problem}`, cause);
}

const longestQuote = 80;

/** Text from a file, made safe to print: quoted, control characters escaped, shortened. */
export function quote(text: string): string {
  const short = text.length > longestQuote ? `${text.slice(0, longestQuote)}…` : text;
  return `'${JSON.stringify(short).slice(1, -1).replaceAll('\\"', '"')}'`;
}

/** At most eight names, quoted, and how many more there are. */
export function quoteSome(names: readonly string[]): string {
  const shown = names.slice(0, 8).map(quote).join(", ");
  return names.length > 8 ? `${shown} and ${names.length - 8} more` : shown || "none";
}

/** @throws io/argument unless `maxBytes` is a number from 0; Infinity lifts the limit */
export function checkLimit(maxBytes: unknown, refuse: Refuse): void {
  if (typeof maxBytes === "number" && maxBytes >= 0) return;
  throw refuse("argument", `maxBytes is ${String(maxBytes)}; a number of bytes from 0 is accepted`);
}
