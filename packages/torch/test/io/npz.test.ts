import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dtypes } from "../../src/dtype.js";
import { NpzReader, npzInputs } from "../../src/io/npy/npz.js";
import { npyChunks } from "../../src/io/npy/write.js";
import type { RawTensor } from "../../src/io/raw.js";
import { zipChunks } from "../../src/io/zip/write.js";
import { expectRefusal, facts, rawTensors, refuse, source } from "./helpers.js";

function encode(arrays: Iterable<[string, RawTensor]>, compress = false): Buffer {
  return Buffer.concat([...zipChunks(npzInputs(new Map(arrays), refuse), { compress })]);
}

const zeros = (count: number): RawTensor => ({
  dtype: "uint8",
  shape: [count],
  bytes: new Uint8Array(count),
});

/** The archive with 8 bytes of its directory's first entry (packed size, size) replaced by other sizes. */
function declare(bytes: Buffer, packedSize: number | undefined, size: number): Buffer {
  const copy = Buffer.from(bytes);
  const directory = copy.indexOf("PK\x01\x02", 0, "latin1");
  if (packedSize !== undefined) copy.writeUInt32LE(packedSize, directory + 20);
  copy.writeUInt32LE(size, directory + 24);
  return copy;
}

describe(".npz", () => {
  test("what is written is read back, in order, stored and deflated", () => {
    const name = fc.oneof(
      fc.string({ minLength: 1, unit: "grapheme" }),
      fc.constantFrom("__proto__", "0", "a/b"),
    );
    const raw = rawTensors(dtypes.filter((dtype) => dtype !== "bfloat16"));
    const arrays = fc.uniqueArray(fc.tuple(name, raw), { selector: ([key]) => key, maxLength: 5 });
    fc.assert(
      fc.property(arrays, fc.boolean(), (arrays, compress) => {
        const reader = new NpzReader(source(encode(arrays, compress)));
        expect(reader.names).toEqual(arrays.map(([key]) => key));
        for (const [key, raw] of arrays) expect(facts(reader.read(key))).toEqual(facts(raw));
      }),
      { numRuns: 200 },
    );
  });

  test("the same arrays give the same bytes", () => {
    expect(encode([["a", zeros(10)]], true).equals(encode([["a", zeros(10)]], true))).toBe(true);
  });
});

describe("hostile .npz", () => {
  const packed = encode([["a", zeros(1_000_000)]], true);

  test("a declared size that deflate cannot reach", () => {
    const file = declare(packed, undefined, 0xfffffff0);
    expectRefusal(
      () => new NpzReader(source(file)).read("a"),
      "io/format",
      "entry 'a.npy': declares 4294967280 bytes, more than its ",
    );
  });

  test("a declared size that is not that of the array in the header", () => {
    const read = (size: number) => () => new NpzReader(source(declare(packed, undefined, size))).read("a");
    expectRefusal(
      read(1_000_127),
      "io/truncated",
      "entry 'a.npy': an array of shape [1000000] takes 1000000 bytes, but 999999 follow",
    );
    expectRefusal(read(1_000_129), "io/format", "entry 'a.npy': 1 bytes follow the array of shape [1000000]");
  });

  test("more than the limit, counted over all arrays", () => {
    const reader = new NpzReader(
      source(
        encode(
          [
            ["a", zeros(1000)],
            ["b", zeros(1000)],
          ],
          true,
        ),
      ),
      3000,
    );
    expect(reader.read("a").shape).toEqual([1000]);
    expectRefusal(
      () => reader.read("b"),
      "io/limit",
      "entry 'b.npy': unpacks to 2128 bytes, beyond the limit for this file; raise maxBytes",
    );
  });

  test("a header that lies about the stream", () => {
    const header = npyChunks(zeros(1_000_000), refuse)[0];
    const lie = Buffer.concat([
      ...zipChunks([{ name: "a.npy", chunks: [header, new Uint8Array(10)] }], { compress: true }),
    ]);
    expectRefusal(
      () => new NpzReader(source(lie)).read("a"),
      "io/truncated",
      "takes 1000000 bytes, but 10 follow",
    );
  });

  test("a compressed entry too short for a header", () => {
    const file = Buffer.concat([
      ...zipChunks([{ name: "a.npy", chunks: [Buffer.from("\x93NUM", "latin1")] }], { compress: true }),
    ]);
    expectRefusal(
      () => new NpzReader(source(file)).read("a"),
      "io/truncated",
      "entry 'a.npy': has 4 bytes, too few for an .npy header",
    );
  });

  test("entries that are no arrays, other methods, unknown names", () => {
    const text = Buffer.concat([...zipChunks([{ name: "readme", chunks: [] }])]);
    expectRefusal(
      () => new NpzReader(source(text)),
      "io/format",
      "holds 'readme'; every entry of an .npz archive ends in '.npy'",
    );
    const lzma = Buffer.from(encode([["a", zeros(1)]]));
    lzma.writeUInt16LE(14, 8);
    lzma.writeUInt16LE(14, lzma.indexOf("PK\x01\x02", 0, "latin1") + 10);
    expectRefusal(
      () => new NpzReader(source(lzma)).read("a"),
      "io/format",
      "entry 'a.npy': is compressed by method 14; 0 (stored) and 8",
    );
    expectRefusal(
      () => new NpzReader(source(packed)).read("b"),
      "io/missing",
      "there is no array 'b'; the file has 'a'",
    );
  });

  test("a limit that is none", () => {
    for (const limit of [Number.NaN, -1, "1" as never]) {
      expectRefusal(
        () => new NpzReader(source(packed), limit),
        "io/argument",
        `maxBytes is ${limit}; a number of bytes from 0`,
      );
    }
    expect(new NpzReader(source(packed), Number.POSITIVE_INFINITY).read("a").shape).toEqual([1_000_000]);
  });

  test("names and types that cannot be written", () => {
    for (const name of ["", "\ud800", "x".repeat(60_001)]) {
      expectRefusal(() => encode([[name, zeros(1)]]), "io/argument", "cannot stand in a zip archive");
    }
    const raw: RawTensor = { dtype: "bfloat16", shape: [], bytes: new Uint8Array(2) };
    expectRefusal(() => encode([["w", raw]]), "io/dtype", "array 'w': NumPy has no bfloat16");
  });
});
