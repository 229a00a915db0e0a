// Compiles a shared library against libtorch, or takes it from the user's cache if nothing has changed.
// The Node addon is one user of this; a package with custom operators (TORCH_LIBRARY) is another:
//
//   const ctx = createContext();
//   await buildLibrary(ctx, { name: "flossing", sources: [...], out: "build/flossing.so",
//                             libtorch: await findLibtorch(ctx), openmp: true });
import { createHash } from "node:crypto";
import { copyFileSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { openCache, requireSpace, withStaging } from "./cache.mjs";
import { compile, kitHeaders } from "./compile.mjs";
import { makeFolder } from "./folders.mjs";
import { withLock } from "./lock.mjs";
import { nodeApiHeaders } from "./node-api.mjs";
import { findCompiler, findToolchain } from "./toolchain.mjs";
import { changeableByOthers } from "./trust.mjs";

/** @typedef {import("./context.mjs").Context} Context */

/**
 * @typedef {object} Library
 * @property {string} name letters, digits and underscores
 * @property {string[]} sources C++ files, absolute paths
 * @property {string[]} [headers] files that the sources include; a change in one makes the library anew
 * @property {string} out the file to make, for example `build/flossing.so`
 * @property {import("./inspect-libtorch.mjs").Libtorch} libtorch
 * @property {boolean} [nodeApi] whether it is a Node addon; default false
 * @property {boolean} [openmp] compile with OpenMP, which `at::parallel_for` needs to run in parallel; default false
 * @property {string[]} [flags] further compiler flags, for example `-mavx2`
 * @property {string[]} [include] further folders of headers
 * @property {string} [rpath] where the library looks for libtorch's; default: the folder they are in now
 */

const RECIPE = fileURLToPath(new URL("../native/CMakeLists.txt", import.meta.url));
const THIS = [RECIPE, fileURLToPath(import.meta.url), fileURLToPath(new URL("compile.mjs", import.meta.url))];

/**
 * @param {Context} ctx
 * @param {Library} library
 * @returns {Promise<{ key: string, compiled: boolean }>} the key it is cached under; whether it had to be compiled
 * @throws {import("./failure.mjs").SetupError} `missing-tools`, `compile-failed`, `no-space` …
 */
export async function buildLibrary(ctx, library) {
  const compiler = await findCompiler(ctx);
  const key = keyOf(ctx, library, compiler?.version ?? "Visual Studio");
  const cache = await openCache(ctx);
  const folder = join(cache, "builds", `${library.name}-${key}`);
  const file = join(folder, `${library.name}${extname(library.out)}`);
  const compiled = !isIntact(file) && (await build(ctx, library, cache, folder, file));
  install(file, library.out);
  return { key, compiled };
}

/**
 * Compiles into the cache, unless another process did meanwhile.
 * @param {Context} ctx @param {Library} library @param {string} cache @param {string} folder @param {string} file
 */
async function build(ctx, library, cache, folder, file) {
  const tools = await findToolchain(ctx);
  return withLock(ctx, cache, async () => {
    if (isIntact(file)) return false;
    await rm(folder, { recursive: true, force: true });
    await withStaging(cache, async (staging) => {
      await requireSpace(ctx, staging, 0.2e9);
      const made = join(staging, "result");
      await mkdir(made);
      await compile(ctx, library, tools, RECIPE, {
        staging,
        file: join(made, basename(file)),
        logs: join(cache, "logs"),
      });
      writeFileSync(join(made, "sha256"), sha256(join(made, basename(file))));
      await rename(made, folder);
    });
    return true;
  });
}

/**
 * Everything that decides what comes out of the compiler.
 * @param {Context} ctx
 * @param {Library} library
 * @param {string} compiler
 */
function keyOf(ctx, { name, sources, headers = [], libtorch, nodeApi, openmp, flags, rpath }, compiler) {
  const hash = createHash("sha256");
  const { path, version, fingerprint } = libtorch;
  const node = nodeApi ? nodeApiHeaders().version : null;
  hash.update(
    JSON.stringify([
      name,
      ctx.platform,
      ctx.arch,
      compiler,
      path,
      version,
      fingerprint,
      node,
      openmp,
      flags,
      rpath,
    ]),
  );
  hash.update(JSON.stringify([ctx.env.CXXFLAGS, ctx.env.LDFLAGS]));
  for (const file of [...THIS, ...(nodeApi ? [] : kitHeaders()), ...sources, ...headers])
    hash.update(`${basename(file)} ${sha256(file)}\n`);
  return hash.digest("hex").slice(0, 16);
}

/** @param {string} file */
const sha256 = (file) => createHash("sha256").update(readFileSync(file)).digest("hex");

/** @param {string} file */
function isIntact(file) {
  try {
    const sums = join(dirname(file), "sha256");
    if (changeableByOthers([dirname(file), file, sums])) return false;
    return readFileSync(sums, "utf8") === sha256(file);
  } catch {
    return false;
  }
}

/** Copies under a temporary name first: a process that has the old file loaded keeps it. @param {string} from @param {string} to */
function install(from, to) {
  makeFolder(dirname(to));
  const aside = `${to}.${process.pid}`;
  copyFileSync(from, aside);
  renameSync(aside, to);
}
