// Where words go: results to stdout, everything else to stderr; colour and width as the terminal allows.
import type { WriteStream } from "node:tty";

/** Colours that mean something; all are readable on light and dark. */
const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34, cyan: 36 } as const;

export type Style = keyof typeof codes;

/** Whether a stream may be coloured: NO_COLOR wins, then FORCE_COLOR, then whether it is a terminal. */
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

/** A style as a function for one stream; the text itself where colour is not wanted. */
export function painter(stream: NodeJS.WriteStream): (style: Style, text: string) => string {
  const on = mayColour(stream);
  return (style, text) => (on && text !== "" ? `\u001b[${codes[style]}m${text}\u001b[0m` : text);
}

export const paint: (style: Style, text: string) => string = painter(process.stdout);
export const paintError: (style: Style, text: string) => string = painter(process.stderr);

/** A result. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** A result for machines: one JSON document. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, jsonSafe, 2)}\n`);
}

/** Anything that is not a result. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** JSON knows no NaN and no infinity; they are written as text, as in the lab's own files. */
function jsonSafe(_key: string, value: unknown): unknown {
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  return value;
}

/**
 * A reader that goes away (`| head`) ends the command without a word, as in any Unix tool; what runs is not ended by
 * it, since its files matter more than its words.
 */
export function outliveReader(quit: () => void): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE" && error.code !== "ERR_STREAM_DESTROYED") throw error;
      quit();
    });
  }
}
