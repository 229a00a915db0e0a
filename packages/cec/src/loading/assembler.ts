// Batches from episodes on disk: what is read, and how it becomes tensors.
import { EpisodeReader } from "@throughline/envs";
import { choice, wholeNumber } from "@throughline/torch/checks";
import type { SequenceBatch } from "../curricula/batch.js";
import type { Curriculum } from "../curricula/curriculum.js";
import type { CurriculumEpisode } from "../curricula/episode.js";
import { CecError } from "../errors.js";
import { BatchSheet } from "./batch-sheet.js";
import { type DataCard, dataCard } from "./data-card.js";
import { joined, partsOf, stepBytes } from "./observation-bytes.js";
import { makeCache, PictureCache, type SharedCache } from "./picture-cache.js";
import { type Moves, RETURNS, type ReturnsToGo, squashed } from "./returns.js";

/** Options of sequences. */
export interface SequenceOptions {
  /** Sequences are padded with zeros to a multiple of so many steps. Default: 1. */
  readonly chunk?: number;
  /** Parts of observations, where these have several: default all. Else their one name: default `image` for pictures, else `observation`. */
  readonly keys?: readonly string[];
  /** Adds `returnsToGo`. With `target`, only actions of the last episode count. Default: none. */
  readonly returns?: ReturnsToGo;
  /** Memory for decoded observations, in bytes; what has no room is read again each time. Default: 2³⁰. */
  readonly cacheBytes?: number;
}

/** Options that are all there. */
export type CompleteSequenceOptions = Required<Omit<SequenceOptions, "returns">> &
  Pick<SequenceOptions, "returns">;

/** @throws TorchError `torch/argument` */
export function sequenceOptions(options: SequenceOptions, card: DataCard): CompleteSequenceOptions {
  const { chunk = 1, returns, cacheBytes = 2 ** 30 } = options;
  return {
    chunk: wholeNumber("sequences: chunk", chunk, 1),
    keys: Object.keys(card.observations),
    returns: returns === undefined ? undefined : choice("sequences: returns", returns, RETURNS),
    cacheBytes: wholeNumber("sequences: cacheBytes", cacheBytes),
  };
}

/** The memory for a curriculum's observations: each store's episodes by their number. */
export function cacheOf(curriculum: Curriculum, card: DataCard, budget: number): SharedCache {
  const bytes = stepBytes(partsOf(card));
  return makeCache(
    curriculum.levels.flatMap(({ episodes }) => episodes.map(({ length }) => length * bytes)),
    budget,
  );
}

/** Makes batches of a curriculum on this thread, when they are asked for. */
export class SequenceAssembler {
  readonly curriculum: Curriculum;
  readonly card: DataCard;
  readonly options: CompleteSequenceOptions;
  readonly #cache: PictureCache;
  readonly #readers = new Map<number, EpisodeReader>();
  readonly #moves = new Map<string, Pick<Moves, "actions" | "rewards">>();
  /** Number of a level's first episode among all. */
  readonly #firsts: readonly number[];

  /**
   * @param shared a cache that other threads use as well
   * @throws CecError `cec/data` for data that do not go together or have no observations; TorchError `torch/argument`
   */
  constructor(curriculum: Curriculum, options: SequenceOptions = {}, shared?: SharedCache) {
    this.curriculum = curriculum;
    this.card = dataCard(curriculum, options.keys);
    this.options = sequenceOptions(options, this.card);
    this.#cache = new PictureCache(shared ?? cacheOf(curriculum, this.card, this.options.cacheBytes));
    const counts = curriculum.levels.map(({ episodes }) => episodes.length);
    this.#firsts = counts.map((_, level) => counts.slice(0, level).reduce((sum, count) => sum + count, 0));
  }

  /**
   * A batch of sequences of the curriculum's episodes. Its tensors belong to the caller's scope.
   * @throws CecError `cec/data` if a store is no longer what it was; EnvError `envs/damaged`, `envs/disk`
   */
  batch(sequences: readonly (readonly CurriculumEpisode[])[]): SequenceBatch {
    const { card, options } = this;
    const rows = sequences.map((sequence) => sequence.map((episode) => this.#movesOf(episode)));
    const longest = Math.max(...rows.map(stepsOf), 1);
    const steps = Math.ceil(longest / options.chunk) * options.chunk;
    const sheet = new BatchSheet(card, rows.length, steps, options.returns);
    for (const [at, row] of rows.entries()) sheet.write(at, row, (episode) => this.#observations(episode));
    return sheet.batch();
  }

  /** Closes the stores; a later `batch` opens them again. */
  close(): void {
    for (const reader of this.#readers.values()) reader.close();
    this.#readers.clear();
  }

  /** What was done in an episode, or in the part of it that is drawn. */
  #movesOf(episode: CurriculumEpisode): Moves {
    const key = `${episode.store}/${episode.number}`;
    let whole = this.#moves.get(key);
    if (whole === undefined) {
      const reader = this.#reader(episode.store);
      const { actions, rewards } = reader.moves(reader.episodes[episode.number]!);
      whole = { actions, rewards: squashed(rewards) };
      this.#moves.set(key, whole);
    }
    const { part: { from, steps } = { from: 0, steps: episode.length } } = episode;
    if (steps === episode.length) return { episode, from, ...whole };
    const size = whole.actions.length / episode.length;
    return {
      ...{ episode, from },
      actions: whole.actions.subarray(from * size, (from + steps) * size),
      rewards: whole.rewards.slice(from, from + steps),
    };
  }

  /** Bytes of an episode's observations, without the final one. */
  #observations(episode: CurriculumEpisode): Uint8Array {
    return this.#cache.get(this.#firsts[episode.level]! + episode.place, () => {
      const reader = this.#reader(episode.store);
      const record = reader.episodes[episode.number]!;
      return joined(
        partsOf(this.card).map(({ key }) =>
          reader.observations(record, 0, episode.length, reader.keys.length === 0 ? undefined : key),
        ),
      );
    });
  }

  #reader(store: number): EpisodeReader {
    const known = this.#readers.get(store);
    if (known !== undefined) return known;
    const { folder, hash } = this.curriculum.stores[store]!;
    const reader = new EpisodeReader(folder);
    if (reader.hash !== hash) {
      reader.close();
      throw new CecError(
        "data",
        `${folder} has changed since the curriculum was made; make the curriculum again`,
      );
    }
    this.#readers.set(store, reader);
    return reader;
  }
}

const stepsOf = (row: readonly Moves[]): number => row.reduce((sum, { rewards }) => sum + rewards.length, 0);
