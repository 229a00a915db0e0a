// The last checkpoint of a run, for those who look at it while it may be running.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { LabError } from "../errors.js";
import { readCheckpoint } from "./checkpoint-files.js";
import { files } from "./layout.js";
import type { RunRecord } from "./record.js";

/** A whole checkpoint. */
export interface LatestCheckpoint {
  /** Its name, such as `step-00000123`. */
  readonly name: string;
  /** Its tensors, as safetensors. */
  readonly file: string;
  /** Steps done, over all loops. */
  readonly steps: number;
  /** State of each tracked object, by name; a tensor stands as `{ $tensor: its name in the file }`. */
  readonly objects: Readonly<Record<string, unknown>>;
}

/**
 * The newest checkpoint of a run that is whole; undefined if there is none. One that a running run removes meanwhile, or that is
 * damaged, is passed over.
 */
export function latestCheckpoint(run: Pick<RunRecord, "path">): LatestCheckpoint | undefined {
  const folder = join(run.path, files.checkpoints);
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => /^step-\d{8,}$/.test(name)) : [];
  names.sort((a, b) => Number(b.slice(5)) - Number(a.slice(5)));
  for (const name of names) {
    try {
      const { steps, objects } = readCheckpoint(folder, name);
      return { name, file: join(folder, name, "tensors.safetensors"), steps, objects };
    } catch (error) {
      if (!(error instanceof LabError)) throw error;
    }
  }
  return undefined;
}
