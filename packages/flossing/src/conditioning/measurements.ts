// What is measured before and after, kept in a file of the run so that figures need no engine.
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** One look at a net. */
export interface Look {
  /** λ₁ … λ_N in nats per step. */
  readonly exponents: readonly number[];
  /** t − τ, in steps. */
  readonly horizons: readonly number[];
  /** ln σ₁ − ln σ_m of the long-term Jacobian: [horizon][m − 1]; null where σ_m is 0. */
  readonly logConditions: readonly (readonly (number | null)[])[];
}

export interface Measurements {
  readonly before: Look;
  readonly after: Look;
}

export const FILE = "measurements.json";

/** The measurements of a run; undefined if it has not come so far. */
export function readMeasurements(path: string): Measurements | undefined {
  try {
    return JSON.parse(readFileSync(join(path, "artifacts", FILE), "utf8")) as Measurements;
  } catch {
    return undefined;
  }
}
