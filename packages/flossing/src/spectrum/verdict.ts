// Whether a spectrum has converged, in words.
import type { Estimate } from "./blocking.js";

/** The verdict's part of a `Spectrum`. */
export interface Verdict {
  readonly converged: boolean;
  readonly verdict: string;
}

/** Standard errors that the halves of a run may differ by; the chance that one of 1,000 good exponents exceeds it is 6 %. */
const drift = 4;
/** Share of the largest exponent that an error may be. */
const share = 0.05;

/** @param halves exponents of the first and the second half of the run. */
export function verdictOn(
  means: readonly Estimate[],
  halves: readonly [readonly number[], readonly number[]],
  records: number,
  unit: string,
): Verdict {
  const finite = means.flatMap(({ mean }, i) => (Number.isFinite(mean) ? [i] : []));
  if (finite.length === 0) return no("no exponent is finite");
  const errors = finite.map((i) => means[i]!.error);
  if (errors.some((error) => !Number.isFinite(error))) {
    return no(`too short to tell: ${records} intervals, and error bars take at least 8`);
  }
  const scale = Math.max(...finite.map((i) => Math.abs(means[i]!.mean)));
  const shifts = finite.map((i) => {
    const shift = Math.abs(halves[1][i]! - halves[0][i]!) - 1e-9 * scale;
    return shift <= 0 ? 0 : shift / (2 * means[i]!.error);
  });
  const worstShift = Math.max(...shifts);
  const worstError = Math.max(...errors);
  const nameOf = (list: number[], worst: number): string => `exponent ${finite[list.indexOf(worst)]! + 1}`;
  if (worstShift > drift) {
    return no(
      `not converged: ${nameOf(shifts, worstShift)} differs by ${digits(worstShift)} standard errors between the halves of ` +
        "the run; give it a longer transient, a longer alignment or more steps",
    );
  }
  const error = `the largest standard error is ${digits(worstError)} ${unit} (${nameOf(errors, worstError)})`;
  if (worstError > share * scale)
    return no(`not converged: ${error}, more than 5 % of the largest exponent; run longer`);
  return {
    converged: true,
    verdict: `converged: the halves of the run agree within ${digits(worstShift)} standard errors, and ${error}`,
  };
}

function no(verdict: string): Verdict {
  return { converged: false, verdict };
}

function digits(value: number): string {
  return String(Number(value.toPrecision(2)));
}
