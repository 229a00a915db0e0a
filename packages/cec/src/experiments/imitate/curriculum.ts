// The curriculum of a run: demonstrations in the order and by the rule of its configuration.
import { EpisodeReader, evenIndices, SKILLS } from "@throughline/envs";
import { Curriculum } from "../../curricula/curriculum.js";
import type { OrderedEpisodes } from "../../curricula/episode.js";
import { completionTimeLevels, expertiseLevels } from "../../curricula/levels.js";
import { type SamplingRule, sampling } from "../../curricula/sampling.js";
import { CecError } from "../../errors.js";
import { imitationMethods } from "./methods.js";
import type { ImitateConfig } from "./options.js";

/** Levels of demonstrations, graded or not. */
const LEVELS = 3;

/**
 * The curriculum that a configuration asks of an episode store. The store may be closed afterwards.
 * @throws CecError `cec/data` for demonstrations without grades where these are asked for; `cec/curriculum` for too few
 */
export function demonstrationCurriculum(config: ImitateConfig, folder: string): Curriculum {
  const store = new EpisodeReader(folder);
  try {
    const { order, curriculum, demonstrations } = config;
    const most = curriculum === "learning-progress" ? LEVELS * demonstrations : demonstrations;
    const levels = levelsOf(config, store).map((level) => spaced(level, most));
    return new Curriculum(levels, { sampling: ruleOf(config), order });
  } finally {
    store.close();
  }
}

function levelsOf({ curriculum }: ImitateConfig, store: EpisodeReader): OrderedEpisodes[] {
  if (curriculum === "completion-time")
    return completionTimeLevels(store, Math.min(LEVELS, store.episodes.length));
  if (curriculum === "learning-progress") {
    const episodes = [...store.episodes].sort((one, other) => one.ordinal - other.ordinal);
    return [{ store, episodes, name: "as recorded" }];
  }
  const grades: readonly string[] = SKILLS;
  if (!store.episodes.some(({ policy }) => grades.includes(policy)))
    throw new CecError(
      "data",
      `${store.folder} has no demonstrations graded ${SKILLS.join(", ")}; give --curriculum completion-time, or an HDF5 file with such lists`,
    );
  const gradeOf = (policy: string): number | undefined =>
    grades.includes(policy) ? grades.indexOf(policy) : undefined;
  const names = grades.filter((grade) => store.episodes.some(({ policy }) => policy === grade));
  return expertiseLevels(store, ({ policy }) => gradeOf(policy), { names });
}

function spaced(level: OrderedEpisodes, most: number): OrderedEpisodes {
  const { episodes } = level;
  if (episodes.length <= most) return level;
  return { ...level, episodes: evenIndices(episodes.length, most).map((at) => episodes[at]!) };
}

function ruleOf({ method, curriculum, most, chunk }: ImitateConfig): SamplingRule {
  switch (imitationMethods[method].sequences) {
    case "windows":
      return sampling.windows({ steps: chunk });
    case "singleEpisodes":
      return sampling.singleEpisodes();
    case "curriculum":
      return curriculum === "learning-progress"
        ? sampling.learningProgress({ episodes: LEVELS * most })
        : sampling.expertise({ counts: { most } });
  }
}
