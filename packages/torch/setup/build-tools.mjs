// CMake and Ninja from PyPI, for machines that have a compiler but not these: fetched by pip, checked against pinned hashes,
// unpacked into the cache.
import { chmodSync, existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { openCache, requireSpace, withStaging } from "./cache.mjs";
import { SetupError } from "./failure.mjs";
import { withLock } from "./lock.mjs";
import { downloadedWheels, pipDownload } from "./pip.mjs";
import { formatBytes } from "./progress.mjs";
import { unpackWheel } from "./unpack-wheel.mjs";
import { checkManifest, verifyWheels, writeManifest } from "./verify.mjs";

/** @typedef {import("./context.mjs").Context} Context */
/** @typedef {"cmake" | "ninja"} BuildTool */
/** @typedef {{ platforms: string[], sha256: string, bytes: number }} PinnedTool */

/** @type {Record<BuildTool, { version: string, shown: string, program: string, isWanted: (name: string) => boolean, wheels: Record<string, PinnedTool> }>} */
const TOOLS = {
  cmake: {
    version: "4.4.5",
    shown: "CMake",
    program: "cmake/data/bin/cmake",
    isWanted: (name) => /^cmake\/data\/(bin\/cmake(\.exe)?$|share\/cmake-|CMake\.app\/)/.test(name),
    wheels: {
      "linux-x64": {
        platforms: ["manylinux2014_x86_64", "manylinux_2_17_x86_64"],
        sha256: "85625a9b6d5e88ff99c7eb79123d85570844e77ac076366cf75c609cc0b1b579",
        bytes: 30_246_479,
      },
      "linux-arm64": {
        platforms: ["manylinux2014_aarch64", "manylinux_2_17_aarch64"],
        sha256: "25fc8469e67857124ef10c002331c0ab416eb7b8d9e1d6e4c58e84e730013ece",
        bytes: 30_302_127,
      },
      "darwin-arm64": {
        platforms: ["macosx_10_10_universal2"],
        sha256: "e07a5716b4233dc9c69d6ca6993f4405eefc7687e718d9f6eebbb6cc1be304ef",
        bytes: 54_406_040,
      },
      "win32-x64": {
        platforms: ["win_amd64"],
        sha256: "d5521b4a9e864505c550abae99ff593d501bd08225583e69b3a9a4ca7f36a03f",
        bytes: 42_321_091,
      },
    },
  },
  ninja: {
    version: "1.13.2",
    shown: "Ninja",
    program: "ninja-1.13.2.data/scripts/ninja",
    isWanted: (name) => /\.data\/scripts\/ninja(\.exe)?$/.test(name),
    wheels: {
      "linux-x64": {
        platforms: ["manylinux2014_x86_64", "manylinux_2_17_x86_64"],
        sha256: "65a24341b5ac09fcadcc37082660be40a94174e51a937fabf6e2cae26225fa2c",
        bytes: 183_365,
      },
      "linux-arm64": {
        platforms: ["manylinux2014_aarch64", "manylinux_2_17_aarch64"],
        sha256: "d775a5e43e9088f507a6250d57fcf5678eb31268c545feb5064ffeee33735622",
        bytes: 177_180,
      },
      "darwin-arm64": {
        platforms: ["macosx_10_9_universal2"],
        sha256: "fd82e26c0706ad4ab88e5fdd26f3fab0a987a90f810160f6c322e752c6af298b",
        bytes: 306_611,
      },
      "win32-x64": {
        platforms: ["win_amd64"],
        sha256: "1293f4078278b70d0ee4b6cc8f3a9e030656c9b2f59909970343c4fe76070118",
        bytes: 311_798,
      },
    },
  },
};

/** Space for a wheel and what is unpacked of it. */
const DISK_BYTES = 0.15e9;

/**
 * What fetching these tools takes.
 * @param {Pick<Context, "platform" | "arch">} ctx
 * @param {readonly BuildTool[]} names
 */
export function costOfTools({ platform, arch }, names) {
  return names.map((name) => ({
    what: `${TOOLS[name].shown} ${TOOLS[name].version}`,
    bytes: TOOLS[name].wheels[`${platform}-${arch}`]?.bytes ?? 0,
    diskBytes: DISK_BYTES,
  }));
}

/**
 * Paths of these programs in the cache, fetched first if need be. Safe to call from several processes at once.
 * @param {Context} ctx
 * @param {readonly BuildTool[]} names
 * @param {Partial<Record<BuildTool, PinnedTool>>} [pins] others than the pinned wheels, for tests
 * @returns {Promise<Partial<Record<BuildTool, string>>>}
 * @throws {SetupError} `no-tool`, or as `pipDownload` and `verifyWheels`
 */
export async function fetchBuildTools(ctx, names, pins = {}) {
  /** @type {Partial<Record<BuildTool, string>>} */
  const paths = {};
  for (const name of names) paths[name] = await fetchTool(ctx, name, pins[name]);
  return paths;
}

/** @param {Context} ctx @param {BuildTool} name @param {PinnedTool} [pin] */
async function fetchTool(ctx, name, pin = TOOLS[name].wheels[`${ctx.platform}-${ctx.arch}`]) {
  const { version, shown, program } = TOOLS[name];
  const what = `${shown} ${version}`;
  if (!pin) {
    throw new SetupError(
      "no-tool",
      `There is no ready-made ${shown} for ${ctx.platform} ${ctx.arch}: install ${shown} so that it is on PATH, and run \`npm run setup\` again.`,
    );
  }
  const cache = await openCache(ctx);
  const folder = join(cache, "tools", `${name}-${version}`);
  const isThere = () => !("problem" in checkManifest(folder));
  if (!isThere()) {
    await withLock(ctx, cache, async () => {
      if (isThere()) return; // another process may have finished meanwhile
      await rm(folder, { recursive: true, force: true });
      await withStaging(cache, (staging) => fetchInto(ctx, name, pin, folder, staging, join(cache, "logs")));
    });
  }
  const file = programFiles(name).find((each) => existsSync(join(folder, each)));
  if (file !== undefined) return join(folder, file);
  throw new SetupError(
    "no-tool",
    `The wheel of ${what} holds no ${program}: install ${shown} so that it is on PATH, and run \`npm run setup\` again.`,
  );
}

/** Places in which a wheel may keep the program. @param {BuildTool} name */
const programFiles = (name) => [
  TOOLS[name].program,
  `${TOOLS[name].program}.exe`,
  "cmake/data/CMake.app/Contents/bin/cmake",
];

/**
 * @param {Context} ctx @param {BuildTool} name @param {PinnedTool} pin @param {string} folder where the finished copy goes
 * @param {string} staging @param {string} logs
 */
async function fetchInto(ctx, name, { platforms, sha256, bytes }, folder, staging, logs) {
  const { version, shown, isWanted } = TOOLS[name];
  await requireSpace(ctx, staging, DISK_BYTES);
  const [download, tmp, unpacked] = [
    join(staging, "download"),
    join(staging, "tmp"),
    join(staging, "unpacked"),
  ];
  for (const path of [download, tmp, unpacked]) await mkdir(path);
  ctx.progress.say(`Fetching ${shown} ${version} (${formatBytes(bytes)}), which is not on PATH`);
  const request = {
    what: `${shown} ${version}`,
    orElse: `install ${shown} so that it is on PATH`,
    bytes,
    pipArguments: [
      ...["--no-deps", "--only-binary=:all:"],
      ...platforms.flatMap((tag) => ["--platform", tag]),
      `${name}==${version}`,
    ],
  };
  await pipDownload(ctx, request, download, { logs, tmp });
  const [wheel] = await downloadedWheels(request, download, logs, () => true);
  const file = join(download, wheel);
  await verifyWheels([file], { hashes: [sha256], bytes }, `or ${request.orElse}`);
  const files = await unpackWheel(ctx, file, unpacked, isWanted);
  for (const each of programFiles(name))
    if (existsSync(join(unpacked, each))) chmodSync(join(unpacked, each), 0o755);
  writeManifest(unpacked, { version, source: wheel, files });
  await rename(unpacked, folder);
}
