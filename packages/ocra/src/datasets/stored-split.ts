// Data sets that were written to disk in place of drawn ones.
import { join } from "node:path";
import { OcraDataError } from "./errors.js";
import { readDataset } from "./read.js";
import type { NamedDataSet, PictureShape } from "./types.js";

/** Requirements on a stored data set. */
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
  const { channels, size, config: needed = {}, atMost = length } = wanted;
  const said = (what: string, options: WantedSet["config"] = {}, picture: PictureShape): string => {
    const made = Object.keys(needed).map((key) => `${key} ${options[key]}`);
    return [what, ...made, `${picture.channels} × ${picture.height} × ${picture.width} pixels`].join(", ");
  };
  const found = said(name, config, shape);
  const accepted = said(wanted.name, needed, { channels, height: size, width: size });
  if (found !== accepted) throw new OcraDataError("files", `${folder} holds ${found}; accepted: ${accepted}`);
  return { name: "folder", options: { path: folder, count: Math.min(atMost, length) } };
}
