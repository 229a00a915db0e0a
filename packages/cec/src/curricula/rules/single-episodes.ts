import type { CurriculumEpisode } from "../episode.js";
import { consecutive, type Drawing } from "./rule.js";

/** One episode is a sequence: each once in an epoch. */
export interface SingleEpisodes {
  readonly kind: "singleEpisodes";
}

export function drawSingle(drawing: Drawing): readonly CurriculumEpisode[] {
  const all = drawing.levels.flatMap((level) => level.episodes);
  return consecutive(drawing, 0, all, 1);
}
