// The tasks by their ids.
import { can } from "./can.js";
import { lift } from "./lift.js";
import { square } from "./square.js";
import type { ManipulationTask } from "./task.js";

export const TASKS = { "Lift-v0": lift, "Can-v0": can, "Square-v0": square } as const satisfies Record<
  string,
  ManipulationTask
>;

/** Id of a task of manipulation. */
export type ManipulationId = keyof typeof TASKS;

/** Ids of the tasks of manipulation, from easy to hard. */
export const MANIPULATION_IDS: readonly ManipulationId[] = Object.keys(TASKS) as ManipulationId[];

export function isManipulationId(id: string): id is ManipulationId {
  return Object.hasOwn(TASKS, id);
}
