// The front door: this list is the public API.
export type { RecurrentCell } from "./cells/cell.js";
export { type Coordinates, type FusedCell, isFused } from "./cells/fused.js";
export { GruCell } from "./cells/gru.js";
export { type Initialisation, initialise } from "./cells/initialise.js";
export { LstmCell } from "./cells/lstm.js";
export { orthonormalise, type Pushed, pushforward } from "./cells/pushforward.js";
export { type Activation, VanillaCell, type VanillaOptions } from "./cells/vanilla.js";
export { type ExponentOptions, finiteTimeExponents } from "./floss/exponents.js";
export { Flosser, type FlosserOptions, type FlossingStep } from "./floss/flosser.js";
export { type FrameOptions, orthonormalFrame } from "./floss/frame.js";
export { flossingLoss } from "./floss/loss.js";
export * as schedules from "./floss/schedules.js";
export { libraryPath } from "./kernels/library.js";
export { recurrentScan, type ScanOptions, type ScanWeights } from "./kernels/recurrent-scan.js";
export {
  type JacobianFactors,
  type TangentOptions,
  type TangentScan,
  tangentScan,
} from "./kernels/tangent-scan.js";
export {
  type CopyOptions,
  type DelayOptions,
  delayedCopy,
  spatialXor,
  temporalXor,
  type XorOptions,
} from "./tasks/delayed.js";
export type { SampleOptions, Scoring, Task, TaskBatch } from "./tasks/task.js";
export { trainExperiment } from "./train/experiment.js";
