// The compiler, CMake and the build tool, and how many files to compile at once.
import os from "node:os";
import { fetchBuildTools } from "./build-tools.mjs";
import { missingTools } from "./missing-tools.mjs";
import { findPip } from "./pip.mjs";
import { versionOf, which } from "./tools.mjs";

/** @typedef {import("./context.mjs").Context} Context */
/** @typedef {{ path: string, version: string }} Tool */

/**
 * @typedef {object} Found what is on PATH
 * @property {Tool | undefined} compiler undefined on Windows too, where CMake finds Visual Studio itself
 * @property {Tool | undefined} cmake
 * @property {Tool | undefined} ninja
 * @property {Tool | undefined} make
 * @property {Awaited<ReturnType<typeof findPip>>} pip
 */

/**
 * @typedef {object} Toolchain
 * @property {Tool | undefined} compiler
 * @property {Tool} cmake
 * @property {string | undefined} generator CMake's name of the build tool; undefined for CMake's own choice
 * @property {string | undefined} builder path of a Ninja that is not on PATH
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

/** @param {Context} ctx @returns {Promise<Found>} */
export async function lookForTools(ctx) {
  const [onPath, pip] = await Promise.all([lookOnPath(ctx), findPip(ctx)]);
  return { ...onPath, pip };
}

/** @param {Context} ctx */
async function lookOnPath(ctx) {
  const windows = ctx.platform === "win32";
  const [compiler, cmake, ninja, make] = await Promise.all([
    windows ? undefined : findCompiler(ctx),
    findTool(ctx, "cmake"),
    findTool(ctx, "ninja"),
    findTool(ctx, "make"),
  ]);
  return { compiler, cmake, ninja, make };
}

/** The build tools that would have to be fetched before something can be compiled. @param {Context} ctx @param {Omit<Found, "pip">} found */
export function toolsToFetch({ platform }, { cmake, ninja, make }) {
  /** @type {import("./build-tools.mjs").BuildTool[]} */
  const names = [];
  if (!cmake) names.push("cmake");
  if (platform !== "win32" && !ninja && !make) names.push("ninja");
  return names;
}

/**
 * What the user has to install. CMake and Ninja are only named where there is no pip to fetch them.
 * @param {Context} ctx
 * @param {Found} found
 * @param {{ compile: boolean, download: boolean }} needs whether something is to be compiled, and downloaded by pip
 */
export function missingOf(ctx, found, { compile, download }) {
  /** @type {import("./missing-tools.mjs").ToolName[]} */
  const missing = [];
  if (compile && ctx.platform !== "win32" && !found.compiler) missing.push("compiler");
  if (found.pip) return missing;
  if (download) return /** @type {typeof missing} */ ([...missing, "pip"]); // with which the others come
  if (!compile) return missing;
  return [...missing, ...toolsToFetch(ctx, found)];
}

/**
 * The compiler and what drives it; CMake and Ninja are fetched if they are not on PATH.
 * @param {Context} ctx
 * @returns {Promise<Toolchain>}
 * @throws {import("./failure.mjs").SetupError} `missing-tools`, which names all that are missing, or a download's
 */
export async function findToolchain(ctx) {
  const onPath = await lookOnPath(ctx);
  const names = toolsToFetch(ctx, onPath);
  // pip is looked for, which takes a while, only if there is something to fetch.
  const found = { ...onPath, pip: names.length > 0 ? await findPip(ctx) : undefined };
  const missing = missingOf(ctx, found, { compile: true, download: false });
  if (missing.length > 0) throw missingTools(ctx, missing);
  const fetched = await fetchBuildTools(ctx, names);
  const cmake = found.cmake ?? { path: fetched.cmake ?? "", version: "" };
  const ninja = found.ninja ?? fetched.ninja;
  return {
    compiler: found.compiler,
    cmake,
    generator: ninja ? "Ninja" : found.make ? "Unix Makefiles" : undefined,
    builder: fetched.ninja,
  };
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
