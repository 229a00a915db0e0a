// What the rules have in common.
import type { Random } from "@throughline/lab/random";
import type { CurriculumEpisode, CurriculumLevel } from "../episode.js";

/** What a rule draws a sequence with. */
export interface Drawing {
  readonly levels: readonly CurriculumLevel[];
  /** Number of the sample in its epoch. */
  readonly index: number;
  /** The stream of this sample and of nothing else. */
  readonly random: Random;
  /**
   * Whole numbers 0 … length − 1 in an order of the epoch's own.
   * @param list number of the list that they are places of @param round how often the epoch has gone through that list before
   */
  places(list: number, round: number, length: number): readonly number[];
}

/**
 * `count` consecutive episodes. The start is that of the sample in the epoch's order of all starts, so that an epoch begins everywhere as
 * often; where it runs over the end, another one is drawn uniformly.
 */
export function consecutive(
  { index, random, places }: Drawing,
  list: number,
  episodes: readonly CurriculumEpisode[],
  count: number,
): readonly CurriculumEpisode[] {
  const { length } = episodes;
  const wanted = places(list, Math.floor(index / length), length)[index % length]!;
  const start = wanted + count <= length ? wanted : random.below(length - count + 1);
  return episodes.slice(start, start + count);
}

/** How far the episodes of one level in a sequence are apart: neighbours among those that are kept, or spread over the whole of them. */
export type EpisodeSpacing = "consecutive" | "whole";

/**
 * `count` episodes in order, one from each of `count` equal parts of the list, at a place that is drawn uniformly, so that a sequence shows
 * the whole learning. Not in the paper, whose sequences are consecutive.
 */
export function overWhole(
  { random }: Drawing,
  episodes: readonly CurriculumEpisode[],
  count: number,
): readonly CurriculumEpisode[] {
  const border = (part: number): number => Math.floor((part * episodes.length) / count);
  return Array.from({ length: count }, (_, part) => {
    const from = border(part);
    return episodes[from + random.below(border(part + 1) - from)]!;
  });
}

/** `count` episodes of a list, as a rule spaces them. */
export function spaced(
  spacing: EpisodeSpacing,
  drawing: Drawing,
  list: number,
  episodes: readonly CurriculumEpisode[],
  count: number,
): readonly CurriculumEpisode[] {
  return spacing === "whole"
    ? overWhole(drawing, episodes, count)
    : consecutive(drawing, list, episodes, count);
}

/** A whole number from `least` to `most`, uniformly. */
export function countFrom(random: Random, { least, most }: { least: number; most: number }): number {
  return least + random.below(most - least + 1);
}
