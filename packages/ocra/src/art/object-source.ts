// Sources of the objects of a data set.

import { OcraDataError } from "../datasets/errors.js";
import { withoutLookAlikes } from "../glyphs/look-alikes.js";
import { readObjects } from "../glyphs/object-files.js";
import { type ObjectSet, poolObjects, taskObjects } from "../glyphs/objects.js";

/** `tasks`: our 100; `pool`: the glyphs for pre-training, unlike those; else the path of a folder or an .npy file. */
export type ObjectSource = "tasks" | "pool" | (string & {});

/**
 * The objects that a source names; see `readObjects` for files.
 * @throws OcraDataError ocra/objects or ocra/files
 */
export function objectsFrom(source: ObjectSource = "tasks"): ObjectSet {
  if (typeof source !== "string") {
    throw new OcraDataError("argument", `objects: give tasks, pool or a path; not ${String(source)}`);
  }
  if (source === "tasks") return taskObjects();
  return source === "pool" ? poolObjects() : readObjects(source);
}

/** The objects of one source that look like none of another's. The pool has none that look like our tasks' anyway. */
export function objectsUnlike(source: ObjectSource, other: ObjectSource): ObjectSet {
  if (source === "pool" && other === "tasks") return poolObjects();
  const left = withoutLookAlikes(objectsFrom(source), objectsFrom(other));
  if (left.names.length > 0) return left;
  throw new OcraDataError("objects", `all objects of ${source} look like objects of ${other}; none is left`);
}
