// The front door: this list is the public API.
export { type ArtDisplayOptions, artDisplays } from "./datasets/art-displays.js";
export {
  collateDisplays,
  collateProblems,
  type DisplayBatch,
  type ProblemBatch,
} from "./datasets/collate.js";
export { OcraDataError } from "./datasets/errors.js";
export type { ObjectSource } from "./datasets/object-source.js";
export { Random } from "./datasets/random.js";
export type {
  Display,
  DisplaySet,
  PictureShape,
  PlacedObject,
  Problem,
  ProblemDescription,
  TaskSet,
} from "./datasets/types.js";
export { type ArtTaskOptions, artTask } from "./tasks/art-task.js";
export type { GeneratorMethod } from "./tasks/problem-table.js";
export { type ArtTaskName, artTaskNames } from "./tasks/regime.js";
