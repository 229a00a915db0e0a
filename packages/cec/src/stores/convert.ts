// Episode stores to HDF5 and back, for the command.
import { rmSync } from "node:fs";
import {
  CAMERAS,
  EpisodeReader,
  EpisodeWriter,
  envOf,
  episodesFromHdf5,
  episodesToHdf5,
  observeStates,
  stateReplayEnv,
} from "@throughline/envs";
import type { CommandResult } from "@throughline/lab";
import { CecError } from "../errors.js";

/** Writes a store as HDF5 in robomimic's form; pictures that were not kept are drawn again. */
export async function toHdf5(folder: string, file: string): Promise<CommandResult> {
  const store = new EpisodeReader(folder);
  const envs = new Map<number, ReturnType<typeof envOf>>();
  try {
    await episodesToHdf5(store, file, {
      env: (level) => {
        const env = envs.get(level) ?? envOf(store, level);
        envs.set(level, env);
        return env;
      },
    });
    return result(store, file);
  } finally {
    for (const env of envs.values()) env.close();
    store.close();
  }
}

/** Writes a store of the episodes of an HDF5 file in robomimic's form. */
export async function fromHdf5(file: string, folder: string): Promise<CommandResult> {
  await episodesFromHdf5(file, folder);
  const store = new EpisodeReader(folder);
  try {
    return result(store, folder);
  } finally {
    store.close();
  }
}

/** Writes a store of the episodes of another, with observations and the pictures of both cameras made of an arm's states. */
export async function fromStates(from: string, to: string): Promise<CommandResult> {
  const store = new EpisodeReader(from);
  const env = stateReplayEnv(store, 0, CAMERAS);
  try {
    if (env === undefined) {
      const id = store.card.levels[0]!.id;
      const given = `${from} holds ${id} ${store.card.state === undefined ? "without states" : "with states of another form"}`;
      throw new CecError(
        "convert",
        `${given}, accepted: a file that ends in .hdf5 or .h5, and a folder, in any order; or a robot's states, to be observed anew`,
      );
    }
    const { spec, observationSpace, actionSpace, stateSize } = env;
    const about = { ...store.card.about, observationsOf: "states" };
    const writer = new EpisodeWriter(to, { levels: [spec], observationSpace, actionSpace, stateSize, about });
    try {
      observeStates(store, env, writer);
    } catch (error) {
      rmSync(to, { recursive: true, force: true });
      throw error;
    } finally {
      writer.close();
    }
    return result(store, to);
  } finally {
    env?.close();
    store.close();
  }
}

function result({ episodes }: EpisodeReader, path: string): CommandResult {
  return {
    heading: path,
    detail: `  ${episodes.length} episodes`,
    json: { path, episodes: episodes.length },
  };
}
