// Reads the episodes of a store.
import { data } from "@throughline/torch";
import { show, wholeNumber } from "@throughline/torch/checks";
import { EnvError } from "../errors.js";
import { bytesOf, type EpisodeCard, isEpisodeCard, sizeOf, type ValueArray, valuesOf } from "./card.js";
import { asBytes, CHUNK, inflated, unpacked } from "./chunks.js";
import type { EpisodeRecord } from "./episode-record.js";
import { refuseStore } from "./refusals.js";

/** Values that episodes must have to be found. */
export type EpisodeFilter = Partial<
  Pick<EpisodeRecord, "level" | "seed" | "episode" | "update" | "policy" | "success" | "hasObservations">
>;

/** Actions and rewards of an episode. */
export interface EpisodeMoves {
  /** [length, …action] */
  readonly actions: ValueArray;
  /** [length] */
  readonly rewards: Float64Array;
}

/**
 * Reads a store that `EpisodeWriter` wrote, also while it is written. Rows are read at once; actions, rewards and observations
 * when they are asked for, and each is compared with its checksum.
 * @example
 * const store = new EpisodeReader("episodes");
 * for (const episode of store.find({ level: 0, success: true })) store.observations(episode, 0, 8);
 * store.close();
 */
export class EpisodeReader implements Iterable<EpisodeRecord> {
  readonly folder: string;
  readonly card: EpisodeCard;
  /** All episodes, in the order in which they ended. */
  readonly episodes: readonly EpisodeRecord[];
  /** True if an episode had been begun to be written behind the last one. */
  readonly isCut: boolean;
  /** SHA-256 of the card and of all rows, and with the checksums in these of all content. */
  readonly hash: string;
  /** Bytes of all actions, rewards and observations on disk. */
  readonly bytes: number;
  readonly #log: data.LogReader<EpisodeCard, Omit<EpisodeRecord, "number">>;

  /** @throws EnvError `envs/store` for a folder that is no store, `envs/damaged`, `envs/disk` */
  constructor(folder: string) {
    this.#log = new data.LogReader(folder, refuseStore);
    const { card, rows, isCut, hash, blockBytes } = this.#log;
    this.folder = this.#log.folder;
    if (!isEpisodeCard(card)) {
      this.#log.close();
      throw new EnvError("store", `${folder} is no episode store: its card describes something else`);
    }
    this.card = card;
    this.episodes = rows.map((row, number) => ({ number, ...row }));
    this.isCut = isCut;
    this.hash = hash;
    this.bytes = blockBytes;
  }

  [Symbol.iterator](): Iterator<EpisodeRecord> {
    return this.episodes[Symbol.iterator]();
  }

  /** Episodes with these values, in order. */
  find(filter: EpisodeFilter): EpisodeRecord[] {
    const wanted = Object.entries(filter).filter(([, value]) => value !== undefined);
    return this.episodes.filter((episode) =>
      wanted.every(([name, value]) => episode[name as keyof EpisodeFilter] === value),
    );
  }

  /** Actions and rewards of an episode. @throws EnvError `envs/damaged` */
  moves(episode: EpisodeRecord): EpisodeMoves {
    const { number, length } = this.#own(episode);
    const { action } = this.card;
    const actions = valuesOf(action, length);
    const bytes = inflated(this.#log.block(number, 0), length * (bytesOf(action) + 8));
    if (bytes === undefined) throw this.#damaged(number, "actions and rewards");
    const rewards = new Float64Array(length);
    asBytes(actions).set(bytes.subarray(0, actions.byteLength));
    asBytes(rewards).set(bytes.subarray(actions.byteLength));
    return { actions, rewards };
  }

  /**
   * Observations `from` up to but not `to` of an episode, one after the other; the first is number 0, the final one number
   * `length`. Reads and decompresses the chunks of 16 that they lie in, and nothing else.
   * @param to default: all to the final one
   * @throws TorchError `torch/argument` for numbers that the episode does not have; EnvError `envs/no-observations` if they were
   * not kept, `envs/damaged`
   */
  observations(episode: EpisodeRecord, from = 0, to: number = episode.length + 1): ValueArray {
    const { number, length, hasObservations } = this.#own(episode);
    if (!hasObservations) {
      const advice = "play it again with replayObservations";
      throw new EnvError(
        "no-observations",
        `episode ${number} of ${this.folder} has no observations; ${advice}`,
      );
    }
    wholeNumber("EpisodeReader: to", to, 0, length + 1);
    wholeNumber("EpisodeReader: from", from, 0, to);
    const { observation: form } = this.card;
    const size = sizeOf(form);
    const values = valuesOf(form, to - from);
    for (let chunk = Math.floor(from / CHUNK); chunk * CHUNK < to; chunk++) {
      const first = chunk * CHUNK;
      const count = Math.min(CHUNK, length + 1 - first);
      const found = unpacked(this.#log.block(number, 1 + chunk), form, count);
      if (found === undefined) throw this.#damaged(number, `observations from ${first}`);
      const [begin, end] = [Math.max(from, first), Math.min(to, first + count)];
      values.set(found.subarray((begin - first) * size, (end - first) * size), (begin - from) * size);
    }
    return values;
  }

  /** Bytes of an episode on disk. */
  bytesOf(episode: EpisodeRecord): number {
    return this.#log.sizes(this.#own(episode).number).reduce((sum, bytes) => sum + bytes, 0);
  }

  /**
   * Reads everything of an episode.
   * @returns what is wrong with it; undefined if it is what was written
   */
  problemOf(episode: EpisodeRecord): string | undefined {
    try {
      const { rewards } = this.moves(episode);
      const sum = rewards.reduce((total, reward) => total + reward, 0);
      if (sum !== episode.return) return `its rewards sum up to ${sum}, not to ${episode.return}`;
      if (episode.hasObservations) this.observations(episode);
      return undefined;
    } catch (error) {
      if (error instanceof EnvError) return error.message;
      throw error;
    }
  }

  /** Closes the files; a second call does nothing. */
  close(): void {
    this.#log.close();
  }

  #own(episode: EpisodeRecord): EpisodeRecord {
    const own = this.episodes[episode?.number];
    if (own !== undefined) return own;
    const accepted = `one of its ${this.episodes.length} episodes`;
    throw new EnvError("record", `${this.folder}: the episode is ${show(episode)}, accepted: ${accepted}`);
  }

  #damaged(number: number, what: string): EnvError {
    return new EnvError("damaged", `${this.folder} is damaged: ${what} of episode ${number} cannot be read`);
  }
}
