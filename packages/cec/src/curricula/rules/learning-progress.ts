import type { CurriculumEpisode } from "../episode.js";
import { type Drawing, type EpisodeSpacing, spaced } from "./rule.js";

/** Episodes of one learning, in order: of several levels, of all of them, one level after the other. */
export interface LearningProgress {
  readonly kind: "learningProgress";
  readonly episodes: number;
  readonly spacing: EpisodeSpacing;
}

export function drawProgress(
  { episodes, spacing }: LearningProgress,
  drawing: Drawing,
): readonly CurriculumEpisode[] {
  const all = drawing.levels.flatMap((level) => level.episodes);
  return spaced(spacing, drawing, 0, all, episodes);
}
