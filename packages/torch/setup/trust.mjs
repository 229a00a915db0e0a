// Set-up runs what lies in the cache, so what other users of this machine can change there is not trusted.
import { statSync } from "node:fs";
import { dirname } from "node:path";
import { SetupError } from "./failure.mjs";

/** What set-up needs to know of a file or folder. @typedef {{ uid: number, gid: number, mode: number }} Owned */

/**
 * Why another user could change something; undefined if none can. Root may, and so may a group that is the user's own
 * (its number is the user's).
 * @param {Owned} found
 */
export function whoElseWrites({ uid, gid, mode }) {
  const me = process.getuid?.();
  if (me === undefined) return undefined; // Windows: left to the folder's access list
  if (uid !== me && uid !== 0) return `it belongs to another user (${uid})`;
  if (mode & 0o002) return "every user can write to it";
  return mode & 0o020 && gid !== me && gid !== 0 ? `its group (${gid}) can write to it` : undefined;
}

/**
 * The first of these paths that others can change, in words; undefined if they can change none.
 * @param {Iterable<string>} paths
 */
export function changeableByOthers(paths) {
  for (const path of paths) {
    const why = whoElseWrites(statSync(path));
    if (why) return `${path} can be changed by others: ${why}`;
  }
  return undefined;
}

/**
 * Refuses a cache in which, or above which, another user can put something else in place of what set-up runs. Above it
 * only folders that everybody can write to count, unless they keep each user's files apart as /tmp does.
 * @param {string} cache
 * @param {string[]} inside its folders
 * @throws {SetupError} `unsafe-cache`
 */
export function requireOwnCache(cache, inside) {
  const problem = changeableByOthers([cache, ...inside]) ?? openAbove(cache);
  if (!problem) return;
  throw new SetupError(
    "unsafe-cache",
    `The cache is not safe, because set-up runs what lies there and ${problem}: take that right away (\`chmod -R go-w ${cache}\`), or set THROUGHLINE_CACHE to a folder of your own, then run \`npm run setup\` again.`,
  );
}

/** @param {string} folder */
function openAbove(folder) {
  for (let each = dirname(folder); each !== dirname(each); each = dirname(each)) {
    const { mode } = statSync(each);
    if (process.getuid && mode & 0o002 && !(mode & 0o1000))
      return `every user can write to ${each}, above it`;
  }
  return undefined;
}
