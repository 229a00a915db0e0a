import { TorchError } from "../errors.js";
import { Generator } from "../random.js";
import type { Collate } from "./collate-type.js";
import type { Dataset } from "./dataset.js";
import { listIndices, located } from "./failure.js";
import { isPromise } from "./is-promise.js";
import type { Maker, Recipe, Task } from "./maker.js";
import { epochSeed, sampleSeed } from "./seed.js";

/** Makes batches of a dataset that is read by index. */
export class IndexedMaker<T, B> implements Maker<B> {
  readonly #recipe: Recipe<T, B>;
  readonly #dataset: Dataset<T>;
  readonly #join: Collate<T, B>;

  constructor(recipe: Recipe<T, B>, dataset: Dataset<T>, join: Collate<T, B>) {
    this.#recipe = recipe;
    this.#dataset = dataset;
    this.#join = join;
  }

  make({ epoch, indices }: Task): { batch: B } {
    const { collate, name, checkpoint } = this.#recipe;
    const where = () => `batch ${listIndices(indices)} of ${name}`;
    if (collate === undefined && this.#dataset.getBatch !== undefined) {
      checkpoint?.();
      return located("data/sample", where, () => ({ batch: this.#dataset.getBatch!(indices) as B }));
    }
    const samples = this.#samples(epoch, indices);
    return located("data/collate", where, () => ({ batch: this.#join(samples, indices) }));
  }

  #samples(epoch: number, indices: readonly number[]): T[] {
    const { name, seed, checkpoint } = this.#recipe;
    const base = epochSeed(seed, epoch, "sample");
    const rng = Generator.create(); // the scope around the batch releases it
    return indices.map((index) => {
      checkpoint?.();
      return located(
        "data/sample",
        () => `sample ${index} of ${name}`,
        () => {
          const sample = this.#dataset.get(index, rng.manualSeed(sampleSeed(base, index)));
          if (isPromise(sample))
            throw new TorchError(
              "torch/argument",
              "get() returned a promise; samples are made synchronously",
            );
          return sample;
        },
      );
    });
  }

  close(): void {}
}
