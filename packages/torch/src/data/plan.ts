// Plan of an epoch: the samples of each batch.

import { wholeNumber } from "../checks/values.js";
import { shareOf } from "../distributed/share.js";
import { TorchError } from "../errors.js";
import { BatchSampler } from "./batch-sampler.js";
import { type Dataset, type IterableDataset, isIterableDataset } from "./dataset.js";
import type { LoaderOptions } from "./loader-options.js";
import type { Task } from "./maker.js";
import { RandomSampler } from "./random-sampler.js";
import { type Sampler, skip } from "./sampler.js";
import { SequentialSampler } from "./sequential-sampler.js";
import { ShareSampler } from "./share-sampler.js";

/** The batches of every epoch. */
export interface Plan {
  /** Batches of one epoch; null if only the dataset's end tells. */
  readonly batches: number | null;
  /** Seed of the order; null if it has no randomness. */
  seed: number | null;
  /** The batches of `epoch` from the `first` on. */
  tasks(epoch: number, first: number): Iterable<Task>;
}

/** @throws TorchError `torch/argument` for options that exclude each other. */
export function createPlan(
  dataset: Dataset<unknown> | IterableDataset<unknown>,
  options: LoaderOptions,
  seed: number,
): Plan {
  const batchSize = wholeNumber("DataLoader: batchSize", options.batchSize ?? 1, 1);
  const { share } = options;
  const shared = (batches: Sampler<number[]>): Sampler<number[]> =>
    share === undefined ? batches : new ShareSampler(batches, share);
  if (isIterableDataset(dataset)) {
    exclude(options, "an IterableDataset comes in its own order", [
      ...(["shuffle", "sampler", "batchSampler", "share"] as const),
    ]);
    return streamPlan(batchSize);
  }
  if (options.sampler !== undefined) exclude(options, "'sampler' gives the order", ["shuffle"]);
  if (options.batchSampler !== undefined) {
    exclude(options, "'batchSampler' makes the batches", ["batchSize", "shuffle", "sampler", "dropLast"]);
    return samplerPlan(shared(options.batchSampler));
  }
  const order = options.shuffle ? new RandomSampler(dataset, { seed }) : new SequentialSampler(dataset);
  const sampler = options.sampler ?? order;
  const whole = new BatchSampler(sampler, batchSize, { dropLast: options.dropLast });
  // The last batch of an epoch may be too small for all ranks: better now than an epoch later.
  if (share !== undefined && whole.length > 0)
    shareOf(options.dropLast ? batchSize : sampler.length % batchSize || batchSize, share);
  return samplerPlan(shared(whole));
}

function samplerPlan(sampler: Sampler<number[]>): Plan {
  return {
    get batches() {
      return sampler.length;
    },
    get seed() {
      return sampler.seed;
    },
    set seed(seed) {
      sampler.seed = seed;
    },
    *tasks(epoch, first) {
      for (const indices of skip(sampler.order(epoch), first)) yield { epoch, indices };
    },
  };
}

/** A stream's samples are numbered; its end cuts the plan short. */
function streamPlan(size: number): Plan {
  return {
    batches: null,
    seed: null,
    *tasks(epoch, first) {
      for (let start = first * size; ; start += size) {
        yield { epoch, indices: Array.from({ length: size }, (_, i) => start + i) };
      }
    },
  };
}

function exclude(options: LoaderOptions, reason: string, others: readonly (keyof LoaderOptions)[]): void {
  const other = others.find((key) => options[key] !== undefined && options[key] !== false);
  if (other !== undefined)
    throw new TorchError("torch/argument", `DataLoader: ${reason}; leave '${other}' out`);
}
