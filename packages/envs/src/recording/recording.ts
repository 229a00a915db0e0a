// What recorded environments share.
import type { EnvSpec } from "../env.js";
import { EnvError } from "../errors.js";
import type { EpisodeFacts } from "../vector/vector-env.js";
import type { EpisodeDraft } from "./draft.js";
import { isKept } from "./even.js";
import type { EpisodeWriter } from "./writer.js";

/** Options of a `Recording`. */
export interface RecordingOptions {
  /**
   * Episodes of each level whose observations are kept, at least so many and evenly spaced over what was played, however long
   * it becomes. Default: all. Actions and rewards are kept of every episode.
   */
  readonly observations?: number;
}

/** State of a recording, for checkpoints. */
export interface RecordingState {
  readonly writer: ReturnType<EpisodeWriter["stateDict"]>;
  readonly begun: readonly number[];
}

/** The writer, the count of episodes, and how far learning has come: shared by the environments of all levels. */
export class Recording {
  readonly writer: EpisodeWriter;
  /** Number of the update that episodes end in. */
  update = 0;
  /** Version of the policy that begins episodes, in any words. */
  policy = "";
  readonly #least: number;
  /** Episodes begun on each level. */
  readonly #begun: number[];

  constructor(writer: EpisodeWriter, { observations = Number.POSITIVE_INFINITY }: RecordingOptions = {}) {
    this.writer = writer;
    this.#least = observations;
    this.#begun = writer.card.levels.map(() => 0);
  }

  /** @throws EnvError `envs/record` unless the card says of the level what the spec is */
  check(level: number, spec: EnvSpec): void {
    const expected = JSON.stringify(this.writer.card.levels[level]);
    if (expected === JSON.stringify(spec)) return;
    const accepted = expected ?? `a level below ${this.writer.card.levels.length}`;
    throw new EnvError("record", `level ${level} is ${JSON.stringify(spec)}, accepted: ${accepted}`);
  }

  /** Episodes that end from now on belong to an update, and those that begin to the policy that has learned from so many. */
  at(update: number): void {
    this.update = update;
    this.policy = `update ${update}`;
  }

  /** Begins an episode. */
  begin(level: number): EpisodeDraft {
    const ordinal = this.#begun[level]!++;
    const hasObservations = isKept(ordinal, this.#least);
    return this.writer.begin({ level, ordinal, policy: this.policy, hasObservations });
  }

  /** Appends an episode. @throws EnvError `envs/disk` */
  end(draft: EpisodeDraft, facts: EpisodeFacts, terminated: boolean): void {
    const { seed, episode, success } = facts;
    this.writer.end(draft, { seed, episode, success, terminated, update: this.update });
  }

  stateDict(): RecordingState {
    return { writer: this.writer.stateDict(), begun: [...this.#begun] };
  }

  loadStateDict({ writer, begun }: RecordingState): void {
    this.writer.loadStateDict(writer);
    begun.forEach((count, level) => {
      this.#begun[level] = count;
    });
  }

  close(): void {
    this.writer.close();
  }
}
