// The process that holds a run.
import { join } from "node:path";
import { LabError } from "../errors.js";
import { files } from "../run/layout.js";
import { lockOwner } from "../run/lock.js";

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
    const { pid, host, started } = owner;
    const since = started === "" ? "" : ` since ${started.slice(0, 19).replace("T", " ")} UTC`;
    const words = `process ${pid} on ${host} is at it${since} (lock: ${join(path, files.lock)})`;
    return { isThere: true, words };
  } catch (error) {
    if (error instanceof LabError) return { isThere: true, words: error.message };
    throw error;
  }
}
