import type { CurriculumEpisode } from "../episode.js";
import { countFrom, type Drawing } from "./rule.js";

/** Consecutive episodes of one level, from the least return to the greatest (Agentic Transformer). */
export interface Grouped {
  readonly kind: "grouped";
  readonly least: number;
  readonly most: number;
}

export function drawGroup(rule: Grouped, drawing: Drawing): readonly CurriculumEpisode[] {
  const { levels, index, random, places } = drawing;
  const all = levels.flatMap((level) => level.episodes);
  const count = countFrom(random, rule);
  const { level, place } = all[places(0, 0, all.length)[index]!]!;
  const { episodes } = levels[level]!;
  const start = place + count <= episodes.length ? place : random.below(episodes.length - count + 1);
  // Equal returns stay in the order of learning.
  return episodes.slice(start, start + count).sort((a, b) => a.return - b.return);
}
