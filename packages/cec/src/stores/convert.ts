// Episode stores to HDF5 and back, for the command.
import { EpisodeReader, envOf, episodesFromHdf5, episodesToHdf5 } from "@throughline/envs";
import type { CommandResult } from "@throughline/lab";

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

function result({ episodes }: EpisodeReader, path: string): CommandResult {
  return {
    heading: path,
    detail: `  ${episodes.length} episodes`,
    json: { path, episodes: episodes.length },
  };
}
