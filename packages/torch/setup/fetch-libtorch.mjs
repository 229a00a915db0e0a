// The per-user copy of the pinned libtorch: fetched when absent, fetched again when found damaged.
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { cacheFolder, openCache, requireSpace, withStaging } from "./cache.mjs";
import { SetupError } from "./failure.mjs";
import { withLock } from "./lock.mjs";
import { pinnedWheel, requireHash } from "./pin.mjs";
import { downloadedWheels, pipDownload } from "./pip.mjs";
import { formatBytes } from "./progress.mjs";
import { unpackWheel } from "./unpack-wheel.mjs";
import { checkManifest, findDamaged, verifyWheels, writeManifest } from "./verify.mjs";

/** @typedef {import("./context.mjs").Context} Context */
/** @typedef {import("./pin.mjs").Wheel} Wheel */

/**
 * The folder of the cached libtorch, fetched first if need be. Safe to call from several processes at once.
 * @param {Context} ctx
 * @param {Wheel} [wheel]
 * @returns {Promise<string>} a folder with `lib/` and `include/`
 * @throws {SetupError}
 */
export async function fetchLibtorch(ctx, wheel = pinnedWheel(ctx)) {
  requireGlibc(ctx);
  const cache = await openCache(ctx);
  const folder = join(cache, "libtorch", wheel.name);
  if (!("problem" in checkManifest(folder))) return join(folder, "torch");
  await withLock(ctx, cache, async () => {
    const state = checkManifest(folder); // another process may have finished meanwhile
    if (!("problem" in state)) return;
    if (existsSync(folder)) {
      ctx.progress.say(`The cached libtorch is damaged (${state.problem}); fetching it again.`);
      await rm(folder, { recursive: true, force: true });
    }
    await withStaging(cache, (staging) => fetchInto(ctx, wheel, folder, staging, join(cache, "logs")));
  });
  return join(folder, "torch");
}

/**
 * Compares every cached file with its hash and gives the copy up if one differs, so that the next `fetchLibtorch`
 * fetches it again. For a copy whose sizes are right and which still does not compile or load.
 * @param {Context} ctx
 * @param {string} path what `fetchLibtorch` returned
 * @returns {Promise<boolean>} whether it was given up
 */
export async function discardIfDamaged(ctx, path) {
  const folder = dirname(path);
  const state = checkManifest(folder);
  const damaged = "problem" in state ? state.problem : await findDamaged(folder, state.manifest);
  if (!damaged) return false;
  ctx.progress.say(`The cached libtorch is damaged (${damaged}); fetching it again.`);
  await withLock(ctx, cacheFolder(ctx), () => rm(folder, { recursive: true, force: true }));
  return true;
}

/**
 * @param {Context} ctx
 * @param {Wheel} wheel
 * @param {string} folder where the finished copy goes, in one rename
 * @param {string} staging
 * @param {string} logs
 */
async function fetchInto(ctx, wheel, folder, staging, logs) {
  requireHash(wheel);
  await requireSpace(ctx, staging, wheel.diskBytes);
  const [download, tmp, unpacked] = [
    join(staging, "download"),
    join(staging, "tmp"),
    join(staging, "unpacked"),
  ];
  for (const path of [download, tmp, unpacked]) await mkdir(path);
  const size = wheel.bytes ? ` (${formatBytes(wheel.bytes)})` : "";
  ctx.progress.say(`Fetching libtorch ${wheel.version}${size} once for this user, into ${folder}`);
  await pipDownload(ctx, wheel, download, { logs, tmp });
  const [torch, ...others] = await downloadedWheels(wheel, download, logs, (name) =>
    name.startsWith("torch-"),
  );
  ctx.progress.say(`Checking and unpacking ${torch} (only lib/ and include/)`);
  const wanted = [torch, ...others.filter((name) => name.startsWith("nvidia"))].map((name) =>
    join(download, name),
  );
  await verifyWheels(wanted, wheel);
  const files = {};
  for (const file of wanted) {
    Object.assign(files, await unpackWheel(ctx, file, unpacked));
    await rm(file);
  }
  writeManifest(unpacked, { version: wheel.version, source: torch, files });
  await rename(unpacked, folder);
}

/**
 * The wheels are linked against the GNU C library; on Alpine they unpack and then fail to load.
 * @param {Context} ctx
 * @throws {SetupError} `unsupported-platform`
 */
export function requireGlibc({ platform }) {
  if (platform !== "linux") return;
  const report = /** @type {{ header?: { glibcVersionRuntime?: string } }} */ (process.report.getReport());
  const [major = 0, minor = 0] = (report.header?.glibcVersionRuntime ?? "").split(".").map(Number);
  if (major > 2 || (major === 2 && minor >= 28)) return;
  const found = major ? `glibc ${major}.${minor}` : "no glibc (musl, as on Alpine)";
  throw new SetupError(
    "unsupported-platform",
    `The ready-made libtorch needs glibc 2.28 or later and this system has ${found}: use a newer distribution or container, or set LIBTORCH to a libtorch built for this system.`,
  );
}
