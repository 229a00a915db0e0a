import { deflateRawSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { memorySource } from "../../src/io/source.js";
import { readDirectory } from "../../src/io/zip/directory.js";
import { readStored } from "../../src/io/zip/entry.js";
import { inflateAll, inflateStart } from "../../src/io/zip/inflate.js";
import { type ZipOptions, zipChunks } from "../../src/io/zip/write.js";
import { expectRefusal, millisecondsSince, refuse } from "./helpers.js";

type Files = Record<string, Uint8Array | string>;

function zip(files: Files, options?: ZipOptions): Buffer {
  const inputs = Object.entries(files).map(([name, content]) => ({ name, chunks: [Buffer.from(content)] }));
  return Buffer.concat([...zipChunks(inputs, options)]);
}

function read(bytes: Uint8Array): Map<string, Uint8Array> {
  const from = memorySource(bytes, refuse);
  const entries = [...readDirectory(from)];
  return new Map(
    entries.map(([name, entry]) => [
      name,
      entry.method === 0 ? readStored(from, entry) : inflateAll(from, entry),
    ]),
  );
}

/** Where the nth record with this signature begins. */
function find(bytes: Buffer, signature: number, nth = 0): number {
  const mark = Buffer.alloc(4);
  mark.writeUInt32LE(signature);
  let at = bytes.indexOf(mark);
  for (let count = 0; count < nth; count++) at = bytes.indexOf(mark, at + 1);
  return at;
}

const local = 0x04034b50;
const central = 0x02014b50;
const end = 0x06054b50;

/** A copy with some bytes of one record replaced. */
function patch(bytes: Buffer, signature: number, offset: number, values: number[], nth = 0): Buffer {
  const copy = Buffer.from(bytes);
  copy.set(values, find(copy, signature, nth) + offset);
  return copy;
}

describe("zip archives", () => {
  test("whatever is written is read back, stored or deflated, with and without zip64", () => {
    const content = fc.dictionary(
      fc.string({ minLength: 1, unit: "grapheme" }),
      fc.uint8Array({ maxLength: 300 }),
      { maxKeys: 5 },
    );
    const options = fc.record({ compress: fc.boolean(), zip64From: fc.constantFrom(undefined, 0, 50) });
    fc.assert(
      fc.property(content, options, (files, options) => {
        const found = read(zip(files, options));
        expect([...found.keys()]).toEqual(Object.keys(files));
        for (const [name, bytes] of found)
          expect(Buffer.from(bytes).equals(Buffer.from(files[name]!))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test("empty pieces do not disturb the checksum", () => {
    for (const empty of [new Uint8Array(0), new Uint8Array(new ArrayBuffer(0)), Buffer.alloc(0)]) {
      const bytes = Buffer.concat([...zipChunks([{ name: "a", chunks: [Buffer.from("x"), empty] }])]);
      expect(read(bytes).get("a")?.length).toBe(1);
    }
  });

  test("a comment at the end is skipped", () => {
    const bytes = patch(Buffer.concat([zip({ a: "x" }), Buffer.from("hello")]), end, 20, [5, 0]);
    expect(read(bytes).get("a")?.length).toBe(1);
  });

  test("the start of an entry is inflated without the rest", () => {
    const from = memorySource(zip({ a: Buffer.alloc(50_000_000) }, { compress: true }), refuse);
    const entry = readDirectory(from).get("a")!;
    const before = process.memoryUsage().arrayBuffers;
    expect(inflateStart(from, entry, 100).length).toBe(100);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10_000_000);
  });
});

describe("damaged or hostile zip archives", () => {
  const one = zip({ file: "content" });
  const two = zip({ first: "content", second: "content" });
  const wide = zip({ file: "content" }, { zip64From: 0 });
  const packed = zip({ file: "content ".repeat(50) }, { compress: true });
  const cases: [what: string, file: Buffer, code: string, text: string][] = [
    [
      "nothing",
      Buffer.alloc(0),
      "io/format",
      "has no zip directory at its end; it is truncated or not a zip archive",
    ],
    ["no end", one.subarray(0, -1), "io/format", "has no zip directory at its end"],
    [
      "bytes in front",
      Buffer.concat([Buffer.alloc(3), one]),
      "io/format",
      "the zip directory is not at the offset recorded at the end",
    ],
    ["several parts", patch(one, end, 4, [1]), "io/format", "or in several parts"],
    ["a wrong count", patch(one, end, 8, [2, 0, 2, 0]), "io/format", "announces 2 entries and holds 1"],
    [
      "a damaged directory",
      patch(one, central, 0, [0]),
      "io/format",
      "entry 0 of the zip directory is malformed",
    ],
    [
      "a name beyond the directory",
      patch(one, central, 28, [0xff, 0xff]),
      "io/format",
      "entry 0 of the zip directory is malformed",
    ],
    [
      "a name that is no text",
      patch(one, central, 46, [0xff]),
      "io/format",
      "a name in the zip directory is not valid UTF-8",
    ],
    [
      "a repeated name",
      patch(zip({ aaaa: "x", aaab: "x" }), central, 49, [0x61], 1),
      "io/format",
      "has the name 'aaaa' twice",
    ],
    ["encryption", patch(one, central, 8, [1]), "io/format", "entry 'file': is encrypted"],
    [
      "missing zip64 sizes",
      patch(one, central, 24, [255, 255, 255, 255]),
      "io/format",
      "entry 'file': lacks the zip64 field",
    ],
    [
      "an entry that is too long",
      patch(one, central, 20, [0, 1]),
      "io/format",
      "entry 'file': its 256 bytes overlap the next",
    ],
    [
      "two entries over the same bytes",
      patch(two, central, 42, [0, 0, 0, 0], 1),
      "io/format",
      "overlap the next entry",
    ],
    [
      "an entry beyond the file",
      patch(one, central, 42, [0, 0, 1, 0]),
      "io/format",
      "overlap the next entry or extend beyond the data",
    ],
    [
      "a damaged local header",
      patch(one, local, 0, [0]),
      "io/format",
      "entry 'file': its local zip header is malformed",
    ],
    [
      "a local name beyond the data",
      patch(one, local, 26, [200]),
      "io/format",
      "its local zip header is malformed",
    ],
    [
      "another local name",
      patch(one, local, 30, [0x46]),
      "io/format",
      "its local zip header and the zip directory disagree",
    ],
    [
      "another local method",
      patch(one, local, 8, [8]),
      "io/format",
      "its local zip header and the zip directory disagree",
    ],
    ["damaged content", patch(one, local, 34, [0x43]), "io/format", "entry 'file': its checksum is "],
    [
      "stored with two sizes",
      patch(one, central, 24, [6]),
      "io/format",
      "is stored, but its two sizes differ: 7 and 6",
    ],
    [
      "a zip64 record elsewhere",
      patch(wide, 0x07064b50, 8, [0]),
      "io/format",
      "the zip64 end record is malformed",
    ],
    [
      "a zip64 record outside",
      patch(wide, 0x07064b50, 8, [0, 0, 0, 0, 1]),
      "io/format",
      "the zip64 end record lies outside",
    ],
    [
      "a damaged zip64 record",
      patch(wide, 0x06064b50, 4, [43]),
      "io/format",
      "the zip64 end record is malformed",
    ],
    [
      "a huge directory",
      patch(wide, 0x06064b50, 40, [0, 0, 0, 0, 1]),
      "io/format",
      "the zip directory is not at the offset",
    ],
    [
      "more than declared",
      patch(packed, central, 24, [10, 0]),
      "io/format",
      "inflates to more than the 10 bytes it declares",
    ],
    [
      "less than declared",
      patch(packed, central, 24, [145, 1]),
      "io/format",
      "inflates to 400 bytes, not to the 401 it declares",
    ],
    [
      "a damaged stream",
      patch(packed, local, 34, [7]),
      "io/format",
      "entry 'file': its compressed data is damaged (invalid block type)",
    ],
  ];
  for (const [what, file, code, text] of cases) {
    test(what, () => expectRefusal(() => read(file), code, text));
  }

  test("an over-long directory", () => {
    const size = 64 * 2 ** 20 + 1;
    const bytes = Buffer.alloc(size + 22);
    bytes.writeUInt32LE(end, size);
    bytes.writeUInt32LE(size, size + 12);
    expectRefusal(() => read(bytes), "io/limit", "the zip directory takes 67108865 bytes; at most 67108864");
  });

  test("a stream that goes on for ever is given up after one slice", () => {
    const bomb = deflateRawSync(Buffer.alloc(200_000_000));
    const bytes = zip({ bomb: "" });
    const start = find(bytes, central);
    const whole = Buffer.concat([bytes.subarray(0, start), bomb, bytes.subarray(start)]);
    const directory = start + bomb.length;
    whole.writeUInt16LE(8, 8);
    whole.writeUInt16LE(8, directory + 10);
    whole.writeUInt32LE(bomb.length, directory + 20);
    whole.writeUInt32LE(1000, directory + 24);
    whole.writeUInt32LE(directory, whole.length - 6);
    const started = process.cpuUsage();
    expectRefusal(
      () => read(whole),
      "io/format",
      "entry 'bomb': inflates to more than the 1000 bytes it declares",
    );
    expect(millisecondsSince(started)).toBeLessThan(5000);
  });

  test("a compressed entry where only stored ones are accepted", () => {
    const from = memorySource(packed, refuse);
    const entry = readDirectory(from).get("file")!;
    expectRefusal(() => readStored(from, entry), "io/format", "entry 'file': is compressed (method 8)");
  });
});
