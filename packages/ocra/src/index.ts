// Main entry point: this list is the public API.

export { OuterProduct } from "./ablations/outer-product.js";
export { WithoutBottleneck } from "./ablations/without-bottleneck.js";
export { WithoutFactorization } from "./ablations/without-factorization.js";
export { WithoutInnerProduct } from "./ablations/without-inner-product.js";
export { WithoutPretraining } from "./ablations/without-pretraining.js";
export { WithoutSlotAttention } from "./ablations/without-slot-attention.js";
export { WithoutTransformer } from "./ablations/without-transformer.js";
export { type ArtDisplayOptions, artDisplays } from "./art/art-displays.js";
export { type ArtTaskOptions, artTask } from "./art/art-task.js";
export { drawObjects, type Placement } from "./art/draw-objects.js";
export { identityProblems } from "./art/identity-rules.js";
export { type ObjectSource, objectsFrom } from "./art/object-source.js";
export type { GeneratorMethod } from "./art/problem-table.js";
export { type ArtTaskName, artTaskNames } from "./art/regime.js";
export { rmtsProblems } from "./art/rmts.js";
export { EsbnController, type EsbnOptions, type EsbnRun } from "./baselines/esbn.js";
export { Esbn } from "./baselines/esbn-images.js";
export { Gamr, SlotGamr } from "./baselines/gamr.js";
export { Mae, type MaeOptions } from "./baselines/mae.js";
export { ResNet, type ResNetOptions } from "./baselines/resnet.js";
export type { MaeSize, Masking, ResNetSize } from "./baselines/sizes.js";
export { SlotCorelnet } from "./baselines/slot-corelnet.js";
export { SlotEsbn } from "./baselines/slot-esbn.js";
export { SlotIn } from "./baselines/slot-in.js";
export { SlotRn } from "./baselines/slot-rn.js";
export { SlotTransformer } from "./baselines/slot-transformer.js";
export { SpatialAttention } from "./baselines/spatial-attention.js";
export { dataSetEntry } from "./catalogue/data-set-entry.js";
export { dataSets } from "./catalogue/data-sets.js";
export type { DataSetEntry } from "./catalogue/entry.js";
export { type BatchOptions, loadDisplays, loadProblems } from "./catalogue/load.js";
export { type ModelName, modelNames } from "./catalogue/model-names.js";
export { type ModelEntry, type ModelOptions, makeModel, modelEntry } from "./catalogue/models.js";
export { type Imported, type ImportOptions, importCheckpoint } from "./checkpoints/import.js";
export {
  type ClevrObject,
  clevrColours,
  clevrMaterials,
  clevrName,
  clevrNumber,
  clevrObjects,
  clevrShapes,
  clevrSizes,
  clevrTestObjects,
  clevrTrainObjects,
} from "./clevr/attributes.js";
export {
  camera as clevrCamera,
  project as clevrProject,
  type Vector as ClevrVector,
} from "./clevr/camera.js";
export { type ClevrDisplayOptions, clevrDisplays } from "./clevr/displays.js";
export { type ClevrTaskName, clevrTaskNames } from "./clevr/layouts.js";
export { type ClevrPicture, renderScene } from "./clevr/render.js";
export { type ClevrScene, lampCentres, type PlacedSolid } from "./clevr/scene.js";
export { type ClevrTableOptions, clevrProblems, readClevrTable } from "./clevr/table.js";
export { type ClevrTaskOptions, clevrTask } from "./clevr/task.js";
export {
  collateDisplays,
  collateProblems,
  type DisplayBatch,
  type ProblemBatch,
} from "./datasets/collate.js";
export { OcraDataError } from "./datasets/errors.js";
export { isTaskSet, type PreviewOptions, previewSheet } from "./datasets/preview.js";
export { readDataset } from "./datasets/read.js";
export type {
  Display,
  DisplaySet,
  NamedDataSet,
  PictureShape,
  PlacedObject,
  Problem,
  ProblemDescription,
  TaskSet,
} from "./datasets/types.js";
export { type WriteOptions, writeDataset } from "./datasets/write.js";
export { type EncodedInput, encodeProblems } from "./encodings/encode.js";
export { EncodingFolder, type Encodings } from "./encodings/folder.js";
export { pretrainExperiment } from "./experiments/pretrain/experiment.js";
export { architectureOf, phasesOf, slotModel } from "./experiments/pretrain/model.js";
export type { Architecture } from "./experiments/pretrain/options.js";
export { type PretrainingSetting, pretrainingSetting } from "./experiments/pretrain/settings.js";
export { taskExperiment } from "./experiments/task/experiment.js";
export {
  suiteOf,
  type TaskName,
  type TaskSetting,
  taskNames,
  taskSetting,
} from "./experiments/task/settings.js";
export { type Solution, type SolveOptions, solvePuzzle } from "./experiments/task/solve.js";
export { type Alike, alikeFrom, lookAlikes } from "./glyphs/look-alikes.js";
export { type GlyphSource, glyphSources, type ObjectSet, objectPixels } from "./glyphs/objects.js";
export {
  type CodedPictures,
  type ObjectCodeScores,
  ObjectCodes,
  type ObjectCodesOptions,
} from "./metrics/object-codes.js";
export { type Segmentation, segmentation } from "./metrics/segmentation.js";
export { type SlotScores, slotScores, slotSegmentations } from "./metrics/slot-scores.js";
export type { Arithmetic } from "./nn/arithmetic.js";
export { ContextNorm, contextNorm, segmentedContextNorm } from "./nn/context-norm.js";
export { type PatchMask, pickRows, putRows, randomMask, sameMask } from "./nn/patch-mask.js";
export { type Area, patchesIn, patchify, unpatchify } from "./nn/patchify.js";
export { coordinateGrid, PositionEmbedding } from "./nn/position-embedding.js";
export { sinCosEmbedding } from "./nn/sin-cos.js";
export { TokenTransformer, type TransformerOptions } from "./nn/transformer.js";
export { seePixels, showPixels } from "./pretrained/pixels.js";
export {
  loadPretrained,
  type Pretrained,
  type PretrainedNotes,
  pretrainedFile,
  savePretrained,
  seenBy,
  untrained,
} from "./pretrained/pretrained.js";
export { type PixelView, published, type Suite } from "./pretrained/suites.js";
export type { Rectangle, SheetLayout } from "./puzzles/layout.js";
export { type PuzzleOptions, puzzlesFrom } from "./puzzles/puzzle-set.js";
export { puzzleViews } from "./puzzles/read-puzzles.js";
export type { ViewOptions } from "./puzzles/view.js";
export {
  type Answer,
  answerOf,
  explainPuzzle,
  explainRelations,
  type PuzzleExplanation,
} from "./reasoning/explain.js";
export {
  binaryAccuracy,
  binaryLoss,
  choiceAccuracy,
  choiceLoss,
} from "./reasoning/loss.js";
export { Ocra } from "./reasoning/ocra.js";
export { RelationScorer, type Relations } from "./reasoning/relation-scorer.js";
export {
  CompletionScorer,
  ImageScorer,
  type Scorer,
  type ScorerInput,
  SlotScorer,
  scoreCandidateImages,
  scoreCandidates,
} from "./reasoning/scorer.js";
export { TokenScorer } from "./reasoning/token-scorer.js";
export { reproductions } from "./reproductions/all.js";
export { type ReconstructedImages, reconstructionLoss, SlotAutoencoder } from "./slots/autoencoder.js";
export { BroadcastDecoder, type DecodedSlots } from "./slots/decoder.js";
export { type EncodedImages, encodeFrozen, SlotEncoder } from "./slots/encoder.js";
export { EncoderCnn, type FeatureMap } from "./slots/encoder-cnn.js";
export { explainSlots, type SlotExplanation } from "./slots/explain.js";
export {
  autoencoderConfig,
  type SlotAutoencoderConfig,
  type SlotAutoencoderOptions,
  type SlotEncoderConfig,
  type SlotEncoderOptions,
} from "./slots/options.js";
export { encodePatches } from "./slots/patches.js";
export {
  type AttendedSlots,
  type InputWeights,
  SlotAttention,
  type SlotAttentionOptions,
  type SlotDraw,
  type SlotEncoding,
  type SlotIteration,
} from "./slots/slot-attention.js";
export { mostCompact, spread } from "./slots/starts.js";
export { type SvrtDisplayOptions, svrtDisplays } from "./svrt/displays.js";
export type { Placement as SvrtPlacement } from "./svrt/drawing.js";
export type { SvrtOptions } from "./svrt/options.js";
export type { Outline as SvrtOutline } from "./svrt/outline.js";
export { svrtOwners } from "./svrt/owners.js";
export { type SvrtPictureOptions, type SvrtSplit, svrtPicture } from "./svrt/pool.js";
export type { Label as SvrtLabel, SvrtPicture, SvrtProblem } from "./svrt/problem.js";
export { svrtProblems } from "./svrt/problems/index.js";
export { type SvrtTaskOptions, svrtTask } from "./svrt/task.js";
export { initialiseEncoder } from "./training/initialise-encoder.js";
export { learningRate, type Schedule } from "./training/learning-rate.js";
export { Pretrainer, type PretrainerOptions, type Validation } from "./training/pretrainer.js";
export type { Initialisation } from "./training/settings.js";
export {
  countRight,
  lossOf,
  rightPictures,
  scoresOf,
  type TaskBatch,
  type TaskForm,
  taskLoss,
} from "./training/task-batch.js";
export { type CodedTasks, type TaskCodesOptions, taskCodes } from "./training/task-codes.js";
export {
  encodedStream,
  frozenStream,
  imageStream,
  type StreamOptions,
  type TaskStream,
} from "./training/task-streams.js";
export { type TaskScore, TaskTrainer, type TaskTrainerOptions } from "./training/task-trainer.js";
