// The compiler, CMake and the build tool, and how many files to compile at once.
import os from "node:os";
import { missingTools } from "./missing-tools.mjs";
import { findPip } from "./pip.mjs";
import { versionOf, which } from "./tools.mjs";

/** @typedef {import("./context.mjs").Context} Context */
/** @typedef {{ path: string, version: string }} Tool */

/**
 * @typedef {object} Toolchain
 * @property {Tool | undefined} compiler undefined on Windows, where CMake finds Visual Studio itself
 * @property {Tool} cmake
 * @property {string | undefined} generator CMake's name of the build tool; undefined for CMake's own choice
 */

/**
 * `CXX` if set, else c++, g++ or clang++.
 * @param {Context} ctx
 * @returns {Promise<Tool | undefined>}
 */
export async function findCompiler(ctx) {
  for (const name of ctx.env.CXX ? [ctx.env.CXX] : ["c++", "g++", "clang++"]) {
    const tool = await findTool(ctx, name);
    if (tool) return tool;
  }
  return undefined;
}

/**
 * @param {Context} ctx
 * @param {string} name
 * @returns {Promise<Tool | undefined>}
 */
export async function findTool(ctx, name) {
  const path = which(ctx, name);
  const version = path && (await versionOf(ctx, [path]));
  return path && version !== undefined ? { path, version } : undefined;
}

/**
 * Everything that set-up runs, looked for before anything is downloaded.
 * @param {Context} ctx
 * @param {{ pip?: boolean }} [options] whether pip is needed too; default false
 * @returns {Promise<Toolchain>}
 * @throws {import("./failure.mjs").SetupError} `missing-tools`, which names all that are missing
 */
export async function findToolchain(ctx, { pip = false } = {}) {
  const windows = ctx.platform === "win32"; // CMake finds compiler and build tool by itself
  const compiler = windows ? undefined : await findCompiler(ctx);
  const cmake = await findTool(ctx, "cmake");
  const ninja = await findTool(ctx, "ninja");
  const make = ninja ? undefined : await findTool(ctx, "make");
  /** @type {import("./missing-tools.mjs").ToolName[]} */
  const missing = [];
  if (!windows && !compiler) missing.push("compiler");
  if (!cmake) missing.push("cmake");
  if (!windows && !ninja && !make) missing.push("builder");
  if (pip && !(await findPip(ctx))) missing.push("pip");
  if (!cmake || missing.length > 0) {
    throw missingTools(
      missing,
      ctx.env.CXX ? { compiler: `the C++ compiler that CXX=${ctx.env.CXX} names` } : {},
    );
  }
  return { compiler, cmake, generator: ninja ? "Ninja" : make ? "Unix Makefiles" : undefined };
}

/** What one compilation of a file that includes libtorch's headers may need. */
const MEMORY_PER_JOB = 4e9;

/**
 * How many files to compile at once: one per core, fewer if memory is short. `THROUGHLINE_JOBS` overrides.
 * @param {Pick<Context, "env">} ctx
 * @param {{ cores?: number, memory?: number }} [machine] for tests
 */
export function compileJobs({ env }, { cores = os.availableParallelism(), memory = availableMemory() } = {}) {
  const asked = Number(env.THROUGHLINE_JOBS);
  if (Number.isInteger(asked) && asked > 0) return asked;
  return Math.max(1, Math.min(cores, Math.floor(memory / MEMORY_PER_JOB)));
}

/** Free memory within the limits of a container, where Node can tell. */
function availableMemory() {
  const available = "availableMemory" in process ? process.availableMemory() : os.freemem();
  return Math.min(available, os.totalmem());
}
