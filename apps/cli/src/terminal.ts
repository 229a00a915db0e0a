// Destinations of output: results to stdout, everything else to stderr; colour and width as the terminal allows.
import { randomBytes } from "node:crypto";
import type { WriteStream } from "node:tty";
import { visible, visibleJson } from "@throughline/lab/text";

/** Colours that mean something; all are readable on light and dark. */
const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34, cyan: 36 } as const;

export type Style = keyof typeof codes;

/** True if a stream may be coloured: NO_COLOR takes precedence, then FORCE_COLOR, then whether it is a terminal. */
export function mayColour(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv = process.env): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== "0";
  return stream.isTTY === true && env.TERM !== "dumb";
}

/** Columns of a terminal; no limit for a pipe or a file, so that nothing is cut there. */
export function widthOf(stream: NodeJS.WriteStream): number {
  if (stream.isTTY !== true) return Number.POSITIVE_INFINITY;
  const columns = (stream as WriteStream).columns;
  return columns > 0 ? columns : 80;
}

// Painted text carries marks until it is printed, and only marks become escape sequences. They are random in every
// process, so that no name can contain one.
const secret = randomBytes(8).toString("hex");
const MARK = new RegExp(`\uFDD0${secret}:(\\d+)\uFDD1`, "g");
const mark = (code: number) => `\uFDD0${secret}:${code}\uFDD1`;

/** A style as a function for one stream; the text itself where colour is not wanted. */
export function painter(stream: NodeJS.WriteStream): (style: Style, text: string) => string {
  const on = mayColour(stream);
  return (style, text) => (on && text !== "" ? `${mark(codes[style])}${text}${mark(0)}` : text);
}

export const paint: (style: Style, text: string) => string = painter(process.stdout);
export const paintError: (style: Style, text: string) => string = painter(process.stderr);

/** Text as it is printed: control characters are shown as text, except those of `paint`. */
export function printable(text: string): string {
  return visible(text).replace(MARK, (_, code) => `\u001b[${code}m`);
}

/** A result. */
export function print(text: string): void {
  process.stdout.write(printable(`${text}\n`));
}

/** A result for machines: one JSON document. */
export function printJson(value: unknown): void {
  process.stdout.write(`${visibleJson(value, 2, jsonSafe)}\n`);
}

/** Anything that is not a result. */
export function note(text: string): void {
  process.stderr.write(printable(`${text}\n`));
}

/** JSON knows no NaN and no infinity; they are written as text, as in the lab's own files. */
function jsonSafe(_key: string, value: unknown): unknown {
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  return value;
}
