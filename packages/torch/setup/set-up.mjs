// The whole of set-up: libtorch, then the addon; and once more if the cached libtorch turns out to be damaged.
import { buildAddon } from "./build-addon.mjs";
import { SetupError } from "./failure.mjs";
import { discardIfDamaged } from "./fetch-libtorch.mjs";
import { findLibtorch, isLibtorchPresent } from "./find-libtorch.mjs";
import { findToolchain } from "./toolchain.mjs";

/**
 * Looks for all programs before anything is downloaded.
 * @param {import("./context.mjs").Context} ctx
 * @param {{ native: string, out: string, wheel?: import("./pin.mjs").Wheel }} options folder of the C++ sources,
 *   folder for the addon; `wheel` in place of the pinned one is for tests
 * @throws {SetupError}
 */
export async function setUp(ctx, options) {
  const started = Date.now();
  await findToolchain(ctx, { pip: !(await isLibtorchPresent(ctx, options.wheel)) });
  const libtorch = await findLibtorch(ctx, options);
  ctx.progress.say(`libtorch ${libtorch.version} (${libtorch.variant}) in ${libtorch.path}`);
  try {
    const { compiled, file } = await buildAddon(ctx, { libtorch, ...options });
    const how = compiled ? "compiled" : "taken from the cache";
    ctx.progress.say(`Addon ${how}, loads: ${file} (${((Date.now() - started) / 1000).toFixed(1)} s in all)`);
  } catch (error) {
    const suspect = error instanceof SetupError && ["compile-failed", "load-failed"].includes(error.code);
    if (!suspect || libtorch.source !== "cache" || !(await discardIfDamaged(ctx, libtorch.path))) throw error;
    await setUp(ctx, options);
  }
}
