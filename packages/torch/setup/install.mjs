#!/usr/bin/env node
// Sets up a package: `node install.mjs [FOLDER]`, by default the engine (libtorch and the addon); else a package with
// native/library.json, whose operators are compiled. `--sources NAME`: another folder of it than `native`. The last line on
// stdout is the path of what was made.
import { accessSync, constants, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { buildFolders, findBuilt } from "./built.mjs";
import { createContext } from "./context.mjs";
import { runMain } from "./failure.mjs";
import { setUp } from "./set-up.mjs";

const engine = fileURLToPath(new URL("..", import.meta.url));

await runMain(async () => {
  const options = /** @type {const} */ ({ out: { type: "string" }, sources: { type: "string" } });
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const { 0: root = engine } = positionals;
  const ctx = createContext();
  const [file] = await setUp(ctx, {
    places: [
      {
        native: join(root, values.sources ?? "native"),
        out: values.out ?? writable(buildFolders(root, ctx)),
      },
    ],
    addon: findBuilt(engine, "throughline_torch.node"),
  });
  if (file === undefined) process.exitCode = 1;
  else process.stdout.write(`${file}\n`);
});

/** The folder beside the package if it can be written to. @param {[string, string]} folders */
function writable([beside, inCache]) {
  try {
    const there = statSync(beside, { throwIfNoEntry: false });
    accessSync(there ? beside : dirname(beside), constants.W_OK);
    return there && !there.isDirectory() ? inCache : beside;
  } catch {
    return inCache;
  }
}
