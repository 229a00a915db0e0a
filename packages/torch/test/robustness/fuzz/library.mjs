// @ts-check
// What the fuzz needs of the built package, including `call`, which is not public.

export { call, findOperator } from "../../../dist/dispatch.js";
export {
  fromBytes,
  Generator,
  inferenceMode,
  itemSize,
  liveTensors,
  manualSeed,
  scope,
  setMemoryLimit,
  setNumThreads,
  Tensor,
  TorchError,
} from "../../../dist/index.js";
export { native } from "../../../dist/native.js";
