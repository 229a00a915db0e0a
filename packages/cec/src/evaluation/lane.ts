// One run of an evaluation: its environment, what its policy sees next, and what it has been through.
import { Random } from "@throughline/lab/random";
import { shapedReward } from "../source/reward.js";
import {
  checkSameForm,
  type EnvForm,
  formOf,
  type PlainAction,
  type PlainObservation,
  type PlayedEnv,
  seenAs,
} from "./played-env.js";
import { Course, type Protocol } from "./protocol.js";
import type { RunEpisode } from "./result.js";
import { NOTHING, type PlainPrevious, type PlainStep } from "./steps.js";

/** A step that was taken. */
interface Taken {
  readonly observation: PlainObservation;
  readonly action: PlainAction;
  readonly reward: number;
  readonly returnToGo: number;
}

/** Settings that all runs share. */
export interface LaneSettings {
  readonly env: (level: number) => PlayedEnv;
  readonly levels: number;
  readonly keys?: readonly string[] | undefined;
  readonly protocol: Protocol;
  readonly seed: number;
  readonly forget: "never" | "episode";
  readonly order: "played" | "shuffled";
  readonly target: number;
  readonly keepActions: boolean;
}

/** Distance of the seeds of two levels. */
const LEVEL_SEEDS = 1_000_000;

/**
 * The seed of a run's mazes at a level: `seed + run` at the tested one, the last, so that every protocol and every policy is tested in
 * the same mazes; other levels have seeds far from it.
 */
export function seedOf(seed: number, run: number, level: number, levels: number): number {
  return seed + run + LEVEL_SEEDS * (levels - 1 - level);
}

/** A run. */
export class Lane {
  readonly run: number;
  readonly #settings: LaneSettings;
  readonly #course: Course;
  readonly form: EnvForm;
  #env: PlayedEnv;
  #observation: PlainObservation;
  #previous: PlainPrevious = NOTHING;
  #time = 0;
  #rewards = 0;
  #return = 0;
  #number = 0;
  /** Actions of the running episode, if they are kept. */
  #actions: PlainAction[] = [];
  /** Steps of the running episode, and earlier episodes, as far as they are needed. */
  #taken: Taken[] = [];
  readonly #past: Taken[][] = [];

  constructor(run: number, settings: LaneSettings) {
    this.run = run;
    this.#settings = settings;
    this.#course = new Course(settings.protocol, settings.levels);
    this.#env = settings.env(this.#course.level);
    try {
      this.form = formOf(this.#env, settings.keys);
      this.#observation = this.#reset();
    } catch (error) {
      this.#env.close();
      throw error;
    }
  }

  /** The environment that is played. */
  get env(): PlayedEnv {
    return this.#env;
  }

  get level(): number {
    return this.#course.level;
  }

  /** Number of the running episode in the run. */
  get number(): number {
    return this.#number;
  }

  get isOver(): boolean {
    return this.#course.isOver;
  }

  /** The step that is to be decided. */
  get next(): PlainStep {
    const returnToGo = this.#settings.target - this.#rewards;
    return { observation: this.#observation, previous: this.#previous, time: this.#time, returnToGo };
  }

  /** Takes the result of an action. @returns the episode if it has ended */
  took(action: PlainAction, step: ReturnType<PlayedEnv["step"]>): RunEpisode | undefined {
    const reward = shapedReward(step.reward);
    const { observation, returnToGo } = this.next;
    if (this.#isRemembered) this.#taken.push({ observation, action, reward, returnToGo });
    if (this.#settings.keepActions) this.#actions.push(action);
    const end = step.terminated || step.truncated;
    this.#previous = { action, reward, end };
    this.#observation = seenAs(this.form, step.observation);
    this.#rewards += reward;
    this.#return += step.reward;
    this.#time++;
    return end ? this.#end(step.info.success) : undefined;
  }

  /**
   * Prepares for the episode that has begun. Call it once after the end of the one before.
   * @returns steps from which the memory is made anew, undefined if it goes on as it is
   */
  renew(): PlainStep[] | undefined {
    const { forget, order } = this.#settings;
    if (forget === "episode") this.#previous = NOTHING;
    const isContextOver = order === "shuffled" && this.#course.isScored && this.#course.episode === 0;
    if (!isContextOver) return undefined;
    new Random("evaluation order", this.#settings.seed, this.run).shuffle(this.#past);
    return this.#replay(this.#past.splice(0));
  }

  close(): void {
    this.#env.close();
  }

  #end(success: boolean): RunEpisode {
    const { level, episode, isScored } = this.#course;
    const actions = this.#actions.map((action) => (typeof action === "number" ? action : [...action]));
    this.#actions = [];
    const ended: RunEpisode = {
      ...{ run: this.run, number: this.#number, level, episode, success },
      ...{ length: this.#time, return: this.#return, scored: isScored },
      ...(this.#settings.keepActions && { actions }),
    };
    if (this.#isRemembered) this.#past.push(this.#taken);
    this.#taken = [];
    this.#number++;
    this.#time = 0;
    this.#rewards = 0;
    this.#return = 0;
    const isOther = this.#course.ended(success);
    if (this.#course.isOver) return ended;
    if (isOther) this.#enter();
    this.#observation = this.#reset();
    return ended;
  }

  /** True if a memory is made anew from what is played now. */
  get #isRemembered(): boolean {
    return this.#settings.order === "shuffled" && !this.#course.isScored;
  }

  #enter(): void {
    this.#env.close();
    this.#env = this.#settings.env(this.#course.level);
    checkSameForm(this.#course.level, formOf(this.#env, this.#settings.keys), this.form);
  }

  #reset(): PlainObservation {
    const { level, episode } = this.#course;
    const seed = seedOf(this.#settings.seed, this.run, level, this.#settings.levels);
    return seenAs(this.form, this.#env.reset({ seed, options: { episode } }).observation);
  }

  /** Episodes as if they had been played in this order; what came before the next step is then the last of them. */
  #replay(episodes: readonly (readonly Taken[])[]): PlainStep[] {
    let previous = NOTHING;
    const steps: PlainStep[] = [];
    for (const episode of episodes)
      for (const [time, { observation, action, reward, returnToGo }] of episode.entries()) {
        steps.push({ observation, previous, time, returnToGo });
        previous = { action, reward, end: time === episode.length - 1 };
      }
    this.#previous = previous;
    return steps;
  }
}
