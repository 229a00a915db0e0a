// What goes through the pipes to Python: values of any space come back as they were, and headers have their bytes where Python reads them.
import { Random } from "@throughline/lab/random";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  ANSWER_BYTES,
  answerHeader,
  CALLS,
  codecOf,
  request,
  type WireSpace,
} from "../src/gymnasium/wire.js";
import type { BoxDType } from "../src/spaces.js";

const sizes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 });
const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

const leaves: fc.Arbitrary<WireSpace> = fc.oneof(
  fc
    .tuple(
      fc.constantFrom<BoxDType>("uint8", "int8", "int16", "uint32", "int64", "float32", "float64"),
      sizes,
      fc.integer({ min: 0, max: 100 }),
    )
    .map(([dtype, shape, high]) => ({ kind: "box" as const, dtype, shape, low: 0, high })),
  fc
    .tuple(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: -50, max: 50 }))
    .map(([n, start]) => ({ kind: "discrete" as const, n, start })),
  sizes.map((nvec) => ({ kind: "multi-discrete" as const, nvec, start: null, shape: [nvec.length] })),
  sizes.map((shape) => ({ kind: "multi-binary" as const, shape })),
  fc
    .tuple(fc.integer({ min: 0, max: 4 }), fc.option(fc.integer({ min: 4, max: 9 })))
    .map(([least, most]) => ({ kind: "text" as const, least, most, charset: null })),
);

const { space } = fc.letrec<{ space: WireSpace }>((tie) => ({
  space: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaves,
    fc
      .array(tie("space"), { minLength: 1, maxLength: 4 })
      .map((parts) => ({ kind: "dict" as const, names: parts.map((_, at) => `part ${at}`), parts })),
    fc.array(tie("space"), { maxLength: 4 }).map((parts) => ({ kind: "tuple" as const, parts })),
  ),
}));

describe("values of any space", () => {
  test("are drawn within it, and come back as they were, behind whatever stands before them", () => {
    fc.assert(
      fc.property(space, fc.nat(1000), fc.integer({ min: 0, max: 3 }), (about, seed, places) => {
        const codec = codecOf(about);
        const value = codec.space.sample(new Random("wire", seed));
        expect(codec.space.contains(value)).toBe(true);
        expect(codec.bytes % 8).toBe(0);
        const [at, texts]: [number, string[]] = [8 * places, ["before"]];
        const view = new DataView(new ArrayBuffer(at + codec.bytes + 8));
        view.setFloat64(at + codec.bytes, Math.PI, true);
        codec.write(value, view, at, texts);
        expect(texts.shift()).toBe("before");
        expect(codec.read(view.buffer as ArrayBuffer, at, texts)).toEqual(value);
        // Every text was used, and nothing was written behind the value.
        expect([texts, view.getFloat64(at + codec.bytes, true)]).toEqual([[], Math.PI]);
      }),
      { seed: 3, numRuns: 200 },
    );
  });

  test("spaces in words name their parts, so that equal words are equal forms", () => {
    const about: WireSpace = {
      kind: "dict",
      names: ["picture", "pair"],
      parts: [
        { kind: "box", dtype: "uint8", shape: [2, 2, 3], low: 0, high: 255 },
        {
          kind: "tuple",
          parts: [
            { kind: "discrete", n: 3, start: 0 },
            { kind: "multi-binary", shape: [2] },
          ],
        },
      ],
    };
    expect(String(codecOf(about).space)).toBe(
      "Dict(picture: Box(0, 255, [2, 2, 3], uint8), pair: Tuple(Discrete(3), MultiBinary(2)))",
    );
    // 12 bytes of a picture take 16, a number 8, two switches 8.
    expect(codecOf(about).bytes).toBe(32);
  });

  test("bounds without end are words in JSON and infinite here", () => {
    const box: WireSpace = { kind: "box", dtype: "float32", shape: [3], low: ["-inf", 0, -1], high: "inf" };
    const { space: found } = codecOf(box);
    expect(found.contains(Float32Array.of(-1e30, 0, 5))).toBe(true);
    expect(found.contains(Float32Array.of(0, -0.5, 0))).toBe(false);
    expect(found.contains(Float32Array.of(0, 0, -2))).toBe(false);
  });

  test("arrays are copied from where they lie in a larger buffer", () => {
    const codec = codecOf({ kind: "box", dtype: "int16", shape: [2], low: -9, high: 9 });
    const part = Int16Array.of(1, 2, 3, 4).subarray(1, 3);
    const view = new DataView(new ArrayBuffer(8));
    codec.write(part, view, 0, []);
    expect(codec.read(view.buffer as ArrayBuffer, 0, [])).toEqual(Int16Array.of(2, 3));
  });
});

describe("headers", () => {
  test("a request says its call, the bytes of its JSON and those of its values", () => {
    const values = Uint8Array.of(7, 8);
    const bytes = request("step", { texts: ["ü"] }, values);
    const view = new DataView(bytes.buffer);
    const json = new TextEncoder().encode('{"texts":["ü"]}');
    expect([view.getUint8(0), view.getUint32(4, true), view.getUint32(8, true)]).toEqual([
      CALLS.step,
      json.length,
      2,
    ]);
    expect([...bytes.subarray(12)]).toEqual([...json, 7, 8]);
    expect(request("close", undefined)).toEqual(Uint8Array.of(CALLS.close, ...new Array(11).fill(0)));
  });

  test("an answer's header is read at its place in a larger buffer", () => {
    fc.assert(
      fc.property(
        ...([fc.boolean(), fc.boolean(), fc.boolean(), fc.nat(2 ** 31), fc.nat(2 ** 31)] as const),
        ...([fc.double({ noNaN: true }), fc.nat(20)] as const),
        (failed, terminated, truncated, textBytes, valueBytes, reward, at) => {
          const all = new Uint8Array(at + ANSWER_BYTES);
          const view = new DataView(all.buffer, at);
          for (const [place, is] of [failed, terminated, truncated].entries())
            view.setUint8(place, Number(is));
          view.setUint32(4, textBytes, true);
          view.setUint32(8, valueBytes, true);
          view.setFloat64(16, reward, true);
          expect(answerHeader(all.subarray(at))).toEqual({
            failed,
            terminated,
            truncated,
            textBytes,
            valueBytes,
            reward,
          });
        },
      ),
      { seed: 1, numRuns: 50 },
    );
  });
});

test("the sizes of a shape are those of the array that is read", () => {
  fc.assert(
    fc.property(sizes, (shape) => {
      const codec = codecOf({ kind: "box", dtype: "float64", shape, low: 0, high: 1 });
      const read = codec.read(new ArrayBuffer(codec.bytes), 0, []) as Float64Array;
      expect([read.length, codec.bytes]).toEqual([product(shape), 8 * product(shape)]);
    }),
    { seed: 2, numRuns: 30 },
  );
});
