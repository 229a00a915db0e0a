// Looks kept in a file of a run, so that figures need no engine.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Look } from "./figures.js";

/** Among the artifacts: a look as JSON in each line. */
export const FILE = "dynamics.jsonl";

export function linesOf(looks: readonly Look[]): string {
  return looks.map((look) => `${JSON.stringify(look)}\n`).join("");
}

/** The looks of a run; none if there are none. */
export function readLooks(path: string): Look[] {
  let text: string;
  try {
    text = readFileSync(join(path, "artifacts", FILE), "utf8");
  } catch {
    return [];
  }
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Look);
}
