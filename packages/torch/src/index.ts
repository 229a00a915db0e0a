// Main entry point: this list is the public API.
export * as amp from "./amp/index.js";
export {
  customFunction,
  enableGrad,
  type ForwardContext,
  type FunctionDefinition,
  type GradOptions,
  grad,
  gradOrNull,
  inferenceMode,
  isGradEnabled,
  isInferenceMode,
  jvp,
  noGrad,
  vjp,
} from "./autograd.js";
export { type CheckpointOutput, checkpoint } from "./checkpoint.js";
export {
  arange,
  binomial,
  blackmanWindow,
  complex,
  empty,
  emptyLike,
  eye,
  fromTypedArray,
  full,
  fullLike,
  hammingWindow,
  hannWindow,
  type LikeOptions,
  linspace,
  logspace,
  normal,
  ones,
  onesLike,
  polar,
  type RandomOptions,
  rand,
  randint,
  randintLike,
  randLike,
  randn,
  randnLike,
  randperm,
  type TensorOptions,
  tensor,
  trilIndices,
  triuIndices,
  type WindowOptions,
  zeros,
  zerosLike,
} from "./creation.js";
export * as data from "./data/index.js";
export type { Layout, MemoryFormat } from "./dispatch.js";
export * as distributed from "./distributed/index.js";
export * as distributions from "./distributions/index.js";
export { type DType, dtypes, isComplex, isDType, isFloatingPoint, itemSize } from "./dtype.js";
export {
  type ErrorDetails,
  type Fault,
  ThroughlineError,
  type TorchCode,
  TorchError,
  type TorchErrorDetails,
} from "./errors.js";
export * as fft from "./fft.js";
export { hessian, hvp, type JacobianOptions, jacobian, vhp } from "./functional-derivatives.js";
export { type GradcheckOptions, type GradcheckReport, gradcheck, gradgradcheck } from "./gradcheck.js";
export * as io from "./io/index.js";
export {
  blockDiag,
  broadcastShapes,
  broadcastTensors,
  cartesianProd,
  cat,
  columnStack,
  dstack,
  einsum,
  hstack,
  meshgrid,
  stack,
  vstack,
  where,
} from "./joining.js";
export { loadLibrary } from "./library/index.js";
export { libraryFile, loadOperators } from "./library/operators.js";
export * as linalg from "./linalg.js";
export {
  dispose,
  emptyCache,
  keep,
  liveTensors,
  type MemoryStats,
  memoryStats,
  resetPeakMemory,
  scope,
  setMemoryLimit,
} from "./memory.js";
export {
  atleast1d,
  atleast2d,
  atleast3d,
  canCast,
  emptyPermuted,
  emptyStrided,
  type GradientOptions,
  gradient,
  luUnpack,
  promoteTypes,
  resultType,
  unravelIndex,
} from "./more-functions.js";
export * as nn from "./nn/index.js";
export { type Aten, type Ops, ops, type UntypedNamespace, type UntypedOperator } from "./ops/index.js";
export * as optim from "./optim/index.js";
export { Generator, manualSeed } from "./random.js";
export {
  accelerator,
  devices,
  getNumThreads,
  libtorchVersion,
  setFlushDenormal,
  setNumThreads,
  synchronize,
  useDeterministicAlgorithms,
} from "./runtime.js";
export {
  bartlettWindow,
  type IstftOptions,
  istft,
  kaiserWindow,
  type StftOptions,
  stft,
} from "./signal.js";
export * as special from "./special.js";
export { type Complex, fromBytes, type NestedArray, type Scalar, type TypedArray } from "./tensor/base.js";
export type { ClosenessOptions } from "./tensor/comparison.js";
export type { FormatOptions, ToOptions } from "./tensor/conversion.js";
export { Tensor } from "./tensor/index.js";
export type { Index, IndexList } from "./tensor/indexing.js";
export type { AddProductOptions } from "./tensor/matrix.js";
export type { Operand } from "./tensor/operand.js";
export type { SearchOptions, SortOptions } from "./tensor/ordering.js";
export type { DiagonalOptions } from "./tensor/parts.js";
export type { NanReplacements } from "./tensor/pointwise.js";
export type { GeneratorOptions } from "./tensor/random-fill.js";
export type { HistogramOptions, NewOptions } from "./tensor/rarer.js";
export type {
  ReduceOneOptions,
  ReduceOptions,
  SumOptions,
  ValuesAndIndices,
  VarianceOptions,
} from "./tensor/reductions.js";
export type { Reduction, ScatterOptions } from "./tensor/scatter.js";
export { Slice, slice } from "./tensor/slice.js";
export type { DiffOptions, QuantileOptions, Unique, UniqueOptions } from "./tensor/statistics.js";
