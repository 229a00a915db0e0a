// Form of episodes in HDF5, after robomimic's data sets (Mandlekar et al. 2021): `data/demo_N` with actions [N, A], rewards [N], dones
// [N], `obs/KEY` and `next_obs/KEY`; `mask/NAME` lists demos. What only a store knows is in attributes beside theirs.
import { readStart } from "@throughline/torch/files";
import type { File } from "h5wasm/node";
import { EnvError } from "../errors.js";
import type { ValueForm } from "./card.js";

/** Attributes of ours. */
export const attributes = { card: "episode_card", record: "episode_record" } as const;

const SIGNATURE = "\x89HDF\r\n\x1a\n";

/** Loads the library and opens a file. @throws EnvError `envs/store` for one that is no HDF5, `envs/disk` */
export async function openHdf5(file: string, mode: "r" | "w"): Promise<File> {
  if (mode === "r" && Buffer.from(readStart(file, 8)).toString("latin1") !== SIGNATURE)
    throw new EnvError("store", `${file} is no HDF5 file: it does not begin as one`);
  const { default: hdf5 } = await import("h5wasm/node");
  // Otherwise the library prints what is wrong with a file and goes on.
  (await hdf5.ready).activate_throwing_error_handler();
  try {
    const opened = new hdf5.File(file, mode);
    // Only now it tells of a file that cannot be opened.
    opened.keys();
    return opened;
  } catch (cause) {
    if (mode === "w") throw unwritable(file, cause);
    throw new EnvError("store", `${file} is no HDF5 file: ${hdf5Reason(cause)}`, { cause });
  }
}

/** The refusal of a file that cannot be written. */
export function unwritable(file: string, cause: unknown): EnvError {
  return new EnvError("disk", `${file} cannot be written: ${hdf5Reason(cause)}`, { cause });
}

/** The reason of an error of the HDF5 library, which tells the whole stack of its calls: the innermost one's, on one line. */
export function hdf5Reason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const system = [...message.matchAll(/error message = '([^']*)'/g)].at(-1)?.[1];
  if (system !== undefined) return system;
  const innermost = [...message.matchAll(/^ *#\d+: .*?\(\): (.*)$/gm)].at(-1)?.[1];
  return innermost ?? message.split("\n")[0]!;
}

/** True for observations that are pictures: [height, width, channels] of bytes. */
export function isPicture({ dtype, shape }: ValueForm): boolean {
  return dtype === "uint8" && shape.length === 3;
}

/** The key of a store's observations. */
export function keyOf(form: ValueForm): string {
  return isPicture(form) ? "image" : "observation";
}
