import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { allocate, isWellFormed, swapBytes } from "../../src/files/bytes.js";
import { quote, quoteSome } from "../../src/files/refuse.js";
import { byteLength } from "../../src/io/raw.js";
import { columnMajor, gather, isContiguous, reach, rowMajor } from "../../src/io/strided.js";
import { expectRefusal, refuse } from "./helpers.js";

const make = (length: number): Uint8Array<ArrayBuffer> => new Uint8Array(length);

/** The definition, one element at a time. */
function slowGather(
  storage: Uint8Array,
  width: number,
  shape: number[],
  strides: number[],
  offset: number,
): number[] {
  const [size, ...rest] = shape;
  if (size === undefined) return [...storage.subarray(offset * width, (offset + 1) * width)];
  const [stride, ...inner] = strides;
  return Array.from({ length: size }, (_, i) =>
    slowGather(storage, width, rest, inner, offset + i * stride!),
  ).flat();
}

describe("strided views", () => {
  test("row-major and column-major strides", () => {
    expect(rowMajor([2, 3, 4])).toEqual([12, 4, 1]);
    expect(columnMajor([2, 3, 4])).toEqual([1, 2, 6]);
    expect(rowMajor([2, 0, 4])).toEqual([4, 4, 1]);
    expect(rowMajor([])).toEqual([]);
  });

  test("contiguity ignores dimensions of size 1 and empty arrays", () => {
    expect(isContiguous([2, 1, 3], [3, 99, 1])).toBe(true);
    expect(isContiguous([0, 3], [7, 7])).toBe(true);
    expect(isContiguous([2, 3], [1, 2])).toBe(false);
  });

  test("reach is one beyond the last element, and infinite on overflow", () => {
    expect(reach([2, 3], [3, 1], 4)).toBe(10);
    expect(reach([], [], 4)).toBe(5);
    expect(reach([2, 0], [3, 1], 4)).toBe(0);
    expect(reach([2, 3], [2 ** 53 - 1, 2 ** 53 - 1], 0)).toBe(Number.POSITIVE_INFINITY);
  });

  test("gather agrees with the definition, for every width, also from unaligned memory", () => {
    const dims = fc.array(fc.tuple(fc.nat({ max: 4 }), fc.nat({ max: 5 })), { maxLength: 4 });
    fc.assert(
      fc.property(
        dims,
        fc.nat({ max: 5 }),
        fc.constantFrom(1, 2, 4, 8, 16),
        fc.nat({ max: 3 }),
        (dims, offset, width, shift) => {
          const shape = dims.map(([size]) => size);
          const strides = dims.map(([, stride]) => stride);
          const bytes = Math.max(reach(shape, strides, offset), 1) * width;
          const storage = Uint8Array.from({ length: bytes + shift }, (_, i) => i * 7).subarray(shift);
          expect([...gather(storage, width, shape, strides, offset, make)]).toEqual(
            slowGather(storage, width, shape, strides, offset),
          );
        },
      ),
      { numRuns: 1000 },
    );
  });

  test("contiguous views share memory", () => {
    const storage = new Uint8Array(8);
    expect(gather(storage, 4, [1], [1], 1, make).buffer).toBe(storage.buffer);
  });
});

describe("bytes", () => {
  test("swapping reverses each word and leaves the input alone", () => {
    const input = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    expect([...swapBytes(input, 1)]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect([...swapBytes(input, 2)]).toEqual([2, 1, 4, 3, 6, 5, 8, 7]);
    expect([...swapBytes(input, 4)]).toEqual([4, 3, 2, 1, 8, 7, 6, 5]);
    expect([...swapBytes(input, 8)]).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);
    expect(input[0]).toBe(1);
  });

  test("an allocation that no machine grants", () => {
    expectRefusal(
      () => allocate(2 ** 52, refuse),
      "io/limit",
      "file: needs 4503599627370496 bytes in one piece, more than this process can allocate",
    );
  });

  test("sizes that are no sizes", () => {
    for (const size of [-1, 0.5, Number.NaN, 2 ** 53]) {
      expectRefusal(
        () => byteLength([size], 4, refuse),
        "io/format",
        `has the size ${size} in its shape; whole numbers from 0`,
      );
    }
  });

  test("half a surrogate pair is not well-formed", () => {
    expect(isWellFormed("a😀")).toBe(true);
    expect(isWellFormed("\udc00")).toBe(false);
  });

  test("quoting", () => {
    expect(quote('a"b\u0007')).toBe("'a\"b\\u0007'");
    expect(quote("x".repeat(100))).toBe(`'${"x".repeat(80)}…'`);
    expect(quoteSome([])).toBe("none");
    expect(quoteSome([..."abcdefghij"])).toBe("'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h' and 2 more");
  });
});
