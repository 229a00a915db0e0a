// Data sets that were written to disk in place of drawn ones.
import { join } from "node:path";
import { OcraDataError } from "./errors.js";
import { readDataset } from "./read.js";
import type { PictureShape } from "./types.js";
import type { NamedDataSet } from "./worker-entry.js";

/** What a stored data set has to be. */
export interface WantedSet extends Pick<PictureShape, "channels"> {
  /** Such as `clevr/rmts`. */
  readonly name: string;
  /** Side of the pictures. */
  readonly size: number;
  /** Options that it must have been made with. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** No more samples than this, from the first. Default: all. */
  readonly atMost?: number;
}

/**
 * The data set that `writeDataset` wrote to the folder `split` in `path`.
 * @throws OcraDataError ocra/files if there is none, or another one
 */
export function storedSplit(path: string, split: string, wanted: WantedSet): NamedDataSet {
  const folder = join(path, split);
  const { name, shape, config = {}, length } = readDataset(folder);
  const said = ({ channels, size, of }: { channels: number; size: string; of: readonly unknown[] }) =>
    [...of, `${channels} × ${size} pixels`].join(", ");
  const keys = Object.entries(wanted.config ?? {});
  const found = said({
    channels: shape.channels,
    size: `${shape.height} × ${shape.width}`,
    of: [name, ...keys.map(([key]) => `${key} ${config[key]}`)],
  });
  const accepted = said({
    channels: wanted.channels,
    size: `${wanted.size} × ${wanted.size}`,
    of: [wanted.name, ...keys.map(([key, value]) => `${key} ${value}`)],
  });
  if (found !== accepted) throw new OcraDataError("files", `${folder} holds ${found}; accepted: ${accepted}`);
  const { atMost = length } = wanted;
  return { name: "folder", options: { path: folder, count: Math.min(atMost, length) } };
}
