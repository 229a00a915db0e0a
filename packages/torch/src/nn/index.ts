// torch.nn: this list is its public API.
export {
  CELU,
  ELU,
  Hardtanh,
  LeakyReLU,
  PReLU,
  ReLU,
  ReLU6,
  RReLU,
  SELU,
  Threshold,
} from "./activation.js";
export {
  GELU,
  GLU,
  Hardshrink,
  Hardsigmoid,
  Hardswish,
  LogSigmoid,
  LogSoftmax,
  Mish,
  Sigmoid,
  SiLU,
  Softmax,
  Softmax2d,
  Softmin,
  Softplus,
  Softshrink,
  Softsign,
  Tanh,
  Tanhshrink,
} from "./activation-smooth.js";
export {
  type AttentionCallOptions,
  MultiheadAttention,
  type MultiheadAttentionOptions,
} from "./attention.js";
export { BatchNorm1d, BatchNorm2d, BatchNorm3d, type BatchNormLayerOptions } from "./batch-norm.js";
export {
  BCELoss,
  BCEWithLogitsLoss,
  CrossEntropyLoss,
  CTCLoss,
  KLDivLoss,
  MultiLabelMarginLoss,
  MultiLabelSoftMarginLoss,
  MultiMarginLoss,
  NLLLoss,
  SoftMarginLoss,
} from "./classification-loss.js";
export { ModuleDict, ModuleList, ParameterDict, ParameterList, Sequential } from "./containers.js";
export { Conv1d, Conv2d, Conv3d, type ConvLayerOptions } from "./conv.js";
export {
  ConvTranspose1d,
  ConvTranspose2d,
  ConvTranspose3d,
  type ConvTransposeLayerOptions,
} from "./conv-transpose.js";
export { AlphaDropout, Dropout, Dropout1d, Dropout2d, Dropout3d, FeatureAlphaDropout } from "./dropout.js";
export { Embedding, type EmbeddingOptions } from "./embedding.js";
export { EmbeddingBag, type EmbeddingBagCallOptions, type EmbeddingBagOptions } from "./embedding-bag.js";
export {
  CosineEmbeddingLoss,
  CosineSimilarity,
  HingeEmbeddingLoss,
  MarginRankingLoss,
  PairwiseDistance,
  TripletMarginLoss,
} from "./embedding-loss.js";
export * as functional from "./functional/index.js";
export type { ForwardHook, ForwardPreHook, HookOptions } from "./hooks.js";
export * as init from "./init/index.js";
export {
  InstanceNorm1d,
  InstanceNorm2d,
  InstanceNorm3d,
  type InstanceNormLayerOptions,
} from "./instance-norm.js";
export { Bilinear, Identity, Linear, type LinearOptions } from "./linear.js";
export { type AnyModule, type Member, Module, type ToOptions } from "./module.js";
export {
  GroupNorm,
  type GroupNormLayerOptions,
  LayerNorm,
  type LayerNormLayerOptions,
  RMSNorm,
  type RmsNormLayerOptions,
} from "./norm.js";
export type { FactoryOptions, Size1, Size2, Size3 } from "./options.js";
export { PackedSequence } from "./packed-sequence.js";
export {
  CircularPad1d,
  CircularPad2d,
  CircularPad3d,
  ConstantPad1d,
  ConstantPad2d,
  ConstantPad3d,
  type Padding1,
  type Padding2,
  type Padding3,
  ReflectionPad1d,
  ReflectionPad2d,
  ReflectionPad3d,
  ReplicationPad1d,
  ReplicationPad2d,
  ReplicationPad3d,
  ZeroPad1d,
  ZeroPad2d,
  ZeroPad3d,
} from "./padding.js";
export { Buffer, Parameter } from "./parameter.js";
export {
  AdaptiveAvgPool1d,
  AdaptiveAvgPool2d,
  AdaptiveMaxPool1d,
  AdaptiveMaxPool2d,
  AvgPool1d,
  AvgPool2d,
  MaxPool1d,
  MaxPool2d,
} from "./pool.js";
export {
  FractionalMaxPool2d,
  FractionalMaxPool3d,
  LPPool1d,
  LPPool2d,
  LPPool3d,
  MaxUnpool1d,
  MaxUnpool2d,
  MaxUnpool3d,
  type MaxUnpoolLayerOptions,
} from "./pool-more.js";
export { AdaptiveAvgPool3d, AdaptiveMaxPool3d, AvgPool3d, MaxPool3d } from "./pool3d.js";
export {
  ChannelShuffle,
  LocalResponseNorm,
  TripletMarginWithDistanceLoss,
} from "./rearrange.js";
export { type RecurrentCell, type Scanned, type ScanOptions, scan } from "./recurrent-cell.js";
export {
  GaussianNLLLoss,
  HuberLoss,
  L1Loss,
  MSELoss,
  PoissonNLLLoss,
  SmoothL1Loss,
} from "./regression-loss.js";
export { GRU, LSTM, type LstmOptions, type LstmState, RNN, type RnnOptions } from "./rnn.js";
export type { RecurrentOptions } from "./rnn-base.js";
export { type CellOptions, GRUCell, LSTMCell, RNNCell, type RnnCellOptions } from "./rnn-cells.js";
export { Flatten, Fold, PixelShuffle, PixelUnshuffle, Unflatten, Unfold } from "./shape.js";
export type { LoadOptions, LoadResult, StateDict } from "./state.js";
export {
  type DecoderCallOptions,
  type EncoderCallOptions,
  TransformerDecoderLayer,
  TransformerEncoderLayer,
  type TransformerLayerOptions,
} from "./transformer.js";
export { type StackOptions, TransformerDecoder, TransformerEncoder } from "./transformer-stack.js";
export { Transformer, type TransformerCallOptions, type TransformerOptions } from "./transformer-whole.js";
export { Upsample } from "./upsample.js";
export * as utils from "./utils/index.js";
