// Remarks on a spectrum: what a reader of the numbers should know and would not see.
import { digits } from "./numbers.js";
import type { SumRule } from "./sum-rule.js";
import type { Measured } from "./summary.js";

/** Findings for the notes. */
export interface Findings {
  readonly exponents: readonly number[];
  readonly sumRule: SumRule | null;
}

/** Sentences, mostly none. */
export function notesOn(measured: Measured, { exponents, sumRule }: Findings): string[] {
  return [
    ...minusInfinity(measured),
    ...unresolved(measured),
    ...tooLong(measured),
    ...sumViolated(sumRule),
    ...incomplete(measured, exponents),
  ];
}

function listed(places: ReadonlySet<number>): string {
  const list = [...places].sort((a, b) => a - b).map((i) => i + 1);
  const first = list[0]!;
  const last = list.at(-1)!;
  if (list.length === 1) return `exponent ${first}`;
  return last - first + 1 === list.length ? `exponents ${first} to ${last}` : `exponents ${list.join(", ")}`;
}

function minusInfinity({ rank, k }: Measured): string[] {
  const places = new Set<number>();
  rank.zeros.forEach((_, place) => {
    if (rank.isMinusInfinity(place)) places.add(place % k);
  });
  if (places.size === 0) return [];
  return [
    `${listed(places)}: −∞ as far as the arithmetic can tell, because growth factors were 0 or below its rounding (the Jacobian ` +
      "is singular, as at a superstable point or with saturated units)",
  ];
}

function unresolved({ rank, k }: Measured): string[] {
  const places = new Set<number>();
  let most = 0;
  rank.unresolved.forEach((count, place) => {
    if (count === 0 || rank.isMinusInfinity(place)) return;
    places.add(place % k);
    most = Math.max(most, count / rank.count);
  });
  if (places.size === 0) return [];
  return [
    `${listed(places)}: in up to ${(100 * most).toPrecision(2)} % of the steps the growth factor was below rounding, so the true ` +
      "value is this or less; float64 resolves more than float32",
  ];
}

function tooLong({ rank, interval }: Measured): string[] {
  const remedy = interval.auto ? "give `interval: 1`" : 'give a shorter interval, or "auto"';
  if (rank.overlong) {
    return [
      `tangent vectors became dependent to rounding between QRs ${interval.current} steps apart, and the smallest exponents are ` +
        `wrong; ${remedy}`,
    ];
  }
  if (interval.worst <= interval.bound || interval.current === 1) return [];
  return [
    `tangent vectors reached a condition number of ${digits(Math.exp(interval.worst))} between QRs ${interval.current} steps ` +
      `apart, above ${digits(Math.exp(interval.bound))}, and the smallest exponents are less accurate; ${remedy}`,
  ];
}

function sumViolated(sumRule: SumRule | null): string[] {
  if (sumRule === null || sumRule.holds) return [];
  return [
    `over the intervals that were checked the exponents sum to ${sumRule.exponents.toPrecision(6)}, and the Jacobian's ` +
      `determinant says ${sumRule.jacobian.toPrecision(6)}: the smallest exponents are wrong; give a shorter interval or smaller ` +
      "rtol, or look at the Jacobian",
  ];
}

function incomplete({ system, k }: Measured, exponents: readonly number[]): string[] {
  if (k === system.dimension || !(exponents.at(-1)! > 0)) return [];
  return [
    `all ${k} exponents are positive: the entropy rate is at least the given one, and more exponents are needed`,
  ];
}
