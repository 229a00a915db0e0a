// Lists of demonstrations in HDF5 files of robomimic's form, such as those of a group of operators.
import { Hdf5Client } from "./hdf5-client.js";

/**
 * The lists below `mask` of a file: for each name the numbers that its demonstrations have in the store that `episodesFromHdf5` writes of
 * the file.
 * @example const { worse, better } = await hdf5Masks("image.hdf5"); // of robomimic's multi-human data
 * @throws EnvError `envs/store` for a file of another form, or a list that names a demonstration that is not there
 */
export async function hdf5Masks(file: string): Promise<Readonly<Record<string, readonly number[]>>> {
  const input = new Hdf5Client(file);
  try {
    return await input.ask("masks");
  } finally {
    await input.close();
  }
}
