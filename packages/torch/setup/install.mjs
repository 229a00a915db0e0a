#!/usr/bin/env node
// `npm ci` runs this through the root's postinstall; `npm run setup` runs it again at any time.
// Finds or fetches libtorch, builds the addon, checks that it loads. See README.md in this folder.
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { buildAddon } from "./build-addon.mjs";
import { createContext } from "./context.mjs";
import { runMain } from "./failure.mjs";
import { findLibtorch } from "./find-libtorch.mjs";

const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));

await runMain(async () => {
  const { values } = parseArgs({
    options: {
      native: { type: "string", default: here("../native") },
      out: { type: "string", default: here("../build") },
    },
  });
  const started = Date.now();
  const ctx = createContext();
  const libtorch = await findLibtorch(ctx);
  ctx.progress.say(`libtorch ${libtorch.version} (${libtorch.variant}) in ${libtorch.path}`);
  const { compiled, file } = await buildAddon(ctx, { libtorch, native: values.native, out: values.out });
  const how = compiled ? "compiled" : "taken from the cache";
  ctx.progress.say(`Addon ${how}, loads: ${file} (${((Date.now() - started) / 1000).toFixed(1)} s in all)`);
});
