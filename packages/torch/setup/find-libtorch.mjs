// Where libtorch comes from, in the order that people know from tch-rs: LIBTORCH; the active Python's torch if
// LIBTORCH_USE_PYTORCH=1; the copy in the user's cache, which is fetched if it is not there.
import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { cacheFolder, cacheParts } from "./cache.mjs";
import { SetupError } from "./failure.mjs";
import { fetchLibtorch } from "./fetch-libtorch.mjs";
import { inspectLibtorch } from "./inspect-libtorch.mjs";
import { PINNED, pinnedWheel } from "./pin.mjs";
import { run, which } from "./tools.mjs";
import { requireOwnCache } from "./trust.mjs";
import { checkManifest } from "./verify.mjs";

/** @typedef {import("./context.mjs").Context} Context */
/** @typedef {import("./inspect-libtorch.mjs").Libtorch} Libtorch */

/**
 * @param {Context} ctx
 * @param {{ wheel?: import("./pin.mjs").Wheel }} [options] another wheel than the pinned one, for tests
 * @returns {Promise<Libtorch>}
 * @throws {SetupError}
 */
export async function findLibtorch(ctx, { wheel } = {}) {
  const own = await findOwnLibtorch(ctx);
  if (own) return own;
  return inspectCached(ctx, await fetchLibtorch(ctx, wheel));
}

/**
 * Whether `findLibtorch` will not have to fetch one.
 * @param {Context} ctx
 * @param {import("./pin.mjs").Wheel} [wheel]
 */
export async function isLibtorchPresent(ctx, wheel) {
  if (namesOwnLibtorch(ctx)) return true;
  return !("problem" in checkManifest(join(cacheFolder(ctx), "libtorch", (wheel ?? pinnedWheel(ctx)).name)));
}

/**
 * As `findLibtorch`, but never fetches: undefined if there is no libtorch yet. For the doctor.
 * @param {Context} ctx
 * @throws {SetupError} if there is one that cannot be used
 */
export async function findPresentLibtorch(ctx) {
  const own = await findOwnLibtorch(ctx);
  if (own) return own;
  const folder = join(cacheFolder(ctx), "libtorch", pinnedWheel(ctx).name);
  if (!existsSync(folder)) return undefined;
  requireOwnCache(
    cacheFolder(ctx),
    cacheParts(cacheFolder(ctx)).filter((each) => existsSync(each)),
  );
  const state = checkManifest(folder);
  if (!("problem" in state)) return inspectCached(ctx, join(folder, "torch"));
  throw new SetupError(
    "cache-damaged",
    `The cached libtorch is damaged (${state.problem}): run \`npm run setup\`.`,
  );
}

/** @param {Context} ctx @param {string} path */
function inspectCached(ctx, path) {
  const state = checkManifest(resolve(path, ".."));
  const fingerprint = "digest" in state ? state.digest : undefined;
  return inspectLibtorch(ctx, path, { source: "cache", name: `The cached libtorch ${path}`, fingerprint });
}

/** True if the environment names a libtorch of the user's own. @param {Context} ctx */
export const namesOwnLibtorch = ({ env }) => Boolean(env.LIBTORCH) || env.LIBTORCH_USE_PYTORCH === "1";

/** The user's own libtorch, if the environment names one. @param {Context} ctx @throws {SetupError} */
export async function findOwnLibtorch(ctx) {
  if (ctx.env.LIBTORCH) return fromFolder(ctx, ctx.env.LIBTORCH);
  if (ctx.env.LIBTORCH_USE_PYTORCH === "1") return fromPython(ctx);
  return undefined;
}

/** @param {Context} ctx @param {string} folder */
function fromFolder(ctx, folder) {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new SetupError(
      "libtorch-incomplete",
      `LIBTORCH=${folder} is not a folder: set it to a folder that holds libtorch's lib/ and include/, or unset it to have libtorch ${PINNED} fetched.`,
    );
  }
  return inspectLibtorch(ctx, resolve(folder), { source: "LIBTORCH", name: `LIBTORCH=${folder}` });
}

const LOCATE =
  "import importlib.util as u; s = u.find_spec('torch'); print(s.submodule_search_locations[0] if s else '')";

/** @param {Context} ctx */
async function fromPython(ctx) {
  const python = which(ctx, "python3") ?? which(ctx, "python");
  const result = python ? await run(ctx, [python, "-c", LOCATE]) : undefined;
  const path = result?.code === 0 ? result.output.trim().split("\n").at(-1) : undefined;
  if (path) {
    return inspectLibtorch(ctx, path, {
      source: "python",
      name: `The torch of ${python} (LIBTORCH_USE_PYTORCH=1)`,
    });
  }
  const found = python ? `${python} has no torch installed` : "there is no python3 on PATH";
  throw new SetupError(
    "no-pytorch",
    `LIBTORCH_USE_PYTORCH=1 is set, but ${found}: activate the environment that has PyTorch, or unset LIBTORCH_USE_PYTORCH to have libtorch ${PINNED} fetched.`,
  );
}
