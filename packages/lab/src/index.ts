// The front door: this list is the public API. Importing it does not load the engine.
export { describeConfig, type OptionRow } from "./config/describe.js";
export { type ConfigOf, type ConfigShape, type OptionInfo, option, optionInfo } from "./config/option.js";
export { type ConfigRequest, type ResolvedConfig, resolveConfig } from "./config/resolve.js";
export { nearest, suggestion } from "./config/suggest.js";
export { LabError } from "./errors.js";
export { defineExperiment, type Experiment, type PresetName, type Summary } from "./experiment.js";
export type { ProgressEvent, Reporter } from "./progress/event.js";
export type { LoopOptions, Metrics, RunContext, Stateful, StateTree } from "./run/context.js";
export { type CreateOptions, createRun } from "./run/create.js";
export { type ExecuteOptions, executeRun, type Outcome, resumeRun } from "./run/execute.js";
export { acquireLock, type Lock, type LockOwner, lockOwner } from "./run/lock.js";
export { listRuns, type RunList, readRun } from "./run/read.js";
export type { MetricRow, RunRecord, RunStatus } from "./run/record.js";
