import type { Tensor } from "../tensor/index.js";

/** Result of `collate` for samples of type T: tensors of a batch, in the samples' own arrays and objects. */
export type Collated<T> = T extends Tensor | number | boolean | bigint | ArrayBufferView
  ? Tensor
  : T extends string
    ? string[]
    : T extends readonly unknown[]
      ? { -readonly [K in keyof T]: Collated<T[K]> }
      : T extends object
        ? { -readonly [K in keyof T]: Collated<T[K]> }
        : never;

/**
 * Makes a batch of samples.
 * @param indices the samples' places in the dataset, for messages.
 */
export type Collate<T, B> = (samples: T[], indices: readonly number[]) => B;
