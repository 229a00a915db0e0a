// An episode while it is played: its steps, and its observations and states as far as they fill whole chunks in compressed form.
import { show } from "@throughline/torch/checks";
import { EnvError } from "../errors.js";
import { asBytes, packed } from "./chunks.js";
import type { EpisodeEnd, EpisodeRecord, EpisodeStart } from "./episode-record.js";
import { type EpisodeCard, sizeOf, tracksOf, valuesOf } from "./forms.js";
import { numbersOf, Track, type TrackState } from "./track.js";

/** An observation: numbers, or several by name. */
export type Seen = ArrayLike<number> | number | Readonly<Record<string, ArrayLike<number>>>;

/** State of a draft between steps, for checkpoints. */
export interface DraftState {
  readonly start: EpisodeStart;
  /** Numbers of all actions, one action after the other. */
  readonly actions: Float64Array;
  readonly rewards: Float64Array;
  /** Of each track that is kept, in the order of the store. */
  readonly tracks: readonly TrackState[];
}

/** An episode that has not ended. */
export class EpisodeDraft {
  readonly start: EpisodeStart;
  readonly #card: EpisodeCard;
  readonly #actions: number[] = [];
  readonly #rewards: number[] = [];
  readonly #tracks: readonly Track[];

  constructor(card: EpisodeCard, start: EpisodeStart) {
    this.#card = card;
    this.start = start;
    this.#tracks = tracksOf(card)
      .filter(({ isState }) => isState || start.hasObservations)
      .map((form) => new Track(form));
  }

  /**
   * Adds an observation: the first before any step, then one after each.
   * @param state of the simulator, in stores that keep states; of the final observation there is none
   * @throws EnvError `envs/record` for one of another form
   */
  see(observation: Seen, state?: ArrayLike<number>): void {
    const isNamed = this.#card.format === 2;
    for (const track of this.#tracks) {
      const { key, isState } = track.of;
      if (isState) {
        if (state !== undefined) track.add(state);
      } else if (isNamed)
        track.add((observation as Readonly<Record<string, ArrayLike<number>>>)?.[key] as never);
      else track.add(observation as ArrayLike<number>);
    }
  }

  /** Adds an action and its reward. @throws EnvError `envs/record` for an action of another form or a reward that is not finite */
  step(action: ArrayLike<number> | number, reward: number): void {
    if (!Number.isFinite(reward))
      throw new EnvError("record", `EpisodeWriter: a reward is ${show(reward)}, accepted: a finite number`);
    const values = numbersOf(action, sizeOf(this.#card.action), "an action");
    for (let at = 0; at < values.length; at++) this.#actions.push(values[at]!);
    this.#rewards.push(reward);
  }

  /** The row and the blocks of the ended episode. @throws EnvError `envs/record` if observations or states do not go with its steps */
  finish(end: EpisodeEnd): { row: Omit<EpisodeRecord, "number">; blocks: Uint8Array[] } {
    const length = this.#rewards.length;
    this.#checkLengths(length, end.hasFinal !== false);
    const actions = valuesOf(this.#card.action, length);
    actions.set(this.#actions);
    const rewards = Float64Array.from(this.#rewards);
    const moves = packed(Buffer.concat([asBytes(actions), asBytes(rewards)]));
    // One after the other, so that every machine has the same sum.
    const sum = rewards.reduce((total, reward) => total + reward, 0);
    // By name: equal episodes have equal rows, byte for byte.
    const { level, ordinal, policy, hasObservations } = this.start;
    const { seed, episode, update, success, terminated } = end;
    return {
      row: {
        level,
        ordinal,
        policy,
        hasObservations,
        seed,
        episode,
        update,
        success,
        terminated,
        length,
        return: sum,
        ...(end.hasFinal === false ? { hasFinal: false } : {}),
      },
      blocks: [moves, ...this.#tracks.flatMap((track) => track.blocks())],
    };
  }

  /** State for a checkpoint. */
  state(): DraftState {
    return {
      start: this.start,
      actions: Float64Array.from(this.#actions),
      rewards: Float64Array.from(this.#rewards),
      tracks: this.#tracks.map((track) => track.state()),
    };
  }

  /** The draft of a state, also of one that was made when there was but one track. */
  static restore(
    card: EpisodeCard,
    { start, actions, rewards, ...rest }: DraftState | OldState,
  ): EpisodeDraft {
    const draft = new EpisodeDraft(card, start);
    for (const number of actions) draft.#actions.push(number);
    for (const reward of rewards) draft.#rewards.push(reward);
    const states = "tracks" in rest ? rest.tracks : [rest];
    draft.#tracks.forEach((track, at) => {
      track.restore(states[at]!);
    });
    return draft;
  }

  #checkLengths(length: number, hasFinal: boolean): void {
    for (const { length: count, of } of this.#tracks) {
      const expected = of.isState || !hasFinal ? length : length + 1;
      if (count === expected) continue;
      const what = of.isState ? "states" : of.key === "" ? "observations" : `observations of ${of.key}`;
      throw new EnvError(
        "record",
        `EpisodeWriter: an episode of ${length} steps has ${count} ${what}, accepted: ${expected}`,
      );
    }
  }
}

/** State of a draft before there were tracks. */
type OldState = Omit<DraftState, "tracks"> & TrackState;
