// Folders, made with those above them.
import { mkdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";

/**
 * Creates a folder and its missing parents; an existing one is unchanged. Node's `mkdir` with `recursive` never
 * returns where a system denies that an existing folder exists, as Linux does in /proc.
 * @throws the operating system's error.
 */
export function makeFolder(path: string): void {
  const missing: string[] = [];
  for (let each = resolve(path); !isFolder(each); each = dirname(each)) missing.push(each);
  for (const each of missing.reverse()) makeOne(each);
}

/** True if there is a folder; a file in its place counts as none, and is refused when the folder is made. */
function isFolder(path: string): boolean {
  return dirname(path) === path || statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function makeOne(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST" || !isFolder(path)) throw error;
  }
}
