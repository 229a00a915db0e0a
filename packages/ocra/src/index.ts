// The front door: this list is the public API.
export { OuterProduct } from "./ablations/outer-product.js";
export { WithoutBottleneck } from "./ablations/without-bottleneck.js";
export { WithoutFactorization } from "./ablations/without-factorization.js";
export { WithoutInnerProduct } from "./ablations/without-inner-product.js";
export { WithoutPretraining } from "./ablations/without-pretraining.js";
export { encodePatches, WithoutSlotAttention } from "./ablations/without-slot-attention.js";
export { WithoutTransformer } from "./ablations/without-transformer.js";
export { EsbnController, type EsbnOptions, type EsbnRun } from "./baselines/esbn.js";
export { Esbn } from "./baselines/esbn-images.js";
export { Gamr, SlotGamr } from "./baselines/gamr.js";
export { ResNet, type ResNetSize } from "./baselines/resnet.js";
export { SlotCorelnet } from "./baselines/slot-corelnet.js";
export { SlotEsbn } from "./baselines/slot-esbn.js";
export { SlotIn } from "./baselines/slot-in.js";
export { SlotRn } from "./baselines/slot-rn.js";
export { SlotTransformer } from "./baselines/slot-transformer.js";
export type { Arithmetic } from "./nn/arithmetic.js";
export { ContextNorm, contextNorm, segmentedContextNorm } from "./nn/context-norm.js";
export { coordinateGrid, PositionEmbedding } from "./nn/position-embedding.js";
export { TokenTransformer, type TransformerOptions } from "./nn/transformer.js";
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
export {
  type ModelEntry,
  type ModelName,
  type ModelOptions,
  makeModel,
  modelEntry,
  modelNames,
} from "./reasoning/models.js";
export { Ocra } from "./reasoning/ocra.js";
export { RelationScorer, type Relations } from "./reasoning/relation-scorer.js";
export {
  ImageScorer,
  type Scorer,
  type ScorerInput,
  SlotScorer,
  scoreCandidateImages,
  scoreCandidates,
} from "./reasoning/scorer.js";
export { TokenScorer } from "./reasoning/token-scorer.js";
export { type ReconstructedImages, reconstructionLoss, SlotAutoencoder } from "./slots/autoencoder.js";
export { BroadcastDecoder, type DecodedSlots } from "./slots/decoder.js";
export { type EncodedImages, encodeFrozen, SlotEncoder } from "./slots/encoder.js";
export { EncoderCnn, type FeatureMap } from "./slots/encoder-cnn.js";
export { explainSlots, type SlotExplanation } from "./slots/explain.js";
export type {
  SlotAutoencoderConfig,
  SlotAutoencoderOptions,
  SlotEncoderConfig,
  SlotEncoderOptions,
} from "./slots/options.js";
export {
  type AttendedSlots,
  SlotAttention,
  type SlotAttentionOptions,
  type SlotDraw,
  type SlotEncoding,
  type SlotIteration,
} from "./slots/slot-attention.js";
