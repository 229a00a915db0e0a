// The front door: this list is the public API.
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
export type { Layout, MemoryFormat } from "./dispatch.js";
export { type DType, dtypes, isComplex, isDType, isFloatingPoint, itemSize } from "./dtype.js";
export { TorchError } from "./errors.js";
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
export { Generator, manualSeed } from "./random.js";
export {
  accelerator,
  devices,
  getNumThreads,
  libtorchVersion,
  loadLibrary,
  setFlushDenormal,
  setNumThreads,
  synchronize,
  useDeterministicAlgorithms,
} from "./runtime.js";
export { type Complex, fromBytes, type NestedArray, type Scalar, type TypedArray } from "./tensor/base.js";
export { Tensor } from "./tensor/index.js";
