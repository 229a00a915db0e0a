// One run of CMake and the compiler, followed and logged.
import { readdirSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { SetupError } from "./failure.mjs";
import { nodeApiHeaders } from "./node-api.mjs";
import { compileJobs } from "./toolchain.mjs";
import { run } from "./tools.mjs";

/** @typedef {import("./context.mjs").Context} Context */
/** @typedef {import("./build-library.mjs").Library} Library */

/**
 * @param {Context} ctx
 * @param {Library} library
 * @param {import("./toolchain.mjs").Toolchain} tools
 * @param {string} recipe CMakeLists.txt
 * @param {{ staging: string, file: string, logs: string }} places folder to work in; file to make; folder for the log
 * @throws {SetupError} `compile-failed`, `no-memory` or `no-space`
 */
export async function compile(ctx, library, tools, recipe, { staging, file, logs }) {
  const log = join(logs, `build-${library.name}.log`);
  const source = join(recipe, "..");
  const build = join(staging, "build");
  await mkdir(build);
  const jobs = compileJobs(ctx);
  const count = library.sources.length;
  const files = `${count} file${count === 1 ? "" : "s"}, ${jobs} at a time`;
  ctx.progress.say(`Compiling ${library.name} against libtorch ${library.libtorch.version} (${files})`);
  const configure = [tools.cmake.path, "-S", source, "-B", build, ...settings(ctx, library, tools, file)];
  const make = [tools.cmake.path, "--build", build, "--config", "Release", "--parallel", `${jobs}`];
  let output = "";
  for (const command of [configure, make]) {
    const result = await run(ctx, command, {
      env: { NINJA_STATUS: "[%f/%t] " },
      onLine: (line) => showStep(ctx, line),
    });
    output += `$ ${command.join(" ")}\n${result.output}\n`;
    await writeFile(log, output);
    if (result.code !== 0) throw compileFailure(library, result.output, log);
  }
  ctx.progress.end();
}

/** Folder of the headers that operator libraries share: `#include <throughline/choose.h>`. */
const KIT = fileURLToPath(new URL("../native-kit", import.meta.url));

/** The headers themselves: a change in one makes every operator library anew. */
export function kitHeaders() {
  const folder = join(KIT, "throughline");
  return readdirSync(folder)
    .sort()
    .map((file) => join(folder, file));
}

/**
 * Definitions for CMakeLists.txt; a list is joined by semicolons.
 * @param {Context} ctx @param {Library} library @param {import("./toolchain.mjs").Toolchain} tools @param {string} file
 */
function settings(
  ctx,
  { name, sources, libtorch, nodeApi, openmp, flags = [], include = [], rpath = libtorch.lib },
  { compiler, generator, builder },
  file,
) {
  const ending = extname(file);
  const node = nodeApi ? nodeApiHeaders() : undefined;
  const libraries = [...libtorch.libraries, ...(openmp && libtorch.openmp ? [libtorch.openmp] : [])];
  /** @type {Record<string, string | string[]>} */
  const values = {
    CMAKE_BUILD_TYPE: "Release",
    TL_NAME: name,
    TL_SOURCES: sources,
    TL_OUTPUT: file.slice(0, -ending.length),
    TL_SUFFIX: ending,
    TL_INCLUDE: [node ? node.include : KIT, ...include, ...libtorch.include],
    TL_RPATH: rpath,
    TL_LIBRARIES: libraries,
    TL_FLAGS: [...(openmp ? openmpFlags(ctx.platform) : []), ...flags],
    TL_NODE_DEF: node && ctx.platform === "win32" ? node.def : "",
    ...(compiler && { CMAKE_CXX_COMPILER: compiler.path }),
    ...(builder && { CMAKE_MAKE_PROGRAM: builder }),
  };
  const definitions = Object.entries(values).map(([key, value]) => `-D${key}=${[value].flat().join(";")}`);
  return [...(generator ? ["-G", generator] : []), ...definitions];
}

/** Only the compiler's side: the runtime to link is the one that libtorch brings. @param {NodeJS.Platform} platform */
function openmpFlags(platform) {
  if (platform === "win32") return ["/openmp"];
  return platform === "darwin" ? ["-Xpreprocessor", "-fopenmp"] : ["-fopenmp"];
}

/** Shows Ninja's "[3/10] …" and Make's "[ 30%] …". @param {Context} ctx @param {string} line */
function showStep(ctx, line) {
  const [, done, total, percent] = /^\[(?:(\d+)\/(\d+)|\s*(\d+)%)\]/.exec(line) ?? [];
  if (done) ctx.progress.update("compiling, steps done:", Number(done), Number(total));
  else if (percent) ctx.progress.update("compiling, per cent:", Number(percent), 100);
}

/** @param {Library} library @param {string} output @param {string} log */
function compileFailure({ name }, output, log) {
  const lines = output.split("\n").map((line) => line.trim());
  if (lines.some((line) => /Killed signal|virtual memory exhausted|out of memory/i.test(line))) {
    return new SetupError(
      "no-memory",
      `The compiler ran out of memory while compiling ${name}: close other programs, or compile one file at a time with \`THROUGHLINE_JOBS=1 npm run setup\` (its output is in ${log}).`,
    );
  }
  if (lines.some((line) => /No space left on device|Disk quota exceeded/i.test(line))) {
    return new SetupError(
      "no-space",
      `The disk became full while compiling ${name}: free some space in the cache and in the folder for temporary files, or set THROUGHLINE_CACHE and TMPDIR to folders on a larger disk, then run \`npm run setup\` again (the compiler's output is in ${log}).`,
    );
  }
  const at = lines.findIndex((line) => /(^|\s)(fatal )?error\b|^CMake Error/i.test(line));
  const found = lines[at]?.startsWith("CMake Error")
    ? `${lines[at]} ${lines.slice(at + 1).find(Boolean) ?? ""}`
    : lines[at];
  const first = (found ?? lines.filter(Boolean).at(-1) ?? "no output").slice(0, 300);
  return new SetupError(
    "compile-failed",
    `Compiling ${name} failed (${first}): correct the cause and run \`npm run setup\` again; the compiler's full output is in ${log}.`,
  );
}
