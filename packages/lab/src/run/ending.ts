// How a session ends: what the experiment returned is checked, what it threw is written down.
import { ThroughlineError } from "@throughline/torch/errors";
import { LabError } from "../errors.js";
import type { Summary } from "../experiment.js";
import type { StateFile } from "./layout.js";

/** @throws LabError lab/summary naming what `summary.json` cannot hold */
export function checkSummary(summary: Summary): Summary {
  if (typeof summary !== "object" || summary === null) {
    throw new LabError(
      "lab/summary",
      `run() returned ${String(summary)}; return the summary, {} if there is none`,
    );
  }
  for (const [name, value] of Object.entries(summary)) {
    const isPlain = value === null || typeof value === "string" || typeof value === "boolean";
    if (isPlain || (typeof value === "number" && Number.isFinite(value))) continue;
    const shown = typeof value === "number" ? String(value) : `of type ${typeof value}`;
    throw new LabError(
      "lab/summary",
      `${name} in the summary is ${shown}; finite numbers, text, booleans and null are accepted`,
    );
  }
  return summary;
}

/** What `state.json` says of an error. */
export function describeError(error: unknown): NonNullable<StateFile["error"]> {
  if (error instanceof ThroughlineError) return { code: error.code, message: error.message };
  if (!(error instanceof Error)) return { code: "error", message: String(error) };
  const { code } = error as { code?: unknown };
  return { code: typeof code === "string" ? code : "error", message: `${error.name}: ${error.message}` };
}

/** What `log.txt` says of an error. */
export function errorText(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Does what may fail without harm. */
export function attempt(work: () => void): void {
  try {
    work();
  } catch {}
}
