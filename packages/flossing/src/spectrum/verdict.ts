// Verdict, in words, on whether a spectrum has converged.
import type { Estimate } from "./blocking.js";
import type { Grouping, MemberGroup } from "./groups.js";
import { digits, withError } from "./numbers.js";
import type { SumRule } from "./sum-rule.js";

/** The verdict's part of a `Spectrum`. */
export interface Verdict {
  readonly converged: boolean;
  readonly verdict: string;
}

/** Inputs of a verdict. */
export interface Evidence {
  readonly means: readonly Estimate[];
  /** Exponents of the first and the second half of the run. */
  readonly halves: readonly [readonly number[], readonly number[]];
  readonly grouping: Grouping;
  readonly sumRule: SumRule | null;
  readonly records: number;
  readonly unit: string;
}

/** Standard errors that the halves of a run may differ by; the chance that one of 1,000 good exponents exceeds it is 6 %. */
const drift = 4;
/** Share of an exponent, or of the largest positive one, that its error may be. */
const share = 0.05;
/** Share of the largest |exponent| that the error of one that is 0 or negative may be. */
const leastShare = 1e-3;
/** Standard errors above 0 from which an exponent counts as positive. */
const sigmas = 2;

/** Checks the conditions of convergence, the most important first. */
export function verdictOn(evidence: Evidence): Verdict {
  const { means, records } = evidence;
  const finite = means.flatMap(({ mean }, i) => (Number.isFinite(mean) ? [i] : []));
  if (evidence.grouping.differs) return no(`not converged: ${inWords(evidence.grouping)}`);
  if (finite.length === 0) return no("no exponent is finite");
  if (finite.some((i) => !Number.isFinite(means[i]!.error))) {
    return no(`too short to tell: ${records} intervals, and error bars take at least 8`);
  }
  if (evidence.sumRule?.holds === false) {
    return no(
      "not converged: the sum of the exponents disagrees with the Jacobian's determinant; see the notes",
    );
  }
  return bySize(evidence, finite);
}

function bySize({ means, halves, unit }: Evidence, finite: readonly number[]): Verdict {
  const scale = Math.max(...finite.map((i) => Math.abs(means[i]!.mean)));
  const shifts = finite.map((i) => {
    const shift = Math.abs(halves[1][i]! - halves[0][i]!) - 1e-9 * scale;
    return shift <= 0 ? 0 : shift / (2 * means[i]!.error);
  });
  const worstShift = Math.max(...shifts);
  if (worstShift > drift) {
    return no(
      `not converged: exponent ${finite[shifts.indexOf(worstShift)]! + 1} differs by ${digits(worstShift)} standard errors ` +
        "between the halves of the run; give it a longer transient, a longer alignment or more steps",
    );
  }
  const excess = (i: number): number => means[i]!.error / allowed(means, i, scale);
  const byExcess = finite.toSorted((a, b) => excess(b) - excess(a));
  const tooLarge = byExcess.filter((i) => excess(i) > 1);
  const worst = tooLarge.find((i) => means[i]!.mean > 0) ?? byExcess[0]!;
  const value = `exponent ${worst + 1} is ${withError(means[worst]!)} ${unit}`;
  const bound = `${digits(allowed(means, worst, scale))} (${reason(means, worst, scale)})`;
  if (tooLarge.length > 0)
    return no(`not converged: ${value}, and its error should be at most ${bound}; run longer`);
  return {
    converged: true,
    verdict:
      `converged: the halves of the run agree within ${digits(worstShift)} standard errors, and no error is too large: beside ` +
      `what it may be it is largest where ${value}, with at most ${bound}`,
  };
}

/** The largest positive exponent, or 0. */
function leading(means: readonly Estimate[]): number {
  return Math.max(0, ...means.map(({ mean, error }) => (mean > sigmas * error ? mean : 0)));
}

/** The share of an exponent's own size that its error may be, of the largest positive one, and of the largest of all. */
function bounds(means: readonly Estimate[], i: number, scale: number): [number, string][] {
  const { mean, error } = means[i]!;
  const own: [number, string][] = [
    [share * Math.abs(mean), "5 % of it"],
    [share * leading(means), "5 % of the largest positive exponent"],
  ];
  const isPositive = mean > sigmas * error;
  return isPositive ? own : [...own, [leastShare * scale, "0.1 % of the largest exponent"]];
}

/** The error that an exponent may have. One that is positive is judged by those that are, one that is 0 by those that are not. */
function allowed(means: readonly Estimate[], i: number, scale: number): number {
  return Math.max(...bounds(means, i, scale).map(([bound]) => bound));
}

function reason(means: readonly Estimate[], i: number, scale: number): string {
  const most = allowed(means, i, scale);
  return bounds(means, i, scale).find(([bound]) => bound === most)![1];
}

/** Groups that a sentence lists. */
const listed = 5;

/** Sentence on the differences of members. */
function inWords({ groups, scatter }: Grouping): string {
  const remedy =
    "several attractors, or systems that differ, have no common exponents; look at members and groups";
  if (groups.length === 1) {
    return `the members scatter by ${digits(scatter)} times their own errors, though without a gap; ${remedy}`;
  }
  const first = groups.slice(0, listed).map(described);
  const others = groups.length - first.length;
  return `the members fall into ${groups.length} groups: ${first.join("; ")}${others > 0 ? `; and ${others} more` : ""}; ${remedy}`;
}

function described({ members, exponents, standardErrors }: MemberGroup): string {
  const first = exponents[0]!;
  const value = withError({ mean: first, error: standardErrors[0]! });
  return `${members.length} with λ₁ = ${value}`;
}

function no(verdict: string): Verdict {
  return { converged: false, verdict };
}
