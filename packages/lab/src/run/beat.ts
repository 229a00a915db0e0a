// One sign of life.
import { closeSync, futimesSync, openSync, readFileSync } from "node:fs";

/** Renews the time of the lock file at `path` if it still holds `token`. What goes wrong is noticed elsewhere. */
export function beat(path: string, token: string): void {
  try {
    const file = openSync(path, "r+");
    try {
      const now = new Date();
      if (readFileSync(file, "utf8").includes(`"token":"${token}"`)) futimesSync(file, now, now);
    } finally {
      closeSync(file);
    }
  } catch {}
}
