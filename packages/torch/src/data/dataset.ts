// Interfaces of sources of samples: counted and indexable, or a stream.
import type { Generator } from "../random.js";

/**
 * Samples with random access (PyTorch's map-style dataset).
 *
 * A sample is a value that `collate` can join: numbers, booleans, bigints, strings, typed arrays, tensors, and tuples and
 * objects of these. Tensors that `get` makes are released once their batch is made; those that it means to use again,
 * such as a cache, must be `keep`-t.
 */
export interface Dataset<T> {
  /** Number of samples. */
  readonly length: number;
  /**
   * Sample `index`, 0 ≤ index < length. Synchronous.
   * @param rng the only source of randomness to use: a loader seeds it from (seed, epoch, index) before every call, so
   * that a sample is the same whichever thread makes it, and after a resume. It belongs to this call only. Never draw
   * without it: libtorch has one default generator for all threads, so the main thread's own numbers, such as
   * dropout's, would then depend on timing.
   */
  get(index: number, rng: Generator): T;
  /**
   * Optional short cut: what `collate` would make of the samples at `indices`, in one go. For samples without
   * randomness only; a loader takes it where no other `collate` is asked for.
   */
  getBatch?(indices: readonly number[]): unknown;
}

/** Samples that come one after another, in an order that only the source knows (PyTorch's iterable-style dataset). */
export interface IterableDataset<T> {
  /**
   * One pass over the samples. Synchronous. Tensors that live from one sample to the next must be `keep`-t.
   * @param rng the only source of randomness to use: seeded from (seed, epoch), it belongs to this pass.
   */
  iterate(rng: Generator): Iterable<T>;
}

/** True if a dataset is a stream. */
export function isIterableDataset(value: unknown): value is IterableDataset<unknown> {
  return (
    typeof value === "object" && value !== null && "iterate" in value && typeof value.iterate === "function"
  );
}

/** True if a value has what a `Dataset` needs. */
export function isDataset(value: unknown): value is Dataset<unknown> {
  return (
    typeof value === "object" &&
    value !== null &&
    "get" in value &&
    typeof value.get === "function" &&
    "length" in value &&
    Number.isSafeInteger(value.length) &&
    (value.length as number) >= 0
  );
}

/** Name of a dataset in messages: its class, or `fallback` if it is a plain object. */
export function nameOf(dataset: object, fallback = "dataset"): string {
  const name = dataset.constructor?.name;
  return name === undefined || name === "" || name === "Object" ? fallback : name;
}
