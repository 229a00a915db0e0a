// The front door: this list is the public API.
export { type ArtDisplayOptions, artDisplays } from "./datasets/art-displays.js";
export { type DataSetEntry, dataSetEntry, dataSets } from "./datasets/catalogue.js";
export {
  collateDisplays,
  collateProblems,
  type DisplayBatch,
  type ProblemBatch,
} from "./datasets/collate.js";
export { drawObjects, type Placement } from "./datasets/draw-objects.js";
export { OcraDataError } from "./datasets/errors.js";
export { type BatchOptions, loadDisplays, loadProblems } from "./datasets/load.js";
export { type ObjectSource, objectsFrom } from "./datasets/object-source.js";
export { isTaskSet, type PreviewOptions, previewSheet } from "./datasets/preview.js";
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
export type { NamedDataSet } from "./datasets/worker-entry.js";
export { type Alike, alikeFrom, lookAlikes } from "./glyphs/look-alikes.js";
export { type ObjectSet, objectPixels } from "./glyphs/objects.js";
export { type Segmentation, segmentation } from "./metrics/segmentation.js";
export { type SlotScores, slotScores, slotSegmentations } from "./metrics/slot-scores.js";
export { type ArtTaskOptions, artTask } from "./tasks/art-task.js";
export { identityProblems } from "./tasks/identity-rules.js";
export type { GeneratorMethod } from "./tasks/problem-table.js";
export { type ArtTaskName, artTaskNames } from "./tasks/regime.js";
export { rmtsProblems } from "./tasks/rmts.js";
