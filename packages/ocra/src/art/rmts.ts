// Relational match-to-sample: which pair is related as the source pair is?
import type { Random } from "@throughline/lab/random";
import { arrangement, arrangements, sampleRanks } from "./arrangements.js";
import { drawNew, type GeneratorMethod, type ProblemRow } from "./problem-table.js";

/** Objects a problem needs. */
export const rmtsObjects = 5;

/** Problems whose source pair is the same object twice: ordered (a, b, c, d), and the match's place. 48·C(n, 4). */
const sameCount = (n: number): number => 2 * arrangements(n, 4);
/** Problems whose source pair is two objects: ordered (a, b, c, d, e), and the match's place. 240·C(n, 5). */
const differentCount = (n: number): number => 2 * arrangements(n, 5);

function sameRow(rank: number, n: number): ProblemRow {
  const [a, b, c, d] = arrangement(Math.floor(rank / 2), n, 4) as [number, number, number, number];
  return row([a, a], [b, b], [c, d], rank % 2, "same");
}

function differentRow(rank: number, n: number): ProblemRow {
  const [a, b, c, d, e] = arrangement(Math.floor(rank / 2), n, 5) as [number, number, number, number, number];
  return row([a, b], [c, d], [e, e], rank % 2, "different");
}

function row(source: number[], match: number[], foil: number[], target: number, rule: string): ProblemRow {
  const choices = target === 0 ? [...match, ...foil] : [...foil, ...match];
  return { objects: [...source, ...choices], target, rule };
}

/** Number of problems without repetition. */
export function rmtsSpace(n: number): number {
  return sameCount(n) + differentCount(n);
}

/** The most problems that `subsample` can draw: half of each kind, none twice. */
export function rmtsSubsampleLimit(n: number): number {
  return 2 * Math.min(sameCount(n), differentCount(n));
}

/**
 * `count` problems of n objects.
 * - `subsample`: a same one and a different one in turn, none twice nor among `seen`; shuffled.
 * - `full_space`: all of both kinds, each topped up with random repetitions to count/2 where it has fewer; shuffled and cut.
 *   The kinds are as frequent as they are numerous: with 15 objects, 8 % are same.
 */
export function rmtsProblems(
  n: number,
  count: number,
  method: GeneratorMethod,
  random: Random,
  seen: Set<string> = new Set(),
): ProblemRow[] {
  if (method === "subsample") {
    const kinds = [
      () => sameRow(random.below(sameCount(n)), n),
      () => differentRow(random.below(differentCount(n)), n),
    ];
    return random.shuffle(Array.from({ length: count }, (_, at) => drawNew(kinds[at % 2]!, seen)));
  }
  const half = Math.ceil(count / 2);
  const sameListed = Math.max(sameCount(n), half);
  const differentListed = Math.max(differentCount(n), half);
  return sampleRanks(sameListed + differentListed, count, random).map((rank) => {
    const again = (place: number, size: number): number => (place < size ? place : random.below(size));
    return rank < sameListed
      ? sameRow(again(rank, sameCount(n)), n)
      : differentRow(again(rank - sameListed, differentCount(n)), n);
  });
}
