// Stand-ins for the tests of this folder: a tiny wheel, a pip that hands it out, tools that only state a version.
import { createHash } from "node:crypto";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { makeFolder } from "./folders.mjs";

/** @param {string} version @returns {string} the header that states libtorch's version */
export function versionHeader(version) {
  const [major, minor, patch] = version.split(".");
  return `#define TORCH_VERSION_MAJOR ${major}\n#define TORCH_VERSION_MINOR ${minor}\n#define TORCH_VERSION_PATCH ${patch}\n`;
}

/**
 * Writes a wheel with a RECORD of its files.
 * @param {string} file
 * @param {Record<string, string | Buffer>} files content by path
 * @param {(record: string) => string} [tamper] changes RECORD
 */
export function makeWheel(file, files, tamper = (record) => record) {
  const lines = Object.entries(files).map(([name, content]) => {
    const hash = createHash("sha256").update(content).digest("base64url");
    return `${name},sha256=${hash},${Buffer.byteLength(content)}`;
  });
  const record = tamper(`${lines.join("\n")}\ntorch-2.13.0+cpu.dist-info/RECORD,,\n`);
  writeFileSync(file, zip({ ...files, "torch-2.13.0+cpu.dist-info/RECORD": record }));
}

/** @param {Record<string, string | Buffer>} files */
function zip(files) {
  /** @type {Buffer[]} */
  const parts = [];
  /** @type {Buffer[]} */
  const directory = [];
  let offset = 0;
  for (const [name, text] of Object.entries(files)) {
    const content = Buffer.from(text);
    const packed = deflateRawSync(content);
    const title = Buffer.from(name);
    const common = Buffer.alloc(26); // version, flags, method, time, date, crc, packed, size, name, extra
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(title.length, 22);
    parts.push(Buffer.from("PK\u0003\u0004"), common, title, packed);
    const tail = Buffer.alloc(14); // comment, disk, attributes, offset
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.from("PK\u0001\u0002\0\0"), common, tail, title);
    offset += 30 + title.length + packed.length;
  }
  const end = Buffer.alloc(22);
  end.write("PK\u0005\u0006");
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, ...directory, end]);
}

/**
 * Puts a shell script into a folder for PATH. The script must name other programs by absolute path.
 * @param {string} folder
 * @param {string} name
 * @param {string} script
 */
export function makeTool(folder, name, script) {
  makeFolder(folder);
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}

/**
 * A python3 whose only module is pip. `download` runs with `$dest` set to the folder after `-d`, and `$args` to
 * all arguments.
 * @param {string} folder
 * @param {string} download
 */
export function makePip(folder, download) {
  const script = `args="$*"
while [ $# -gt 0 ]; do
  [ "$1" = -d ] && dest=$2
  [ "$1" = --version ] && { echo "pip 24.0 (fake)"; exit 0; }
  shift
done
${download}`;
  makeTool(folder, "python3", script);
}
