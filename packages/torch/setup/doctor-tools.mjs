// The doctor's view of the programs that set-up uses. Once the addon is there, a missing one is only a warning.
import { howToInstall } from "./missing-tools.mjs";
import { findPip } from "./pip.mjs";
import { findCompiler, findTool } from "./toolchain.mjs";

/** @typedef {import("./context.mjs").Context} Context */
/** @typedef {import("./doctor.mjs").Check} Check */

/**
 * @param {Context} ctx
 * @param {boolean} ready whether the addon works already
 * @returns {Promise<Check[]>}
 */
export async function checkTools(ctx, ready) {
  const absent = ready ? "warning" : "problem";
  const compiler = ctx.platform === "win32" ? undefined : await findCompiler(ctx);
  const cmake = await findTool(ctx, "cmake");
  const ninja = await findTool(ctx, "ninja");
  const make = await findTool(ctx, "make");
  const pip = await findPip(ctx);
  const own = Boolean(ctx.env.LIBTORCH || ctx.env.LIBTORCH_USE_PYTORCH);
  return [
    ctx.platform === "win32"
      ? { name: "compiler", status: "ok", detail: "left to CMake (Visual Studio)" }
      : check("compiler", compiler, absent, howToInstall(["compiler"])),
    check("cmake", cmake, absent, howToInstall(["cmake"])),
    check("build tool", ninja ?? make, absent, howToInstall(["builder"])),
    pip
      ? { name: "pip", status: "ok", detail: pip.version }
      : check("pip", undefined, own ? "warning" : absent, howToInstall(["pip"])),
  ];
}

/**
 * @param {string} name
 * @param {{ path: string, version: string } | undefined} tool
 * @param {Check["status"]} absent
 * @param {string} how the commands that install it
 * @returns {Check}
 */
function check(name, tool, absent, how) {
  if (!tool) return { name, status: absent, detail: "not found on PATH", advice: `install it (${how})` };
  return { name, status: "ok", detail: `${tool.version} (${tool.path})` };
}
