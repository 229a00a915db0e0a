import { checkIndex } from "../checks/index.js";
import type { Generator } from "../random.js";
import type { Dataset } from "./dataset.js";

/** Several datasets one after another (`torch.utils.data.ConcatDataset`). Their lengths must not change. */
export class ConcatDataset<T> implements Dataset<T> {
  readonly length: number;
  readonly datasets: readonly Dataset<T>[];
  /** End of each dataset. */
  readonly #ends: readonly number[];

  constructor(datasets: readonly Dataset<T>[]) {
    let end = 0;
    this.datasets = datasets;
    this.#ends = datasets.map((dataset) => {
      end += dataset.length;
      return end;
    });
    this.length = end;
  }

  get(index: number, rng: Generator): T {
    checkIndex("ConcatDataset.get", index, this.length);
    const which = this.#ends.findIndex((end) => index < end);
    return this.datasets[which]!.get(index - (this.#ends[which - 1] ?? 0), rng);
  }
}
