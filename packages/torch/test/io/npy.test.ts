import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dtypes } from "../../src/dtype.js";
import { readNpy } from "../../src/io/npy/read.js";
import { npyChunks } from "../../src/io/npy/write.js";
import type { RawTensor } from "../../src/io/raw.js";
import { expectRefusal, facts, fixture, manifest, rawTensors, refuse, source } from "./helpers.js";

const writable = dtypes.filter((dtype) => dtype !== "bfloat16");

const encode = (raw: RawTensor): Buffer => Buffer.concat(npyChunks(raw, refuse));
const decode = (bytes: Uint8Array): RawTensor => readNpy(source(bytes));

/** A version 1.0 file with this header text and so many zero bytes. */
function fileOf(header: string, dataSize = 0): Buffer {
  const start = Buffer.from("\x93NUMPY\x01\x00\x00\x00", "latin1");
  start.writeUInt16LE(header.length, 8);
  return Buffer.concat([start, Buffer.from(header, "latin1"), Buffer.alloc(dataSize)]);
}

const headerOf = (descr: string, shape = "()", fortran = "False") =>
  `{'descr': ${descr}, 'fortran_order': ${fortran}, 'shape': ${shape}, }\n`;

describe(".npy", () => {
  test("an int16 pair, byte by byte", () => {
    const bytes = encode({ dtype: "int16", shape: [2], bytes: Uint8Array.of(1, 0, 2, 1) });
    expect(bytes.toString("latin1", 0, 10)).toBe("\x93NUMPY\x01\x00\x76\x00");
    expect(bytes.toString("latin1", 10, 128).trimEnd()).toBe(
      "{'descr': '<i2', 'fortran_order': False, 'shape': (2,), }",
    );
    expect([...bytes.subarray(127)]).toEqual([0x0a, 1, 0, 2, 1]);
  });

  test("what is written is read back, for every dtype and shape", () => {
    fc.assert(
      fc.property(rawTensors(writable), (raw) => {
        expect(facts(decode(encode(raw)))).toEqual(facts(raw));
      }),
      { numRuns: 500 },
    );
  });

  const direct = [
    "f8",
    "f4",
    "f2",
    "i8",
    "i4",
    "i2",
    "i1",
    "u1",
    "b1",
    "c8",
    "c16",
    "scalar",
    "empty",
    "vector",
    "long",
  ];
  for (const name of direct) {
    test(`${name}.npy is written as numpy.save wrote it`, () => {
      const python = fixture(`${name}.npy`);
      expect(encode(decode(python)).equals(python)).toBe(true);
    });
  }

  test("Fortran order: a 2×3 matrix whose columns lie one after the other", () => {
    const file = fileOf(headerOf("'|u1'", "(2, 3)", "True"), 6);
    file.set([1, 2, 3, 4, 5, 6], file.length - 6);
    expect([...decode(file).bytes]).toEqual([1, 3, 5, 2, 4, 6]);
  });

  test("uint16 widens to int32 without change of sign", () => {
    const file = fileOf(headerOf("'>u2'", "(1,)"), 2);
    file.set([0xff, 0xfe], file.length - 2);
    expect(facts(decode(file))).toEqual({ dtype: "int32", shape: [1], hex: "feff0000" });
  });

  test("other spellings of the same header", () => {
    const spellings = [
      '{"descr":"<f4","fortran_order":False,"shape":(1,)}',
      "  { 'shape' : ( 1 , ) , 'descr' : '<f4' , 'fortran_order' : False }  \n",
      "{'shape': (1L,), 'fortran_order': True, 'descr': '<f4', }",
    ];
    for (const text of spellings) expect(decode(fileOf(text, 4)).shape).toEqual([1]);
  });
});

describe("damaged or foreign .npy", () => {
  const good = headerOf("'<f4'", "(2,)");
  const cases: [what: string, file: Buffer, code: string, text: string][] = [
    ["another format", Buffer.from("PK\x03\x04"), "io/format", "does not start with '\\x93NUMPY'"],
    ["nothing", Buffer.alloc(0), "io/truncated", "has 0 bytes, too few"],
    ["a cut header", fileOf(good, 8).subarray(0, 40), "io/truncated", "announces a header of"],
    [
      "version 4",
      Buffer.concat([Buffer.from("\x93NUMPY\x04\x00", "latin1"), Buffer.alloc(8)]),
      "io/format",
      "is .npy version 4.0; 1.0, 2.0 and 3.0",
    ],
    [
      "version 1.1",
      Buffer.concat([Buffer.from("\x93NUMPY\x01\x01", "latin1"), Buffer.alloc(8)]),
      "io/format",
      "version 1.1",
    ],
    [
      "a huge header",
      Buffer.concat([Buffer.from("\x93NUMPY\x02\x00\xff\xff\xff\xff", "latin1"), Buffer.alloc(8)]),
      "io/limit",
      "announces a header of 4294967295 bytes; at most 65536",
    ],
    [
      "broken UTF-8",
      Buffer.from("\x93NUMPY\x03\x00\x02\x00\x00\x00\xff\xff", "latin1"),
      "io/format",
      "the header is not valid UTF-8",
    ],
    [
      "missing data",
      fileOf(good, 7),
      "io/truncated",
      "an array of shape [2] takes 8 bytes, but 7 follow the header",
    ],
    ["data after the array", fileOf(good, 9), "io/format", "1 bytes follow the array of shape [2]"],
    [
      "a huge shape",
      fileOf(headerOf("'<f4'", "(1099511627776,)"), 8),
      "io/truncated",
      "takes 4398046511104 bytes",
    ],
    [
      "an overflowing shape",
      fileOf(headerOf("'<f4'", "(4294967296, 4294967296)")),
      "io/format",
      "too large to address",
    ],
    [
      "65 dimensions",
      fileOf(headerOf("'<f4'", `(${"1, ".repeat(65)})`), 4),
      "io/format",
      "has 65 dimensions; at most 64",
    ],
    [
      "a bool that is 2",
      Buffer.concat([fileOf(headerOf("'|b1'", "(1,)")), Buffer.of(2)]),
      "io/format",
      "element 0 of a bool array is the byte 2",
    ],
    [
      "a dict that ends early",
      fileOf("{'descr': '<f4'"),
      "io/format",
      "has the end at character 15 where '}' was expected",
    ],
    ["no dict", fileOf("[1, 2]"), "io/format", "has '[' at character 0 where '{' was expected"],
    [
      "a call",
      fileOf("{'descr': exit(), 'shape': ()}"),
      "io/format",
      "has 'e' at character 10 where a string was expected",
    ],
    ["a key twice", fileOf("{'shape': (), 'shape': ()}"), "io/format", "has the key 'shape' twice"],
    [
      "an unknown key",
      fileOf("{'strides': ()}"),
      "io/format",
      "has the key 'strides'; descr, fortran_order and shape",
    ],
    ["__proto__ as a key", fileOf("{'__proto__': ()}"), "io/format", "has the key '__proto__'"],
    [
      "a missing key",
      fileOf("{'descr': '<f4', 'shape': ()}"),
      "io/format",
      "lacks one of descr, fortran_order and shape",
    ],
    ["a number for a bool", fileOf("{'fortran_order': 1}"), "io/format", "where True or False was expected"],
    [
      "a list for a tuple",
      fileOf("{'shape': [1]}"),
      "io/format",
      "has '[' at character 10 where '(' was expected",
    ],
    [
      "a number for a tuple",
      fileOf("{'shape': (3)}"),
      "io/format",
      "has ')' at character 12 where ',' was expected",
    ],
    [
      "a negative size",
      fileOf("{'shape': (-1,)}"),
      "io/format",
      "where a whole number below 2^53 was expected",
    ],
    [
      "text after the dict",
      fileOf("{} + 1"),
      "io/format",
      "has '+' at character 3 where the end was expected",
    ],
    [
      "an object array",
      fileOf(headerOf("'|O'")),
      "io/unsafe",
      "holds Python objects (dtype '|O'), which only running pickled code could read",
    ],
    ["a structured array", fileOf(headerOf("[('x', '<f4')]")), "io/dtype", "has a structured dtype"],
    ["text", fileOf(headerOf("'<U3'")), "io/dtype", "has the dtype '<U3'; accepted are b1, i1"],
    ["long double", fileOf(headerOf("'<f16'")), "io/dtype", "has the dtype '<f16'"],
    ["no byte order", fileOf(headerOf("'|f4'")), "io/dtype", "has the dtype '|f4'"],
    ["an empty dtype", fileOf(headerOf("''")), "io/dtype", "has the dtype ''"],
  ];
  for (const [what, file, code, text] of cases) {
    test(what, () => expectRefusal(() => decode(file), code, text));
  }

  test("a uint64 that int64 cannot hold", () => {
    expectRefusal(
      () => decode(fixture("huge-u8.npy")),
      "io/dtype",
      "element 0 of its uint64 array is above 2^63 − 1",
    );
    expect(manifest.files["u8.npy"]?.array?.hex).toContain("ffffffffffffff7f");
  });

  test("bfloat16 cannot be written", () => {
    const raw: RawTensor = { dtype: "bfloat16", shape: [1], bytes: new Uint8Array(2) };
    expectRefusal(() => encode(raw), "io/dtype", "NumPy has no bfloat16; cast to float32 before saving");
  });
});
