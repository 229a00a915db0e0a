import type { CurriculumEpisode } from "../episode.js";
import { countFrom, type Drawing, type EpisodeSpacing, spaced } from "./rule.js";

/** One count for the whole sequence, and so many episodes of each level, from the easiest to the hardest. */
export interface TaskDifficulty {
  readonly kind: "taskDifficulty";
  readonly least: number;
  readonly most: number;
  readonly spacing: EpisodeSpacing;
}

export function drawDifficulty(rule: TaskDifficulty, drawing: Drawing): readonly CurriculumEpisode[] {
  const count = countFrom(drawing.random, rule);
  return drawing.levels.flatMap(({ episodes }, level) =>
    spaced(rule.spacing, drawing, level, episodes, count),
  );
}
