// The paper's value beside ours.
import { LabError } from "../errors.js";
import { significant } from "../figures/numbers.js";
import type { Estimate } from "../statistics/estimate.js";

export interface Table {
  readonly title: string;
  readonly rows: readonly TableRow[];
}

/** One quantity of the paper. */
export interface TableRow {
  /** Measured quantity and its condition. */
  readonly quantity: string;
  /** Empty for pure numbers. */
  readonly unit: string;
  /** A number, or words: `read from memory: about 0.98`. Words are shown as they are and never calculated with. */
  readonly paper: number | string;
  /** None if no run has finished. */
  readonly ours: Estimate | undefined;
  /** Ours minus the paper's, in the unit; none unless both are numbers. */
  readonly difference: number | undefined;
  readonly verdict: Verdict;
}

export interface Verdict {
  readonly result: "agrees" | "differs" | "not judged";
  /** Criterion of the verdict. */
  readonly reason: string;
}

/** Compared quantity, and the tolerance within which values count as equal. */
export interface Comparison {
  readonly quantity: string;
  readonly unit?: string;
  readonly paper: number | string;
  readonly ours: Estimate | undefined;
  /** Largest difference that counts as agreement, in the unit, and the reason for it. */
  readonly tolerance?: { readonly within: number; readonly because: string };
}

/**
 * A row with its difference and verdict: by the tolerance if one is given, else by whether the paper's value lies in our
 * interval. A standard deviation, a standard error or a range of quartiles is no interval for the truth, so without a
 * tolerance it judges nothing.
 * @throws LabError lab/table for a quantity without a name, a number that is not finite, or a tolerance below 0
 */
export function compare({ quantity, unit = "", paper, ours, tolerance }: Comparison): TableRow {
  if (quantity.trim() === "")
    throw new LabError("lab/table", "a row of a table has no quantity; name what was measured");
  if (typeof paper === "number" && !Number.isFinite(paper)) {
    throw new LabError(
      "lab/table",
      `${quantity}: the paper's value is ${paper}; give a finite number, or words`,
    );
  }
  if (tolerance !== undefined && !(tolerance.within >= 0)) {
    throw new LabError("lab/table", `${quantity}: the tolerance is ${tolerance.within}; give 0 or more`);
  }
  const difference = typeof paper === "number" && ours !== undefined ? ours.value - paper : undefined;
  return { quantity, unit, paper, ours, difference, verdict: verdictOf(paper, ours, difference, tolerance) };
}

function verdictOf(
  paper: number | string,
  ours: Estimate | undefined,
  difference: number | undefined,
  tolerance: Comparison["tolerance"],
): Verdict {
  if (ours === undefined) return { result: "not judged", reason: "no finished run" };
  if (difference === undefined || typeof paper === "string") {
    return { result: "not judged", reason: "the paper's value is not a number" };
  }
  if (tolerance !== undefined) {
    const result = Math.abs(difference) <= tolerance.within ? "agrees" : "differs";
    const where = result === "agrees" ? "within" : "beyond";
    return { result, reason: `${where} ±${significant(tolerance.within)} (${tolerance.because})` };
  }
  const { spread } = ours;
  if (spread === undefined) return { result: "not judged", reason: "one seed and no tolerance" };
  if (!spread.name.startsWith("95 %")) return { result: "not judged", reason: "no tolerance" };
  const result = spread.low <= paper && paper <= spread.high ? "agrees" : "differs";
  return {
    result,
    reason: `the paper's value is ${result === "agrees" ? "inside" : "outside"} our ${spread.name}`,
  };
}

/** A table without verdicts, for settings too small to judge by. */
export function unjudged(table: Table, reason: string): Table {
  return { ...table, rows: table.rows.map((row) => ({ ...row, verdict: { result: "not judged", reason } })) };
}
