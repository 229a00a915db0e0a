// The file of a pre-training run that shows what its slots make of some unseen displays.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { StoredPicture } from "../pictures.js";

/** One display. */
export interface DisplayPictures {
  readonly input: StoredPicture;
  readonly reconstruction: StoredPicture;
  /** For each slot. */
  readonly masks: readonly StoredPicture[];
  readonly attention: readonly StoredPicture[];
  /** Objects, and how many of them exactly one slot owns. */
  readonly objects: number;
  readonly owned: number;
}

/** Its name among the run's artifacts. */
export const picturesFile = "slots.json";

/** The pictures of a run; none if it has not come so far. */
export function readPictures(path: string): DisplayPictures[] {
  try {
    return JSON.parse(readFileSync(join(path, "artifacts", picturesFile), "utf8")) as DisplayPictures[];
  } catch {
    return [];
  }
}
