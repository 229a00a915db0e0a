// Some digits with what the net read in them, kept in a file of the run, so that the figure needs no engine.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { RunContext } from "@throughline/lab";

/** One digit. */
export interface Reading {
  /** Class that the net predicts. */
  readonly answer: number;
  /** True class. */
  readonly truth: number;
  /** 28 × 28 grey values, row by row. */
  readonly pixels: Uint8Array;
}

const FILE = "readings.json";

export function writeReadings(context: Pick<RunContext, "artifact">, readings: readonly Reading[]): void {
  const rows = readings.map(({ pixels, ...rest }) => ({
    ...rest,
    pixels: Buffer.from(pixels).toString("base64"),
  }));
  context.artifact(FILE, `${JSON.stringify(rows)}\n`);
}

/** The readings of a run; none if it has not come so far. */
export function readReadings(path: string): Reading[] {
  let text: string;
  try {
    text = readFileSync(join(path, "artifacts", FILE), "utf8");
  } catch {
    return [];
  }
  const rows: { answer: number; truth: number; pixels: string }[] = JSON.parse(text);
  return rows.map(({ pixels, ...rest }) => ({
    ...rest,
    pixels: Uint8Array.from(Buffer.from(pixels, "base64")),
  }));
}
