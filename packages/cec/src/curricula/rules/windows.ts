import type { CurriculumEpisode } from "../episode.js";
import type { Drawing } from "./rule.js";

/** Steps in a row of one episode are a sequence; each step of all episodes begins one in an epoch (Mandlekar et al. 2021). */
export interface Windows {
  readonly kind: "windows";
  /** Fewer where the episode ends. */
  readonly steps: number;
}

export function drawWindow({ steps }: Windows, drawing: Drawing): readonly CurriculumEpisode[] {
  const { levels, index, places } = drawing;
  const all = levels.flatMap((level) => level.episodes);
  const count = all.reduce((sum, { length }) => sum + length, 0);
  let from = places(0, 0, count)[index]!;
  let at = 0;
  for (; from >= all[at]!.length; at++) from -= all[at]!.length;
  const episode = all[at]!;
  return [{ ...episode, part: { from, steps: Math.min(steps, episode.length - from) } }];
}
