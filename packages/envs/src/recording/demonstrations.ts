// Demonstrations of scripted demonstrators, as episodes of a store.
import { wholeNumber } from "@throughline/torch/checks";
import { EnvError } from "../errors.js";
import { ScriptedDemonstrator } from "../manipulation/demonstrators/scripted.js";
import type { Skill } from "../manipulation/demonstrators/skills.js";
import type { ManipulationEnv } from "../manipulation/manipulation-env.js";
import type { ManipulationObservation } from "../manipulation/observations/pictures.js";
import type { ManipulationId } from "../manipulation/tasks/tasks.js";
import type { EpisodeWriter } from "./writer.js";

/** What became of the demonstrations. */
export interface Demonstrations {
  /** Episodes that were kept. */
  readonly kept: number;
  /** Episodes that did not succeed, and were not. */
  readonly failed: number;
  /** Steps of those that were kept. */
  readonly steps: number;
}

/** Episodes that may fail for each that is kept. */
const PATIENCE = 3;

/**
 * Plays a scripted demonstrator and appends its successful episodes, with its skill as their policy.
 * @param count episodes to keep
 * @param seed of the sequence of episodes
 * @param each called after every episode that was kept, with their number so far
 * @throws EnvError `envs/record` if the demonstrator fails more than three times as often as it is to succeed, or for a writer of another
 * environment
 */
export function recordDemonstrations(
  writer: EpisodeWriter,
  env: ManipulationEnv,
  skill: Skill,
  count: number,
  seed: number,
  each: (kept: number) => void = () => undefined,
): Demonstrations {
  wholeNumber("recordDemonstrations: count", count, 1, 1_000_000);
  const { id } = env.spec;
  if (JSON.stringify(writer.card.levels[0]) !== JSON.stringify(env.spec))
    throw new EnvError(
      "record",
      `the store is of ${writer.card.levels[0]!.id}, accepted: ${JSON.stringify(env.spec)}`,
    );
  const scripted = new ScriptedDemonstrator(id as ManipulationId, skill);
  let [kept, failed, steps] = [0, 0, 0];
  for (let episode = 0; kept < count; episode++) {
    if (failed > PATIENCE * count)
      throw new EnvError(
        "record",
        `${id}: the demonstrator "${skill}" failed ${failed} times, and succeeded ${kept}`,
      );
    const played = new ScriptedEpisode(env, writer, scripted, { seed, episode, ordinal: writer.length });
    do played.beginStep();
    while (!played.endStep());
    if (!played.success) {
      failed++;
      continue;
    }
    played.keep();
    kept++;
    steps += played.length;
    each(kept);
  }
  return { kept, failed, steps };
}

/** Place of an episode in a recording. */
export interface ScriptedPlace {
  readonly seed: number;
  readonly episode: number;
  /** Number among all that are recorded. */
  readonly ordinal: number;
}

/** An episode that a scripted demonstrator plays, step by step, so that several can be played side by side. */
export class ScriptedEpisode {
  readonly #env: ManipulationEnv;
  readonly #writer: EpisodeWriter;
  readonly #scripted: ScriptedDemonstrator;
  readonly #place: ScriptedPlace;
  readonly #draft: ReturnType<EpisodeWriter["begin"]>;
  #observation: ManipulationObservation;
  #action!: Float32Array;
  #terminated = false;
  /** Steps so far. */
  length = 0;
  /** True once it has ended with success. */
  success = false;

  /** Begins the episode in the environment. */
  constructor(
    env: ManipulationEnv,
    writer: EpisodeWriter,
    scripted: ScriptedDemonstrator,
    place: ScriptedPlace,
  ) {
    const { seed, episode, ordinal } = place;
    this.#env = env;
    this.#writer = writer;
    this.#scripted = scripted;
    this.#place = place;
    this.#draft = writer.begin({ ordinal, policy: scripted.skill });
    this.#observation = env.reset({ seed, options: { episode } }).observation;
    scripted.begin(seed, episode);
  }

  /** Begins a step, which the environment computes beside others'. */
  beginStep(): void {
    const keepsStates = this.#writer.card.state !== undefined;
    this.#draft.see(this.#observation as never, keepsStates ? this.#env.flatState : undefined);
    this.#action = this.#scripted.act(this.#observation);
    this.#env.beginStep(this.#action);
  }

  /** @returns true if the episode is over */
  endStep(): boolean {
    const { observation, reward, terminated, truncated, info } = this.#env.endStep();
    this.#draft.step(this.#action, reward);
    this.#observation = observation;
    this.length++;
    this.#terminated = terminated;
    const isOver = terminated || truncated;
    this.success = isOver && info.success;
    return isOver;
  }

  /** Appends the episode, which is over, to the store, with the demonstrator's skill as its policy. @throws EnvError `envs/disk` */
  keep(): void {
    const { seed, episode } = this.#place;
    this.#draft.see(this.#observation as never);
    this.#writer.end(this.#draft, {
      ...{ seed, episode, update: 0 },
      ...{ success: this.success, terminated: this.#terminated },
    });
  }
}
