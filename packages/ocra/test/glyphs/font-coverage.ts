// Which characters a font has, read from its WOFF file: the `cmap` table of the OpenType specification.
import { readFileSync } from "node:fs";
import { inflateSync } from "node:zlib";

function cmapTable(path: string): Buffer {
  const file = readFileSync(path);
  for (let at = 44; at < 44 + 20 * file.readUInt16BE(12); at += 20) {
    if (file.toString("latin1", at, at + 4) !== "cmap") continue;
    const [offset, packed, size] = [4, 8, 12].map((field) => file.readUInt32BE(at + field)) as [
      number,
      number,
      number,
    ];
    const bytes = file.subarray(offset, offset + packed);
    return packed < size ? inflateSync(bytes) : bytes;
  }
  throw new Error(`${path} has no cmap`);
}

/** Code points of segments (format 4) and groups (format 12); all our fonts have these. */
export function fontCoverage(path: string): Set<number> {
  const table = cmapTable(path);
  const covered = new Set<number>();
  const add = (from: number, to: number): void => {
    for (let code = from; code <= to && code !== 0xffff; code++) covered.add(code);
  };
  for (let record = 0; record < table.readUInt16BE(2); record++) {
    const at = table.readUInt32BE(4 + 8 * record + 4);
    const format = table.readUInt16BE(at);
    if (format === 4) {
      const size = table.readUInt16BE(at + 6);
      for (let segment = 0; segment < size; segment += 2) {
        add(table.readUInt16BE(at + 16 + size + segment), table.readUInt16BE(at + 14 + segment));
      }
    } else if (format === 12) {
      for (let group = 0; group < table.readUInt32BE(at + 12); group++) {
        const start = at + 16 + 12 * group;
        add(table.readUInt32BE(start), table.readUInt32BE(start + 4));
      }
    }
  }
  return covered;
}
