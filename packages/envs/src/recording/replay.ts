// Recorded episodes, played again.
import type { Env } from "../env.js";
import { EnvError } from "../errors.js";
import { isGymnasiumId } from "../gymnasium/id.js";
import { isManipulationId } from "../manipulation/tasks/tasks.js";
import { TMaze } from "../memory/t-maze.js";
import { ENV_IDS, makeEnv } from "../registry.js";
import type { EpisodeFacts } from "../vector/vector-env.js";
import { type EpisodeRecord, seenOf } from "./episode-record.js";
import { sizeOf, type ValueArray, type ValueForm, valuesOf } from "./forms.js";
import type { EpisodeReader } from "./reader.js";

/** An environment of recorded episodes. */
// biome-ignore lint/suspicious/noExplicitAny: observations and actions are compared as numbers
export type ReplayEnv = Env<any, any, EpisodeFacts>;

/**
 * The environment of a level of a store, if it is one of this package or of Python's Gymnasium.
 * @throws EnvError `envs/id` if it is not, what `makeEnv` throws, `envs/replay` if its spec is no longer what was recorded
 */
export function envOf(store: EpisodeReader, level: number): ReplayEnv {
  const spec = store.card.levels[level]!;
  const { id, options } = spec;
  if (!ENV_IDS.includes(id) && !isManipulationId(id) && id !== "TMaze-v0" && !isGymnasiumId(id))
    throw new EnvError(
      "id",
      `${store.folder}: ${id} is no environment of this package, give one of your own`,
    );
  // Of Python's Gymnasium if its id says so.
  const env: ReplayEnv = id === "TMaze-v0" ? new TMaze(options) : makeEnv(id, options);
  if (JSON.stringify(env.spec) === JSON.stringify(spec)) return env;
  env.close();
  const found = `${JSON.stringify(spec)} was recorded, now it is ${JSON.stringify(env.spec)}`;
  throw new EnvError("replay", `${store.folder}: level ${level} is another environment: ${found}`);
}

/**
 * Plays an episode again and compares every observation that was kept, every reward and the end, bit for bit.
 * @returns the first difference; undefined if there is none
 */
export function replayProblem(
  store: EpisodeReader,
  episode: EpisodeRecord,
  env: ReplayEnv,
): string | undefined {
  const kept = episode.hasObservations ? keptObservations(store, episode) : {};
  const { rewards } = store.moves(episode);
  const differs = (index: number, observation: NamedValues): string | undefined =>
    Object.keys(kept).find((key) => {
      const size = sizeOf(store.form(key || undefined));
      return !equal(observation[key], kept[key]!.subarray(index * size, (index + 1) * size));
    });
  let problem: string | undefined;
  play(store, episode, env, (index, observation, step) => {
    // The final observation of another's data may not be known.
    const key = index < seenOf(episode) ? differs(index, observation) : undefined;
    if (step !== undefined && !isReward(step.reward, rewards[index - 1]!))
      problem = `the reward of step ${index} is ${step.reward}, and ${rewards[index - 1]} was recorded`;
    else if (key !== undefined) problem = `observation ${index} differs${key === "" ? "" : ` in ${key}`}`;
    else if (step !== undefined) problem = endProblem(episode, index, step);
    return problem === undefined;
  });
  return problem;
}

/** Vectors give rewards as float32. */
function isReward(reward: number, recorded: number): boolean {
  return reward === recorded || Math.fround(reward) === recorded;
}

function endProblem(
  { length, terminated, success }: EpisodeRecord,
  index: number,
  step: { readonly terminated: boolean; readonly truncated: boolean; readonly info: EpisodeFacts },
): string | undefined {
  const ended = step.terminated || step.truncated;
  if (ended !== (index === length))
    return ended ? `it ends after ${index} steps, not ${length}` : `it does not end after ${length} steps`;
  if (ended && (step.terminated !== terminated || step.info.success !== success)) return "it ends otherwise";
  return undefined;
}

/**
 * Observations of an episode, kept or not: what was not kept is played again.
 * @param key of the part that is wanted, where an observation has several
 * @returns as `EpisodeReader.observations` of the whole episode
 * @throws EnvError `envs/replay` if the environment no longer gives the recorded episode
 */
export function replayObservations(
  store: EpisodeReader,
  episode: EpisodeRecord,
  env: ReplayEnv,
  key?: string,
): ValueArray {
  if (episode.hasObservations) return store.observations(episode, 0, seenOf(episode), key);
  store.form(key);
  return allObservations(store, episode, env)[key ?? ""]!;
}

/** All observations of an episode by key, "" for observations of one value: those that were kept, or, with an environment, played again. */
export function allObservations(
  store: EpisodeReader,
  episode: EpisodeRecord,
  env: ReplayEnv,
): Readonly<Record<string, ValueArray>> {
  if (episode.hasObservations) return keptObservations(store, episode);
  const problem = replayProblem(store, episode, env);
  if (problem !== undefined)
    throw new EnvError("replay", `${store.folder}: episode ${episode.number} does not replay: ${problem}`);
  const forms = formsOf(store);
  const values = Object.fromEntries(
    Object.entries(forms).map(([key, form]) => [key, valuesOf(form, episode.length + 1)]),
  );
  play(store, episode, env, (index, observation) => {
    for (const [key, form] of Object.entries(forms))
      values[key]!.set(observation[key]!, index * sizeOf(form));
    return true;
  });
  return values;
}

/** Observations that were kept, by key. */
export function keptObservations(
  store: EpisodeReader,
  episode: EpisodeRecord,
): Readonly<Record<string, ValueArray>> {
  const keys = Object.keys(formsOf(store));
  return Object.fromEntries(
    keys.map((key) => [key, store.observations(episode, 0, seenOf(episode), key || undefined)]),
  );
}

/** Forms of the parts of an observation, by key. */
function formsOf({ card }: EpisodeReader): Readonly<Record<string, ValueForm>> {
  return card.observations ?? { "": card.observation! };
}

/** Parts of an observation by key, "" for one value. */
type NamedValues = Readonly<Record<string, ValueArray>>;

/** Plays the actions of an episode, as long as `see` says so and the environment does not end it. */
function play(
  store: EpisodeReader,
  episode: EpisodeRecord,
  env: ReplayEnv,
  see: (index: number, observation: NamedValues, step?: ReturnType<ReplayEnv["step"]>) => boolean,
): void {
  const { action: form } = store.card;
  const { actions } = store.moves(episode);
  const size = sizeOf(form);
  const numbers = (value: ValueArray | number | NamedValues): NamedValues => {
    if (typeof value === "number") return { "": Float64Array.of(value) };
    return ArrayBuffer.isView(value) ? { "": value } : value;
  };
  const { seed, episode: number, length } = episode;
  if (!see(0, numbers(env.reset({ seed, options: { episode: number } }).observation))) return;
  for (let index = 1; index <= length; index++) {
    const value = actions.subarray((index - 1) * size, index * size);
    const step = env.step(form.shape.length === 0 ? value[0] : value);
    if (!see(index, numbers(step.observation), step) || step.terminated || step.truncated) return;
  }
}

function equal(some: ValueArray | undefined, others: ValueArray): boolean {
  return some?.length === others.length && some.every((value, at) => Object.is(value, others[at]));
}
