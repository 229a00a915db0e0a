// Main entry point: this list is the public API. Importing it does not load the engine.

export { nearest, suggestion } from "@throughline/torch/checks";
export { PartCache, type PartCacheOptions } from "./cache/parts.js";
export { askedFlags, isAsked, type Sources } from "./config/asked.js";
export { canonicalHash, canonicalJson } from "./config/canonical.js";
export { describeConfig, type OptionRow } from "./config/describe.js";
export {
  type AskedOf,
  type ConfigOf,
  type ConfigShape,
  type OptionInfo,
  option,
  optionInfo,
} from "./config/option.js";
export { type ConfigRequest, type ResolvedConfig, resolveConfig } from "./config/resolve.js";
export { type LabCode, LabError } from "./errors.js";
export {
  type Completion,
  defineExperiment,
  type Experiment,
  type PresetName,
  type RunNetwork,
  type Summary,
} from "./experiment.js";
export { type ExportFormat, type ExportOptions, exportFormats, exportRun } from "./export/run.js";
export { type Curve, curve, trailingMean } from "./figures/curve.js";
export { FigureError } from "./figures/errors.js";
export type {
  Axis,
  BarSeries,
  BarsFigure,
  Figure,
  HeatMapFigure,
  ImageGridFigure,
  Level,
  LineSeries,
  LinesFigure,
  PanelsFigure,
  PlainFigure,
  ScatterFigure,
} from "./figures/figure.js";
export { freshFigure, freshPath } from "./figures/fresh-path.js";
export { figureFromJson, figureToJson } from "./figures/json.js";
export { checkPicture, writePicture } from "./figures/picture-file.js";
export { type PngOptions, renderPng } from "./figures/png.js";
export { saveFigure } from "./figures/save.js";
export { type Canvas, type Context2d, type Surface, shippedCanvas } from "./figures/skia.js";
export {
  pictureSchema,
  type StoredPicture,
  showPicture,
  showThrough,
  storePicture,
} from "./figures/stored-picture.js";
export { renderSvg } from "./figures/svg.js";
export { makeFolder, writeAtomic } from "./files/disk.js";
export { type KubernetesOptions, kubernetesJob } from "./launchers/kubernetes/job.js";
export type { CellEnd, CellJob, CellProgress, JobState, Launcher } from "./launchers/launcher.js";
export { processLauncher } from "./launchers/local/processes.js";
export { lastWords } from "./launchers/log-end.js";
export { lastOptions, launchersOf } from "./launchers/queue/submission.js";
export { type RayLauncherOptions, rayLauncher } from "./launchers/ray/launcher.js";
export { type SlurmLauncherOptions, type SlurmOptions, slurmLauncher } from "./launchers/slurm/launcher.js";
export { SLURM_MARGIN } from "./launchers/slurm/script.js";
export type { ProgressEvent, Reporter } from "./progress/event.js";
export { createReporter, type ProgressMode, type ReportStream } from "./progress/reporter.js";
export { clock, progressText, rateText } from "./progress/words.js";
export { LISTENING, launchRanks, type RankOptions } from "./ranks/launch.js";
export type { CommandCall, CommandEntry, CommandResult, FlagEntry, Verb } from "./registry/command.js";
export type { DataSetEntry, OpenDataSet, SampleRequest } from "./registry/data-set.js";
export type { ExperimentEntry, RegistryModule, ReproductionEntry } from "./registry/entries.js";
export type { ImporterEntry } from "./registry/importer.js";
export type { StoreEntry, StoreKind } from "./registry/store.js";
export type { Launch, LaunchRequest, LaunchResult } from "./reproduce/launcher.js";
export type { CellOutcome } from "./reproduce/match.js";
export { processorOf } from "./reproduce/processor.js";
export {
  defineReproduction,
  type Report,
  type Reproduction,
  type ReproductionCell,
} from "./reproduce/reproduction.js";
export { type ReproduceOptions, type ReproduceResult, runReproduction } from "./reproduce/run.js";
export { CellRuns } from "./reproduce/runs.js";
export { sweepLaunch, sweepNameOf } from "./reproduce/sweep-launch.js";
export { type Comparison, compare, type Table, type TableRow, type Verdict } from "./reproduce/table.js";
export { rowTexts } from "./reproduce/words.js";
export { type Artifact, artifactPath, type LinesArtifact, readArtifact } from "./run/artifacts.js";
export type { LoopOptions, Metrics, Restorable, RunContext, Stateful, StateTree } from "./run/context.js";
export { type CreateOptions, createRun } from "./run/create.js";
export { checkRanks, type ExecuteOptions, executeRun, type Outcome, resumeRun } from "./run/execute.js";
export { remakeFigures, writeFigure } from "./run/figure-files.js";
export { checkInputs, type Input, type Inputs, readInputs } from "./run/inputs.js";
export type { Job } from "./run/job.js";
export { type LatestCheckpoint, latestCheckpoint } from "./run/latest-checkpoint.js";
export { listRuns, type RunList, runFolders } from "./run/list.js";
export { acquireLock, type Lock, type LockOwner, lockOwner, ownerWords, releaseLock } from "./run/lock.js";
export { checkMemory, FLOAT32, type MemoryNeed, NUMBERS_OF_A_WEIGHT } from "./run/memory-need.js";
export { type PreparedConfig, prepareRun } from "./run/prepare.js";
export { readRun } from "./run/read.js";
export { legibleMetrics } from "./run/read-metrics.js";
export type { MetricRow, MetricRows, RunRecord, RunStatus } from "./run/record.js";
export { loopUnits } from "./run/units.js";
export { rocAuc, trapezoidArea } from "./statistics/areas.js";
export {
  type Interval,
  interquartileMean,
  mean,
  median,
  quantile,
  quartiles,
  standardDeviation,
  standardError,
} from "./statistics/describe.js";
export { type Estimate, estimate, rateEstimate, type SpreadName } from "./statistics/estimate.js";
export {
  type BootstrapOptions,
  bootstrapInterval,
  type StratifiedBootstrapOptions,
  stratifiedBootstrapInterval,
  tInterval,
  wilsonInterval,
} from "./statistics/intervals.js";
export { type Cell, cellOf, labels, runPath } from "./sweep/cell.js";
export { parseSeeds, parseValues } from "./sweep/grid.js";
export { logOf } from "./sweep/job.js";
export { type KubernetesSweep, kubernetesSweep } from "./sweep/kubernetes.js";
export { type CellState, type CellStatus, type Manifest, readManifest } from "./sweep/manifest.js";
export { type PrepareOptions, prepareCells } from "./sweep/prepare.js";
export type { SweepObserver } from "./sweep/schedule.js";
export { divide, type Share, type ShareRequest, threadsOf } from "./sweep/share.js";
export { type CellStanding, cancelSweep, type SweepStanding, sweepStanding } from "./sweep/standing.js";
export { type LiveCell, sweepDirectory } from "./sweep/state.js";
export { type OpenSweep, readSweep, runSweep, type SweepOptions, type SweepResult } from "./sweep/sweep.js";
export { type CellRequest, type GridRequest, gridRows, resolveCells } from "./sweep/table.js";
export { readTable, type TableFile } from "./sweep/table-file.js";
export { type SweepViewMode, showSweep } from "./sweep/view/index.js";
export { brief } from "./sweep/view/words.js";
export { duration } from "./text/duration.js";
