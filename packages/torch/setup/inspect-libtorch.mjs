// What a folder with lib/ and include/ is: which version, which build, complete or not, usable here or not.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { SetupError } from "./failure.mjs";
import { ACCEPTED, PINNED } from "./pin.mjs";

/**
 * @typedef {object} Libtorch
 * @property {string} path the folder that holds lib/ and include/
 * @property {string} version "2.13.0"
 * @property {string} variant "cpu", "cuda 13.0", "rocm", or "cuda" where the CUDA version is not recorded
 * @property {string} source how it was found: "LIBTORCH", "python" or "cache"
 * @property {string} lib
 * @property {string[]} include folders for the compiler
 * @property {string[]} libraries absolute paths of the libraries to link
 * @property {string} [openmp] absolute path of the OpenMP runtime that libtorch uses
 * @property {string} fingerprint changes when the files change
 */

/** Every backend's library is linked, since it registers its operators when it is loaded. */
const LINKED = [
  "c10",
  "torch_cpu",
  "torch",
  "c10_cuda",
  "torch_cuda",
  "c10_hip",
  "torch_hip",
  "c10_xpu",
  "torch_xpu",
];
const REQUIRED = ["c10", "torch_cpu", "torch"];
const WANTED = `${ACCEPTED.from.join(".")} or later, below ${ACCEPTED.below[0]} (${PINNED} is best)`;
const VERSION_HEADERS = ["torch/headeronly/version.h", "torch/csrc/api/include/torch/version.h"];

/** What to do about an unusable libtorch, by where it came from. @type {Record<string, string>} */
const REMEDY = {
  LIBTORCH: `set LIBTORCH to a folder that holds lib/ and include/ of such a libtorch, or unset it to have libtorch ${PINNED} fetched`,
  python: `activate an environment that has such a PyTorch, or unset LIBTORCH_USE_PYTORCH to have libtorch ${PINNED} fetched`,
  cache: "delete that folder and run `npm run setup`",
};

/**
 * @param {import("./context.mjs").Context} ctx
 * @param {string} path
 * @param {{ source: string, name: string, fingerprint?: string }} found `name` begins the sentence: "LIBTORCH=/opt/x"
 * @returns {Libtorch}
 * @throws {SetupError} `libtorch-incomplete` or `libtorch-incompatible`
 */
export function inspectLibtorch(ctx, path, { source, name, fingerprint }) {
  const include = join(path, "include");
  const lib = join(path, "lib");
  const version = readVersion(include);
  const remedy = REMEDY[source] ?? "";
  if (version && ctx.env.THROUGHLINE_LIBTORCH_BYPASS_VERSION_CHECK !== "1")
    requireVersion(name, version, remedy);
  const file = (/** @type {string} */ library) => join(lib, libraryFile(ctx.platform, library));
  const missing = REQUIRED.map(file).filter((candidate) => !existsSync(candidate));
  if (!version || missing.length) {
    const what = version ? missing : [join(include, ...(VERSION_HEADERS[0] ?? "").split("/"))];
    throw new SetupError(
      "libtorch-incomplete",
      `${name} is not a complete libtorch (missing: ${what.join(", ")}), and Throughline needs ${WANTED}: ${remedy}.`,
    );
  }
  const libraries = LINKED.map(file).filter((candidate) => existsSync(candidate));
  return {
    path,
    version,
    variant: readVariant(path, libraries),
    source,
    lib,
    include: [include, join(include, "torch", "csrc", "api", "include")],
    libraries,
    openmp: ["libgomp.so.1", "libomp.dylib"].map((name) => join(lib, name)).find((file) => existsSync(file)),
    fingerprint: fingerprint ?? fingerprintOf(libraries),
  };
}

/** @param {NodeJS.Platform} platform @param {string} name file name to link against */
function libraryFile(platform, name) {
  if (platform === "win32") return `${name}.lib`;
  return platform === "darwin" ? `lib${name}.dylib` : `lib${name}.so`;
}

/**
 * "2.13.0" from the headers, which a compiler will see, rather than from a file beside them.
 * @param {string} include
 * @returns {string | undefined}
 */
export function readVersion(include) {
  for (const header of VERSION_HEADERS) {
    const file = join(include, header);
    const text = existsSync(file) ? readFileSync(file, "utf8") : "";
    const parts = ["MAJOR", "MINOR", "PATCH"].map(
      (part) => new RegExp(`#define TORCH_VERSION_${part} (\\d+)`).exec(text)?.[1],
    );
    if (parts.every(Boolean)) return parts.join(".");
  }
  return undefined;
}

/** @param {string} name @param {string} version @param {string} remedy */
function requireVersion(name, version, remedy) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const at = (/** @type {number[]} */ [a = 0, b = 0]) => (major - a) * 1000 + minor - b;
  if (at(ACCEPTED.from) >= 0 && at(ACCEPTED.below) < 0) return;
  throw new SetupError(
    "libtorch-incompatible",
    `${name} is libtorch ${version}, but Throughline needs ${WANTED}: ${remedy}, or set THROUGHLINE_LIBTORCH_BYPASS_VERSION_CHECK=1 to try this one.`,
  );
}

/** @param {string} path @param {string[]} libraries */
function readVariant(path, libraries) {
  const file = join(path, "version.py");
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  const cuda = /^cuda[^=\n]*= '([\d.]+)'/m.exec(text)?.[1];
  if (cuda) return `cuda ${cuda}`;
  const backend = ["cuda", "hip", "xpu"].find((name) =>
    libraries.some((file) => file.includes(`torch_${name}`)),
  );
  return backend === "hip" ? "rocm" : (backend ?? "cpu");
}

/** @param {string[]} libraries */
function fingerprintOf(libraries) {
  const hash = createHash("sha256");
  for (const file of libraries) {
    const { size, mtimeMs } = statSync(file);
    hash.update(`${file} ${size} ${mtimeMs}\n`);
  }
  return hash.digest("hex");
}
