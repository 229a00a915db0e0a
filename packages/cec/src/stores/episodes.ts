// Episode stores for `throughline data`.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { EpisodeReader, evenIndices } from "@throughline/envs";
import type { CommandResult, StoreKind } from "@throughline/lab";
import { CecError } from "../errors.js";
import { recordedEpisodes } from "../source/record.js";
import { inspected } from "./inspect.js";
import { validated } from "./validate.js";

export const episodeStores: StoreKind = {
  find(path) {
    const places = [path, join(path, "artifacts", recordedEpisodes)];
    return places.find(
      (place) => existsSync(join(place, "card.json")) && existsSync(join(place, "rows.jsonl")),
    );
  },
  inspect: (path) => opened(path, inspected),
  validate: (path, replay) =>
    opened(path, (store) => validated(store, (length) => evenIndices(length, replay))),
  makes: (file) => isHdf5(file),
  async convert(path, target): Promise<CommandResult> {
    if (isHdf5(path) && isHdf5(target)) {
      const given = `${path} and ${target} are given`;
      throw new CecError(
        "convert",
        `${given}, accepted: a file that ends in .hdf5 or .h5, and a folder, in any order`,
      );
    }
    const { fromHdf5, fromStates, toHdf5 } = await import("./convert.js");
    if (isHdf5(path)) return fromHdf5(path, target);
    return isHdf5(target) ? toHdf5(path, target) : fromStates(path, target);
  },
};

const isHdf5 = (path: string): boolean => /\.(h5|hdf5)$/i.test(path);

async function opened<Result>(path: string, work: (store: EpisodeReader) => Result): Promise<Result> {
  const store = new EpisodeReader(path);
  try {
    return work(store);
  } finally {
    store.close();
  }
}
