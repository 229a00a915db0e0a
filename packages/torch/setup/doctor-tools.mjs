// The doctor's view of the programs that set-up uses. Once the addon is there, a missing one is only a warning.
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
      : check(
          "compiler",
          compiler,
          absent,
          "install one (Debian: `apt install g++`; macOS: `xcode-select --install`)",
        ),
    check("cmake", cmake, absent, "install it (Debian: `apt install cmake`; macOS: `brew install cmake`)"),
    ninja || make
      ? check("build tool", ninja ?? make, absent, "")
      : check("build tool", undefined, absent, "install ninja (Debian: `apt install ninja-build`) or make"),
    pip
      ? { name: "pip", status: "ok", detail: pip.version }
      : check(
          "pip",
          undefined,
          own ? "warning" : absent,
          "install Python 3 with pip (Debian: `apt install python3-pip`)",
        ),
  ];
}

/**
 * @param {string} name
 * @param {{ path: string, version: string } | undefined} tool
 * @param {Check["status"]} absent
 * @param {string} advice
 * @returns {Check}
 */
function check(name, tool, absent, advice) {
  if (!tool) return { name, status: absent, detail: "not found on PATH", advice };
  return { name, status: "ok", detail: `${tool.version} (${tool.path})` };
}
