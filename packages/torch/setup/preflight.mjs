// Everything that set-up needs, looked for before anything is downloaded: all that is missing is said at once, and what
// set-up is going to fetch, how much that is and how long it takes.

import { costOfTools } from "./build-tools.mjs";
import { openCache, requireSpace } from "./cache.mjs";
import { explain, SetupError } from "./failure.mjs";
import { requireGlibc } from "./fetch-libtorch.mjs";
import { findOwnLibtorch, isLibtorchPresent, namesOwnLibtorch } from "./find-libtorch.mjs";
import { makeFolder } from "./folders.mjs";
import { missingTools } from "./missing-tools.mjs";
import { requireNode } from "./node-version.mjs";
import { describePart } from "./part.mjs";
import { pinnedWheel, requireHash } from "./pin.mjs";
import { findPrebuilt } from "./prebuilt.mjs";
import { formatBytes } from "./progress.mjs";
import { lookForTools, missingOf, toolsToFetch } from "./toolchain.mjs";

/** @typedef {import("./context.mjs").Context} Context */
/** @typedef {import("./part.mjs").Part} Part */

/** Something to fetch, and the space it takes. @typedef {{ what: string, bytes: number, diskBytes: number }} Download */

/**
 * @typedef {object} Plan
 * @property {{ part: Part, out: string }[]} parts
 * @property {Download[]} downloads
 * @property {boolean} compiles whether a compiler may have to run
 */

/** Space for compiling one part, and for what comes out. */
const BUILD_BYTES = 0.2e9;

/**
 * @param {Context} ctx
 * @param {object} request
 * @param {readonly import("./set-up.mjs").Place[]} request.places
 * @param {import("./pin.mjs").Wheel} [request.wheel]
 * @param {readonly Download[]} [request.downloads] what the caller fetches besides, into a folder of its own
 * @param {readonly (() => void | Promise<void>)[]} [request.checks] what the caller needs besides
 * @returns {Promise<Plan>}
 * @throws {SetupError} the one problem, or `several`, which lists all
 */
export async function preflight(ctx, { places, wheel, downloads: others = [], checks: more = [] }) {
  const checks = new Checks();
  await checks.try(() => requireNode());
  for (const check of more) await checks.try(check);
  const parts =
    (await checks.try(() => places.map(({ native, out }) => ({ part: describePart(ctx, native), out })))) ??
    [];
  const ownWanted = namesOwnLibtorch(ctx);
  const own = ownWanted ? await checks.try(() => findOwnLibtorch(ctx)) : undefined;
  const pinned = ownWanted ? undefined : await checks.try(() => wheel ?? pinnedWheel(ctx));
  const fetches = pinned !== undefined && !(await isLibtorchPresent(ctx, pinned));
  if (fetches) {
    await checks.try(() => requireGlibc(ctx));
    await checks.try(() => requireHash(pinned));
  }
  const libtorch = own ?? (pinned && { version: pinned.version, variant: pinned.variant });
  let compiles = false;
  for (const { part } of parts)
    compiles ||=
      libtorch === undefined ||
      (await checks.try(() => "why" in findPrebuilt(ctx, part, libtorch))) !== false;
  const found = await lookForTools(ctx);
  const missing = missingOf(ctx, found, { compile: compiles, download: fetches });
  if (missing.length > 0) checks.add(missingTools(ctx, missing));
  const tools = compiles ? costOfTools(ctx, toolsToFetch(ctx, found)) : [];
  const torch = fetches
    ? [{ what: `libtorch ${pinned.version}`, bytes: pinned.bytes ?? 0, diskBytes: pinned.diskBytes }]
    : [];
  const downloads = [...others, ...torch, ...tools];
  const needs = (/** @type {readonly Download[]} */ list) =>
    list.reduce((sum, { diskBytes }) => sum + diskBytes, compiles ? BUILD_BYTES : 0);
  const disk = needs([...torch, ...tools]);
  const cache = await checks.try(() => openCache(ctx));
  if (cache !== undefined && disk > 0) await checks.try(() => requireSpace(ctx, cache, disk));
  for (const { out } of parts) await checks.try(() => makeFolder(out));
  checks.end();
  if (downloads.length > 0) ctx.progress.say(announcement({ downloads, disk: needs(downloads), compiles }));
  return { parts, downloads, compiles };
}

/** @param {{ downloads: Plan["downloads"], disk: number, compiles: boolean }} plan */
function announcement({ downloads, disk, compiles }) {
  const list = downloads
    .map(({ what, bytes }) => (bytes ? `${what} (${formatBytes(bytes)})` : what))
    .join(", ");
  const how = compiles ? " It then compiles, about 4 minutes on 2 cores." : "";
  return `Set-up fetches ${list}.${how} It needs ${formatBytes(disk)} of disk while it works. The next time nothing of this is done again.`;
}

/** Problems of several checks, so that all are said at once. */
class Checks {
  /** @type {SetupError[]} */
  #problems = [];

  /** @param {SetupError} problem */
  add(problem) {
    if (!this.#problems.some(({ message }) => message === problem.message)) this.#problems.push(problem);
  }

  /** @template T @param {() => T | Promise<T>} check @returns {Promise<T | undefined>} */
  async try(check) {
    try {
      return await check();
    } catch (error) {
      this.add(explain(error));
      return undefined;
    }
  }

  end() {
    const [first, ...more] = this.#problems;
    if (first === undefined) return;
    if (more.length === 0) throw first;
    const list = this.#problems.map(({ message }, i) => `\n  ${i + 1}. ${message}`).join("");
    throw new SetupError(
      "several",
      `${this.#problems.length} things are to be put right first; nothing was downloaded.${list}`,
    );
  }
}
