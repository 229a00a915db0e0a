// Batches of a curriculum, made ahead of training by worker threads.
import { data } from "@throughline/torch";
import { wholeNumber } from "@throughline/torch/checks";
import type { SequenceBatch } from "../curricula/batch.js";
import type { Curriculum } from "../curricula/curriculum.js";
import { CecError } from "../errors.js";
import { type CompleteSequenceOptions, cacheOf, type SequenceOptions, sequenceOptions } from "./assembler.js";
import { type DataCard, dataCard } from "./data-card.js";
import type { SharedCache } from "./picture-cache.js";
import { SequenceSet, type SequenceSetOptions } from "./sequence-set.js";

/** Options of a loader. */
export interface SequenceLoaderOptions extends SequenceOptions {
  /** Sequences in a batch. Default: 4. */
  readonly batch?: number;
  /** Seed of everything that is drawn. */
  readonly seed: number;
  /** Threads that make batches. Default: 1; with 0 this thread makes one when it is asked for. */
  readonly workers?: number;
  /** Batches that each thread may be ahead. Default: 2. */
  readonly prefetch?: number;
}

/** Place of a loader: the sample that its next batch begins with. */
export interface SequenceLoaderState {
  readonly seed: number;
  readonly epoch: number;
  readonly index: number;
}

/**
 * Batches of a curriculum without end. A batch is a function of the curriculum, the options and the place, whatever the number of
 * threads. Batches go on across the border of two epochs, so that all have the same number of sequences.
 * @example
 * const loader = new SequenceLoader(curriculum, { batch: 4, chunk: 128, seed: 1 });
 * const batch = await loader.next(); // its tensors live until the next one is asked for
 * await loader.close();
 */
export class SequenceLoader {
  readonly curriculum: Curriculum;
  readonly card: DataCard;
  /** Milliseconds in which `next` had to wait for a batch, in all. */
  waited = 0;
  readonly #options: CompleteSequenceOptions;
  readonly #cache: SharedCache;
  readonly #size: number;
  readonly #workers: number;
  readonly #prefetch: number;
  #seed: number;
  /** Number of the next sample, through all epochs. */
  #number = 0;
  #set: SequenceSet | undefined;
  #pass: AsyncGenerator<SequenceBatch, void, void> | undefined;
  /** Threads of an earlier place, while they end. */
  #ending: Promise<void> | undefined;
  #last: SequenceBatch | undefined;
  #isClosed = false;

  /**
   * Checks everything, and starts nothing.
   * @throws CecError `cec/data` for data that do not go together, or have no observations; TorchError `torch/argument`
   */
  constructor(curriculum: Curriculum, options: SequenceLoaderOptions) {
    this.curriculum = curriculum;
    this.card = dataCard(curriculum, options.keys);
    this.#options = sequenceOptions(options, this.card);
    this.#size = wholeNumber("SequenceLoader: batch", options.batch ?? 4, 1);
    this.#workers = wholeNumber("SequenceLoader: workers", options.workers ?? 1, 0, 256);
    this.#prefetch = wholeNumber("SequenceLoader: prefetch", options.prefetch ?? 2, 1);
    this.#seed = wholeNumber("SequenceLoader: seed", options.seed);
    this.#cache = cacheOf(curriculum, this.card, this.#options.cacheBytes);
  }

  /** Batches of an epoch; a fraction where its samples are no multiple of a batch. */
  get batchesPerEpoch(): number {
    return this.curriculum.samples / this.#size;
  }

  /**
   * The next batch; the tensors of the one before are released.
   * @throws TorchError `data/worker` if a thread died, `data/sample` if a batch cannot be made
   */
  async next(): Promise<SequenceBatch> {
    if (this.#isClosed) throw new CecError("data", "SequenceLoader: it was closed");
    const asked = performance.now();
    this.#release();
    await this.#ending;
    this.#pass ??= await this.#begin();
    try {
      const { value } = await this.#pass.next();
      this.waited += performance.now() - asked;
      this.#number += this.#size;
      this.#last = value as SequenceBatch;
      return this.#last;
    } catch (error) {
      this.#pass = undefined;
      throw error;
    }
  }

  /** Place of the next batch, for checkpoints. */
  stateDict(): SequenceLoaderState {
    const { samples } = this.curriculum;
    return { seed: this.#seed, epoch: Math.floor(this.#number / samples), index: this.#number % samples };
  }

  /** Makes the next batch that of a state. @throws CecError `cec/data` for a state of another curriculum */
  loadStateDict({ seed, epoch, index }: SequenceLoaderState): void {
    const { samples } = this.curriculum;
    const isPlace = [seed, epoch, index].every((number) => Number.isSafeInteger(number) && number >= 0);
    if (!isPlace || index >= samples)
      throw new CecError(
        "data",
        `SequenceLoader: the state is ${JSON.stringify({ seed, epoch, index })}, accepted: that of a loader with ${samples} samples an epoch`,
      );
    this.#ending = this.#end();
    this.#seed = seed;
    this.#number = epoch * samples + index;
  }

  /** Ends the threads and releases what they have made. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#ending;
    await this.#end();
  }

  async #begin(): Promise<AsyncGenerator<SequenceBatch, void, void>> {
    const given: SequenceSetOptions = {
      ...{
        curriculum: this.curriculum.toJSON(),
        seed: this.#seed,
        options: this.#options,
        cache: this.#cache,
      },
    };
    const order = { batchSampler: new Following(this.#number, this.#size), seed: 0, releaseBatches: false };
    if (this.#workers === 0) {
      this.#set = new SequenceSet(given);
      const loader = new data.DataLoader<SequenceBatch, SequenceBatch>(this.#set, order);
      return loader[Symbol.asyncIterator]();
    }
    const loader = await data.DataLoader.fromModule<SequenceBatch, SequenceBatch>(
      new URL("./sequence-set.js", import.meta.url),
      {
        ...{ export: "SequenceSet", options: given, ...order },
        ...{ workers: this.#workers, prefetch: this.#prefetch },
      },
    );
    return loader[Symbol.asyncIterator]();
  }

  async #end(): Promise<void> {
    const pass = this.#pass;
    this.#pass = undefined;
    this.#release();
    await pass?.return();
    this.#set?.close();
    this.#set = undefined;
  }

  #release(): void {
    const batch = this.#last;
    this.#last = undefined;
    if (batch === undefined) return;
    const { observations, previous, times, actions, counted, episodes, returnsToGo } = batch;
    for (const tensor of [...Object.values(observations), ...Object.values(previous)]) tensor.dispose();
    for (const tensor of [times, actions, counted, episodes, returnsToGo]) tensor?.dispose();
  }
}

/** Samples one after the other, without end. */
class Following extends data.Sampler<number[]> {
  readonly length: number = Number.MAX_SAFE_INTEGER;
  readonly #first: number;
  readonly #size: number;

  constructor(first: number, size: number) {
    super();
    this.#first = first;
    this.#size = size;
  }

  *order(): Iterable<number[]> {
    for (let first = this.#first; ; first += this.#size)
      yield Array.from({ length: this.#size }, (_, at) => first + at);
  }
}
