import type { CurriculumEpisode } from "../episode.js";
import { countFrom, type Drawing } from "./rule.js";

/** A count and a start for each level, from the least expert demonstrator to the most; what would run over a level's end is cut off. */
export interface Expertise {
  readonly kind: "expertise";
  readonly least: number;
  readonly most: number;
}

export function drawExpertise(rule: Expertise, { levels, random }: Drawing): readonly CurriculumEpisode[] {
  return levels.flatMap(({ episodes }) => {
    const count = countFrom(random, rule);
    const start = random.below(episodes.length);
    return episodes.slice(start, start + count);
  });
}
