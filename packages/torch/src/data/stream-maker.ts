import { show } from "../checks/show.js";
import { TorchError } from "../errors.js";
import { keep } from "../memory.js";
import type { Generator } from "../random.js";
import type { Collate } from "./collate-type.js";
import type { IterableDataset } from "./dataset.js";
import { listIndices, located } from "./failure.js";
import { isPromise } from "./is-promise.js";
import type { Maker, Recipe, Task } from "./maker.js";
import { epochGenerator } from "./seed.js";

interface Pass<T> {
  readonly epoch: number;
  readonly samples: Iterator<T>;
  readonly rng: Generator;
  /** The number of the next sample. */
  next: number;
}

/** Makes batches of a dataset that is read in its own order. What lies before a task's first sample is read over. */
export class StreamMaker<T, B> implements Maker<B> {
  readonly #recipe: Recipe<T, B>;
  readonly #dataset: IterableDataset<T>;
  readonly #join: Collate<T, B>;
  #pass: Pass<T> | undefined;

  constructor(recipe: Recipe<T, B>, dataset: IterableDataset<T>, join: Collate<T, B>) {
    this.#recipe = recipe;
    this.#dataset = dataset;
    this.#join = join;
  }

  make({ epoch, indices }: Task): { batch: B } | null {
    const pass = this.#open(epoch, indices[0]!);
    while (pass.next < indices[0]!) if (this.#read(pass) === null) return null;
    const samples: T[] = [];
    while (samples.length < indices.length) {
      const read = this.#read(pass);
      if (read === null) break;
      samples.push(read.sample);
    }
    if (samples.length === 0 || (samples.length < indices.length && this.#recipe.dropLast)) return null;
    const numbers = indices.slice(0, samples.length);
    return located(
      "data/collate",
      () => `batch ${listIndices(numbers)} of ${this.#recipe.name}`,
      () => ({
        batch: this.#join(samples, numbers),
      }),
    );
  }

  #open(epoch: number, first: number): Pass<T> {
    const open = this.#pass;
    if (open !== undefined && open.epoch === epoch && open.next <= first) return open;
    this.close();
    const { seed, name } = this.#recipe;
    const rng = keep(epochGenerator(seed, epoch, "stream"));
    try {
      const samples = located(
        "data/sample",
        () => `epoch ${epoch} of ${name}`,
        () => start(this.#dataset, rng),
      );
      this.#pass = { epoch, samples, rng, next: 0 };
      return this.#pass;
    } catch (error) {
      rng.dispose();
      throw error;
    }
  }

  #read(pass: Pass<T>): { sample: T } | null {
    this.#recipe.checkpoint?.();
    const where = () => `sample ${pass.next} of ${this.#recipe.name}`;
    return located("data/sample", where, () => {
      const result = pass.samples.next();
      if (result.done) return null;
      if (isPromise(result.value))
        throw new TorchError("torch/argument", "iterate() gave a promise; samples are made synchronously");
      pass.next++;
      return { sample: result.value };
    });
  }

  close(): void {
    const pass = this.#pass;
    this.#pass = undefined;
    try {
      pass?.samples.return?.();
    } finally {
      pass?.rng.dispose();
    }
  }
}

function start<T>(dataset: IterableDataset<T>, rng: Generator): Iterator<T> {
  const samples: unknown = dataset.iterate(rng);
  if (typeof samples === "object" && samples !== null && Symbol.iterator in samples) {
    return (samples as Iterable<T>)[Symbol.iterator]();
  }
  throw new TorchError(
    "torch/argument",
    `iterate() returned ${show(samples)}; accepted: an iterable that is not asynchronous`,
  );
}
