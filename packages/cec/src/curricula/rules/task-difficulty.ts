import type { CurriculumEpisode } from "../episode.js";
import { consecutive, countFrom, type Drawing } from "./rule.js";

/** One count for the whole sequence, and so many consecutive episodes of each level, from the easiest to the hardest. */
export interface TaskDifficulty {
  readonly kind: "taskDifficulty";
  readonly least: number;
  readonly most: number;
}

export function drawDifficulty(rule: TaskDifficulty, drawing: Drawing): readonly CurriculumEpisode[] {
  const count = countFrom(drawing.random, rule);
  return drawing.levels.flatMap(({ episodes }, level) => consecutive(drawing, level, episodes, count));
}
