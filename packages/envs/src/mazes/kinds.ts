// The four kinds of mazes: what each is called, its dials, its levels, and what it pays.

import type { Random } from "@throughline/lab/random";
import { between, checkOptions, flag, oneOf, type Rules, whole } from "@throughline/torch/checks";
import { ACTION_SETS, type ActionSetName } from "./actions.js";
import type { Layout } from "./layout.js";
import { goalMaze, goalMazeSize } from "./layouts/goal-maze.js";
import { irreversiblePath, irreversiblePathSize } from "./layouts/irreversible-path.js";
import { POOL_CELLS, watermaze } from "./layouts/watermaze.js";
import { LANDMARKS } from "./pictures/atlas.js";

/** Options that every maze has. */
export interface ViewOptions {
  /** Rows of the picture. Default: 72, as in DeepMind Lab's experiments of the paper; 36 in the small mazes. */
  readonly height?: number;
  /** Columns of the picture. Default: 96; 48 in the small mazes. */
  readonly width?: number;
  /** Horizontal field of view in degrees, 10 to 150. Default: 90. */
  readonly fieldOfView?: number;
  /** Angle of the eyes above the horizon at the start, in degrees, -60 to 60. Default: 0; -25 in the small Irreversible Path. */
  readonly pitch?: number;
  /** The action set. Default: "fifteen"; "coarse" in the small mazes. */
  readonly actions?: ActionSetName;
  /** Repetitions of each action in one step. Default: 1; 2 is the paper's changed dynamics. */
  readonly actionRepeat?: number;
  /** Steps after which an episode is truncated. Default: that of the maze. */
  readonly horizon?: number;
  /** Marks the goal by a beam of light that is seen over every wall, as a control: with it no memory is needed. Default: false. */
  readonly revealGoal?: boolean;
}

/** Options of a Goal Maze. */
export interface GoalMazeOptions extends ViewOptions {
  /** Rooms of the maze, exactly so many, from 1 to 40. Default: 20; 5 in the small maze. */
  readonly rooms?: number;
}

/** Options of a Watermaze. */
export interface WatermazeOptions extends ViewOptions {
  /** Radius of the disc in which the platform lies, in hundredths of a cell, 50 to 600. Default: 580. */
  readonly radius?: number;
}

/** Options of an Irreversible Path. */
export interface IrreversiblePathOptions extends ViewOptions {
  /** Size, number of paths and detours, from 0 to 1. Default: 0.9. */
  readonly difficulty?: number;
}

/** All options, complete. */
export type Complete<Options> = { readonly [Name in keyof Options]-?: NonNullable<Options[Name]> };

/** A kind of maze with its defaults. */
export interface MazeKind<Options extends ViewOptions = ViewOptions> {
  readonly id: string;
  readonly purpose: string;
  /** Reward for reaching the goal, as in the paper; every other step pays 0. */
  readonly reward: number;
  /** Levels from easy to hard, by the dial that makes them. */
  readonly levels: readonly Partial<Options>[];
  complete(options: Options | undefined): Complete<Options>;
  /** Cells a side of the map. */
  size(options: Complete<Options>): number;
  readonly panels: number;
  layout(options: Complete<Options>, random: Random): Layout;
}

/** Name of the option by which the levels of a kind differ. */
export function dialOf<Options extends ViewOptions>({ levels }: MazeKind<Options>): string {
  return Object.keys(levels[0]!)[0]!;
}

const sets = Object.keys(ACTION_SETS) as ActionSetName[];

const view = (small: boolean, horizon: number, pitch = 0): Rules<Complete<ViewOptions>> => ({
  height: whole(8, small ? 36 : 72, 2048),
  width: whole(8, small ? 48 : 96, 2048),
  fieldOfView: between(10, 150, 90),
  pitch: between(-60, 60, pitch),
  actions: oneOf(sets, small ? "coarse" : "fifteen"),
  actionRepeat: whole(1, 1, 16),
  horizon: whole(1, horizon, 1_000_000),
  revealGoal: flag(false),
});

function kind<Options extends ViewOptions>(
  id: string,
  purpose: string,
  rules: Rules<Complete<Options>>,
  rest: Omit<MazeKind<Options>, "id" | "purpose" | "complete">,
): MazeKind<Options> {
  return { id, purpose, ...rest, complete: (options) => checkOptions(id, rules, options) };
}

function goalMazes(id: string, purpose: string, isSmall: boolean, doors: boolean): MazeKind<GoalMazeOptions> {
  const levels = (isSmall ? [1, 3, 5] : [5, 10, 15, 20]).map((rooms) => ({ rooms }));
  const rules = { ...view(isSmall, isSmall ? 200 : 600), rooms: whole(1, levels.at(-1)!.rooms, 40) };
  return kind<GoalMazeOptions>(id, purpose, rules, {
    ...{ reward: 10, levels, panels: 0 },
    size: ({ rooms }) => goalMazeSize(rooms),
    layout: ({ rooms }, random) => goalMaze({ rooms, doors }, random),
  });
}

function watermazes(id: string, purpose: string, isSmall: boolean): MazeKind<WatermazeOptions> {
  const levels = [150, 300, 450, 580].map((radius) => ({ radius }));
  const rules = { ...view(isSmall, isSmall ? 200 : 600), radius: between(50, 600, 580) };
  return kind<WatermazeOptions>(id, purpose, rules, {
    ...{ reward: 1, levels, panels: LANDMARKS },
    size: () => POOL_CELLS,
    layout: ({ radius, revealGoal }, random) => watermaze({ radius, reveal: revealGoal }, random),
  });
}

function irreversiblePaths(id: string, purpose: string, isSmall: boolean): MazeKind<IrreversiblePathOptions> {
  const levels = (isSmall ? [0, 0.1, 0.3] : [0.1, 0.3, 0.5, 0.7, 0.9]).map((difficulty) => ({
    difficulty,
  }));
  const hardest = levels.at(-1)!.difficulty;
  // Coarse actions do not look down: without, the first steps off a high platform could not be seen.
  const rules = {
    ...view(isSmall, isSmall ? 150 : 800, isSmall ? -25 : 0),
    difficulty: between(0, 1, hardest),
  };
  return kind<IrreversiblePathOptions>(id, purpose, rules, {
    ...{ reward: 100, levels, panels: 0 },
    size: ({ difficulty }) => irreversiblePathSize(difficulty),
    layout: ({ difficulty }, random) => irreversiblePath({ difficulty }, random),
  });
}

/** The mazes by id. The small ones have coarser actions, smaller pictures and fewer rooms, for a laptop's processor. */
export const MAZES = {
  goalMaze: goalMazes("GoalMaze-v0", "find the gem in a maze of rooms", false, false),
  obstructedGoalMaze: goalMazes(
    "ObstructedGoalMaze-v0",
    "find the gem behind doors, some of them closed",
    false,
    true,
  ),
  watermaze: watermazes("Watermaze-v0", "find the hidden platform in a round pool", false),
  irreversiblePath: irreversiblePaths(
    "IrreversiblePath-v0",
    "find the gem over platforms that only lead down",
    false,
  ),
  smallGoalMaze: goalMazes(
    "SmallGoalMaze-v0",
    "find the gem in a maze of few rooms, in coarse steps",
    true,
    false,
  ),
  smallObstructedGoalMaze: goalMazes(
    "SmallObstructedGoalMaze-v0",
    "find the gem behind doors, some of them closed, in coarse steps",
    true,
    true,
  ),
  smallWatermaze: watermazes(
    "SmallWatermaze-v0",
    "find the hidden platform in a round pool, in coarse steps",
    true,
  ),
  smallIrreversiblePath: irreversiblePaths(
    "SmallIrreversiblePath-v0",
    "find the gem over platforms that only lead down, in coarse steps",
    true,
  ),
} as const;
