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

/** Raised when the same seed gives other problems. 2: `full_space` tops AAA up at random; before, it listed each problem twice. */
export const identityEdition = 2;

/** Ordered objects and orders of the choices: the problems of ABA, or of ABB. 576·C(n, 4). */
const perRule = (n: number): number => 24 * arrangements(n, 4);

/** Problems of AAA: half as many, since the order of its two distractors does not show. */
const ofAAA = (n: number): number => perRule(n) / 2;

/** Orders of four choices; those of AAA name the distractors in the order in which they stand there. */
const orders = Array.from({ length: 24 }, (_, rank) => arrangement(rank, 4, 4));
const ordersOf = {
  AAA: orders.filter((order) => order.indexOf(2) < order.indexOf(3)),
  ABA: orders,
  ABB: orders,
} as const;

/** Problem `rank` of a rule: each rank below `ofAAA` or `perRule` gives another one. */
function identityRow(rule: keyof typeof patterns, rank: number, n: number): ProblemRow {
  const shown = ordersOf[rule];
  const four = arrangement(Math.floor(rank / shown.length), n, 4);
  const cells = patterns[rule].map((place) => four[place]!);
  const choices = shown[rank % shown.length]!.map((place) => four[place]!);
  return { objects: [...cells.slice(0, 5), ...choices], target: choices.indexOf(cells[5]!), rule };
}

/** Length of the full space: AAA is topped up to the length of the other two rules. */
export function identitySpace(n: number): number {
  return 3 * perRule(n);
}

/** The most problems that `subsample` can draw, none twice. */
export function identitySubsampleLimit(n: number): number {
  return 3 * ofAAA(n);
}

/**
 * `count` problems of n objects.
 * - `subsample`: AAA, ABA and ABB in turn, none twice nor among `seen`; shuffled.
 * - `full_space`: all problems, AAA topped up with random repetitions so that the rules are balanced; shuffled and cut.
 * Source of the repetitions: the authors' tables of CLEVR-ART have 208 and 207 of them in 10 000 problems, some of AAA for the
 * third and fourth time. If each were listed twice, 138 would be expected and none a third time; random ones give 199.
 */
export function identityProblems(
  n: number,
  count: number,
  method: GeneratorMethod,
  random: Random,
  seen: Set<string> = new Set(),
): ProblemRow[] {
  const lengths = { AAA: ofAAA(n), ABA: perRule(n), ABB: perRule(n) };
  if (method === "subsample") {
    const draw = (rule: keyof typeof patterns) => () => identityRow(rule, random.below(lengths[rule]), n);
    return random.shuffle(Array.from({ length: count }, (_, at) => drawNew(draw(rules[at % 3]!), seen)));
  }
  const size = perRule(n);
  return sampleRanks(identitySpace(n), Math.min(count, identitySpace(n)), random).map((rank) => {
    const rule = rules[Math.floor(rank / size)]!;
    const place = rank % size;
    return identityRow(rule, place < lengths[rule] ? place : random.below(lengths[rule]), n);
  });
}
