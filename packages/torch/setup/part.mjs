// One part of a package that set-up makes: what is compiled, from which sources, into which file.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { SetupError } from "./failure.mjs";

/** @typedef {import("./context.mjs").Context} Context */

/**
 * @typedef {object} Part
 * @property {string} name of the library, such as `throughline_torch`
 * @property {string} file name of what is made, such as `throughline_torch.node`
 * @property {string[]} sources C++ files, absolute paths
 * @property {string[]} headers files that the sources include
 * @property {boolean} nodeApi whether it is the addon; else a library of operators
 * @property {boolean} openmp
 * @property {string[]} flags further compiler flags
 */

const ADDON = "throughline_torch";

/**
 * What a folder of C++ sources makes: the library that its library.json names, else the addon.
 * @param {Pick<Context, "platform">} ctx
 * @param {string} native
 * @returns {Part}
 * @throws {SetupError} `no-sources`
 */
export function describePart({ platform }, native) {
  const isFolder = statSync(native, { throwIfNoEntry: false })?.isDirectory();
  const names = isFolder ? readdirSync(native, { recursive: true, encoding: "utf8" }).sort() : [];
  const files = (/** @type {RegExp} */ ending) =>
    names.filter((name) => ending.test(name)).map((name) => join(native, name));
  const sources = files(platform === "darwin" ? /\.(cpp|mm)$/ : /\.cpp$/);
  if (sources.length === 0) {
    throw new SetupError(
      "no-sources",
      `There are no C++ sources in ${native}: this copy is incomplete, so clone the repository or install the package again.`,
    );
  }
  const shared = { sources, headers: files(/\.(h|hpp|inc)$/) };
  const description = join(native, "library.json");
  if (!existsSync(description)) {
    return { name: ADDON, file: `${ADDON}.node`, ...shared, nodeApi: true, openmp: false, flags: [] };
  }
  /** @type {{ name: string, flags?: string[] }} */
  const { name, flags = [] } = JSON.parse(readFileSync(description, "utf8"));
  const ending = { darwin: "dylib", win32: "dll" }[/** @type {string} */ (platform)] ?? "so";
  const own = platform === "win32" ? [] : flags; // they are g++'s and clang++'s
  return { name, file: `${name}.${ending}`, ...shared, nodeApi: false, openmp: true, flags: own };
}
