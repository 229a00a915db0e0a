// Main entry point: this list is the public API.
export type { RecurrentCell } from "./cells/cell.js";
export { fused } from "./cells/fuse.js";
export { type Coordinates, type FusedCell, isFused } from "./cells/fused.js";
export type { GatedCell } from "./cells/gated.js";
export { GruCell } from "./cells/gru.js";
export { type Initialisation, initialise } from "./cells/initialise.js";
export { LstmCell } from "./cells/lstm.js";
export { type Activation, VanillaCell, type VanillaOptions } from "./cells/vanilla.js";
export { type LoadNetOptions, loadNet, type TrainedNet } from "./checkpoints/load.js";
export { conditionExperiment } from "./conditioning/experiment.js";
export {
  gradientNormPenalty,
  jacobianNormPenalty,
  orthogonalityPenalty,
  type PenaltyKind,
  penaltyOf,
  spectralNormPenalty,
  type Trajectory,
} from "./controls/penalties.js";
export type { DataTask } from "./data/data-task.js";
export { type FileOptions, taskFromFile } from "./data/file.js";
export { type PsMnistOptions, psMnist } from "./data/mnist.js";
export {
  type DataOptions,
  type SequenceArrays,
  type SequenceTaskOptions,
  sequenceTask,
} from "./data/sequence-task.js";
export { type SeriesTaskOptions, seriesTask } from "./data/series-task.js";
export { courseFigure, dynamicsFigure, dynamicsFigures, type Look } from "./dynamics/figures.js";
export { type Dynamics, type DynamicsOptions, observeDynamics } from "./dynamics/observe.js";
export { FlossingError } from "./errors.js";
export { type ExponentOptions, finiteTimeExponents } from "./floss/exponents.js";
export { Flosser, type FlosserOptions, type FlossingStep } from "./floss/flosser.js";
export { type FrameOptions, orthonormalFrame } from "./floss/frame.js";
export { flossingLoss } from "./floss/loss.js";
export * as schedules from "./floss/schedules.js";
export { libraryPath } from "./kernels/library.js";
export { kernelLevel, peakRate } from "./kernels/processor.js";
export { recurrentScan, type ScanOptions, type ScanWeights } from "./kernels/recurrent-scan.js";
export {
  type JacobianFactors,
  type TangentOptions,
  type TangentScan,
  tangentScan,
} from "./kernels/tangent-scan.js";
export { reproductions } from "./reproductions/all.js";
export { entropyRate, kaplanYorke } from "./spectrum/dimension.js";
export { type LongTermJacobian, type LongTermOptions, longTermJacobian } from "./spectrum/long-term.js";
export { lyapunovSpectrum, type SpectrumOptions } from "./spectrum/lyapunov.js";
export type { StepperOptions } from "./spectrum/setup.js";
export { type LyapunovRecord, LyapunovStepper } from "./spectrum/stepper.js";
export type { LocalExponents, MemberExponents, Spectrum, Trace } from "./spectrum/summary.js";
export { advance, pushForward } from "./systems/advance.js";
export { type FlowSettings, lorenz, lorenz96, rossler } from "./systems/catalogue/flows.js";
export { catMap, henon, logistic, type Parameter, standardMap, tent } from "./systems/catalogue/maps.js";
export {
  type NetworkOptions,
  type NetworkSystem,
  randomMatrixProduct,
  scsNetwork,
  tanhNetwork,
} from "./systems/catalogue/networks.js";
export { type DrivenOptions, driven } from "./systems/driven.js";
export { type FlowOptions, flow } from "./systems/flow.js";
export { type MapOptions, map } from "./systems/map.js";
export { type Integrated, type IntegrateOptions, integrate } from "./systems/ode/integrate.js";
export type { IntegratorOptions } from "./systems/ode/settings.js";
export type { Advanced, FloatType, InitialOptions, System, Tangent } from "./systems/system.js";
export {
  type CopyOptions,
  type DelayOptions,
  delayedCopy,
  spatialXor,
  temporalXor,
  type XorOptions,
} from "./tasks/delayed.js";
export type { HeldOut, SampleOptions, Scoring, Task, TaskBatch } from "./tasks/task.js";
export { eulerSpectrum, linearSpectrum } from "./theory/linear.js";
export { type MeanField, type MeanFieldOptions, meanField, meanFieldSpectrum } from "./theory/mean-field.js";
export { levels, randomMatrixSpectrum, triangleLaw } from "./theory/random-matrix.js";
export { trainExperiment } from "./train/experiment.js";
export { inputsOfRun } from "./train/inputs-of-run.js";
export { type ModelOptions, SequenceModel } from "./train/model.js";
export { Trainer, type TrainerOptions, type TrainingStep } from "./train/trainer.js";
