// Optimisers, gradient clipping and learning-rate schedules: this list is `optim`.
export { Adadelta, type AdadeltaOptions } from "./adadelta.js";
export { Adagrad, type AdagradOptions } from "./adagrad.js";
export { Adam } from "./adam.js";
export type { AdamOptions } from "./adam-base.js";
export { Adamax, type AdamaxOptions } from "./adamax.js";
export { AdamW } from "./adamw.js";
export { type ClipNormOptions, clipGradNorm_, clipGradValue_ } from "./clip.js";
export { NAdam, type NAdamOptions } from "./nadam.js";
export { Optimizer } from "./optimizer.js";
export { RAdam, type RAdamOptions } from "./radam.js";
export { RMSprop, type RMSpropOptions } from "./rmsprop.js";
export * as lrScheduler from "./schedules/index.js";
export { SGD, type SGDOptions } from "./sgd.js";
export type { CommonOptions, Parameters, ParamGroup, ParamGroupInit } from "./spec.js";
export type { LoadableState, OptimizerState } from "./state-dict.js";
