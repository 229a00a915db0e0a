// Levels of curricula, made of histories and of demonstrations.
import type { EpisodeReader, EpisodeRecord } from "@throughline/envs";
import { show, wholeNumber } from "@throughline/torch/checks";
import { CecError } from "../errors.js";
import type { LearningHistory } from "../histories/history.js";
import type { OrderedEpisodes } from "./episode.js";

/** How finely a curriculum's difficulty rises (Shi et al. 2023, ablation). */
export type Granularity = "fine" | "medium" | "coarse";

/** Which of all levels, by their number: the paper's choices for three levels (Goal Maze, Watermaze) and four (Irreversible Path). */
const GRANULARITIES: Readonly<Record<number, Readonly<Record<Granularity, readonly number[]>>>> = {
  3: { fine: [0, 1, 2], medium: [0, 1], coarse: [0, 2] },
  4: { fine: [0, 1, 2, 3], medium: [0, 2, 3], coarse: [0, 1, 2] },
};

/** Options of `spacedLevels`. */
export interface SpacedOptions {
  /**
   * Episodes of all levels together, evenly spaced over each history and divided equally, so that curricula with other levels have the same
   * amount of data.
   */
  readonly episodes: number;
  /** Levels that are taken: their numbers, or the paper's choice of them. Default: all. */
  readonly levels?: readonly number[] | Granularity;
  /** Takes only episodes whose observations were kept. Default: true. */
  readonly kept?: boolean;
}

/**
 * Levels with episodes that are evenly spaced over each history.
 * @param histories from the easiest to the hardest
 * @throws CecError `cec/curriculum` for levels that there are not, `cec/history` for a history with fewer episodes
 */
export function spacedLevels(
  histories: readonly LearningHistory[],
  { episodes, levels = [...histories.keys()], kept = true }: SpacedOptions,
): OrderedEpisodes[] {
  const chosen = typeof levels === "string" ? granularLevels(histories.length, levels) : levels;
  if (chosen.length === 0 || chosen.some((level) => histories[level] === undefined))
    throw new CecError(
      "curriculum",
      `spacedLevels: levels are ${show(chosen)}, accepted: some of 0 to ${histories.length - 1}`,
    );
  wholeNumber("spacedLevels: episodes", episodes, chosen.length);
  return chosen.map((level, at) => {
    const share =
      Math.floor(((at + 1) * episodes) / chosen.length) - Math.floor((at * episodes) / chosen.length);
    const history = histories[level]!;
    return { store: history.store, episodes: history.evenSpacing(share, { kept }) };
  });
}

function granularLevels(count: number, granularity: Granularity): readonly number[] {
  const found = GRANULARITIES[count]?.[granularity];
  if (found !== undefined) return found;
  const given = `${show(granularity)} of ${count} histories`;
  throw new CecError(
    "curriculum",
    `spacedLevels: levels are ${given}, accepted: fine, medium or coarse of 3 or 4 histories, or numbers of levels`,
  );
}

/**
 * The last episodes of a history, of its most skilled policy: data for behaviour cloning.
 * @param options `kept`: only those whose observations were kept. Default: true
 * @throws CecError `cec/history` if there are fewer
 */
export function lastEpisodes(
  { store, episodes }: OrderedEpisodes,
  count: number,
  { kept = true }: { readonly kept?: boolean } = {},
): OrderedEpisodes {
  const candidates = episodes.filter(({ hasObservations }) => !kept || hasObservations);
  wholeNumber("lastEpisodes: count", count, 1, candidates.length);
  return { store, episodes: candidates.slice(-count) };
}

/**
 * Levels of demonstrations by the skill of who gave them.
 * @param label an episode's grade: equal ones make a level, in rising order; undefined leaves an episode out
 * @param options `names` of the levels, from the least skilled
 * @example expertiseLevels(store, ({ number }) => grades[number]) // such as 0 for worse, 1 for okay, 2 for better
 * @throws CecError `cec/curriculum` if no episode has a grade, or a grade is no number
 */
export function expertiseLevels(
  store: EpisodeReader,
  label: (episode: EpisodeRecord) => number | undefined,
  { names = [] }: { readonly names?: readonly string[] } = {},
): OrderedEpisodes[] {
  const grades = new Map<number, EpisodeRecord[]>();
  for (const episode of byOrdinal(store)) {
    const grade = label(episode);
    if (grade === undefined) continue;
    if (!Number.isFinite(grade))
      throw new CecError(
        "curriculum",
        `expertiseLevels: the grade of episode ${episode.number} is ${show(grade)}, accepted: a number or undefined`,
      );
    grades.set(grade, [...(grades.get(grade) ?? []), episode]);
  }
  if (grades.size === 0)
    throw new CecError("curriculum", `expertiseLevels: no episode of ${store.folder} has a grade`);
  return [...grades]
    .sort(([a], [b]) => a - b)
    .map(([grade, episodes], level) => ({ store, episodes, name: names[level] ?? `expertise ${grade}` }));
}

/**
 * Levels of demonstrations without labels: whoever needs fewer steps is taken for more skilled (Shi et al. 2023, limitations). Episodes
 * are ordered from the longest to the shortest, and divided into levels of equal size; those that failed come first of all.
 * @throws TorchError `torch/argument` for more levels than episodes
 */
export function completionTimeLevels(store: EpisodeReader, levels = 3): OrderedEpisodes[] {
  const episodes = byOrdinal(store).sort(
    (a, b) => Number(a.success) - Number(b.success) || b.length - a.length,
  );
  wholeNumber("completionTimeLevels: levels", levels, 1, episodes.length);
  return Array.from({ length: levels }, (_, level) => {
    const [from, to] = [level, level + 1].map((at) => Math.round((at * episodes.length) / levels));
    const part = episodes.slice(from, to);
    const lengths = part.map(({ length }) => length);
    return { store, episodes: part, name: `${Math.max(...lengths)} to ${Math.min(...lengths)} steps` };
  });
}

const byOrdinal = (store: EpisodeReader): EpisodeRecord[] =>
  [...store.episodes].sort((a, b) => a.ordinal - b.ordinal);
