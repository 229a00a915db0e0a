// The right answer of a CLEVR-ART problem, read from its objects.
import type { ClevrTaskName } from "./layouts.js";

/** A problem's rule and the number of the right choice. */
export interface Solution {
  readonly rule: string;
  readonly target: number;
}

/** Solves a row of the table; null if no rule, or not exactly one choice, fits. */
export function solveClevr(task: ClevrTaskName, row: readonly number[]): Solution | null {
  return task === "rmts" ? solveRmts(row) : solveIdentity(row);
}

function solveRmts([a, b, c, d, e, f]: readonly number[]): Solution | null {
  const same = a === b;
  const matches = [c === d, e === f].map((isSame) => isSame === same);
  if (matches[0] === matches[1]) return null;
  return { rule: same ? "same" : "different", target: matches.indexOf(true) };
}

function solveIdentity([a, b, c, d, e, ...choices]: readonly number[]): Solution | null {
  const rule = a === b ? "AAA" : a === c ? "ABA" : "ABB";
  const fits = rule === "AAA" ? a === c && d === e : d !== e && (rule === "ABA" || b === c);
  const answer = rule === "ABB" ? e! : d!;
  const once = choices.indexOf(answer) >= 0 && choices.indexOf(answer) === choices.lastIndexOf(answer);
  return fits && once ? { rule, target: choices.indexOf(answer) } : null;
}
