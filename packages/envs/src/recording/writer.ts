// Writes episodes to a store.
import { data } from "@throughline/torch";
import { type EpisodeSource, episodeCard } from "./card.js";
import { EpisodeDraft } from "./draft.js";
import type { EpisodeEnd, EpisodeStart } from "./episode-record.js";
import type { EpisodeCard } from "./forms.js";
import { refuseStore } from "./refusals.js";

/** Options of an `EpisodeWriter`. */
export interface EpisodeWriterOptions {
  /**
   * What becomes of a store with the same card that is there already. `refuse` (the default): nothing, and it is an error.
   * `continue`: episodes are appended. `restore`: it counts as far as a state says that `loadStateDict` is given, and not at all
   * without one, so that a recording goes on with the checkpoints of a run.
   */
  readonly existing?: "refuse" | "continue" | "restore";
}

/**
 * Appends episodes to a store on disk. An episode is there once it has ended: a process that is killed loses the episodes in
 * flight, and no other. Episodes may be played side by side. One writer at a time.
 * @example
 * const writer = new EpisodeWriter("episodes", { levels: [env.spec], observationSpace, actionSpace });
 * const draft = writer.begin();
 * draft.see(observation);
 * draft.step(action, reward); draft.see(next);   // for each step
 * writer.end(draft, { seed, episode, update: 0, success, terminated });
 * writer.close();
 */
export class EpisodeWriter {
  readonly card: EpisodeCard;
  readonly folder: string;
  readonly #log: data.LogWriter;
  #waits: boolean;

  /** @param source what the store is to hold, or the card of another @throws EnvError `envs/store` if the folder holds anything else, `envs/record` for what cannot be stored, `envs/disk` */
  constructor(
    folder: string,
    source: EpisodeSource | EpisodeCard,
    { existing = "refuse" }: EpisodeWriterOptions = {},
  ) {
    this.card = "format" in source ? source : episodeCard(source);
    this.#log = new data.LogWriter(folder, this.card, { resume: existing !== "refuse", refuse: refuseStore });
    this.folder = this.#log.folder;
    this.#waits = existing === "restore";
  }

  /** Number of episodes. */
  get length(): number {
    return this.#waits ? 0 : this.#log.position.rows;
  }

  /** Begins an episode; default: the next one of level 0, by a policy without a name, with observations. */
  begin(start: Partial<EpisodeStart> = {}): EpisodeDraft {
    const usual = { level: 0, ordinal: this.length, policy: "", hasObservations: true };
    return new EpisodeDraft(this.card, { ...usual, ...start });
  }

  /** Appends an episode that has ended. @throws EnvError `envs/disk`; the store is then as it was before */
  end(draft: EpisodeDraft, end: EpisodeEnd): void {
    if (this.#waits) this.#log.cutTo({ rows: 0, rowBytes: 0, blockBytes: 0 });
    this.#waits = false;
    const { row, blocks } = draft.finish(end);
    this.#log.append(row, blocks);
  }

  /** Makes the episodes durable. @returns where the store ends */
  stateDict(): data.LogPosition {
    this.#log.sync();
    return this.#waits ? { rows: 0, rowBytes: 0, blockBytes: 0 } : this.#log.position;
  }

  /** Goes on where the store ended; what was written behind it is removed. @throws EnvError `envs/damaged` if it is shorter */
  loadStateDict(position: data.LogPosition): void {
    this.#log.cutTo(position);
    this.#waits = false;
  }

  /** Makes the episodes durable and closes the files. */
  close(): void {
    this.#log.close();
  }
}
