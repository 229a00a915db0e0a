// Three checks: the wheels against the hashes that are pinned or named, each unpacked file against the wheel's RECORD, and, on every
// later run, the cached files against the manifest that was written once all of them had been found right.
import { createHash } from "node:crypto";
import { createReadStream, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { SetupError } from "./failure.mjs";
import { HASH_VARIABLE } from "./pin.mjs";
import { changeableByOthers, whoElseWrites } from "./trust.mjs";

/** @typedef {{ sha256: string, size: number }} Fingerprint hash in base64url */
/** @typedef {{ version: string, source: string, files: Record<string, Fingerprint> }} Manifest files by their path */

const MANIFEST = "manifest.json";
const AGAIN = "run `npm run setup` again";

/**
 * @param {string[]} files the downloaded wheels; the first is libtorch's
 * @param {Pick<import("./pin.mjs").Wheel, "hashes" | "bytes">} wheel
 * @param {string} [otherwise] what to do where the wheel is whole and has another hash
 * @throws {SetupError} `half-download` or `wrong-hash`
 */
export async function verifyWheels(
  files,
  { hashes, bytes },
  otherwise = `if its index states this hash, add it to ${HASH_VARIABLE}; or set LIBTORCH to a libtorch you trust`,
) {
  const [torch = ""] = files;
  const { size } = statSync(torch);
  if (bytes !== undefined && size < bytes) throw halfDownload(torch, `${size} of ${bytes} bytes`);
  const others = [];
  for (const file of files) {
    const found = (await hashFile(file)).digest("hex");
    if (!hashes.includes(found)) others.push(`${basename(file)} has SHA-256 ${found}`);
  }
  if (others.length === 0) return;
  throw new SetupError(
    "wrong-hash",
    `${others.join(", ")} where ${hashes.join(" or ")} is expected: if it was damaged on its way here, empty pip's cache (\`python3 -m pip cache purge\`) and ${AGAIN}; ${otherwise}.`,
  );
}

/** @param {string} file @param {string} detail @param {unknown} [cause] */
export function halfDownload(file, detail, cause) {
  return new SetupError(
    "half-download",
    `The download of ${basename(file)} is incomplete (${detail}): check the network connection and ${AGAIN}.`,
    { cause },
  );
}

/**
 * Lines of a wheel's RECORD: `path,sha256=<base64url>,<size>`; a path with a comma is quoted.
 * @param {string} text
 * @returns {Map<string, Fingerprint>}
 */
export function parseRecord(text) {
  const record = new Map();
  for (const line of text.split(/\r?\n/)) {
    const [, name, sha256, size] = /^(.*),sha256=([\w-]+),(\d+)$/.exec(line) ?? [];
    if (name && sha256) record.set(name.replace(/^"(.*)"$/, "$1"), { sha256, size: Number(size) });
  }
  return record;
}

/**
 * @param {string} wheel file name, for the sentence
 * @param {string} name path inside the wheel
 * @param {Fingerprint} found
 * @param {Fingerprint | undefined} expected
 * @throws {SetupError} `wrong-hash`
 */
export function verifyFile(wheel, name, found, expected) {
  if (expected && found.sha256 === expected.sha256 && found.size === expected.size) return;
  const why = expected ? "does not match" : "is missing from";
  throw new SetupError(
    "wrong-hash",
    `${name} in ${basename(wheel)} ${why} the wheel's own RECORD of hashes, so the wheel is damaged: empty pip's cache (\`python3 -m pip cache purge\`) and ${AGAIN}.`,
  );
}

/** @param {string} folder @param {Manifest} manifest */
export function writeManifest(folder, manifest) {
  writeFileSync(join(folder, MANIFEST), JSON.stringify(manifest));
}

/**
 * Reads a folder's manifest and looks at the size of each file, and at who could change it (about 0.1 s for 9,500 files).
 * @param {string} folder
 * @returns {{ manifest: Manifest, digest: string } | { problem: string }}
 */
export function checkManifest(folder) {
  const file = join(folder, MANIFEST);
  try {
    const text = readFileSync(file, "utf8");
    /** @type {Manifest} */
    const manifest = JSON.parse(text);
    for (const [name, expected] of Object.entries(manifest.files)) {
      const found = statSync(join(folder, name), { throwIfNoEntry: false });
      if (found === undefined) return { problem: `${name} is missing` };
      const { size } = found;
      if (size !== expected.size) return { problem: `${name} has ${size} bytes instead of ${expected.size}` };
      const why = whoElseWrites(found);
      if (why) return { problem: `${name} can be changed by others: ${why}` };
    }
    const changeable = changeableByOthers(foldersOf(folder, Object.keys(manifest.files)));
    if (changeable) return { problem: changeable };
    return { manifest, digest: createHash("sha256").update(text).digest("hex") };
  } catch {
    return { problem: `${file} is missing or damaged` };
  }
}

/** A folder and all in it that hold these files. @param {string} folder @param {string[]} names */
function foldersOf(folder, names) {
  const found = new Set([folder]);
  for (const name of names) {
    for (let each = dirname(join(folder, name)); !found.has(each); each = dirname(each)) found.add(each);
  }
  return found;
}

/**
 * Reads every file again and compares hashes (about 2 s): for when something does not work and the sizes are right.
 * @param {string} folder one that passes `checkManifest`
 * @param {Manifest} manifest
 * @returns {Promise<string | undefined>} the first damaged file
 */
export async function findDamaged(folder, manifest) {
  for (const [name, { sha256 }] of Object.entries(manifest.files)) {
    if ((await hashFile(join(folder, name))).digest("base64url") !== sha256) return name;
  }
  return undefined;
}

/** @param {string} file */
async function hashFile(file) {
  const hash = createHash("sha256");
  if (statSync(file).size < 1 << 20) return hash.update(readFileSync(file)); // several times quicker for headers
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
  return hash;
}
