// Where a package's compiled file lies: beside the package, or in the user's cache where the package cannot be written to.
// Synchronous and without dependencies, because every start of a program asks.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";

/**
 * `THROUGHLINE_CACHE`, else the platform's folder for files that may be deleted at any time.
 * @param {{ env: NodeJS.ProcessEnv, platform: NodeJS.Platform }} [surroundings]
 */
export function cacheFolder({ env, platform } = process) {
  if (env.THROUGHLINE_CACHE) return resolve(env.THROUGHLINE_CACHE);
  const home = env.HOME || env.USERPROFILE || homedir();
  if (platform === "darwin") return join(home, "Library", "Caches", "throughline");
  if (platform === "win32") return join(env.LOCALAPPDATA || join(home, "AppData", "Local"), "throughline");
  return join(env.XDG_CACHE_HOME || join(home, ".cache"), "throughline");
}

/**
 * The folders that may hold what is compiled for a package, the first choice first.
 * @param {string} root folder of its package.json
 * @param {{ env: NodeJS.ProcessEnv, platform: NodeJS.Platform }} [surroundings]
 * @returns {[beside: string, inCache: string]}
 */
export function buildFolders(root, surroundings = process) {
  const real = realpathSync(root);
  const { name, version } = JSON.parse(readFileSync(join(real, "package.json"), "utf8"));
  const key = createHash("sha256").update(real).digest("hex").slice(0, 12);
  const folder = `${String(name).replaceAll("/", "-")}-${version}-${key}`;
  return [join(real, "build"), join(cacheFolder(surroundings), "installed", folder)];
}

/**
 * A package's compiled file, if set-up has made it.
 * @param {string} root folder of its package.json
 * @param {string} file such as `throughline_torch.node`
 * @returns {string | undefined}
 */
export function findBuilt(root, file) {
  const beside = join(realpathSync(root), "build", file);
  if (existsSync(beside)) return beside;
  const inCache = join(buildFolders(root)[1], file);
  return existsSync(inCache) ? inCache : undefined;
}
