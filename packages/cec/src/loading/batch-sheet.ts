// The memory of a batch while sequences are written into it.
import type { ValueForm } from "@throughline/envs";
import { type DType, type Tensor, zeros } from "@throughline/torch";
import type { SequenceBatch } from "../curricula/batch.js";
import type { CurriculumEpisode } from "../curricula/episode.js";
import type { DataCard } from "./data-card.js";
import { type Moves, type ReturnsToGo, returnsOf } from "./returns.js";

/** dtype of a batch's observations by that of the store. */
const observationTypes: Readonly<Record<ValueForm["dtype"], DType>> = {
  uint8: "uint8",
  float32: "float32",
  float64: "float32",
  int64: "int64",
};

const arrays = {
  uint8: Uint8Array,
  float32: Float32Array,
  float64: Float64Array,
  int64: Float64Array,
} as const;

/** Tensors of a batch, all zeros at first, and the writing of one sequence after the other. */
export class BatchSheet {
  readonly #card: DataCard;
  readonly #steps: number;
  readonly #returns: ReturnsToGo | undefined;
  readonly #batch: SequenceBatch;

  /** @param rows sequences @param steps of each, with its padding */
  constructor(card: DataCard, rows: number, steps: number, returns: ReturnsToGo | undefined) {
    this.#card = card;
    this.#steps = steps;
    this.#returns = returns;
    const { observation, actions } = card;
    const made = (dtype: DType, ...rest: readonly number[]): Tensor =>
      zeros([rows, steps, ...rest], { dtype });
    const numbers = (): Tensor =>
      actions.kind === "numbered" ? made("int64") : made("float32", actions.dimensions);
    const episodes = made("int64");
    (episodes.memory() as BigInt64Array).fill(-1n);
    this.#batch = {
      observations: { [observation.key]: made(observationTypes[observation.dtype], ...observation.shape) },
      previous: { actions: numbers(), rewards: made("float32"), ends: made("bool") },
      ...{ times: made("int64"), actions: numbers(), counted: made("bool"), episodes },
      ...(returns !== undefined && { returnsToGo: made("float32") }),
    };
  }

  /** Writes a sequence into a row. @param observationsOf gives an episode's, without the final one, as they are stored */
  write(
    row: number,
    sequence: readonly Moves[],
    observationsOf: (episode: CurriculumEpisode) => Uint8Array,
  ): void {
    const begin = row * this.#steps;
    let at = begin;
    sequence.forEach((moves, number) => {
      const isCounted = this.#returns !== "target" || number === sequence.length - 1;
      this.#writeObservations(at, observationsOf(moves.episode));
      this.#writeMoves(at, moves, number, isCounted);
      at += moves.episode.length;
    });
    this.#shift(begin, at);
    const { returnsToGo } = this.#batch;
    if (this.#returns !== undefined)
      (returnsToGo!.memory() as Float32Array).set(returnsOf(this.#returns, sequence), begin);
  }

  /** The batch; it owns its tensors. */
  batch(): SequenceBatch {
    return this.#batch;
  }

  #writeObservations(at: number, bytes: Uint8Array): void {
    const { key, dtype, shape } = this.#card.observation;
    const size = shape.reduce((product, length) => product * length, 1);
    const memory = this.#batch.observations[key]!.memory();
    const values = new arrays[dtype](
      bytes.buffer as ArrayBuffer,
      bytes.byteOffset,
      bytes.byteLength / arrays[dtype].BYTES_PER_ELEMENT,
    );
    if (memory instanceof BigInt64Array) memory.set(Array.from(values, BigInt), at * size);
    else memory.set(values as never, at * size);
  }

  #writeMoves(at: number, { episode, actions, rewards }: Moves, number: number, isCounted: boolean): void {
    const { actions: taken, times, counted, episodes, previous } = this.#batch;
    const { length } = episode;
    fill(taken, at, actions);
    // For the moment of the step itself; `#shift` makes them those of the step before.
    (previous.rewards.memory() as Float32Array).set(rewards, at);
    (previous.ends.memory() as Uint8Array)[at + length - 1] = 1;
    (counted.memory() as Uint8Array).fill(Number(isCounted), at, at + length);
    (episodes.memory() as BigInt64Array).fill(BigInt(number), at, at + length);
    const clock = times.memory() as BigInt64Array;
    for (let time = 0; time < length; time++) clock[at + time] = BigInt(time);
  }

  /** What came before each step of a row, across the borders of its episodes; zeros before the first. */
  #shift(begin: number, end: number): void {
    const { actions, previous } = this.#batch;
    const size = this.#card.actions.kind === "numbered" ? 1 : this.#card.actions.dimensions;
    const [from, to] = [actions.memory(), previous.actions.memory()];
    to.set(from.subarray(begin * size, (end - 1) * size) as never, (begin + 1) * size);
    for (const tensor of [previous.rewards, previous.ends]) {
      const memory = tensor.memory();
      memory.copyWithin(begin + 1, begin, end - 1);
      memory.fill(0 as never, begin, begin + 1);
    }
  }
}

function fill(tensor: Tensor, at: number, values: ArrayLike<number>): void {
  const memory = tensor.memory();
  if (memory instanceof BigInt64Array)
    for (let i = 0; i < values.length; i++) memory[at + i] = BigInt(values[i]!);
  else (memory as Float32Array).set(values, at * (tensor.shape[2] ?? 1));
}
