// Rules by which a sequence of episodes is drawn from a curriculum, as plain values.
import { choice, wholeNumber } from "@throughline/torch/checks";
import { CecError } from "../errors.js";
import type { CurriculumEpisode, CurriculumLevel } from "./episode.js";
import { drawExpertise, type Expertise } from "./rules/expertise.js";
import { drawGroup, type Grouped } from "./rules/grouped.js";
import { drawProgress, type LearningProgress } from "./rules/learning-progress.js";
import type { Drawing, EpisodeSpacing } from "./rules/rule.js";
import { drawSingle, type SingleEpisodes } from "./rules/single-episodes.js";
import { drawDifficulty, type TaskDifficulty } from "./rules/task-difficulty.js";
import { drawWindow, type Windows } from "./rules/windows.js";

export type { EpisodeSpacing };

/** A rule by which sequences are drawn; `sampling` makes them. */
export type SamplingRule = LearningProgress | TaskDifficulty | Expertise | SingleEpisodes | Grouped | Windows;

/** Least and greatest number of episodes that are drawn. */
export interface CountOptions {
  /** Default: 1. */
  readonly least?: number;
  readonly most?: number;
}

const SPACINGS = ["consecutive", "whole"] as const satisfies readonly EpisodeSpacing[];

/** How the episodes of a level in a sequence are spaced. */
export interface SpacingOptions {
  /**
   * `consecutive`: neighbours among the kept episodes (Shi et al. 2023). `whole`: one from each of as many equal parts of the level's
   * episodes, so that every sequence shows the whole learning; not in the paper. Default: `consecutive`.
   */
  readonly spacing?: EpisodeSpacing;
}

/**
 * The rules of Shi et al. 2023 and of their baselines. In all of them the order of a level's episodes is that of the level.
 * @example new Curriculum(levels, { sampling: sampling.taskDifficulty({ most: 3 }) })
 */
export const sampling = {
  /** `episodes` episodes. Default: 9 (Irreversible Path: 8), consecutive. */
  learningProgress({
    episodes = 9,
    spacing = "consecutive",
  }: { readonly episodes?: number } & SpacingOptions = {}): LearningProgress {
    return {
      kind: "learningProgress",
      episodes: wholeNumber("sampling.learningProgress: episodes", episodes, 1),
      spacing: choice("sampling.learningProgress: spacing", spacing, SPACINGS),
    };
  },
  /** One count from `least` to `most` for all levels of a sequence. Default: 1 to 5 (Irreversible Path: 3), consecutive. */
  taskDifficulty({ spacing = "consecutive", ...counts }: CountOptions & SpacingOptions = {}): TaskDifficulty {
    return {
      ...{ kind: "taskDifficulty", ...checkedCounts("taskDifficulty", counts, 5) },
      spacing: choice("sampling.taskDifficulty: spacing", spacing, SPACINGS),
    };
  },
  /**
   * A count for each level of a sequence. Default: 1 to 5.
   * @param options `counts`: `paper` for 1 to 5; `code` for 1 to 4, which the published program draws, because its upper bound is excluded
   */
  expertise({ counts = "paper" }: { readonly counts?: "paper" | "code" | CountOptions } = {}): Expertise {
    const given =
      typeof counts === "object"
        ? counts
        : { most: { paper: 5, code: 4 }[choice("sampling.expertise: counts", counts, ["paper", "code"])] };
    return { kind: "expertise", ...checkedCounts("expertise", given, 5) };
  },
  /** Sequences of one episode: for policies that do not look across episodes. */
  singleEpisodes(): SingleEpisodes {
    return { kind: "singleEpisodes" };
  },
  /** Sequences of steps in a row of one episode: for policies that look no further. Default: 10, as robomimic's recurrent policies see. */
  windows({ steps = 10 }: { readonly steps?: number } = {}): Windows {
    return { kind: "windows", steps: wholeNumber("sampling.windows: steps", steps, 1) };
  },
  /** Groups for the Agentic Transformer. Default: 1 to 4 (Irreversible Path: 3). */
  grouped(counts: CountOptions = {}): Grouped {
    return { kind: "grouped", ...checkedCounts("grouped", counts, 4) };
  },
} as const;

function checkedCounts(rule: string, { least = 1, most }: CountOptions, usual: number) {
  const what = `sampling.${rule}`;
  wholeNumber(`${what}: least`, least, 1);
  return { least, most: wholeNumber(`${what}: most`, most ?? Math.max(least, usual), least) };
}

/** A sequence by a rule. */
export function drawn(rule: SamplingRule, drawing: Drawing): readonly CurriculumEpisode[] {
  switch (rule.kind) {
    case "learningProgress":
      return drawProgress(rule, drawing);
    case "taskDifficulty":
      return drawDifficulty(rule, drawing);
    case "expertise":
      return drawExpertise(rule, drawing);
    case "singleEpisodes":
      return drawSingle(drawing);
    case "grouped":
      return drawGroup(rule, drawing);
    case "windows":
      return drawWindow(rule, drawing);
  }
}

/**
 * Samples of an epoch: as many as there are episodes (Shi et al. 2023); by expertise so many that each episode is expected once; of windows
 * as many as there are steps.
 */
export function samplesOf(rule: SamplingRule, levels: readonly CurriculumLevel[]): number {
  const all = levels.flatMap(({ episodes }) => episodes);
  if (rule.kind === "windows") return all.reduce((sum, { length }) => sum + length, 0);
  const episodes = all.length;
  if (rule.kind !== "expertise") return episodes;
  return Math.ceil(episodes / (levels.length * ((rule.least + rule.most) / 2)));
}

/** @throws CecError `cec/curriculum` if a rule asks for more episodes than there are */
export function checkRule(rule: SamplingRule, levels: readonly CurriculumLevel[]): void {
  const counts = levels.map(({ episodes }) => episodes.length);
  const isOfAll = rule.kind === "learningProgress";
  const there = isOfAll ? counts.reduce((sum, count) => sum + count, 0) : Math.min(...counts);
  if (longestRun(rule) <= there) return;
  const where = isOfAll ? "the curriculum has" : "its smallest level has";
  throw new CecError(
    "curriculum",
    `Curriculum: ${rule.kind} draws up to ${longestRun(rule)} episodes, and ${where} ${there}`,
  );
}

/** Episodes of one list that must be there. */
function longestRun(rule: SamplingRule): number {
  switch (rule.kind) {
    case "learningProgress":
      return rule.episodes;
    case "taskDifficulty":
    case "grouped":
      return rule.most;
    default:
      return 1;
  }
}

/** A rule in words. */
export function ruleText(rule: SamplingRule): string {
  switch (rule.kind) {
    case "learningProgress":
      return `learning progress, ${spacedText(rule.episodes, rule)}`;
    case "taskDifficulty":
      return `task difficulty, ${spacedText(`${rule.least} to ${rule.most}`, rule)} of each level, one count a sequence`;
    case "expertise":
      return `expertise, ${rule.least} to ${rule.most} consecutive episodes of each level, a count for each`;
    case "singleEpisodes":
      return "single episodes";
    case "windows":
      return `windows of ${rule.steps} steps`;
    case "grouped":
      return `groups of ${rule.least} to ${rule.most} consecutive episodes of one level, by return`;
  }
}

const spacedText = (count: number | string, { spacing }: SpacingOptions): string =>
  spacing === "whole" ? `${count} episodes spread over the whole` : `${count} consecutive episodes`;
