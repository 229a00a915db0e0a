// Texts of the cells of a table.
import { published, significant, withMinus } from "../figures/numbers.js";
import type { Estimate } from "../statistics/estimate.js";
import type { TableRow } from "./table.js";

/** A table as columns of text, the same on every page. */
export const headings = ["quantity", "unit", "paper", "ours", "seeds", "difference", "verdict"] as const;

/** The texts of a row under these headings: the one way numbers are written on pages, in their tables and on the terminal. */
export function rowTexts(row: TableRow): string[] {
  const { quantity, unit, paper, ours, difference, verdict } = row;
  return [
    quantity,
    unit === "" ? "–" : unit,
    typeof paper === "string" ? paper : published(paper),
    ours === undefined ? "–" : estimateText(ours),
    ours === undefined ? "0" : String(ours.seeds),
    difference === undefined ? "–" : signed(difference, ours),
    `${verdict.result}: ${verdict.reason}`,
  ];
}

/** `0.982 ± 0.010 (mean, standard deviation)` or `0.98 [0.95, 0.99] (mean, 95 % t interval)`; the spread decides the digits. */
export function estimateText(estimate: Estimate): string {
  const { value, centre, spread } = estimate;
  if (spread === undefined) return `${significant(value, 4)} (one seed, no spread)`;
  const show = shown(estimate);
  const around = spread.name.startsWith("standard")
    ? `${show(value)} ± ${show((spread.high - spread.low) / 2)}`
    : `${show(value)} [${show(spread.low)}, ${show(spread.high)}]`;
  return `${around} (${centre}, ${spread.name})`;
}

function signed(difference: number, ours: Estimate | undefined): string {
  const text = ours === undefined ? significant(difference, 4) : shown(ours)(difference);
  return difference > 0 ? `+${text}` : text;
}

/** Two digits of the spread, and as many places for everything beside it. */
function shown({ value, spread }: Estimate): (number: number) => string {
  const half = spread === undefined ? 0 : (spread.high - spread.low) / 2;
  const largest = Math.max(Math.abs(value), half);
  if (!(half > 0) || largest >= 1e6 || largest < 1e-3) return (number) => significant(number, 4);
  const places = Math.min(12, Math.max(0, 1 - Math.floor(Math.log10(half))));
  return (number) => withMinus(number.toFixed(places));
}
