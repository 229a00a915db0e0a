// A figure's data as JSON, so that a plot can be remade or restyled without the run: NaN becomes null, pixels base64.
import { fromBase64, toBase64 } from "./base64.js";
import { checkFigure } from "./check.js";
import { FigureError } from "./errors.js";
import type { Figure } from "./figure.js";

const format = "throughline-figure";

/** The figure as one line of JSON. */
export function figureToJson(figure: Figure): string {
  const value = (_: string, part: unknown): unknown => {
    if (part instanceof Uint8Array) return { base64: toBase64(part) };
    return typeof part === "number" && Number.isNaN(part) ? null : part;
  };
  return `${JSON.stringify({ format, version: 1, figure }, value)}\n`;
}

/** The figure in such a text, checked. @throws FigureError figure/json if it is none; as `renderSvg` if it cannot be drawn */
export function figureFromJson(text: string): Figure {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text, (_, part: unknown) => {
      if (part === null) return Number.NaN;
      const { base64 } = part as { base64?: unknown };
      return typeof base64 === "string" ? fromBase64(base64) : part;
    });
  } catch (cause) {
    throw new FigureError("json", `this is not the JSON of a figure: ${(cause as Error).message}`, { cause });
  }
  const file = parsed as { format?: unknown; version?: unknown; figure?: Figure };
  if (typeof parsed !== "object" || file.format !== format || file.version !== 1 || !isFigure(file.figure)) {
    throw new FigureError(
      "json",
      `this is not the JSON of a figure: it lacks "format": "${format}", "version": 1`,
    );
  }
  checkFigure(file.figure);
  return file.figure;
}

function isFigure(value: unknown): value is Figure {
  return typeof value === "object" && value !== null && "kind" in value && "title" in value;
}
