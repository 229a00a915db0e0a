// The doctor's view of the programs that set-up uses. Once the addon is there, a missing one is only a warning.
import { howToInstall } from "./missing-tools.mjs";
import { lookForTools } from "./toolchain.mjs";

/** @typedef {import("./context.mjs").Context} Context */
/** @typedef {import("./doctor.mjs").Check} Check */

/**
 * @param {Context} ctx
 * @param {boolean} ready whether the addon works already
 * @returns {Promise<Check[]>}
 */
export async function checkTools(ctx, ready) {
  const absent = ready ? "warning" : "problem";
  const { compiler, cmake, ninja, make, pip } = await lookForTools(ctx);
  const own = Boolean(ctx.env.LIBTORCH || ctx.env.LIBTORCH_USE_PYTORCH);
  return [
    ctx.platform === "win32"
      ? { name: "compiler", status: "ok", detail: "left to CMake (Visual Studio)" }
      : check("compiler", compiler, absent, howToInstall(["compiler"])),
    fetchable("cmake", cmake, pip !== undefined, absent, howToInstall(["cmake"])),
    fetchable("build tool", ninja ?? make, pip !== undefined, absent, howToInstall(["ninja"])),
    pip
      ? { name: "pip", status: "ok", detail: pip.version }
      : check("pip", undefined, own ? "warning" : absent, howToInstall(["pip"])),
  ];
}

/**
 * A tool that set-up fetches by pip if need be.
 * @param {string} name
 * @param {{ path: string, version: string } | undefined} tool
 * @param {boolean} pip
 * @param {Check["status"]} absent
 * @param {string} how
 * @returns {Check}
 */
function fetchable(name, tool, pip, absent, how) {
  if (tool || !pip) return check(name, tool, absent, how);
  return { name, status: "ok", detail: "not on PATH; set-up fetches it when it compiles" };
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
