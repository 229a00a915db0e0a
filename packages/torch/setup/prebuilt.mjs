// Compiled files that come ready-made, in a package of their own for each platform, so that no compiler is needed:
// `@throughline/torch-linux-x64` and so on, made by scripts/prebuilt.mjs. Its prebuilt.json says for which libtorch they
// are, the hash of each file, and the hash of the sources it was made of: others are not taken.
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { kitHeaders } from "./compile.mjs";
import { SetupError } from "./failure.mjs";

/** @typedef {import("./context.mjs").Context} Context */
/** @typedef {import("./part.mjs").Part} Part */
/** @typedef {{ sha256: string, sources: string }} PrebuiltFile */
/** @typedef {{ libtorch: string, variant: string, platform: string, arch: string, files: Record<string, PrebuiltFile> }} Manifest */

/** File that describes the others in such a package. */
export const MANIFEST = "prebuilt.json";

/** Name of the package for a platform. @param {{ platform: string, arch: string }} ctx */
export const prebuiltName = ({ platform, arch }) => `@throughline/torch-${platform}-${arch}`;

/** Name of the link to libtorch's libraries that lies beside every compiled file. */
export const LINK = "libtorch";

/**
 * Where a compiled file looks for libtorch's libraries: at that link, so that the file itself is the same on every machine.
 * @param {Pick<Context, "platform">} ctx
 */
export const searchPath = ({ platform }) => `${platform === "darwin" ? "@loader_path" : "$ORIGIN"}/${LINK}`;

/** "2.13" of "2.13.0+cpu": the addon works with every libtorch of one minor version. @param {string} version */
export const minorOf = (version) => version.split(".").slice(0, 2).join(".");

/**
 * Folder of the ready-made files: `THROUGHLINE_PREBUILT` (`off` for none), else the installed package.
 * @param {Context} ctx
 * @returns {string | undefined}
 * @throws {SetupError} `no-prebuilt` if that variable names a folder without them
 */
export function prebuiltFolder(ctx) {
  const named = ctx.env.THROUGHLINE_PREBUILT;
  if (named === "off") return undefined;
  if (named) {
    if (existsSync(join(named, MANIFEST))) return named;
    throw new SetupError(
      "no-prebuilt",
      `THROUGHLINE_PREBUILT=${named} holds no ${MANIFEST}: set it to a folder that \`npm run prebuilt\` made, or to off, or unset it.`,
    );
  }
  try {
    return dirname(createRequire(import.meta.url).resolve(`${prebuiltName(ctx)}/package.json`));
  } catch {
    return undefined;
  }
}

/**
 * A ready-made file that fits, or the reason why there is none.
 * @param {Context} ctx
 * @param {Part} part
 * @param {{ version: string, variant: string }} libtorch
 * @returns {{ file: string, sources: string } | { why: string | undefined }} `why` is undefined if no ready-made files are installed
 * @throws {SetupError} `no-prebuilt`
 */
export function findPrebuilt(ctx, part, libtorch) {
  const folder = prebuiltFolder(ctx);
  if (folder === undefined) return { why: undefined };
  /** @type {Manifest} */
  let manifest;
  try {
    manifest = JSON.parse(readFileSync(join(folder, MANIFEST), "utf8"));
  } catch {
    return { why: `${join(folder, MANIFEST)} cannot be read` };
  }
  const { platform, arch, variant, files } = manifest;
  if (platform !== ctx.platform || arch !== ctx.arch) return { why: `it is for ${platform} ${arch}` };
  if (manifest.libtorch !== minorOf(libtorch.version) || variant !== libtorch.variant)
    return { why: `it is for libtorch ${manifest.libtorch} (${variant})` };
  const known = files[part.file];
  if (known === undefined) return { why: `it has no ${part.file}` };
  if (known.sources !== sourcesHash(part)) return { why: `its ${part.file} was made of other sources` };
  const file = join(folder, part.file);
  if (!existsSync(file) || sha256(file) !== known.sha256)
    return { why: `its ${part.file} is missing or damaged` };
  return { file, sources: known.sources };
}

/** Hash of all that decides how a part behaves, whoever compiles it. @param {Part} part */
export function sourcesHash({ name, sources, headers, nodeApi, openmp, flags }) {
  const hash = createHash("sha256").update(JSON.stringify([name, nodeApi, openmp, flags]));
  for (const file of [...(nodeApi ? [] : kitHeaders()), ...sources, ...headers]) hash.update(sha256(file));
  return hash.digest("hex");
}

/** @param {string} file */
export const sha256 = (file) => createHash("sha256").update(readFileSync(file)).digest("hex");
