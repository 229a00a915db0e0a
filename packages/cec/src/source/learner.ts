// An agent that learns on one level after the other; everything that a checkpoint must hold.
import {
  MazeVector,
  mazeKind,
  RecordedVector,
  type Recording,
  type VectorEnv,
  type ViewOptions,
} from "@throughline/envs";
import type { Generator } from "@throughline/torch";
import { type AgentSizes, RecurrentAgent } from "./agent.js";
import { Level, type PromotionRule } from "./levels.js";
import { Ppo, type PpoOptions, type Rates, type Update } from "./ppo.js";

/** Parts and settings of a learner. */
export interface LearnerOptions {
  readonly env: string;
  /** Dials of each level, from easy to hard; the last is learned to the end. */
  readonly levels: readonly ViewOptions[];
  readonly view: ViewOptions;
  readonly lanes: number;
  readonly agent: Omit<AgentSizes, "height" | "width" | "actions">;
  readonly ppo: PpoOptions;
  readonly promotion: PromotionRule;
  /** First seed of the mazes. */
  readonly seed: number;
  /** Records every episode; the learner's state has its own. Default: none. */
  readonly recording?: Recording | undefined;
}

/** An update, with what the episodes that ended in it were like. */
export interface Progress extends Update {
  readonly level: number;
  /** Mean success of the last episodes that ended on this level: of the lucky ones, as long as others could not have ended. */
  readonly success: number;
  /** Its interval of 95 % (Wilson 1927). */
  readonly successLow: number;
  readonly successHigh: number;
  /** Mean return of the episodes that ended, not shaped; 0 without any. */
  readonly return: number;
  /** Episodes that ended. */
  readonly episodes: number;
  /** Their mean length; 0 without any. */
  readonly length: number;
  /** Steps in all lanes so far. */
  readonly frames: number;
}

/** Learns in mazes by recurrent PPO. */
export class Learner {
  readonly agent: RecurrentAgent;
  readonly #options: LearnerOptions;
  readonly #ppo: Ppo;
  readonly #level: Level;
  #vector: VectorEnv;
  #index = 0;
  #frames = 0;

  constructor(options: LearnerOptions, weights: Generator, play: Generator) {
    this.#options = options;
    this.#level = new Level(options.promotion);
    this.#tellRecording();
    this.#vector = this.#open(0);
    const [height, width] = this.#vector.observationSpace.shape as [number, number, number];
    const actions = this.#vector.actionSpace.n;
    this.agent = new RecurrentAgent({ ...options.agent, height, width, actions }, weights);
    const { observations } = this.#vector.reset({ seed: options.seed });
    this.#ppo = new Ppo(this.agent, options.ppo, play, this.#vector, observations);
  }

  /** Number of the level, from 0. */
  get level(): number {
    return this.#index;
  }

  /** One update. @param say is told of each change of level */
  step(rates: Rates, say: (message: string) => void): Progress {
    let [episodes, steps, won] = [0, 0, 0];
    const update = this.#ppo.update(rates, ({ facts }) => {
      episodes++;
      steps += facts.length;
      won += Number(facts.success);
      this.#level.ended(facts.success);
    });
    const played = this.#options.ppo.steps * this.#options.lanes;
    this.#frames += played;
    this.#tellRecording();
    this.#level.stepped(played);
    const { low, high } = this.#level.interval;
    const mean = (sum: number): number => (episodes === 0 ? 0 : sum / episodes);
    const progress = {
      ...update,
      ...{ level: this.#index, success: this.#level.success, successLow: low, successHigh: high },
      // A maze pays for its goal alone.
      ...{ return: mean(won * mazeKind(this.#options.env).reward), episodes, length: mean(steps) },
      frames: this.#frames,
    };
    this.#promote(say);
    return progress;
  }

  stateDict(): unknown {
    const [index, frames] = [this.#index, this.#frames];
    return { index, frames, level: this.#level.stateDict(), ppo: this.#ppo.stateDict() };
  }

  loadStateDict(state: {
    readonly index: number;
    readonly frames: number;
    readonly level: { readonly recent: readonly number[]; readonly steps: number };
    readonly ppo: never;
  }): void {
    if (state.index !== this.#index) this.#enter(state.index);
    this.#frames = state.frames;
    this.#tellRecording();
    this.#level.loadStateDict(state.level);
    this.#ppo.loadStateDict(state.ppo);
  }

  dispose(): void {
    this.#vector.close();
    this.#ppo.dispose();
    this.agent.dispose();
  }

  #promote(say: (message: string) => void): void {
    const reason = this.#level.promotion;
    if (reason === undefined || this.#index + 1 === this.#options.levels.length) return;
    const reached = `success ${this.#level.success.toFixed(2)}`;
    say(`level ${this.#index} left after ${this.#frames} frames by ${reason}: ${reached}`);
    this.#enter(this.#index + 1);
    this.#level.reset();
  }

  #enter(index: number): void {
    this.#index = index;
    const old = this.#vector;
    this.#vector = this.#open(index);
    // Mazes of another level are other mazes, whatever the seed.
    this.#ppo.enter(this.#vector, this.#vector.reset({ seed: this.#options.seed }).observations);
    old.close();
  }

  /** Episodes that begin or end from now on belong to the next update. */
  #tellRecording(): void {
    const { recording, ppo, lanes } = this.#options;
    recording?.at(this.#frames / (ppo.steps * lanes));
  }

  #open(index: number): VectorEnv {
    const { env, levels, view, lanes, recording } = this.#options;
    const vector = new MazeVector(mazeKind(env), lanes, { ...view, ...levels[index] });
    return recording === undefined ? vector : new RecordedVector(vector, recording, index);
  }
}
