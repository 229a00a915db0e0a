// Distribution of three: the second row has the objects of the first, in any order; which one is missing?
import type { Random } from "@throughline/lab/random";
import { arrangement, arrangements, sampleRanks } from "./arrangements.js";
import type { ProblemRow } from "./problem-table.js";

/** Objects a problem needs: three and a wrong choice. */
export const distributionObjects = 4;

/** Number of problems, choices aside: two orders of three objects, 36·C(n, 3). */
export function distributionSpace(n: number): number {
  return 6 * arrangements(n, 3);
}

/** `count` different problems of n objects, in random order. The choices are the three objects and another one, shuffled. */
export function distributionProblems(n: number, count: number, random: Random): ProblemRow[] {
  const ranks = sampleRanks(distributionSpace(n), count, random);
  return ranks.map((rank) => {
    const first = arrangement(Math.floor(rank / 6), n, 3);
    const second = arrangement(rank % 6, 3, 3).map((place) => first[place]!);
    const choices = random.shuffle([...first, otherThan(first, n, random)]);
    return {
      objects: [...first, second[0]!, second[1]!, ...choices],
      target: choices.indexOf(second[2]!),
      rule: "distribution of 3",
    };
  });
}

function otherThan(taken: readonly number[], n: number, random: Random): number {
  for (;;) {
    const object = random.below(n);
    if (!taken.includes(object)) return object;
  }
}
