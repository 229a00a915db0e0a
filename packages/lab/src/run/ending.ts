// End of a session: checks the experiment's summary, or writes its error down.
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

/** Text of an error in `state.json`. */
export function describeError(error: unknown): NonNullable<StateFile["error"]> {
  if (error instanceof ThroughlineError) return { code: error.code, message: error.message };
  if (!(error instanceof Error)) return { code: "error", message: String(error) };
  const { code } = error as { code?: unknown };
  return { code: typeof code === "string" ? code : "error", message: `${error.name}: ${error.message}` };
}

/** Text of an error in `log.txt`. */
export function errorText(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Runs code whose errors are ignored. */
export function attempt(work: () => void): void {
  try {
    work();
  } catch {}
}
