// An episode while it is played: its steps, and its observations as far as they fill whole chunks in compressed form.
import { show } from "@throughline/torch/checks";
import { EnvError } from "../errors.js";
import { type EpisodeCard, sizeOf, type ValueArray, valuesOf } from "./card.js";
import { asBytes, CHUNK, packed } from "./chunks.js";
import type { EpisodeEnd, EpisodeRecord, EpisodeStart } from "./episode-record.js";

/** State of a draft between steps, for checkpoints. */
export interface DraftState {
  readonly start: EpisodeStart;
  /** Numbers of all actions, one action after the other. */
  readonly actions: Float64Array;
  readonly rewards: Float64Array;
  readonly chunks: readonly Uint8Array[];
  /** Observations of the chunk that is not full. */
  readonly rest: ValueArray;
}

/** An episode that has not ended. */
export class EpisodeDraft {
  readonly start: EpisodeStart;
  readonly #card: EpisodeCard;
  readonly #actions: number[] = [];
  readonly #rewards: number[] = [];
  readonly #chunks: Uint8Array[] = [];
  #open: ValueArray;
  /** Observations in the open chunk. */
  #filled = 0;

  constructor(card: EpisodeCard, start: EpisodeStart) {
    this.#card = card;
    this.start = start;
    this.#open = start.hasObservations ? valuesOf(card.observation, CHUNK) : new Uint8Array(0);
  }

  /** Adds an observation: the first before any step, then one after each. @throws EnvError `envs/record` for one of another form */
  see(observation: ArrayLike<number> | number): void {
    if (!this.start.hasObservations) return;
    const { observation: form } = this.#card;
    const size = sizeOf(form);
    const values = numbersOf(observation, size, "observation");
    if (this.#filled === CHUNK) {
      this.#chunks.push(packed(this.#open));
      this.#filled = 0;
    }
    this.#open.set(values, this.#filled * size);
    this.#filled++;
  }

  /** Adds an action and its reward. @throws EnvError `envs/record` for an action of another form or a reward that is not finite */
  step(action: ArrayLike<number> | number, reward: number): void {
    if (!Number.isFinite(reward))
      throw new EnvError("record", `EpisodeWriter: a reward is ${show(reward)}, accepted: a finite number`);
    const values = numbersOf(action, sizeOf(this.#card.action), "action");
    for (let at = 0; at < values.length; at++) this.#actions.push(values[at]!);
    this.#rewards.push(reward);
  }

  /** The row and the blocks of the ended episode. */
  finish(end: EpisodeEnd): { row: Omit<EpisodeRecord, "number">; blocks: Uint8Array[] } {
    const length = this.#rewards.length;
    const actions = valuesOf(this.#card.action, length);
    actions.set(this.#actions);
    const rewards = Float64Array.from(this.#rewards);
    const moves = packed(Buffer.concat([asBytes(actions), asBytes(rewards)]));
    const rest = this.#filled > 0 ? [packed(this.#rest())] : [];
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
      },
      blocks: [moves, ...this.#chunks, ...rest],
    };
  }

  /** State for a checkpoint. */
  state(): DraftState {
    return {
      start: this.start,
      actions: Float64Array.from(this.#actions),
      rewards: Float64Array.from(this.#rewards),
      chunks: [...this.#chunks],
      rest: this.#rest(),
    };
  }

  /** The draft of a state. */
  static restore(card: EpisodeCard, { start, actions, rewards, chunks, rest }: DraftState): EpisodeDraft {
    const draft = new EpisodeDraft(card, start);
    for (const number of actions) draft.#actions.push(number);
    for (const reward of rewards) draft.#rewards.push(reward);
    draft.#chunks.push(...chunks);
    draft.#open.set(rest);
    draft.#filled = start.hasObservations ? rest.length / sizeOf(card.observation) : 0;
    return draft;
  }

  #rest(): ValueArray {
    return this.#open.slice(0, this.#filled * sizeOf(this.#card.observation));
  }
}

function numbersOf(value: ArrayLike<number> | number, size: number, what: string): ArrayLike<number> {
  const numbers = typeof value === "number" ? [value] : value;
  if (numbers?.length === size) return numbers;
  const given = numbers?.length === undefined ? show(value) : `of ${numbers.length} numbers`;
  throw new EnvError("record", `EpisodeWriter: an ${what} is ${given}, accepted: ${size}`);
}
