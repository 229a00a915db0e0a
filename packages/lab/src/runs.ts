// Entry point `@throughline/lab/runs`, for reading runs: it loads neither zod nor the code that trains, draws or sweeps, so
// that listings start fast.

export { nearest } from "@throughline/torch/checks";
export { flatten as flattenConfig } from "./config/plain.js";
export { LabError } from "./errors.js";
export {
  type ComparedRow,
  compareRuns,
  overlayCurves,
  type RunComparison,
  runLabels,
} from "./query/compare.js";
export { type Condition, compareValues, fulfils, parseCondition } from "./query/condition.js";
export { type ChooseLatest, findRun, findRunPath, shortId } from "./query/find-run.js";
export { figureFiles, filesIn } from "./query/run-files.js";
export { type RunSelection, runStatuses, selectRuns } from "./query/select.js";
export { lastMetrics, lookUp, type RunValue, unknownNames } from "./query/values.js";
export { checkConfig } from "./run/check-config.js";
export { checkpointNames, TENSORS } from "./run/checkpoint-files.js";
export { listRuns, type RunList, runFolders } from "./run/list.js";
export { type LockOwner, lockOwner, ownerWords, releaseLock } from "./run/lock.js";
export { readRun } from "./run/read.js";
export { readInputs } from "./run/read-inputs.js";
export { legibleMetrics } from "./run/read-metrics.js";
export type { MetricRow, MetricRows, RunRecord, RunStatus } from "./run/record.js";
export { loopUnits } from "./run/units.js";
export { brief } from "./sweep/view/words.js";
export { duration } from "./text/duration.js";
