// Settings of the paper for each maze and order of data (Shi et al. 2023, table of the main experiment and released configurations).
import { mazeKind } from "@throughline/envs";
import type { PresetName } from "@throughline/lab";
import { type MethodName, methods } from "../../baselines/methods.js";
import type { EpisodeSpacing } from "../../curricula/sampling.js";

/** Orders of data: by the difficulty of levels, or by the progress of one agent on the level that is tested. */
export const curricula = ["task-difficulty", "learning-progress"] as const;
export type CurriculumName = (typeof curricula)[number];

/** Values that depend on preset, maze and order of data. */
export interface TrainSetting {
  /** Steps of a chunk, and the number of steps that attention looks back. */
  readonly chunk: number;
  /** Sequences of an update. */
  readonly batch: number;
  /** Episodes of each level at most, evenly spaced over its learning. */
  readonly episodes: number;
  /** Task difficulty: 1 up to so many episodes of each level in a sequence. Learning progress: so many in all. */
  readonly most: number;
  readonly updates: number;
  /** How far the episodes of a level in a sequence are apart. */
  readonly spacing: EpisodeSpacing;
}

const laptop = {
  "task-difficulty": { chunk: 256, batch: 4, episodes: 1600, most: 5, updates: 800, spacing: "whole" },
  "learning-progress": { chunk: 256, batch: 4, episodes: 1600, most: 9, updates: 800, spacing: "whole" },
} as const;

const smoke: TrainSetting = {
  ...{ chunk: 16, batch: 2, episodes: 2, most: 1, updates: 3, spacing: "consecutive" },
};

/** Epochs of the paper have as many samples as there are episodes. */
const updates = (epochs: number, episodes: number, batch: number): number =>
  Math.ceil((epochs * episodes) / batch);

type PaperSetting = Omit<TrainSetting, "spacing">;
type Paper = Readonly<Record<CurriculumName, PaperSetting>>;

const large = (chunk: number, difficulty: number, progress: number): Paper => ({
  "task-difficulty": { chunk, batch: 4, episodes: 100, most: 5, updates: updates(difficulty, 300, 4) },
  "learning-progress": { chunk, batch: 4, episodes: 300, most: 9, updates: updates(progress, 300, 4) },
});

const paper: Readonly<Record<string, Paper>> = {
  "GoalMaze-v0": large(500, 84, 88),
  "Watermaze-v0": large(400, 89, 80),
  "IrreversiblePath-v0": {
    "task-difficulty": { chunk: 1600, batch: 2, episodes: 100, most: 3, updates: updates(90, 400, 2) },
    "learning-progress": { chunk: 1600, batch: 2, episodes: 400, most: 8, updates: updates(97, 400, 2) },
  },
};

/**
 * Episodes of a curriculum's sequence, on average: an update of single episodes has so many times as many sequences, so that it has as many
 * episodes. The paper gives batches of its own for the two transformers that are told returns: 16, and 2 (Irreversible Path: 1).
 */
function episodesOf(env: string, curriculum: CurriculumName, most: number): number {
  if (curriculum === "learning-progress") return most;
  const learned = mazeKind(env).levels.length - 1;
  return (learned * (1 + most)) / 2;
}

/** The settings of a preset; of mazes that the paper does not have, those of its Goal Maze. */
export function trainSetting(
  preset: PresetName,
  env: string,
  curriculum: CurriculumName,
  method: MethodName,
): TrainSetting {
  if (preset === "smoke") return smoke;
  const setting: TrainSetting =
    preset === "laptop"
      ? laptop[curriculum]
      : { ...(paper[env] ?? paper["GoalMaze-v0"]!)[curriculum], spacing: "consecutive" };
  const { batch } = setting;
  if (preset === "paper" && method === "dt") return { ...setting, batch: 16 };
  if (preset === "paper" && method === "at") return { ...setting, batch: batch / 2 };
  if (methods[method].sequences !== "singleEpisodes") return setting;
  return { ...setting, batch: batch * episodesOf(env, curriculum, setting.most) };
}
