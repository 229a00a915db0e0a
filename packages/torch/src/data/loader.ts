// Batches of a dataset, epoch after epoch.
import { setImmediate as turn } from "node:timers/promises";
import { show } from "../checks/show.js";
import { wholeNumber } from "../checks/values.js";
import { TorchError } from "../errors.js";
import { scope } from "../memory.js";
import type { Collate, Collated } from "./collate-type.js";
import { Cursor, stateNumber } from "./cursor.js";
import { type Dataset, type IterableDataset, isDataset, isIterableDataset, nameOf } from "./dataset.js";
import type { DataLoaderOptions, LoaderOptions, LoaderState, ModuleLoaderOptions } from "./loader-options.js";
import { createMaker, ownedTensors, type Recipe } from "./maker.js";
import { createPlan, type Plan } from "./plan.js";
import { chooseSeed } from "./seed.js";
import { loadDataset, moduleUrl } from "./worker/module.js";
import { workerPass } from "./worker/pass.js";
import type { Assignment } from "./worker/pool.js";

type AnyDataset<T> = Dataset<T> | IterableDataset<T>;

/** Worker threads to make the batches, and the way to tell them how. */
interface Staff {
  readonly count: number;
  readonly prefetch: number;
  readonly assignment: Omit<Assignment, "seed">;
}

/**
 * Batches of a dataset (`torch.utils.data.DataLoader`).
 *
 * Each `for await` (or, without workers, each `for` over `sync()`) is one epoch, the next one each time. Order and
 * contents of the batches are a pure function of (seed, epoch), the same for any number of workers; `state()` and
 * `restore()` let another process continue in the middle of an epoch. A batch's tensors live until the next batch is asked
 * for, those of the last one until the epoch's end (see `releaseBatches`).
 *
 * @example
 * const loader = new data.DataLoader(new data.TensorDataset(images, labels), { batchSize: 128, shuffle: true, seed: 1 });
 * for (const [x, y] of loader.sync()) scope(() => step(x, y));
 */
export class DataLoader<T, B = Collated<T>> implements AsyncIterable<B> {
  readonly dataset: AnyDataset<T>;
  readonly #cursor = new Cursor();
  readonly #plan: Plan;
  readonly #releases: boolean;
  readonly #recipe: Omit<Recipe<T, B>, "seed">;
  #staff: Staff | undefined;
  #seed: number;

  /** A loader that prepares batches on this thread. For worker threads, see `fromModule`. */
  constructor(dataset: AnyDataset<T>, options: DataLoaderOptions<T, B> = {}) {
    if (!isDataset(dataset) && !isIterableDataset(dataset)) {
      refuse(
        `${show(dataset)} is not a dataset; accepted: an object with length and get(), or with iterate()`,
      );
    }
    if (((options as ModuleLoaderOptions).workers ?? 0) !== 0) {
      refuse(
        "a dataset cannot be sent to worker threads; use DataLoader.fromModule, which makes one in each",
      );
    }
    this.dataset = dataset;
    this.#seed = chooseSeed("DataLoader", options);
    this.#plan = createPlan(dataset, options, this.#seed);
    this.#releases = options.releaseBatches ?? true;
    const { collate, dropLast = false } = options;
    this.#recipe = { dataset, collate, dropLast, name: nameOf(dataset) };
  }

  /**
   * A loader whose batches are prepared by worker threads. Functions cannot be sent to a thread, so the dataset is
   * named: an export of a module, which is a dataset, a class of datasets or a function that returns one (or a promise of
   * one), made once on this thread and once in each worker. Finished batches are handed over without copying.
   *
   * An IterableDataset is read by one worker, since only one can follow its order.
   *
   * @param module a file URL, such as `new URL("./my-dataset.js", import.meta.url)`, or a path.
   * @throws TorchError `data/module` if the module or its export is not usable.
   */
  static async fromModule<T, B = Collated<T>>(
    module: URL | string,
    options: ModuleLoaderOptions = {},
  ): Promise<DataLoader<T, B>> {
    const { export: exportName = "default", options: given, collate: collateName, ...rest } = options;
    const count = wholeNumber("DataLoader: workers", options.workers ?? 0, 0, 256);
    const prefetch = wholeNumber("DataLoader: prefetch", options.prefetch ?? 2, 1);
    const href = moduleUrl(module);
    const { dataset, collate } = await loadDataset(href, exportName, given, collateName);
    if (count > 1 && isIterableDataset(dataset)) {
      refuse(`an IterableDataset is read by one worker; workers is ${count}, accepted: 0 or 1`);
    }
    const plain: LoaderOptions = { ...rest, workers: 0 } as LoaderOptions;
    const loader = new DataLoader(dataset as AnyDataset<T>, {
      ...plain,
      collate: collate as Collate<T, B> | undefined,
    });
    if (count > 0) {
      const name = nameOf(dataset);
      const dropLast = options.dropLast ?? false;
      const assignment = { module: href, exportName, collateName, options: given, dropLast, name };
      loader.#staff = { count, prefetch, assignment };
    }
    return loader;
  }

  /** Batches of an epoch. @throws TorchError for an IterableDataset, which has no known length. */
  get length(): number {
    const { batches } = this.#plan;
    if (batches === null)
      refuse("an IterableDataset has no known number of samples, so the loader has no length");
    return batches;
  }

  /** The next epoch. */
  [Symbol.asyncIterator](): AsyncGenerator<B, void, void> {
    return this.#staff === undefined ? this.#here() : this.#byWorkers(this.#staff);
  }

  /** The next epoch without promises. @throws TorchError if the loader has workers. */
  sync(): Generator<B, void, void> {
    if (this.#staff !== undefined) refuse("sync() cannot wait for workers; use `for await`, or workers: 0");
    return this.#onThisThread();
  }

  /** State of this loader. Taken within a loop, the current batch counts as done. */
  state(): LoaderState {
    const { seed: order, batches } = this.#plan;
    return { seed: this.#seed, order, ...this.#cursor.position, batches };
  }

  /**
   * Makes the next loop continue from `state`: its batches are those that the other loader would have returned next, bit for bit.
   * The dataset and the options must be the same; the seeds are taken from the state.
   * @throws TorchError `data/state` if it is not a loader's state, or one with another number of batches.
   */
  restore(state: LoaderState): void {
    const [seed, epoch, position] = ["seed", "epoch", "position"].map((key) =>
      stateNumber("DataLoader", state, key),
    );
    const order = state.order === null ? null : stateNumber("DataLoader", state, "order");
    const { batches } = this.#plan;
    if (state.batches !== batches || (batches !== null && position! > batches)) {
      throw new TorchError(
        "data/state",
        `DataLoader.restore: the state is at batch ${position} of ${state.batches}, this loader's epochs have ` +
          `${batches} batches; restore with the dataset and options that it was taken with`,
      );
    }
    this.#seed = seed!;
    this.#plan.seed = order;
    this.#cursor.restore({ epoch: epoch!, position: position! });
  }

  *#onThisThread(): Generator<B, void, void> {
    let place = this.#cursor.begin();
    const { epoch, position } = place;
    const maker = createMaker({ ...this.#recipe, seed: this.#seed });
    let last: readonly Disposable[] = [];
    try {
      for (const task of this.#plan.tasks(epoch, position)) {
        this.#release(last);
        const next = scope(() => {
          const made = maker.make(task);
          return made === null ? null : { batch: made.batch, tensors: ownedTensors(made.batch) };
        });
        if (next === null) break;
        last = next.tensors;
        place = this.#cursor.advance(place);
        yield next.batch;
      }
      this.#release(last);
      this.#cursor.finish(epoch);
    } finally {
      maker.close();
    }
  }

  async *#here(): AsyncGenerator<B, void, void> {
    const batches = this.#onThisThread();
    try {
      for (;;) {
        await turn(); // lets timers and signals in; no scope can be open after it
        const { done, value } = batches.next();
        if (done) return;
        yield value;
      }
    } finally {
      batches.return();
    }
  }

  async *#byWorkers({ count, prefetch, assignment }: Staff): AsyncGenerator<B, void, void> {
    let place = this.#cursor.begin();
    const { epoch, position } = place;
    const tasks = this.#plan.tasks(epoch, position);
    let last: readonly Disposable[] = [];
    for await (const { batch, tensors } of workerPass(
      { ...assignment, seed: this.#seed },
      tasks,
      count,
      prefetch,
    )) {
      last = tensors;
      place = this.#cursor.advance(place);
      yield batch as B;
      this.#release(last);
    }
    this.#cursor.finish(epoch);
  }

  #release(tensors: readonly Disposable[]): void {
    if (this.#releases) for (const tensor of tensors) tensor[Symbol.dispose]();
  }
}

function refuse(reason: string): never {
  throw new TorchError("torch/argument", `DataLoader: ${reason}`);
}
