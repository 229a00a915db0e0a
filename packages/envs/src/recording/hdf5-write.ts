// Episode stores as HDF5.
import { existsSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Group } from "h5wasm/node";
import { EnvError } from "../errors.js";
import { SKILLS } from "../manipulation/demonstrators/skills.js";
import { type EpisodeRecord, seenOf } from "./episode-record.js";
import { sizeOf, type ValueArray } from "./forms.js";
import { attributes, keyOf, openHdf5 } from "./hdf5-form.js";
import type { EpisodeReader } from "./reader.js";
import { allObservations, keptObservations, type ReplayEnv } from "./replay.js";

/** Options of `episodesToHdf5`. */
export interface ToHdf5Options {
  /** Episodes to write. Default: all. */
  readonly episodes?: readonly EpisodeRecord[];
  /** The environment of a level, in which episodes without observations are played again. Default: they stay without. */
  readonly env?: (level: number) => ReplayEnv;
  /** Further lists of episodes by name, for `mask`. */
  readonly masks?: Readonly<Record<string, readonly EpisodeRecord[]>>;
  /** Model of the world of an episode, for the attribute `model_file`. Default: none. */
  readonly model?: (episode: EpisodeRecord) => string;
}

/**
 * Writes episodes as HDF5 in robomimic's form, which `episodesFromHdf5` reads back. Named observations are `obs/KEY` and `next_obs/KEY`, single
 * pictures `obs/image`, states `states`, numbered actions int32 [N, 1]; `mask/level_0` …, `mask/success` and, of policies of that name,
 * `mask/worse`, `mask/okay` and `mask/better` list demos.
 * @param file a new file
 * @throws EnvError `envs/store` if the file exists, `envs/damaged`, `envs/replay`, `envs/disk`
 */
export async function episodesToHdf5(
  store: EpisodeReader,
  file: string,
  { episodes = store.episodes, env, masks = {}, model }: ToHdf5Options = {},
): Promise<void> {
  if (existsSync(file)) throw new EnvError("store", `${file} exists; give a new file`);
  const temporary = join(dirname(file), `.${basename(file)}.${process.pid}.tmp`);
  const out = await openHdf5(temporary, "w").catch((cause: Error) => {
    throw new EnvError("disk", cause.message, { cause });
  });
  try {
    const data = out.create_group("data");
    const [first] = store.card.levels;
    const args = { env_name: first!.id, type: 2, env_kwargs: first!.options };
    data.create_attribute("env_args", JSON.stringify(args));
    data.create_attribute(
      "total",
      episodes.reduce((sum, { length }) => sum + length, 0),
      [],
      "<i",
    );
    data.create_attribute(attributes.card, JSON.stringify(store.card));
    for (const episode of episodes) {
      const demo = data.create_group(demoOf(episode));
      if (model !== undefined) demo.create_attribute("model_file", model(episode));
      writeDemo(store, demo, episode, env);
    }
    const mask = out.create_group("mask");
    for (const [name, listed] of Object.entries({ ...listsOf(store, episodes), ...masks }))
      if (listed.length > 0) mask.create_dataset({ name, data: listed.map(demoOf) });
    out.close();
    renameSync(temporary, file);
  } catch (error) {
    out.close();
    rmSync(temporary, { force: true });
    throw error;
  }
}

const demoOf = ({ number }: EpisodeRecord): string => `demo_${number}`;

/** Lists of episodes that every file has, as far as they are not empty. */
function listsOf(
  { card }: EpisodeReader,
  episodes: readonly EpisodeRecord[],
): Readonly<Record<string, readonly EpisodeRecord[]>> {
  const levels = card.levels.map(
    (_, level) => [`level_${level}`, episodes.filter((episode) => episode.level === level)] as const,
  );
  const skills = SKILLS.map((skill) => [skill, episodes.filter(({ policy }) => policy === skill)] as const);
  const success = episodes.filter((episode) => episode.success);
  return { ...Object.fromEntries([...levels, ...skills]), success };
}

function writeDemo(
  store: EpisodeReader,
  demo: Group,
  episode: EpisodeRecord,
  env: ToHdf5Options["env"],
): void {
  const { length, terminated, level, hasObservations } = episode;
  const { action, state, observation, observations } = store.card;
  const { actions, rewards } = store.moves(episode);
  demo.create_attribute("num_samples", length, [], "<i");
  demo.create_attribute(
    attributes.record,
    JSON.stringify({ ...episode, hasObservations: hasObservations || env !== undefined }),
  );
  const dones = new Uint8Array(length);
  dones[length - 1] = Number(terminated);
  const numbers = action.dtype === "int64" ? Int32Array.from(actions) : actions;
  demo.create_dataset({ name: "actions", data: numbers, shape: [length, sizeOf(action)] });
  demo.create_dataset({ name: "rewards", data: rewards, shape: [length] });
  demo.create_dataset({ name: "dones", data: dones, shape: [length] });
  if (state !== undefined)
    demo.create_dataset({ name: "states", data: store.states(episode), shape: [length, sizeOf(state)] });
  const seen = hasObservations
    ? keptObservations(store, episode)
    : env && allObservations(store, episode, env(level));
  if (seen === undefined) return;
  const forms = observations ?? { "": observation! };
  const parts = [["obs", 0] as const, ...(seenOf(episode) > length ? [["next_obs", 1] as const] : [])];
  for (const [name, first] of parts) {
    const group = demo.create_group(name);
    for (const [key, form] of Object.entries(forms)) {
      const size = sizeOf(form);
      group.create_dataset({
        name: key === "" ? keyOf(form) : key,
        data: seen[key]!.slice(first * size, (first + length) * size) as ValueArray,
        shape: [length, ...form.shape],
        chunks: [Math.min(16, length), ...form.shape],
        ...{ compression: "gzip", compression_opts: 4 },
      });
    }
  }
}
