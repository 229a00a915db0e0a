// Datasets, samplers, collation and loading (`torch.utils.data`).
export { ArrayDataset } from "./array-dataset.js";
export { BatchSampler } from "./batch-sampler.js";
export { collate } from "./collate.js";
export type { SampleArray } from "./collate-arrays.js";
export type { Collate, Collated } from "./collate-type.js";
export { ConcatDataset } from "./concat-dataset.js";
export type { Dataset, IterableDataset } from "./dataset.js";
export { DistributedSampler, type DistributedSamplerOptions } from "./distributed-sampler.js";
export { type Endless, endless } from "./endless.js";
export { DataLoader } from "./loader.js";
export type { DataLoaderOptions, LoaderOptions, LoaderState, ModuleLoaderOptions } from "./loader-options.js";
export { MapDataset, map } from "./map-dataset.js";
export { RandomSampler, type RandomSamplerOptions } from "./random-sampler.js";
export { randomSplit } from "./random-split.js";
export { Sampler, type SamplerState } from "./sampler.js";
export type { SeedOptions } from "./seed.js";
export { SequentialSampler } from "./sequential-sampler.js";
export {
  type LogPosition,
  type LogProblem,
  LogReader,
  LogWriter,
  type LogWriterOptions,
  type RefuseLog,
  type RefuseStore,
  type StoreDescription,
  type StoredArrays,
  type StoredFile,
  StoreReader,
  StoreWriter,
} from "./store/index.js";
export { Subset } from "./subset.js";
export { SubsetRandomSampler } from "./subset-random-sampler.js";
export { TensorDataset } from "./tensor-dataset.js";
export { WeightedRandomSampler, type WeightedRandomSamplerOptions } from "./weighted-random-sampler.js";
