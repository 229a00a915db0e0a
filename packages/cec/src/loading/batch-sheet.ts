// The memory of a batch while sequences are written into it.
import type { ValueForm } from "@throughline/envs";
import { type DType, empty, type Tensor, zeros } from "@throughline/torch";
import type { SequenceBatch } from "../curricula/batch.js";
import type { CurriculumEpisode } from "../curricula/episode.js";
import type { DataCard } from "./data-card.js";
import { type ObservationPart, partsOf, valuesIn } from "./observation-bytes.js";
import { type Moves, type ReturnsToGo, returnsOf } from "./returns.js";

/** dtype of a batch's observations by that of the store. */
const observationTypes: Readonly<Record<ValueForm["dtype"], DType>> = {
  uint8: "uint8",
  float32: "float32",
  float64: "float32",
  int64: "int64",
};

type Memory = ReturnType<Tensor["memory"]>;

/** Memory of each tensor of a batch, asked for once: a view of memory costs more than what is written to it. */
interface Memories {
  /** Of each part. */
  readonly observations: readonly Memory[];
  readonly actions: BigInt64Array | Float32Array;
  readonly previous: BigInt64Array | Float32Array;
  readonly rewards: Float32Array;
  readonly ends: Uint8Array;
  readonly times: BigInt64Array;
  readonly counted: Uint8Array;
  readonly episodes: BigInt64Array;
  readonly returnsToGo: Float32Array | undefined;
}

/** Tensors of a batch, and the writing of one sequence after the other. */
export class BatchSheet {
  readonly #parts: readonly ObservationPart[];
  readonly #steps: number;
  readonly #returns: ReturnsToGo | undefined;
  readonly #batch: SequenceBatch;
  readonly #memories: Memories;
  /** Numbers of an action. */
  readonly #action: number;

  /** @param rows sequences @param steps of each, with its padding */
  constructor(card: DataCard, rows: number, steps: number, returns: ReturnsToGo | undefined) {
    this.#parts = partsOf(card);
    this.#steps = steps;
    this.#returns = returns;
    const { observations, actions } = card;
    const dimensions = actions.kind === "numbered" ? [] : [actions.dimensions];
    const made = (dtype: DType): Tensor => zeros([rows, steps], { dtype });
    const ofActions = (): Tensor =>
      zeros([rows, steps, ...dimensions], { dtype: actions.kind === "numbered" ? "int64" : "float32" });
    // Every number of it is written, those of the padding too.
    const shown = this.#parts.map(({ key, dtype }): [string, Tensor] => [
      key,
      empty([rows, steps, ...observations[key]!.shape], { dtype: observationTypes[dtype] }),
    ]);
    this.#action = dimensions[0] ?? 1;
    this.#batch = {
      observations: Object.fromEntries(shown),
      previous: { actions: ofActions(), rewards: made("float32"), ends: made("bool") },
      ...{ times: made("int64"), actions: ofActions(), counted: made("bool"), episodes: made("int64") },
      ...(returns !== undefined && { returnsToGo: made("float32") }),
    };
    this.#memories = memoriesOf(
      this.#batch,
      shown.map(([, tensor]) => tensor),
    );
    this.#memories.episodes.fill(-1n);
  }

  /** Writes a sequence into a row. @param observationsOf gives an episode's, without the final one, as they are stored */
  write(
    row: number,
    sequence: readonly Moves[],
    observationsOf: (episode: CurriculumEpisode) => Uint8Array,
  ): void {
    const begin = row * this.#steps;
    let at = begin;
    for (const [number, moves] of sequence.entries()) {
      const isCounted = this.#returns !== "target" || number === sequence.length - 1;
      this.#writeObservations(at, moves, observationsOf(moves.episode));
      this.#writeMoves(at, moves, number, isCounted);
      at += moves.rewards.length;
    }
    const { observations, returnsToGo } = this.#memories;
    for (const [part, { size }] of this.#parts.entries())
      clear(observations[part]!, at * size, (begin + this.#steps) * size);
    this.#writePast(begin, at);
    if (this.#returns !== undefined) returnsToGo!.set(returnsOf(this.#returns, sequence), begin);
  }

  /** The batch; it owns its tensors. */
  batch(): SequenceBatch {
    return this.#batch;
  }

  #writeObservations(at: number, { from, rewards }: Moves, bytes: Uint8Array): void {
    for (const [part, { size }] of this.#parts.entries()) {
      const values = valuesIn(bytes, this.#parts, part, from, from + rewards.length);
      put(this.#memories.observations[part]!, values, at * size);
    }
  }

  #writeMoves(
    at: number,
    { episode, from, actions, rewards }: Moves,
    number: number,
    isCounted: boolean,
  ): void {
    const memories = this.#memories;
    const { length } = rewards;
    put(memories.actions, actions, at * this.#action);
    // At the step itself; `#writePast` moves them to the step after.
    memories.rewards.set(rewards, at);
    if (from + length === episode.length) memories.ends[at + length - 1] = 1;
    memories.counted.fill(Number(isCounted), at, at + length);
    memories.episodes.fill(BigInt(number), at, at + length);
    for (let time = 0; time < length; time++) memories.times[at + time] = BigInt(from + time);
  }

  /** What came before each step of a row, across the borders of its episodes; zeros before the first. */
  #writePast(begin: number, end: number): void {
    const { actions, previous, rewards, ends } = this.#memories;
    const action = this.#action;
    previous.set(actions.subarray(begin * action, (end - 1) * action) as never, (begin + 1) * action);
    for (const memory of [rewards, ends]) {
      memory.copyWithin(begin + 1, begin, end - 1);
      memory[begin] = 0;
    }
  }
}

function memoriesOf(batch: SequenceBatch, shown: readonly Tensor[]): Memories {
  const { previous, times, actions, counted, episodes, returnsToGo } = batch;
  return {
    observations: shown.map((tensor) => tensor.memory()),
    actions: actions.memory() as Memories["actions"],
    previous: previous.actions.memory() as Memories["previous"],
    rewards: previous.rewards.memory() as Float32Array,
    ends: previous.ends.memory() as Uint8Array,
    times: times.memory() as BigInt64Array,
    counted: counted.memory() as Uint8Array,
    episodes: episodes.memory() as BigInt64Array,
    returnsToGo: returnsToGo?.memory() as Float32Array | undefined,
  };
}

/** Writes numbers, as whole ones where the memory is of such. */
function put(memory: Memory, values: ArrayLike<number>, at: number): void {
  if (memory instanceof BigInt64Array)
    for (let index = 0; index < values.length; index++) memory[at + index] = BigInt(values[index]!);
  else (memory as Float32Array).set(values, at);
}

function clear(memory: Memory, from: number, to: number): void {
  if (memory instanceof BigInt64Array) memory.fill(0n, from, to);
  else (memory as Float32Array).fill(0, from, to);
}
