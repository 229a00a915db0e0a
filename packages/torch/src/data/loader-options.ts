// Options of a loader.
import type { Place } from "../distributed/share.js";
import type { Collate } from "./collate-type.js";
import type { Sampler } from "./sampler.js";
import type { SeedOptions } from "./seed.js";

/** Options of every loader. */
export interface LoaderOptions extends SeedOptions {
  /** Samples in a batch. Default 1. */
  readonly batchSize?: number;
  /** Visit the samples in a new random order each epoch. Default false: in the dataset's order. */
  readonly shuffle?: boolean;
  /** The order of the samples; instead of `shuffle`. */
  readonly sampler?: Sampler;
  /** The samples of each batch; instead of `batchSize`, `shuffle`, `sampler` and `dropLast`. */
  readonly batchSampler?: Sampler<number[]>;
  /** Leave a last, smaller batch out. Default false. */
  readonly dropLast?: boolean;
  /**
   * Place of this process in a group, such as a `ProcessGroup`: each batch is then the rank's own share of the batch that a single
   * process would have, by `distributed.shareOf`. States are those of a single process. Default: whole batches.
   */
  readonly share?: Place | undefined;
  /**
   * Release a batch's tensors when the next batch is asked for. Default true: a loop holds one batch at a time. `keep`
   * does not help against it: to collect batches, set it to false, and `dispose` of them yourself.
   */
  readonly releaseBatches?: boolean;
}

/** Options of `new DataLoader`. */
export interface DataLoaderOptions<T, B> extends LoaderOptions {
  /** Function that makes a batch of samples. Default: `collate`. */
  readonly collate?: Collate<T, B>;
}

/** Options of `DataLoader.fromModule`. */
export interface ModuleLoaderOptions extends LoaderOptions {
  /** Name of the export that makes the dataset. Default `"default"`. */
  readonly export?: string;
  /**
   * Argument of that export: anything that can be cloned, and tensors in arrays and plain objects, whose memory all
   * threads then share.
   */
  readonly options?: unknown;
  /** The name of the export that makes a batch of samples. Default: the function `collate`. */
  readonly collate?: string;
  /** Threads that prepare batches. Default 0: this one, when a batch is asked for. */
  readonly workers?: number;
  /** Batches that each worker may be ahead. Default 2. */
  readonly prefetch?: number;
}

/** State of a loader; JSON. */
export interface LoaderState {
  /** Seed of the samples' randomness. */
  readonly seed: number;
  /** Seed of the order; null if it has no randomness. */
  readonly order: number | null;
  readonly epoch: number;
  /** Number of batches of that epoch that have been given out. */
  readonly position: number;
  /** Batches of an epoch; null for a stream. */
  readonly batches: number | null;
}
