// Optimisers, gradient clipping and learning-rate schedules: this list is `optim`.
export { Adam } from "./adam.js";
export type { AdamOptions } from "./adam-base.js";
export { AdamW } from "./adamw.js";
export { Optimizer } from "./optimizer.js";
export { RMSprop, type RMSpropOptions } from "./rmsprop.js";
export { SGD, type SGDOptions } from "./sgd.js";
export type { CommonOptions, Parameters, ParamGroup, ParamGroupInit } from "./spec.js";
export type { LoadableState, OptimizerState } from "./state-dict.js";
