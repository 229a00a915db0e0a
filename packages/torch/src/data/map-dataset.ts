import type { Generator } from "../random.js";
import type { Dataset } from "./dataset.js";

/** Another dataset's samples, each passed through a function. */
export class MapDataset<S, T> implements Dataset<T> {
  readonly source: Dataset<S>;
  readonly #transform: (sample: S, rng: Generator, index: number) => T;

  constructor(source: Dataset<S>, transform: (sample: S, rng: Generator, index: number) => T) {
    this.source = source;
    this.#transform = transform;
  }

  get length(): number {
    return this.source.length;
  }

  get(index: number, rng: Generator): T {
    return this.#transform(this.source.get(index, rng), rng, index);
  }
}

/**
 * `dataset` with every sample passed through `transform`.
 * @param transform may draw from `rng`, which continues where the dataset's own `get` left it.
 */
export function map<S, T>(
  dataset: Dataset<S>,
  transform: (sample: S, rng: Generator, index: number) => T,
): MapDataset<S, T> {
  return new MapDataset(dataset, transform);
}
