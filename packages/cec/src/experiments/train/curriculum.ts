// The curriculum of a run: its data in the order and by the rule of its method.
import { EpisodeReader } from "@throughline/envs";
import { keptEpisodes, methods } from "../../baselines/methods.js";
import { Curriculum, type CurriculumOptions } from "../../curricula/curriculum.js";
import type { OrderedEpisodes } from "../../curricula/episode.js";
import { lastEpisodes } from "../../curricula/levels.js";
import { type SamplingRule, sampling } from "../../curricula/sampling.js";
import { CecError } from "../../errors.js";
import { LearningHistory } from "../../histories/history.js";
import type { TrainConfig } from "./options.js";

const orders = { learning: "rising", shuffled: "shuffled", reversed: "reversed" } as const;

/**
 * The curriculum that a configuration asks of an episode store. The store may be closed afterwards.
 * @throws CecError `cec/data` for levels that the store does not have, `cec/history` for too few episodes or no progress
 */
export function curriculumOf(config: TrainConfig, folder: string): Curriculum {
  const store = new EpisodeReader(folder);
  try {
    return new Curriculum(episodesOf(config, store), optionsOf(config));
  } finally {
    store.close();
  }
}

function optionsOf(config: TrainConfig): CurriculumOptions {
  const isGrouped = methods[config.method].sequences === "grouped";
  return { sampling: ruleOf(config), order: isGrouped ? "rising" : orders[config.order] };
}

function ruleOf({ env, method, curriculum, most, episodes, spacing }: TrainConfig): SamplingRule {
  const { sequences } = methods[method];
  if (sequences === "singleEpisodes") return sampling.singleEpisodes();
  if (sequences === "grouped") return sampling.grouped({ most: Math.min(keptEpisodes(env) + 1, episodes) });
  return curriculum === "task-difficulty"
    ? sampling.taskDifficulty({ most, spacing })
    : sampling.learningProgress({ episodes: most, spacing });
}

function episodesOf(config: TrainConfig, store: EpisodeReader): OrderedEpisodes[] {
  const last = store.card.levels.length - 1;
  const isExpert = methods[config.method].data === "expert";
  const isLadder = config.curriculum === "task-difficulty" && !isExpert;
  if (isLadder && last === 0 && config.levels === undefined)
    throw new CecError(
      "data",
      `${store.folder} has one level, and task-difficulty needs easier ones than the tested; give --curriculum learning-progress, or data of an agent that learned level by level`,
    );
  const levels = config.levels ?? (isLadder ? Array.from({ length: last }, (_, level) => level) : [last]);
  const histories = levels.map(
    (level) => new LearningHistory(store, { level, gate: config.gate !== false && !isExpert }),
  );
  if (isExpert) return histories.map((history) => expert(history, config));
  return histories.map((history) => {
    const count = Math.min(config.episodes, keptOf(history));
    return { store, episodes: history.evenSpacing(count, { kept: true }) };
  });
}

/** Episodes of a history with observations. @throws CecError `cec/data` if there is none */
function keptOf({ episodes, store, card }: LearningHistory): number {
  const kept = episodes.filter(({ hasObservations }) => hasObservations).length;
  if (kept > 0) return kept;
  const advice =
    episodes.length === 0
      ? "the agent's training ended before one did; give cec/source more --frames"
      : `${episodes.length} were kept without; give cec/source --record-pictures 1000`;
  throw new CecError(
    "data",
    `level ${card.level} of ${store.folder} has no episode with pictures: ${advice}`,
  );
}

/** The last successful episodes of the whole learning. */
function expert(history: LearningHistory, { spread, episodes, gate }: TrainConfig): OrderedEpisodes {
  const from = Math.floor((1 - spread) * history.episodes.length);
  const kept = history.episodes.slice(from).filter(({ hasObservations }) => hasObservations);
  const successful = kept.filter(({ success }) => success);
  const won = successful.length === 0 && gate === false ? kept : successful;
  if (won.length === 0)
    throw new CecError(
      "data",
      `${history.store.folder} has no successful episode with pictures in the last ${100 * spread} % of its learning; give a larger --spread, or data of a better agent`,
    );
  return lastEpisodes({ store: history.store, episodes: won }, Math.min(episodes, won.length));
}
