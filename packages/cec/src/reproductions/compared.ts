// What the reproductions of trained models have in common: mazes, cells, and evaluations of the runs.
import {
  type CellRuns,
  compare,
  estimate,
  type PresetName,
  type ReproductionCell,
  type RunRecord,
  readArtifact,
  type TableRow,
} from "@throughline/lab";
import type { MethodName } from "../baselines/methods.js";
import { type EvaluationResult, evaluationArtifact } from "../evaluation/result.js";
import { type EvaluationSummary, summarise } from "../evaluation/summary.js";
import type { CurriculumName } from "../experiments/train/settings.js";

export const paper = "L. X. Shi et al., Cross-Episodic Curriculum for Transformer Agents, NeurIPS 2023";

/** The paper's mazes. */
export const mazes = [
  { name: "Goal Maze", id: "GoalMaze-v0" },
  { name: "Watermaze", id: "Watermaze-v0" },
  { name: "Irreversible Path", id: "IrreversiblePath-v0" },
] as const;
export type Maze = (typeof mazes)[number];

/** Id of a maze at a preset: small mazes below `paper`. */
export const idOf = (preset: PresetName, { id }: Maze): string => (preset === "paper" ? id : `Small${id}`);

export const seedsOf = (preset: PresetName): readonly number[] => (preset === "smoke" ? [0] : [0, 1, 2]);

/** Options that make an arm of a comparison. */
export interface Arm {
  readonly name: string;
  readonly method: MethodName;
  readonly curriculum?: CurriculumName;
  /** Further options of `cec/train`. */
  readonly options?: Readonly<Record<string, unknown>>;
}

/** Cells of an arm in a maze, one for each seed. */
export function trainCells(preset: PresetName, maze: Maze, arm: Arm): ReproductionCell[] {
  const { method, curriculum = "task-difficulty", options } = arm;
  const overrides = { env: idOf(preset, maze), method, curriculum, ...options };
  return seedsOf(preset).map((seed) => ({ experiment: "cec/train", overrides, seed }));
}

/** Evaluations of runs; those without one are left out. */
export function evaluationsOf(runs: readonly RunRecord[]): EvaluationResult[] {
  return runs.flatMap((run) => readArtifact(run.path, evaluationArtifact()) ?? []);
}

/** Evaluations of an arm's finished runs. */
export const armResults = (runs: CellRuns, preset: PresetName, maze: Maze, arm: Arm): EvaluationResult[] =>
  evaluationsOf(runs.all(trainCells(preset, maze, arm)));

/** A row in percent: one value for each training seed, beside the paper's. */
export function percentRow(
  preset: PresetName,
  quantity: string,
  published: number | string,
  bySeed: readonly number[],
): TableRow {
  const shown =
    preset === "paper" || typeof published === "string" ? published : `${published} in DeepMind Lab`;
  const ours = bySeed.length === 0 ? undefined : estimate(bySeed.map((value) => 100 * value));
  return compare({ quantity, unit: "%", paper: shown, ours });
}

/** The plain mean, the paper's window maximum with what chance alone makes of it, and the rise from the first to the last quarter. */
export function summaryRows(
  preset: PresetName,
  name: string,
  published: number | string,
  results: readonly EvaluationResult[],
): TableRow[] {
  const each = results.map((result) => summarise(result));
  const row = (what: string, paperValue: number | string, of: (one: EvaluationSummary) => number): TableRow =>
    percentRow(preset, `${name}: ${what}`, paperValue, each.map(of));
  return [
    row("success, plain mean", "not in the paper", ({ success }) => success.value),
    row("best window of each run", published, ({ windowMaximum }) => windowMaximum.mean),
    row(
      "the same of a policy of constant success",
      "not in the paper",
      ({ windowMaximum }) => windowMaximum.constant.mean,
    ),
    row("last quarter less first", "not in the paper", ({ rise }) => rise.value),
  ];
}
