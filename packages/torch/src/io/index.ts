// Files. This list is the public API of io.
export { loadIdx } from "./idx.js";
export { loadNpy, loadNpz, NpzFile, type NpzOptions, openNpz, saveNpy, saveNpz } from "./numpy.js";
export { type OnnxOptions, type OnnxResult, saveOnnx, type Traceable, type TraceableModule } from "./onnx.js";
export type { PtComplex, PtDevice, PtDict, PtDType, PtValue } from "./pt/value.js";
export { loadPt, loadPtStateDict, type PtOptions } from "./pt.js";
export { loadSafetensors, openSafetensors, SafetensorsFile, saveSafetensors } from "./safetensors.js";
export { loadStateDictFile, type StateDictFileOptions } from "./state-dict.js";
export type { DeviceOptions, NamedTensors } from "./tensors.js";
