// Form of episodes in HDF5, after robomimic's data sets (Mandlekar et al. 2021): `data/demo_N` with actions [N, A], rewards [N], dones
// [N], `obs/KEY` and `next_obs/KEY`; `mask/NAME` lists demos. What only a store knows is in attributes beside theirs.
import { closeSync, openSync, readSync } from "node:fs";
import type { File } from "h5wasm/node";
import type { ValueForm } from "./forms.js";

/** Attributes of ours. */
export const attributes = { card: "episode_card", record: "episode_record" } as const;

/** A file that is refused, in one sentence: an EnvError `envs/store`, or `envs/disk`, where the engine is loaded. */
export class Refusal extends Error {
  readonly kind: "store" | "disk";

  constructor(message: string, kind: "store" | "disk" = "store", options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

const SIGNATURE = "\x89HDF\r\n\x1a\n";

/** What the library says of an error, in one line: the innermost of the causes that it lists. */
export function diagnosis({ message }: Error): string {
  const causes = [...message.matchAll(/in \w+\(\): (.+)/g)];
  return causes.at(-1)?.[1] ?? message.split("\n")[0]!;
}

/** Loads the library and opens a file. @throws Refusal for one that is no HDF5, or cannot be written */
export async function openHdf5(file: string, mode: "r" | "w"): Promise<File> {
  if (mode === "r" && readStart(file, 8) !== SIGNATURE)
    throw new Refusal(`${file} is no HDF5 file: it does not begin as one`);
  const { default: hdf5 } = await import("h5wasm/node");
  // Otherwise the library prints what is wrong with a file and goes on.
  (await hdf5.ready).activate_throwing_error_handler();
  try {
    const opened = new hdf5.File(file, mode);
    // Only now it tells of a file that cannot be opened.
    opened.keys();
    return opened;
  } catch (cause) {
    const what = mode === "r" ? "is no HDF5 file" : "cannot be written";
    throw new Refusal(`${file} ${what}: ${diagnosis(cause as Error)}`, mode === "r" ? "store" : "disk", {
      cause,
    });
  }
}

function readStart(file: string, count: number): string {
  let opened: number | undefined;
  try {
    opened = openSync(file, "r");
    const bytes = Buffer.alloc(count);
    readSync(opened, bytes, 0, count, 0);
    return bytes.toString("latin1");
  } catch (cause) {
    throw new Refusal(`${file} cannot be read: ${(cause as Error).message}`, "store", { cause });
  } finally {
    if (opened !== undefined) closeSync(opened);
  }
}

/** True for observations that are pictures: [height, width, channels] of bytes. */
export function isPicture({ dtype, shape }: ValueForm): boolean {
  return dtype === "uint8" && shape.length === 3;
}

/** The key of a store's observations. */
export function keyOf(form: ValueForm): string {
  return isPicture(form) ? "image" : "observation";
}
