// Identity rules: the second row follows the first one's pattern, AAA, ABA or ABB; which object completes it?
import type { Random } from "@throughline/lab/random";
import { arrangement, arrangements, sampleRanks } from "./arrangements.js";
import { drawNew, type GeneratorMethod, type ProblemRow } from "./problem-table.js";

/** Objects a problem needs: all four are among the choices. */
export const identityObjects = 4;

/** Objects of row 1 and row 2, as numbers of a problem's four objects. In AAA, the last two are choices only. */
const patterns = {
  AAA: [0, 0, 0, 1, 1, 1],
  ABA: [0, 1, 0, 2, 3, 2],
  ABB: [0, 1, 1, 2, 3, 3],
} as const;

const rules = Object.keys(patterns) as (keyof typeof patterns)[];

/**
 * Ordered objects and orders of the choices for one rule: 576·C(n, 4). For AAA these are 288·C(n, 4) problems, each twice,
 * since the order of its two distractors does not show. The authors' generator repeats them too, to balance the rules; their
 * published tables look as if it repeated them at random, and have about 60 repetitions more in 10,000 problems.
 */
const perRule = (n: number): number => 24 * arrangements(n, 4);

function identityRow(rule: keyof typeof patterns, rank: number, n: number): ProblemRow {
  const four = arrangement(Math.floor(rank / 24), n, 4);
  const cells = patterns[rule].map((place) => four[place]!);
  const choices = arrangement(rank % 24, 4, 4).map((place) => four[place]!);
  return { objects: [...cells.slice(0, 5), ...choices], target: choices.indexOf(cells[5]!), rule };
}

/** Number of problems in the full space: AAA counts twice, so that the three rules are equally frequent. */
export function identitySpace(n: number): number {
  return 3 * perRule(n);
}

/** The most problems that `subsample` can draw, none twice. */
export function identitySubsampleLimit(n: number): number {
  return (3 * perRule(n)) / 2;
}

/**
 * `count` problems of n objects.
 * - `subsample`: AAA, ABA and ABB in turn, none twice nor among `seen`; shuffled.
 * - `full_space`: all, the rules balanced; shuffled and cut.
 */
export function identityProblems(
  n: number,
  count: number,
  method: GeneratorMethod,
  random: Random,
  seen: Set<string> = new Set(),
): ProblemRow[] {
  const size = perRule(n);
  if (method === "subsample") {
    const draw = (at: number) => () => identityRow(rules[at % 3]!, random.below(size), n);
    return random.shuffle(Array.from({ length: count }, (_, at) => drawNew(draw(at), seen)));
  }
  return sampleRanks(identitySpace(n), Math.min(count, identitySpace(n)), random).map((rank) =>
    identityRow(rules[Math.floor(rank / size)]!, rank % size, n),
  );
}
