// Episode stores as HDF5.
import { existsSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { ThroughlineError } from "@throughline/torch/errors";
import type { Group } from "h5wasm/node";
import { EnvError } from "../errors.js";
import { sizeOf, type ValueArray } from "./card.js";
import type { EpisodeRecord } from "./episode-record.js";
import { attributes, keyOf, openHdf5, unwritable } from "./hdf5-form.js";
import type { EpisodeReader } from "./reader.js";
import { type ReplayEnv, replayObservations } from "./replay.js";

/** Options of `episodesToHdf5`. */
export interface ToHdf5Options {
  /** Episodes to write. Default: all. */
  readonly episodes?: readonly EpisodeRecord[];
  /** The environment of a level, in which episodes without observations are played again. Default: they stay without. */
  readonly env?: (level: number) => ReplayEnv;
}

/**
 * Writes episodes as HDF5 in robomimic's form, which `episodesFromHdf5` reads back. Pictures are `obs/image` and `next_obs/image`, numbered
 * actions int32 [N, 1]; `mask/level_0` … and `mask/success` list demos.
 * @param file a new file
 * @throws EnvError `envs/store` if the file exists, `envs/damaged`, `envs/replay`, `envs/disk`
 */
export async function episodesToHdf5(
  store: EpisodeReader,
  file: string,
  { episodes = store.episodes, env }: ToHdf5Options = {},
): Promise<void> {
  if (existsSync(file)) throw new EnvError("store", `${file} exists; give a new file`);
  const temporary = join(dirname(file), `.${basename(file)}.${process.pid}.tmp`);
  const out = await openHdf5(temporary, "w").catch((error: EnvError) => {
    throw unwritable(file, error.cause);
  });
  try {
    const data = out.create_group("data");
    const [first] = store.card.levels;
    const args = { env_name: first!.id, env_type: 2, env_kwargs: first!.options };
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
      const seen = episode.hasObservations || env !== undefined;
      const observations = seen
        ? episode.hasObservations
          ? store.observations(episode)
          : replayObservations(store, episode, env!(episode.level))
        : undefined;
      writeDemo(store, demo, episode, observations);
    }
    const mask = out.create_group("mask");
    store.card.levels.forEach((_, level) => {
      writeMask(
        mask,
        `level_${level}`,
        episodes.filter((episode) => episode.level === level),
      );
    });
    writeMask(
      mask,
      "success",
      episodes.filter(({ success }) => success),
    );
    out.close();
    renameSync(temporary, file);
  } catch (error) {
    try {
      out.close();
    } catch {} // what cannot be written cannot be closed either
    rmSync(temporary, { force: true });
    throw error instanceof ThroughlineError ? error : unwritable(file, error);
  }
}

const demoOf = ({ number }: EpisodeRecord): string => `demo_${number}`;

function writeMask(mask: Group, name: string, episodes: readonly EpisodeRecord[]): void {
  if (episodes.length === 0) return;
  mask.create_dataset({ name, data: episodes.map(demoOf) });
}

function writeDemo(
  store: EpisodeReader,
  demo: Group,
  episode: EpisodeRecord,
  observations: ValueArray | undefined,
): void {
  const { length, terminated } = episode;
  const { action, observation } = store.card;
  const { actions, rewards } = store.moves(episode);
  demo.create_attribute("num_samples", length, [], "<i");
  demo.create_attribute(attributes.record, JSON.stringify(episode));
  const dones = new Uint8Array(length);
  dones[length - 1] = Number(terminated);
  const numbers = action.dtype === "int64" ? Int32Array.from(actions) : actions;
  demo.create_dataset({ name: "actions", data: numbers, shape: [length, sizeOf(action)] });
  demo.create_dataset({ name: "rewards", data: rewards, shape: [length] });
  demo.create_dataset({ name: "dones", data: dones, shape: [length] });
  if (observations === undefined) return;
  const size = sizeOf(observation);
  for (const [name, first] of [
    ["obs", 0],
    ["next_obs", 1],
  ] as const) {
    demo.create_group(name).create_dataset({
      name: keyOf(observation),
      data: observations.slice(first * size, (first + length) * size),
      shape: [length, ...observation.shape],
      chunks: [Math.min(16, length), ...observation.shape],
      ...{ compression: "gzip", compression_opts: 4 },
    });
  }
}
