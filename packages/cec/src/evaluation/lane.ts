// One run of an evaluation: its environment, what its policy sees next, and what it has been through.
import { Random } from "@throughline/lab/random";
import { shapedReward } from "../source/reward.js";
import { checkSameSizes, type EnvSizes, type PictureEnv, sizesOf } from "./picture-env.js";
import { Course, type Protocol } from "./protocol.js";
import type { RunEpisode } from "./result.js";
import { NOTHING, type PlainPrevious, type PlainStep } from "./steps.js";

/** A step that was taken. */
interface Taken {
  readonly picture: Uint8Array;
  readonly action: number;
  readonly reward: number;
  readonly returnToGo: number;
}

/** Settings that all runs share. */
export interface LaneSettings {
  readonly env: (level: number) => PictureEnv;
  readonly levels: number;
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
  readonly sizes: EnvSizes;
  #env: PictureEnv;
  #picture: Uint8Array;
  #previous: PlainPrevious = NOTHING;
  #time = 0;
  #rewards = 0;
  #return = 0;
  #number = 0;
  /** Steps of the running episode, and earlier episodes as far as they are needed. */
  #taken: Taken[] = [];
  readonly #past: Taken[][] = [];

  constructor(run: number, settings: LaneSettings) {
    this.run = run;
    this.#settings = settings;
    this.#course = new Course(settings.protocol, settings.levels);
    this.#env = settings.env(this.#course.level);
    try {
      this.sizes = sizesOf(this.#env);
      this.#picture = this.#reset();
    } catch (error) {
      this.#env.close();
      throw error;
    }
  }

  /** The environment that is played. */
  get env(): PictureEnv {
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
    return { picture: this.#picture, previous: this.#previous, time: this.#time, returnToGo };
  }

  /** Takes the result of an action. @returns the episode if it has ended */
  took(action: number, step: ReturnType<PictureEnv["step"]>): RunEpisode | undefined {
    const reward = shapedReward(step.reward);
    const { returnToGo } = this.next;
    this.#taken.push({ picture: this.#picture, action, reward, returnToGo });
    const end = step.terminated || step.truncated;
    this.#previous = { action, reward, end };
    this.#picture = step.observation;
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
    const actions = this.#taken.map(({ action }) => action);
    const ended: RunEpisode = {
      ...{ run: this.run, number: this.#number, level, episode, success },
      ...{ length: this.#time, return: this.#return, scored: isScored },
      ...(this.#settings.keepActions && { actions }),
    };
    this.#remember();
    this.#number++;
    this.#time = 0;
    this.#rewards = 0;
    this.#return = 0;
    const isOther = this.#course.ended(success);
    if (this.#course.isOver) return ended;
    if (isOther) this.#enter();
    this.#picture = this.#reset();
    return ended;
  }

  #remember(): void {
    if (this.#settings.order === "shuffled" && !this.#course.isScored) this.#past.push(this.#taken);
    this.#taken = [];
  }

  #enter(): void {
    this.#env.close();
    this.#env = this.#settings.env(this.#course.level);
    checkSameSizes(this.#course.level, sizesOf(this.#env), this.sizes);
  }

  #reset(): Uint8Array {
    const { level, episode } = this.#course;
    const seed = seedOf(this.#settings.seed, this.run, level, this.#settings.levels);
    return this.#env.reset({ seed, options: { episode } }).observation;
  }

  /** Episodes as if they had been played in this order; what came before the next step is then the last of them. */
  #replay(episodes: readonly (readonly Taken[])[]): PlainStep[] {
    let previous = NOTHING;
    const steps: PlainStep[] = [];
    for (const episode of episodes)
      for (const [time, { picture, action, reward, returnToGo }] of episode.entries()) {
        steps.push({ picture, previous, time, returnToGo });
        previous = { action, reward, end: time === episode.length - 1 };
      }
    this.#previous = previous;
    return steps;
  }
}
