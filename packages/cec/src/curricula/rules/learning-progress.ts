import type { CurriculumEpisode } from "../episode.js";
import { consecutive, type Drawing } from "./rule.js";

/** Consecutive episodes of one learning: of several levels, of all of them in order. */
export interface LearningProgress {
  readonly kind: "learningProgress";
  readonly episodes: number;
}

export function drawProgress({ episodes }: LearningProgress, drawing: Drawing): readonly CurriculumEpisode[] {
  const all = drawing.levels.flatMap((level) => level.episodes);
  return consecutive(drawing, 0, all, episodes);
}
