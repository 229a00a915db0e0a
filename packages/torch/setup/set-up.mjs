// The whole of set-up: what is missing is found first; then libtorch, then each part; and once more if the cached libtorch
// turns out to be damaged.
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SetupError } from "./failure.mjs";
import { discardIfDamaged } from "./fetch-libtorch.mjs";
import { findLibtorch } from "./find-libtorch.mjs";
import { makePart } from "./make-part.mjs";
import { preflight } from "./preflight.mjs";

/** Folder of C++ sources, and the folder for what is made of them. @typedef {{ native: string, out: string }} Place */

/**
 * @param {import("./context.mjs").Context} ctx
 * @param {object} options
 * @param {readonly Place[]} options.places the addon's first, if it is among them
 * @param {string} [options.addon] file of the addon, where it is not among them
 * @param {import("./preflight.mjs").Plan} [options.plan] what `preflight` found, where the caller has asked it already
 * @param {import("./pin.mjs").Wheel} [options.wheel] in place of the pinned one, for tests
 * @returns {Promise<string[]>} the files that were made, in the order of `places`, without those that cannot be made here
 * @throws {SetupError} unless what cannot be made is optional: then a file beside it says why
 */
export async function setUp(ctx, options) {
  const { places, wheel } = options;
  const started = Date.now();
  const { parts } = options.plan ?? (await preflight(ctx, { places, wheel }));
  const libtorch = await findLibtorch(ctx, { wheel });
  ctx.progress.say(`libtorch ${libtorch.version} (${libtorch.variant}) in ${libtorch.path}`);
  /** @type {string[]} */
  const made = [];
  let { addon } = options;
  try {
    for (const { part, out } of parts) {
      const result = await makeOrExplain(ctx, { part, libtorch, out, addon });
      if (result === undefined) continue;
      const { how, file } = result;
      const took = `${((Date.now() - started) / 1000).toFixed(1)} s in all`;
      ctx.progress.say(`${part.nodeApi ? "Addon" : "Operators"} ${how}, loads: ${file} (${took})`);
      if (part.isEngine) addon = file;
      made.push(file);
    }
    return made;
  } catch (error) {
    const suspect = error instanceof SetupError && ["compile-failed", "load-failed"].includes(error.code);
    if (!suspect || libtorch.source !== "cache" || !(await discardIfDamaged(ctx, libtorch.path))) throw error;
    return setUp(ctx, options);
  }
}

/** File that says why a part is not there. @param {string} file of the part */
export const reasonFile = (file) => `${file}.why`;

/**
 * Makes a part; of one that is optional and cannot be made, says why not.
 * @param {import("./context.mjs").Context} ctx @param {Parameters<typeof makePart>[1]} options
 */
async function makeOrExplain(ctx, options) {
  const { part, out } = options;
  const file = join(out, part.file);
  rmSync(reasonFile(file), { force: true });
  try {
    return await makePart(ctx, options);
  } catch (error) {
    if (!part.optional || !(error instanceof SetupError)) throw error;
    rmSync(file, { force: true });
    writeFileSync(reasonFile(file), `${error.message}\n`);
    ctx.progress.say(`Without ${part.file}, which is optional: ${error.message}`);
    return undefined;
  }
}
