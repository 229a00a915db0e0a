import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dtypes } from "../../src/dtype.js";
import type { RawTensor } from "../../src/io/raw.js";
import { nameOf } from "../../src/io/safetensors/dtypes.js";
import { SafetensorsReader } from "../../src/io/safetensors/read.js";
import { safetensorsChunks } from "../../src/io/safetensors/write.js";
import { expectRefusal, facts, fixture, rawTensors, refuse, source } from "./helpers.js";

function encode(tensors: Iterable<[string, RawTensor]>, metadata: Iterable<[string, string]> = []): Buffer {
  return Buffer.concat([...safetensorsChunks(new Map(tensors), new Map(metadata), refuse)]);
}

function open(bytes: Uint8Array): SafetensorsReader {
  return new SafetensorsReader(source(bytes));
}

/** A file with this header text and so many zero bytes of data. */
function fileOf(header: string | Buffer, dataSize = 0): Buffer {
  const text = Buffer.from(header);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, Buffer.alloc(dataSize)]);
}

const f32 = (values: number[], shape = [values.length]): RawTensor => ({
  dtype: "float32",
  shape,
  bytes: new Uint8Array(Float32Array.from(values).buffer),
});

describe("safetensors", () => {
  test("one int16 and one bool, byte by byte", () => {
    const bytes = encode([
      ["b", { dtype: "bool", shape: [1], bytes: Uint8Array.of(1) }],
      ["a", { dtype: "int16", shape: [], bytes: Uint8Array.of(0x34, 0x12) }],
    ]);
    const header =
      '{"b":{"dtype":"BOOL","shape":[1],"data_offsets":[2,3]},"a":{"dtype":"I16","shape":[],"data_offsets":[0,2]}}';
    const padded = header.padEnd(Math.ceil(header.length / 8) * 8);
    expect(bytes.readBigUInt64LE()).toBe(BigInt(padded.length));
    expect(bytes.toString("latin1", 8, 8 + padded.length)).toBe(padded);
    expect([...bytes.subarray(8 + padded.length)]).toEqual([0x34, 0x12, 1]);
  });

  test("no tensors at all", () => {
    const reader = open(encode([]));
    expect(reader.names).toEqual([]);
    expect(reader.metadata.size).toBe(0);
  });

  test("writes the very bytes that Python writes, given the same order", () => {
    const python = fixture("dtypes.safetensors");
    const reader = open(python);
    const again = encode(
      reader.names.map((name) => [name, reader.read(name)]),
      reader.metadata,
    );
    expect(again.equals(python)).toBe(true);
  });

  test("what is written is read back, in order, for every dtype and shape", () => {
    const name = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom("__proto__", "0", "constructor", ""),
    );
    const tensors = fc.uniqueArray(fc.tuple(name, rawTensors([...nameOf.keys()])), {
      selector: ([key]) => key,
      maxLength: 6,
    });
    const metadata = fc.uniqueArray(fc.tuple(name, fc.string({ unit: "binary" })), {
      selector: ([key]) => key,
      maxLength: 3,
    });
    fc.assert(
      fc.property(tensors, metadata, (tensors, metadata) => {
        const reader = open(encode(tensors, metadata));
        expect(reader.names).toEqual(tensors.map(([key]) => key));
        expect([...reader.metadata]).toEqual(metadata);
        for (const [key, raw] of tensors) expect(facts(reader.read(key))).toEqual(facts(raw));
      }),
      { numRuns: 300 },
    );
  });

  test("every tensor is aligned to its item size, counted from the start of the file", () => {
    fc.assert(
      fc.property(fc.array(rawTensors([...nameOf.keys()]), { maxLength: 6 }), (list) => {
        const bytes = encode(list.map((raw, index) => [String(index), raw]));
        const start = 8 + Number(bytes.readBigUInt64LE());
        expect(start % 8).toBe(0);
        const reader = open(bytes);
        for (const key of reader.names) {
          const { begin, dtype } = reader.entry(key);
          const width =
            { C64: 8, F64: 8, I64: 8, F32: 4, I32: 4, F16: 2, BF16: 2, I16: 2 }[nameOf.get(dtype)!] ?? 1;
          expect((start + begin) % width).toBe(0);
        }
      }),
    );
  });

  test("a tensor's bytes are asked for once, when its turn comes", () => {
    const asked: string[] = [];
    const lazy = (name: string): [string, RawTensor] => [
      name,
      {
        dtype: "uint8",
        shape: [1],
        get bytes() {
          asked.push(name);
          return Uint8Array.of(1);
        },
      },
    ];
    const chunks = safetensorsChunks(new Map([lazy("x"), lazy("y")]), new Map(), refuse);
    chunks.next();
    expect(asked).toEqual([]);
    chunks.next();
    expect(asked).toEqual(["x"]);
    chunks.next();
    expect(asked).toEqual(["x", "y"]);
  });
});

describe("safetensors that cannot be written", () => {
  const write =
    (name: string, raw: RawTensor, metadata: [string, string][] = []) =>
    () =>
      encode([[name, raw]], metadata);

  test("complex128", () => {
    const raw: RawTensor = { dtype: "complex128", shape: [0], bytes: new Uint8Array(0) };
    expectRefusal(
      write("z", raw),
      "io/dtype",
      "file: tensor 'z' is complex128, which safetensors cannot store",
    );
    expect(dtypes.filter((dtype) => !nameOf.has(dtype))).toEqual(["complex128"]);
  });

  test("the reserved name", () => {
    expectRefusal(write("__metadata__", f32([1])), "io/argument", "cannot be called '__metadata__'");
  });

  test("half a surrogate pair", () => {
    expectRefusal(write("\ud800", f32([1])), "io/argument", "half a surrogate pair");
  });

  test("metadata that is not text", () => {
    const bad = [["epoch", 3]] as unknown as [string, string][];
    expectRefusal(
      write("x", f32([1]), bad),
      "io/argument",
      "metadata 'epoch' is of type number; only strings",
    );
  });

  test("bytes that do not fit the shape", () => {
    expectRefusal(
      write("x", f32([1, 2], [3])),
      "io/format",
      "tensor 'x': f32[3] takes 12 bytes, but 8 were given",
    );
  });
});

describe("damaged or hostile safetensors", () => {
  const entry = (dtype: string, shape: string, offsets: string) =>
    `{"dtype":"${dtype}","shape":${shape},"data_offsets":${offsets}}`;
  const ok = entry("F32", "[1]", "[0,4]");
  const cases: [what: string, file: Buffer, code: string, text: string][] = [
    [
      "too short",
      Buffer.alloc(7),
      "io/truncated",
      "the file has 7 bytes; a safetensors file has at least 10",
    ],
    [
      "a huge header",
      Buffer.from("ffffffffffffff7f7b7d", "hex"),
      "io/limit",
      "at most 100000000 are accepted",
    ],
    [
      "a header beyond the file",
      fileOf("{}").subarray(0, 9),
      "io/truncated",
      "announces a header of 2 bytes, but 1 follow",
    ],
    ["an empty header", fileOf(""), "io/format", "does not start with '{'"],
    ["another format", fileOf("[]"), "io/format", "does not start with '{'"],
    ["broken UTF-8", fileOf(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d])), "io/format", "not valid UTF-8"],
    ["no closing brace", fileOf("{"), "io/format", "has the end at character 1 where a string was expected"],
    [
      "text after the header",
      fileOf("{}x"),
      "io/format",
      "has 'x' at character 2 where the end was expected",
    ],
    ["a missing colon", fileOf('{"a" 1}'), "io/format", "has '1' at character 5 where ':' was expected"],
    ["an unclosed string", fileOf('{"a'), "io/format", "malformed string at character 1"],
    ["a bad escape", fileOf('{"\\q":1}'), "io/format", "malformed string at character 1"],
    ["half a surrogate pair", fileOf('{"\\ud800":1}'), "io/format", "malformed string at character 1"],
    ["a repeated tensor", fileOf(`{"a":${ok},"a":${ok}}`, 4), "io/format", "has the key 'a' twice"],
    [
      "a repeated tensor, escaped",
      fileOf(`{"a":${ok},"\\u0061":${ok}}`, 4),
      "io/format",
      "has the key 'a' twice",
    ],
    [
      "a repeated field",
      fileOf('{"a":{"dtype":"F32","dtype":"F32"}}'),
      "io/format",
      "tensor 'a': has the key 'dtype' twice",
    ],
    [
      "an unknown field",
      fileOf('{"a":{"size":1}}'),
      "io/format",
      "tensor 'a': has the key 'size'; dtype, shape and data_offsets",
    ],
    [
      "__proto__ as a field",
      fileOf('{"a":{"__proto__":1}}'),
      "io/format",
      "tensor 'a': has the key '__proto__'",
    ],
    [
      "a missing field",
      fileOf('{"a":{"dtype":"F32","shape":[1]}}'),
      "io/format",
      "tensor 'a': lacks one of dtype, shape",
    ],
    ["one offset", fileOf(`{"a":${entry("F32", "[1]", "[0]")}}`), "io/format", "data_offsets (two numbers)"],
    [
      "three offsets",
      fileOf(`{"a":${entry("F32", "[1]", "[0,4,4]")}}`),
      "io/format",
      "at most 2 numbers in a list",
    ],
    [
      "65 dimensions",
      fileOf(`{"a":${entry("F32", `[${Array(65).fill(1)}]`, "[0,4]")}}`),
      "io/format",
      "at most 64 numbers",
    ],
    [
      "metadata twice",
      fileOf('{"__metadata__":{},"__metadata__":{}}'),
      "io/format",
      "has the key '__metadata__' twice",
    ],
    [
      "a metadata key twice",
      fileOf('{"__metadata__":{"a":"","a":""}}'),
      "io/format",
      "the metadata has the key 'a' twice",
    ],
    [
      "metadata with a number",
      fileOf('{"__metadata__":{"a":1}}'),
      "io/format",
      "where a string was expected",
    ],
    [
      "a negative size",
      fileOf(`{"a":${entry("F32", "[-1]", "[0,4]")}}`, 4),
      "io/format",
      "has '-' at character",
    ],
    [
      "a fractional size",
      fileOf(`{"a":${entry("F32", "[1.5]", "[0,4]")}}`, 4),
      "io/format",
      "where a whole number below 2^53",
    ],
    [
      "an exponent",
      fileOf(`{"a":${entry("F32", "[1e2]", "[0,4]")}}`, 4),
      "io/format",
      "where a whole number below 2^53",
    ],
    [
      "a number beyond 2^53",
      fileOf(`{"a":${entry("F32", "[9007199254740992]", "[0,4]")}}`, 4),
      "io/format",
      "below 2^53",
    ],
    [
      "a product beyond 2^53",
      fileOf(`{"a":${entry("F32", "[4294967296,4294967296]", "[0,4]")}}`, 4),
      "io/format",
      "tensor 'a': the shape [4294967296,4294967296] is too large to address",
    ],
    [
      "zero times too much",
      fileOf(`{"a":${entry("F32", "[0,4294967296,4294967296]", "[0,0]")}}`),
      "io/format",
      "too large to address",
    ],
    [
      "a float8",
      fileOf(`{"a":${entry("F8_E4M3", "[1]", "[0,1]")}}`, 1),
      "io/dtype",
      "tensor 'a': has the dtype 'F8_E4M3'; accepted are F64, F32",
    ],
    [
      "an unsigned type",
      fileOf(`{"a":${entry("U16", "[1]", "[0,2]")}}`, 2),
      "io/dtype",
      "has the dtype 'U16'",
    ],
    [
      "a range of the wrong length",
      fileOf(`{"a":${entry("F32", "[2]", "[0,4]")}}`, 4),
      "io/format",
      "tensor 'a': f32[2] takes 8 bytes, but its range is [0, 4)",
    ],
    [
      "a backward range",
      fileOf(`{"a":${entry("F32", "[1]", "[4,0]")}}`, 4),
      "io/format",
      "its range is [4, 0)",
    ],
    [
      "an overlap",
      fileOf(`{"a":${ok},"b":${entry("F32", "[1]", "[2,6]")}}`, 6),
      "io/format",
      "tensor 'b' overlaps another tensor",
    ],
    [
      "the same range twice",
      fileOf(`{"a":${ok},"b":${ok}}`, 4),
      "io/format",
      "tensor 'b' overlaps another tensor",
    ],
    [
      "a gap",
      fileOf(`{"a":${entry("F32", "[1]", "[4,8]")}}`, 8),
      "io/format",
      "tensor 'a' leaves a gap: it begins at byte 4 of the data, not at 0",
    ],
    [
      "missing data",
      fileOf(`{"a":${ok}}`, 3),
      "io/truncated",
      "holds 3 bytes of data, but 4 are needed for 'a'",
    ],
    ["data of no tensor", fileOf(`{"a":${ok}}`, 6), "io/format", "2 bytes at the end belong to no tensor"],
  ];
  for (const [what, file, code, text] of cases) {
    test(what, () => expectRefusal(() => open(file), code, text));
  }

  test("a bool that is neither 0 nor 1 is refused when it is read", () => {
    const file = encode([["mask", { dtype: "bool", shape: [3], bytes: Uint8Array.of(1, 0, 2) }]]);
    expectRefusal(
      () => open(file).read("mask"),
      "io/format",
      "tensor 'mask': element 2 of a bool array is the byte 2",
    );
  });

  test("a name that is not there", () => {
    const reader = open(encode([["weight", f32([1])]]));
    expectRefusal(
      () => reader.read("bias"),
      "io/missing",
      "file: there is no tensor 'bias'; the file has 'weight'",
    );
    expectRefusal(() => reader.read("toString"), "io/missing", "no tensor 'toString'");
  });
});
