// The compiler, CMake and the build tool: found, or their absence put into words.
import os from "node:os";
import { SetupError } from "./failure.mjs";
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
 * @param {Context} ctx
 * @returns {Promise<Toolchain>}
 * @throws {SetupError} `no-compiler`, `no-cmake` or `no-make`
 */
export async function findToolchain(ctx) {
  const windows = ctx.platform === "win32";
  const compiler = windows ? undefined : await findCompiler(ctx);
  if (!windows && !compiler) {
    const wanted = ctx.env.CXX ? `CXX=${ctx.env.CXX} does not run` : "no C++ compiler was found on PATH";
    throw missing(
      "no-compiler",
      `Throughline compiles a small addon, but ${wanted}`,
      "g++",
      "xcode-select --install",
    );
  }
  const cmake = await findTool(ctx, "cmake");
  if (!cmake) throw missing("no-cmake", "CMake was not found on PATH", "cmake", "brew install cmake");
  const ninja = await findTool(ctx, "ninja");
  const make = ninja ? undefined : await findTool(ctx, "make");
  if (!windows && !ninja && !make) {
    throw missing("no-make", "Neither ninja nor make was found on PATH", "ninja-build", "brew install ninja");
  }
  return { compiler, cmake, generator: ninja ? "Ninja" : make ? "Unix Makefiles" : undefined };
}

/** @param {string} code @param {string} what @param {string} debian @param {string} mac */
function missing(code, what, debian, mac) {
  return new SetupError(
    code,
    `${what}: install it (Debian or Ubuntu: \`apt install ${debian}\`; macOS: \`${mac}\`) and run \`npm run setup\` again.`,
  );
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
