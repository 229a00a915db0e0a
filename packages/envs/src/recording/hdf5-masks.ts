// Lists of demonstrations in HDF5 files of robomimic's form, such as those of a group of operators.
import type { Dataset } from "h5wasm/node";
import { EnvError } from "../errors.js";
import { openHdf5 } from "./hdf5-form.js";

/**
 * The lists below `mask` of a file: for each name the numbers that its demonstrations have in the store that `episodesFromHdf5` writes of
 * the file.
 * @example const { worse, better } = await hdf5Masks("image.hdf5"); // of robomimic's multi-human data
 * @throws EnvError `envs/store` for a file of another form, or a list that names a demonstration that is not there
 */
export async function hdf5Masks(file: string): Promise<Readonly<Record<string, readonly number[]>>> {
  const input = await openHdf5(file, "r");
  try {
    const [data, mask] = ["data", "mask"].map((name) => {
      const found = input.keys().includes(name) ? input.get(name) : null;
      return found !== null && "keys" in found ? found : undefined;
    });
    if (data === undefined)
      throw new EnvError("store", `${file}: it has no data, accepted: episodes in robomimic's form`);
    // In the order in which `episodesFromHdf5` numbers them.
    const demos = data
      .keys()
      .filter((name) => /^demo_\d+$/.test(name))
      .sort((a, b) => Number(a.slice(5)) - Number(b.slice(5)));
    const numbers = new Map(demos.map((name, number) => [name, number]));
    const named = (mask?.keys() ?? []).map((name) => {
      const listed = (mask!.get(name) as Dataset).value as readonly string[];
      return [name, [...listed].map((demo) => numberOf(file, name, numbers, String(demo)))] as const;
    });
    return Object.fromEntries(named);
  } finally {
    input.close();
  }
}

function numberOf(file: string, mask: string, numbers: ReadonlyMap<string, number>, demo: string): number {
  const number = numbers.get(demo.replace(/\0+$/, ""));
  if (number !== undefined) return number;
  throw new EnvError(
    "store",
    `${file}: mask/${mask} names ${demo}, which is not among its ${numbers.size} demonstrations`,
  );
}
