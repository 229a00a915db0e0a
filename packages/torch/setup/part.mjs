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
 * @property {boolean} nodeApi whether it is an addon; else a library of operators
 * @property {boolean} isEngine whether it is the engine's addon
 * @property {string} [trial] program that tries it, given its file and the engine's addon
 * @property {boolean} optional whether everything else works without it, as where this libtorch lacks what it needs
 * @property {boolean} openmp
 * @property {string[]} flags further compiler flags
 * @property {string[]} include further folders of headers, absolute paths
 */

const ADDON = "throughline_torch";

/**
 * What a folder of C++ sources makes: what its library.json names, else the engine's addon.
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
    const plain = { nodeApi: true, isEngine: true, optional: false, openmp: false, flags: [], include: [] };
    return { name: ADDON, file: `${ADDON}.node`, ...shared, ...plain };
  }
  /** @type {{ name: string, nodeApi?: boolean, optional?: boolean, flags?: string[], include?: string[] }} */
  const described = JSON.parse(readFileSync(description, "utf8"));
  const { name, nodeApi = false, optional = false, flags = [] } = described;
  const library = { darwin: "dylib", win32: "dll" }[/** @type {string} */ (platform)] ?? "so";
  const file = `${name}.${nodeApi ? "node" : library}`;
  // They are g++'s and clang++'s; definitions are everybody's.
  const own = platform === "win32" ? flags.filter((flag) => flag.startsWith("-D")) : flags;
  const include = (described.include ?? []).map((folder) => join(native, folder));
  const trial = join(native, "trial.cjs");
  const kind = { nodeApi, isEngine: false, optional, ...(existsSync(trial) && { trial }) };
  return { name, file, ...shared, ...kind, openmp: !nodeApi, flags: own, include };
}
