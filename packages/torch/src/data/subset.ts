import { checkIndex } from "../checks/index.js";
import type { Generator } from "../random.js";
import type { Dataset } from "./dataset.js";

/** The samples of a dataset at given indices, in their order (`torch.utils.data.Subset`). */
export class Subset<T> implements Dataset<T> {
  readonly dataset: Dataset<T>;
  readonly indices: readonly number[];
  readonly getBatch?: (indices: readonly number[]) => unknown;

  /** @throws TorchError `torch/argument` for an index that `dataset` does not have. */
  constructor(dataset: Dataset<T>, indices: Iterable<number>) {
    this.dataset = dataset;
    this.indices = Array.from(indices);
    for (const index of this.indices) checkIndex("Subset", index, dataset.length);
    if (dataset.getBatch !== undefined) {
      this.getBatch = (places) =>
        dataset.getBatch!(places.map((place) => this.#at("Subset.getBatch", place)));
    }
  }

  get length(): number {
    return this.indices.length;
  }

  get(index: number, rng: Generator): T {
    return this.dataset.get(this.#at("Subset.get", index), rng);
  }

  #at(what: string, place: number): number {
    checkIndex(what, place, this.length);
    return this.indices[place]!;
  }
}
