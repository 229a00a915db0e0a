// Same/different: are the two objects the same one?
import type { Random } from "../datasets/random.js";
import { arrangement, arrangements } from "./arrangements.js";
import type { ProblemRow } from "./problem-table.js";

const same = (object: number): ProblemRow => ({ objects: [object, object], target: 0, rule: "same" });

const different = (rank: number, n: number): ProblemRow => ({
  objects: arrangement(rank, n, 2),
  target: 1,
  rule: "different",
});

/**
 * All ordered pairs of n objects: n(n−1) different ones, and the n same ones topped up with random repetitions to as many;
 * shuffled, and cut to `most`.
 */
export function sameDifferentProblems(n: number, most: number, random: Random): ProblemRow[] {
  const unequal = Array.from({ length: arrangements(n, 2) }, (_, rank) => different(rank, n));
  const equal = Array.from({ length: n }, (_, object) => same(object));
  return balanced(equal, unequal, random).slice(0, most);
}

/**
 * The split where training and testing share all objects (m = 0): same and different pairs are shuffled, 95 % of each train
 * and 5 % test, at least one of each kind on each side; each side is topped up to as many same as different ones.
 */
export function sharedSameDifferentProblems(
  n: number,
  split: "train" | "test",
  random: Random,
): ProblemRow[] {
  const unequal = random.shuffle(Array.from({ length: arrangements(n, 2) }, (_, rank) => different(rank, n)));
  const equal = random.shuffle(Array.from({ length: n }, (_, object) => same(object)));
  const side = (rows: ProblemRow[]): ProblemRow[] => {
    const cut = Math.min(Math.round(0.95 * rows.length), rows.length - 1);
    return split === "train" ? rows.slice(0, cut) : rows.slice(cut);
  };
  return balanced(side(equal), side(unequal), random);
}

function balanced(
  equal: readonly ProblemRow[],
  unequal: readonly ProblemRow[],
  random: Random,
): ProblemRow[] {
  const repeated = Array.from(
    { length: Math.max(0, unequal.length - equal.length) },
    () => equal[random.below(equal.length)]!,
  );
  return random.shuffle([...equal, ...repeated, ...unequal]);
}
