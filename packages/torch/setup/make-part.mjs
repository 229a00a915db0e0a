// One part of a package, the addon or a library of operators: taken ready-made or compiled, tried, and put where
// packages/torch/src looks for it.
import { copyFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { buildLibrary } from "./build-library.mjs";
import { SetupError } from "./failure.mjs";
import { makeFolder } from "./folders.mjs";
import { checkLoads, checkTrial } from "./load-check.mjs";
import { findPrebuilt, LINK, prebuiltName, searchPath, sha256 } from "./prebuilt.mjs";

/** @typedef {import("./context.mjs").Context} Context */
/** @typedef {import("./inspect-libtorch.mjs").Libtorch} Libtorch */
/** @typedef {import("./part.mjs").Part} Part */

/**
 * Makes `<out>/<part.file>`, and beside it `libtorch.json` (addon) or the file's hash (library). Nothing is touched
 * unless the part loads.
 * @param {Context} ctx
 * @param {{ part: Part, libtorch: Libtorch, out: string, addon?: string }} options `addon`: file of the engine's addon, with
 *   which others are tried
 * @returns {Promise<{ how: "ready-made" | "compiled" | "taken from the cache", file: string }>}
 * @throws {SetupError}
 */
export async function makePart(ctx, { part, libtorch, out, addon }) {
  const file = join(out, part.file);
  const fresh = join(out, `untried.${process.pid}.${part.file}`);
  try {
    const ready = await takePrebuilt(ctx, { part, libtorch, fresh, addon });
    const { key, compiled } = ready ?? (await compilePart(ctx, part, libtorch, fresh, addon));
    if (part.isEngine) writeRecord(join(out, "libtorch.json"), ctx, libtorch, key);
    // What `loadLibrary` takes as proof that it need not try this very content in a process of its own first.
    else writeFileSync(`${file}.sha256`, sha256(fresh));
    renameSync(fresh, file);
    return { how: ready ? "ready-made" : compiled ? "compiled" : "taken from the cache", file };
  } finally {
    rmSync(fresh, { force: true });
  }
}

/** @param {Context} ctx @param {Part} part @param {Libtorch} libtorch @param {string} out @param {string} [addon] */
async function compilePart(ctx, part, libtorch, out, addon) {
  const result = await buildLibrary(ctx, { ...part, out, libtorch, rpath: searchPath(ctx) });
  linkLibtorch(ctx, dirname(out), libtorch);
  if (part.nodeApi) await tryPart(ctx, part, out, libtorch, addon);
  return result;
}

/**
 * @param {Context} ctx @param {Part} part @param {string} file @param {Libtorch} libtorch @param {string} [addon]
 * @throws {SetupError} `load-failed`
 */
async function tryPart(ctx, { isEngine, trial }, file, libtorch, addon) {
  if (isEngine) await checkLoads(ctx, [file], libtorch);
  else if (addon !== undefined && trial === undefined) await checkLoads(ctx, [addon, file], libtorch);
  else if (addon !== undefined && trial !== undefined)
    await checkTrial(ctx, { trial, file, addon }, libtorch);
}

/**
 * The ready-made file, if there is one that fits and loads; else says why it is compiled.
 * @param {Context} ctx
 * @param {{ part: Part, libtorch: Libtorch, fresh: string, addon?: string }} options
 */
async function takePrebuilt(ctx, { part, libtorch, fresh, addon }) {
  const found = findPrebuilt(ctx, part, libtorch);
  if (!("file" in found)) {
    if (found.why) sayWhy(ctx, part, found.why);
    return undefined;
  }
  makeFolder(dirname(fresh));
  copyFileSync(found.file, fresh);
  linkLibtorch(ctx, dirname(fresh), libtorch);
  try {
    await tryPart(ctx, part, fresh, libtorch, addon);
    return { key: `prebuilt-${found.sources.slice(0, 16)}`, compiled: false };
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    sayWhy(ctx, part, error.message);
    return undefined;
  }
}

/** @param {Context} ctx @param {Part} part @param {string} why */
function sayWhy(ctx, part, why) {
  ctx.progress.say(`Compiling ${part.name}, since the one of ${prebuiltName(ctx)} does not fit: ${why}`);
}

/**
 * Puts a link to libtorch's libraries where compiled files look for them. Windows finds them on PATH.
 * @param {Context} ctx @param {string} folder @param {Libtorch} libtorch
 */
function linkLibtorch({ platform }, folder, { lib }) {
  if (platform === "win32") return;
  const aside = join(folder, `${LINK}.${process.pid}`);
  symlinkSync(lib, aside);
  renameSync(aside, join(folder, LINK));
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
