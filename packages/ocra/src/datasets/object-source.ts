// Where the objects of a data set come from.
import { type ObjectSet, poolObjects, taskObjects } from "../glyphs/objects.js";

/** `tasks`: our 100; `pool`: the glyphs for pre-training, unlike those; else a folder of PNGs or an .npy file. */
export type ObjectSource = "tasks" | "pool" | (string & {});

export function objectsOf(source: ObjectSource): ObjectSet {
  return source === "pool" ? poolObjects() : taskObjects();
}
