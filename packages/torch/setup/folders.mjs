// Folders, made with those above them; what packages/torch/src/files/folder.ts is after set-up.
import { mkdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";

/**
 * Makes a folder and those above it that are missing. Node's own `recursive` asks without end where a system says of a
 * folder that is there that there is none, as Linux does in /proc.
 * @param {string} path
 * @param {number} [mode] permissions of those that are made
 */
export function makeFolder(path, mode = 0o777) {
  /** @type {string[]} */
  const missing = [];
  for (let each = resolve(path); !isFolder(each); each = dirname(each)) missing.push(each);
  for (const each of missing.reverse()) {
    try {
      mkdirSync(each, mode);
    } catch (error) {
      const { code } = /** @type {NodeJS.ErrnoException} */ (error);
      if (code !== "EEXIST" || !isFolder(each)) throw error;
    }
  }
}

/** @param {string} path */
function isFolder(path) {
  return dirname(path) === path || statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
