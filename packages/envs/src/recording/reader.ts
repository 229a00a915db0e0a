// Reads the episodes of a store.
import { data } from "@throughline/torch";
import { show, wholeNumber } from "@throughline/torch/checks";
import { EnvError } from "../errors.js";
import { asBytes, CHUNK, inflated, unpacked } from "./chunks.js";
import { type EpisodeRecord, seenOf } from "./episode-record.js";
import {
  bytesOf,
  type EpisodeCard,
  isEpisodeCard,
  sizeOf,
  type TrackForm,
  tracksOf,
  type ValueArray,
  type ValueForm,
  valuesOf,
} from "./forms.js";
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

  /** Keys of the parts of an observation; none if it is one value. */
  get keys(): readonly string[] {
    return Object.keys(this.card.observations ?? {});
  }

  /** The form of an observation, or of the part of one that a key names. @throws EnvError `envs/no-observations` as `observations` */
  form(key?: string): ValueForm {
    return this.#track(key).form;
  }

  /**
   * Observations `from` up to but not `to` of an episode, one after the other; the first is number 0, the final one number
   * `length`. Reads and decompresses the chunks of 16 that they lie in, and nothing else.
   * @param to default: all to the final one
   * @param key of the part that is wanted, where an observation has several
   * @throws TorchError `torch/argument` for numbers that the episode does not have; EnvError `envs/no-observations` if they were
   * not kept or the store has none of this key, `envs/damaged`
   */
  observations(episode: EpisodeRecord, from = 0, to: number = seenOf(episode), key?: string): ValueArray {
    const track = this.#track(key);
    const own = this.#own(episode);
    if (!own.hasObservations) {
      const advice = "play it again with replayObservations";
      throw new EnvError(
        "no-observations",
        `episode ${own.number} of ${this.folder} has no observations; ${advice}`,
      );
    }
    return this.#values(own, track, from, to);
  }

  /**
   * States of the simulator `from` up to but not `to`, each before the action of the same number.
   * @param to default: all
   * @throws EnvError `envs/no-observations` if the store keeps none, `envs/damaged`
   */
  states(episode: EpisodeRecord, from = 0, to: number = episode.length): ValueArray {
    const track = tracksOf(this.card).find(({ isState }) => isState);
    if (track === undefined)
      throw new EnvError("no-observations", `${this.folder} has no states of the simulator`);
    return this.#values(this.#own(episode), track, from, to);
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
      for (const track of this.#kept(episode)) this.#values(episode, track);
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

  /** Tracks that are kept of an episode. */
  #kept({ hasObservations }: EpisodeRecord): readonly TrackForm[] {
    return tracksOf(this.card).filter(({ isState }) => isState || hasObservations);
  }

  #track(key: string | undefined): TrackForm {
    const found = tracksOf(this.card).find((track) => !track.isState && track.key === (key ?? ""));
    if (found !== undefined) return found;
    const { keys } = this;
    const has =
      keys.length === 0 ? "its observations have no keys" : `its observations have ${keys.join(", ")}`;
    const wanted = key === undefined ? "name one of them" : `and not ${key}`;
    throw new EnvError("no-observations", `${this.folder}: ${has}; ${wanted}`);
  }

  #values(
    episode: EpisodeRecord,
    track: TrackForm,
    from = 0,
    to: number = countOf(episode, track),
  ): ValueArray {
    const { number } = episode;
    const { form, isState } = track;
    const count = countOf(episode, track);
    wholeNumber("EpisodeReader: to", to, 0, count);
    wholeNumber("EpisodeReader: from", from, 0, to);
    const size = sizeOf(form);
    const values = valuesOf(form, to - from);
    let block = 1;
    for (const other of this.#kept(episode)) {
      if (other.key === track.key && other.isState === isState) break;
      block += Math.ceil(countOf(episode, other) / CHUNK);
    }
    for (let chunk = Math.floor(from / CHUNK); chunk * CHUNK < to; chunk++) {
      const first = chunk * CHUNK;
      const many = Math.min(CHUNK, count - first);
      const found = unpacked(this.#log.block(number, block + chunk), form, many);
      if (found === undefined)
        throw this.#damaged(number, `${isState ? "states" : "observations"} from ${first}`);
      const [begin, end] = [Math.max(from, first), Math.min(to, first + many)];
      values.set(found.subarray((begin - first) * size, (end - first) * size), (begin - from) * size);
    }
    return values;
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

/** Values of a track in an episode. */
function countOf(episode: EpisodeRecord, { isState }: TrackForm): number {
  return isState ? episode.length : seenOf(episode);
}
