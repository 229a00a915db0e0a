// All runs below a folder.
import { type Dirent, existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { diskError, isMissing } from "../files/disk.js";
import { files } from "./layout.js";
import { recordOf } from "./read.js";
import type { RunRecord } from "./record.js";
import { RunIndex } from "./run-index.js";

/** Result of `listRuns`. */
export interface RunList {
  /** Oldest first. */
  readonly runs: readonly RunRecord[];
  /** A sentence for each directory that looks like a run but cannot be read. */
  readonly problems: readonly string[];
}

/**
 * All runs under `root`, at any depth. A folder that does not exist holds none. What their small files say is kept in
 * `.index.json` there, and read again where a file has changed since.
 * @throws LabError lab/disk
 */
export function listRuns(root = "runs"): RunList {
  const runs: RunRecord[] = [];
  const problems: string[] = [];
  const index = new RunIndex(resolve(root));
  for (const path of runFolders(root)) {
    try {
      runs.push(recordOf(path, index.headOf(path)));
    } catch (error) {
      problems.push((error as Error).message);
    }
  }
  index.save();
  runs.sort((a, b) => a.created.getTime() - b.created.getTime() || (a.id < b.id ? -1 : 1));
  return { runs, problems };
}

/**
 * The directories of all runs under `root`, as absolute paths in the order of their names. None of them is read: this is
 * how a run is found by its name. @throws LabError lab/disk
 */
export function runFolders(root = "runs"): string[] {
  const found: string[] = [];
  const visit = (folder: string): void => {
    if (existsSync(join(folder, files.config))) found.push(folder);
    else for (const name of foldersIn(folder)) visit(join(folder, name));
  };
  visit(resolve(root));
  return found;
}

function foldersIn(folder: string): string[] {
  let entries: Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch (cause) {
    if (isMissing(cause)) return [];
    throw diskError(folder, cause, "read");
  }
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
    .map((entry) => entry.name)
    .sort();
}
