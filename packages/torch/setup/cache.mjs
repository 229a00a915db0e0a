// The per-user cache: where it lies, its folders, and temporary folders inside it.
//
//   <cache>/libtorch/<version>-<platform>-<arch>/   unpacked wheels and their manifest
//   <cache>/tools/<name>-<version>/                 CMake and Ninja, where PATH has none
//   <cache>/builds/<name>-<key>/                    compiled libraries
//   <cache>/installed/<package>-<version>-<key>/    what an installed package loads, where its own folder is read-only
//   <cache>/tmp/                                    work in progress; emptied by whoever holds the lock
//   <cache>/logs/                                   output of the last pip, CMake and compiler runs
import { existsSync } from "node:fs";
import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheFolder } from "./built.mjs";
import { explain, SetupError } from "./failure.mjs";
import { makeFolder } from "./folders.mjs";
import { formatBytes } from "./progress.mjs";
import { requireOwnCache } from "./trust.mjs";

/** @typedef {import("./context.mjs").Context} Context */

export { cacheFolder };

/** The folders in a cache. @param {string} cache */
export const cacheParts = (cache) =>
  ["libtorch", "tools", "builds", "installed", "tmp", "logs"].map((name) => join(cache, name));

/**
 * Makes the cache's folders, and refuses those that others can change.
 * @param {Context} ctx
 * @returns {Promise<string>} the cache folder
 * @throws {SetupError} `not-writable` or `unsafe-cache`
 */
export async function openCache(ctx) {
  const folder = cacheFolder(ctx);
  const inside = cacheParts(folder);
  try {
    for (const each of inside) makeFolder(each, 0o755);
    requireOwnCache(folder, inside);
    await writeFile(join(folder, "CACHEDIR.TAG"), "Signature: 8a477f597d28d172789f06886806bc55\n");
  } catch (cause) {
    if (cause instanceof SetupError || explain(cause).code === "no-space") throw cause;
    const { code } = /** @type {NodeJS.ErrnoException} */ (cause);
    throw new SetupError(
      "not-writable",
      `Cannot write to the cache folder ${folder} (${code}): make it writable, or set THROUGHLINE_CACHE to a folder you can write to, then run \`npm run setup\` again.`,
      { cause },
    );
  }
  return folder;
}

/**
 * Runs `work` in a fresh temporary folder of the cache and removes it afterwards. Call it under the lock:
 * what it finds in `tmp/` was left by a killed run, and goes first.
 * @template T
 * @param {string} cache
 * @param {(folder: string) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withStaging(cache, work) {
  const tmp = join(cache, "tmp");
  for (const name of await readdir(tmp)) await rm(join(tmp, name), { recursive: true, force: true });
  const folder = await mkdtemp(join(tmp, `${process.pid}-`));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * @param {Context} ctx
 * @param {string} folder
 * @param {number} bytes
 * @throws {SetupError} `no-space`
 */
export async function requireSpace(ctx, folder, bytes) {
  const free = await ctx.freeBytes(folder);
  if (free >= bytes) return;
  throw new SetupError(
    "no-space",
    `Not enough disk space in ${folder}: ${formatBytes(bytes)} needed, ${formatBytes(free)} free; free some space, or set THROUGHLINE_CACHE to a folder on a larger disk, then run \`npm run setup\` again.`,
  );
}

/**
 * Bytes in all files below `folder`; what vanishes meanwhile counts as nothing.
 * @param {string} folder
 * @returns {Promise<number>}
 */
export async function folderSize(folder) {
  if (!existsSync(folder)) return 0;
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => []);
  const sizes = entries.map(async (entry) => {
    if (!entry.isFile()) return 0;
    return (await stat(join(entry.parentPath, entry.name)).catch(() => ({ size: 0 }))).size;
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
