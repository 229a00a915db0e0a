// The Node addon: built or taken from the cache, tried, and put where packages/torch/src looks for it.
import { readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { buildLibrary } from "./build-library.mjs";
import { SetupError } from "./failure.mjs";
import { makeFolder } from "./folders.mjs";
import { checkLoads } from "./load-check.mjs";

/** @typedef {import("./context.mjs").Context} Context */
/** @typedef {import("./inspect-libtorch.mjs").Libtorch} Libtorch */

const NAME = "throughline_torch";

/**
 * Makes `<out>/throughline_torch.node` and `<out>/libtorch.json`. Neither is touched unless the addon loads.
 * @param {Context} ctx
 * @param {{ libtorch: Libtorch, native: string, out: string }} options `native`: folder of the C++ sources
 * @returns {Promise<{ compiled: boolean, file: string }>}
 * @throws {SetupError}
 */
export async function buildAddon(ctx, { libtorch, native, out }) {
  const file = join(out, `${NAME}.node`);
  const fresh = join(out, `${NAME}.untried.${process.pid}.node`);
  const { sources, headers } = nativeFiles(native);
  try {
    const library = { name: NAME, sources, headers, out: fresh, libtorch, nodeApi: true };
    const { key, compiled } = await buildLibrary(ctx, library);
    await checkLoads(ctx, fresh, libtorch);
    writeRecord(join(out, "libtorch.json"), ctx, libtorch, key);
    renameSync(fresh, file);
    return { compiled, file };
  } finally {
    rmSync(fresh, { force: true });
  }
}

/** @param {string} folder */
function nativeFiles(folder) {
  const isFolder = statSync(folder, { throwIfNoEntry: false })?.isDirectory();
  const names = isFolder ? readdirSync(folder, { recursive: true, encoding: "utf8" }).sort() : [];
  const files = (/** @type {RegExp} */ ending) =>
    names.filter((name) => ending.test(name)).map((n) => join(folder, n));
  const sources = files(/\.(cpp|mm)$/).filter(
    (name) => !name.endsWith(".mm") || process.platform === "darwin",
  );
  if (sources.length) return { sources, headers: files(/\.(h|hpp|inc)$/) };
  throw new SetupError(
    "no-sources",
    `There are no C++ sources in ${folder}: this checkout is incomplete, so clone the repository again and run \`npm ci\`.`,
  );
}

/**
 * What the addon was built against; read by src/ (Windows needs `lib` on PATH), by the doctor, and by whoever
 * compiles an operator library by hand.
 * @param {string} file @param {Context} ctx @param {Libtorch} libtorch @param {string} key
 */
function writeRecord(file, ctx, libtorch, key) {
  const { version, variant, path, source, lib, include } = libtorch;
  const record = { version, variant, path, source, lib, include, key, ...flagsFor(ctx, libtorch) };
  makeFolder(dirname(file));
  writeFileSync(`${file}.${process.pid}`, `${JSON.stringify(record, null, 2)}\n`);
  renameSync(`${file}.${process.pid}`, file);
}

/** Flags for g++ or clang++ to compile a custom operator library. @param {Context} ctx @param {Libtorch} libtorch */
function flagsFor({ platform }, { include, lib, libraries }) {
  if (platform === "win32")
    return { cxxflags: ["/std:c++20", ...include.map((path) => `/I${path}`)], ldflags: libraries };
  const linux = platform === "linux" ? ["-Wl,--no-as-needed", "-Wl,--allow-shlib-undefined"] : [];
  const cxxflags = ["-std=c++20", "-O2", "-fPIC", ...include.flatMap((path) => ["-isystem", path])];
  return { cxxflags, ldflags: ["-shared", ...linux, `-Wl,-rpath,${lib}`, ...libraries] };
}
