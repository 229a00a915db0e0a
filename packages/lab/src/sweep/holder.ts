// The process that holds a run.
import { join } from "node:path";
import { LabError } from "../errors.js";
import { files } from "../run/layout.js";
import { lockOwner, ownerWords } from "../run/lock.js";

/** Description of the process that holds a run. */
export interface Holder {
  readonly isThere: boolean;
  readonly words: string;
}

/** Process that holds the run at `path`; a damaged lock counts as held. */
export function holderOf(path: string): Holder {
  try {
    const owner = lockOwner(path);
    if (owner === undefined) return { isThere: false, words: "another process is at it" };
    const words = `${ownerWords(owner)} is at it (lock: ${join(path, files.lock)})`;
    return { isThere: true, words };
  } catch (error) {
    if (error instanceof LabError) return { isThere: true, words: error.message };
    throw error;
  }
}
