// The robot's tasks, their environments, and what policies see of them.
import {
  CAMERAS,
  MANIPULATION_IDS,
  ManipulationEnv,
  type ManipulationId,
  POLICY_KEYS,
} from "@throughline/envs";

/** Ids of the tasks, from easy to hard. */
export const tasks = MANIPULATION_IDS as [ManipulationId, ...ManipulationId[]];

/** What a policy sees. */
export const INPUTS = ["states", "pictures"] as const;
export type InputName = (typeof INPUTS)[number];

/** Keys of an observation that a policy sees: with pictures the robot's own state, but not that of the object. */
export function keysOf(input: InputName): readonly string[] {
  if (input === "states") return POLICY_KEYS;
  const cameras = CAMERAS.map((camera) => `${camera}_image`);
  return [...cameras, ...POLICY_KEYS.filter((key) => key !== "object")].sort();
}

/** Names that robosuite has for the tasks, as data sets of robomimic say them. */
const foreign: Readonly<Record<string, ManipulationId>> = {
  Lift: "Lift-v0",
  PickPlaceCan: "Can-v0",
  NutAssemblySquare: "Square-v0",
};

/** The task of an environment's id, also by robosuite's name; undefined for others. */
export function taskOf(id: string): ManipulationId | undefined {
  return foreign[id] ?? tasks.find((task) => task === id);
}

/** Settings of an environment. */
export interface TaskSetting {
  readonly env: ManipulationId;
  readonly horizon: number;
  /** Height and width of the pictures. Default: none are drawn. */
  readonly pictures?: number | undefined;
}

/** The environment of a task. */
export function taskEnv({ env, horizon, pictures }: TaskSetting): ManipulationEnv {
  const view = pictures === undefined ? {} : { cameras: CAMERAS, height: pictures, width: pictures };
  return new ManipulationEnv(env, { horizon, ...view });
}
