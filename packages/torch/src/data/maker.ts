// From a list of indices to a batch: the same code on the main thread and in the workers.

import { forEachHandle } from "../memory.js";
import { native } from "../native.js";
import { collate } from "./collate.js";
import type { Collate } from "./collate-type.js";
import { type Dataset, type IterableDataset, isIterableDataset } from "./dataset.js";
import { IndexedMaker } from "./indexed-maker.js";
import { StreamMaker } from "./stream-maker.js";

/** One batch to be made. */
export interface Task {
  readonly epoch: number;
  /** The samples' places in the dataset; in a stream, their numbers since its start. */
  readonly indices: readonly number[];
}

/** Sources of batches. */
export interface Recipe<T, B> {
  readonly dataset: Dataset<T> | IterableDataset<T>;
  /** Default: `collate`. */
  readonly collate: Collate<T, B> | undefined;
  readonly seed: number;
  readonly dropLast: boolean;
  /** Name of the dataset in messages. */
  readonly name: string;
  /** Asked before each sample; throws if the batch is wanted no longer. */
  readonly checkpoint?: () => void;
}

/** Makes batches. Tensors made on the way belong to the caller's scope. */
export interface Maker<B> {
  /** The batch, or null where a stream has ended. @throws TorchError `data/sample` or `data/collate`. */
  make(task: Task): { readonly batch: B } | null;
  /** Ends what a pass has left open. */
  close(): void;
}

export function createMaker<T, B>(recipe: Recipe<T, B>): Maker<B> {
  const join = recipe.collate ?? (collate as Collate<T, unknown> as Collate<T, B>);
  const { dataset } = recipe;
  return isIterableDataset(dataset)
    ? new StreamMaker(recipe, dataset as IterableDataset<T>, join)
    : new IndexedMaker(recipe, dataset as Dataset<T>, join);
}

/** The tensors of a batch that a scope owns: not those that a dataset has kept for itself. */
export function ownedTensors(batch: unknown): Disposable[] {
  const owned: Disposable[] = [];
  forEachHandle(batch, (handle) => {
    if (!native.escape(handle.handle, 0)) owned.push(handle);
  });
  return owned;
}
