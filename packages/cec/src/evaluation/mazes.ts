// Mazes of an evaluation, and the changes to them that the paper tests generalisation with.
import { MazeEnv, mazeKind, type ViewOptions } from "@throughline/envs";
import { notAccepted } from "@throughline/torch/checks";
import { CecError } from "../errors.js";

/** Mazes by level. */
export interface MazeSetting {
  /** Id of the environment. */
  readonly env: string;
  /** Options of each level from easy to hard; the last is tested. */
  readonly levels: readonly ViewOptions[];
}

/** Mazes of a kind at its own levels. @param view options that all levels have @throws EnvError `envs/id` */
export function mazeSetting(env: string, view: ViewOptions = {}): MazeSetting {
  return { env, levels: mazeKind(env).levels.map((level) => ({ ...view, ...level })) };
}

/**
 * What `evaluateRuns` needs to know of mazes.
 * @example evaluateRuns(policy, auto(), { ...mazesOf(mazeSetting("SmallGoalMaze-v0")), runs: 20 })
 */
export function mazesOf({ env, levels }: MazeSetting): {
  readonly env: (level: number) => MazeEnv;
  readonly levels: number;
} {
  const kind = mazeKind(env);
  return { env: (level) => new MazeEnv(kind, levels[level]), levels: levels.length };
}

/** The mechanism was never seen: doors, of which some are closed. All levels have them. @throws CecError unless it is a Goal Maze */
export function withDoors({ env, levels }: MazeSetting): MazeSetting {
  const doors: Readonly<Record<string, string>> = {
    "GoalMaze-v0": "ObstructedGoalMaze-v0",
    "SmallGoalMaze-v0": "SmallObstructedGoalMaze-v0",
  };
  const id = doors[env];
  if (id === undefined)
    throw new CecError("evaluation", `${env} has no doors, accepted: ${Object.keys(doors).join(", ")}`);
  return { env: id, levels };
}

/** Harder than anything that was trained on: the tested level's dial is turned further; the levels before it stay. */
export function harder({ env, levels }: MazeSetting, dial: Readonly<Record<string, number>>): MazeSetting {
  return { env, levels: [...levels.slice(0, -1), { ...levels.at(-1), ...dial }] };
}

/** Changed dynamics: each action is done twice, at all levels. */
export function repeated({ env, levels }: MazeSetting, actionRepeat = 2): MazeSetting {
  return { env, levels: levels.map((level) => ({ ...level, actionRepeat })) };
}

/** The goal is seen over all walls, as a control: no memory is needed. */
export function revealed({ env, levels }: MazeSetting): MazeSetting {
  return { env, levels: levels.map((level) => ({ ...level, revealGoal: true })) };
}

/** Dials of the test beyond the hardest level: the paper's 1.0 of Irreversible Path, and the like of the other mazes. */
const beyond: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  "GoalMaze-v0": { rooms: 25 },
  "SmallGoalMaze-v0": { rooms: 7 },
  "Watermaze-v0": { radius: 600 },
  "SmallWatermaze-v0": { radius: 600 },
  "IrreversiblePath-v0": { difficulty: 1 },
  "SmallIrreversiblePath-v0": { difficulty: 0.5 },
};

/** Names of the settings of generalisation, and of a control. */
export const VARIANTS = ["usual", "unseen-mechanism", "harder", "changed-dynamics", "goal-revealed"] as const;
export type Variant = (typeof VARIANTS)[number];

/** The settings of the paper's generalisation by name (Shi et al. 2023, appendix). @throws TorchError, CecError */
export function variantOf(setting: MazeSetting, variant: Variant): MazeSetting {
  switch (variant) {
    case "usual":
      return setting;
    case "unseen-mechanism":
      return withDoors(setting);
    case "harder": {
      const dial = beyond[setting.env];
      if (dial === undefined)
        throw notAccepted("harder: the maze", setting.env, Object.keys(beyond).join(", "));
      return harder(setting, dial);
    }
    case "changed-dynamics":
      return repeated(setting);
    case "goal-revealed":
      return revealed(setting);
  }
}
