// torch.nn.functional: what layers compute, as functions of their parameters.
export {
  celu,
  elu,
  gelu,
  hardshrink,
  hardsigmoid,
  hardswish,
  hardtanh,
  type InplaceOptions,
  leakyRelu,
  logsigmoid,
  mish,
  prelu,
  relu,
  relu6,
  rrelu,
  selu,
  sigmoid,
  silu,
  softplus,
  softshrink,
  softsign,
  tanh,
  tanhshrink,
  threshold,
} from "./activation.js";
export { type AttentionOptions, scaledDotProductAttention } from "./attention.js";
export {
  type BinaryCrossEntropyWithLogitsOptions,
  binaryCrossEntropy,
  binaryCrossEntropyWithLogits,
  type CrossEntropyOptions,
  type CtcLengths,
  type CtcLossOptions,
  crossEntropy,
  ctcLoss,
  type KlDivOptions,
  klDiv,
  type MultiMarginLossOptions,
  multilabelMarginLoss,
  multilabelSoftMarginLoss,
  multiMarginLoss,
  type NllLossOptions,
  nllLoss,
  softMarginLoss,
  type WeightedLossOptions,
} from "./classification-loss.js";
export {
  type ConvOptions,
  type ConvTransposeOptions,
  conv1d,
  conv2d,
  conv3d,
  convTranspose1d,
  convTranspose2d,
  convTranspose3d,
} from "./conv.js";
export {
  alphaDropout,
  type DropoutOptions,
  dropout,
  dropout1d,
  dropout2d,
  dropout3d,
  featureAlphaDropout,
} from "./dropout.js";
export { type BagMode, type EmbeddingBagOptions, embeddingBag } from "./embedding-bag.js";
export {
  cosineEmbeddingLoss,
  cosineSimilarity,
  hingeEmbeddingLoss,
  type MarginOptions,
  marginRankingLoss,
  pairwiseDistance,
  type TripletMarginLossOptions,
  tripletMarginLoss,
} from "./embedding-loss.js";
export {
  affineGrid,
  type FoldOptions,
  fold,
  type GridSampleOptions,
  gridSample,
  type InterpolateOptions,
  type InterpolationMode,
  interpolate,
  type PadMode,
  pad,
  pixelShuffle,
  pixelUnshuffle,
  unfold,
} from "./image.js";
export { bilinear, type EmbeddingOptions, embedding, linear, oneHot } from "./linear.js";
export {
  type BatchNormOptions,
  batchNorm,
  groupNorm,
  type InstanceNormOptions,
  instanceNorm,
  layerNorm,
  normalize,
  rmsNorm,
} from "./norm.js";
export {
  type AvgPool2dOptions,
  type AvgPoolOptions,
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  adaptiveMaxPool1d,
  adaptiveMaxPool2d,
  avgPool1d,
  avgPool2d,
  type MaxPoolOptions,
  maxPool1d,
  maxPool2d,
  type OutputSize2,
  type Pooled,
} from "./pool.js";
export { type LpPoolOptions, lpPool1d, lpPool2d, lpPool3d } from "./pool-power.js";
export {
  type AvgPool3dOptions,
  adaptiveAvgPool3d,
  adaptiveMaxPool3d,
  avgPool3d,
  maxPool3d,
  type OutputSize3,
} from "./pool3d.js";
export { channelShuffle, type LocalResponseNormOptions, localResponseNorm, pdist } from "./rearrange.js";
export type { LossOptions, Reduction } from "./reduction.js";
export {
  type GaussianNllLossOptions,
  gaussianNllLoss,
  huberLoss,
  l1Loss,
  mseLoss,
  type PoissonNllLossOptions,
  poissonNllLoss,
  smoothL1Loss,
} from "./regression-loss.js";
export { glu, gumbelSoftmax, logSoftmax, type SoftmaxOptions, softmax, softmin } from "./softmax.js";
export { type TripletDistanceOptions, tripletMarginWithDistanceLoss } from "./triplet-loss.js";
export {
  type FractionalMaxPoolOptions,
  fractionalMaxPool2d,
  fractionalMaxPool3d,
  type MaxUnpoolOptions,
  maxUnpool1d,
  maxUnpool2d,
  maxUnpool3d,
} from "./unpool.js";
