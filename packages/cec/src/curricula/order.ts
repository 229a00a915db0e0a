// Orders in which drawn episodes are put: that of the curriculum, and controls with the same episodes in other orders.
import type { Random } from "@throughline/lab/random";
import type { CurriculumEpisode } from "./episode.js";

/** Orders of a sequence. */
export const ORDERS = ["rising", "reversed", "shuffled", "shuffledWithin", "shuffledAcross"] as const;

/**
 * Order of a sequence's episodes. `rising`: the curriculum's. `reversed`: from its end to its begin. `shuffled`: any.
 * `shuffledWithin`: levels rise, episodes of each are in any order. `shuffledAcross`: levels are in any order, episodes of each rise.
 */
export type CurriculumOrder = (typeof ORDERS)[number];

/** A sequence in an order. @param random a stream of its own, so that every order has the same episodes */
export function ordered(
  sequence: readonly CurriculumEpisode[],
  order: CurriculumOrder,
  random: Random,
): readonly CurriculumEpisode[] {
  switch (order) {
    case "rising":
      return sequence;
    case "reversed":
      return sequence.toReversed();
    case "shuffled":
      return random.shuffle([...sequence]);
    case "shuffledWithin":
      return byLevel(sequence).flatMap((episodes) => random.shuffle(episodes));
    case "shuffledAcross":
      return random.shuffle(byLevel(sequence)).flat();
  }
}

/** The levels' parts of a sequence, in the order in which they come. */
function byLevel(sequence: readonly CurriculumEpisode[]): CurriculumEpisode[][] {
  const parts = new Map<number, CurriculumEpisode[]>();
  for (const episode of sequence) parts.set(episode.level, [...(parts.get(episode.level) ?? []), episode]);
  return [...parts.values()];
}
