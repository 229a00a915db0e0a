// Samples of a curriculum, epoch after epoch, as a data set that any thread can make.
import type { data } from "@throughline/torch";
import type { SequenceBatch } from "../curricula/batch.js";
import { Curriculum, type CurriculumState } from "../curricula/curriculum.js";
import { SequenceAssembler, type SequenceOptions } from "./assembler.js";
import type { SharedCache } from "./picture-cache.js";

/** What a thread needs to make the same batches as any other. */
export interface SequenceSetOptions {
  readonly curriculum: CurriculumState;
  readonly seed: number;
  readonly options: SequenceOptions;
  readonly cache: SharedCache;
}

/** Samples, numbered through all epochs: number `epoch · samples + index`. */
export class SequenceSet implements data.Dataset<SequenceBatch> {
  /** There is no last one. */
  readonly length: number = Number.MAX_SAFE_INTEGER;
  readonly #given: SequenceSetOptions;
  #assembler: SequenceAssembler | undefined;

  constructor(given: SequenceSetOptions) {
    this.#given = given;
  }

  get(number: number): SequenceBatch {
    return this.getBatch([number]);
  }

  /** The batch of these samples. */
  getBatch(numbers: readonly number[]): SequenceBatch {
    const { curriculum: state, options, cache, seed } = this.#given;
    this.#assembler ??= new SequenceAssembler(new Curriculum(state), options, cache);
    const { curriculum } = this.#assembler;
    const places = numbers.map((number) => ({
      ...{ seed, epoch: Math.floor(number / curriculum.samples), index: number % curriculum.samples },
    }));
    return this.#assembler.batch(places.map((place) => curriculum.sequence(place)));
  }

  close(): void {
    this.#assembler?.close();
  }
}
