// The doctor's view of the machine: Node, npm, system, processor, memory, cache.
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rmdir } from "node:fs/promises";
import os from "node:os";
import { dirname, join } from "node:path";
import { cacheFolder, cacheParts, folderSize } from "./cache.mjs";
import { SetupError } from "./failure.mjs";
import { isNodeNewEnough } from "./node-version.mjs";
import { formatBytes } from "./progress.mjs";
import { findTool } from "./toolchain.mjs";
import { requireOwnCache } from "./trust.mjs";

/** @typedef {import("./context.mjs").Context} Context */
/** @typedef {import("./doctor.mjs").Check} Check */

/** @param {Context} ctx @returns {Promise<Check[]>} */
export async function checkMachine(ctx) {
  return [
    checkNode(),
    await checkNpm(ctx),
    checkSystem(ctx),
    checkProcessor(),
    checkMemory(),
    await checkCache(ctx),
  ];
}

/** @param {string} [version] @returns {Check} */
export function checkNode(version = process.versions.node) {
  if (isNodeNewEnough(version)) return { name: "node", status: "ok", detail: version };
  return { name: "node", status: "problem", detail: version, advice: "install Node 20.19 or later" };
}

/** @param {Context} ctx @returns {Promise<Check>} */
async function checkNpm(ctx) {
  const npm = await findTool(ctx, "npm");
  if (npm) return { name: "npm", status: "ok", detail: npm.version };
  return {
    name: "npm",
    status: "warning",
    detail: "not found on PATH",
    advice: "install npm, which comes with Node",
  };
}

/** @param {Context} ctx @returns {Check} */
function checkSystem({ platform, arch }) {
  return { name: "system", status: "ok", detail: `${platform} ${arch}, ${os.release()}` };
}

/** @returns {Check} */
function checkProcessor() {
  const flags = vectorFlags();
  const model = os.cpus()[0]?.model.trim() ?? "unknown";
  const detail = `${model}, ${os.availableParallelism()} cores${flags.length ? `, ${flags.join(" ")}` : ""}`;
  if (process.arch !== "x64" || process.platform !== "linux" || flags.includes("avx2")) {
    return { name: "processor", status: "ok", detail };
  }
  return {
    name: "processor",
    status: "warning",
    detail,
    advice: "without AVX2 libtorch is several times slower",
  };
}

/** Vector instructions that libtorch's kernels choose between; Linux only. */
function vectorFlags() {
  const file = "/proc/cpuinfo";
  if (!existsSync(file)) return process.arch === "arm64" ? ["neon"] : [];
  const flags = /^(?:flags|Features)\s*: (.*)$/m.exec(readFileSync(file, "utf8"))?.[1]?.split(" ") ?? [];
  const known = ["avx", "avx2", "fma", "avx512f", "avx512_bf16", "amx_bf16", "asimd", "sve"];
  return known.filter((flag) => flags.includes(flag));
}

/** @returns {Check} */
function checkMemory() {
  const detail = `${formatBytes(os.totalmem())}, ${formatBytes(os.freemem())} free`;
  if (os.totalmem() > 3.5e9) return { name: "memory", status: "ok", detail };
  return {
    name: "memory",
    status: "warning",
    detail,
    advice: "compiling the addon may need 4 GB: set THROUGHLINE_JOBS=1",
  };
}

/** @param {Context} ctx @returns {Promise<Check>} */
export async function checkCache(ctx) {
  const folder = cacheFolder(ctx);
  let existing = folder;
  while (!existsSync(existing) && dirname(existing) !== existing) existing = dirname(existing);
  try {
    if (existing === folder)
      requireOwnCache(
        folder,
        cacheParts(folder).filter((each) => existsSync(each)),
      );
    await rmdir(await mkdtemp(join(existing, "throughline-doctor-"))); // by doing: /proc passes for writable
    const free = formatBytes(await ctx.freeBytes(existing));
    return {
      name: "cache",
      status: "ok",
      detail: `${folder}, ${formatBytes(await folderSize(folder))} used, ${free} free`,
    };
  } catch (error) {
    if (error instanceof SetupError) return { name: "cache", status: "problem", detail: error.message };
    const advice = "make it writable, or set THROUGHLINE_CACHE to a folder you can write to";
    return { name: "cache", status: "problem", detail: `${folder} cannot be written`, advice };
  }
}
