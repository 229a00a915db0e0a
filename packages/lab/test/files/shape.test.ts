// Shapes of JSON: what they take, what they refuse, and the sentence that says which part.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  anything,
  finite,
  flag,
  listOf,
  nullable,
  objectOf,
  oneOf,
  optional,
  pid,
  recordOf,
  type Shape,
  text,
  time,
  where,
  whole,
} from "../../src/files/shape.js";

const said = (shape: Shape<unknown>, value: unknown): string | undefined => shape(value, "");

describe("single values", () => {
  const accepted: readonly [string, Shape<unknown>, readonly unknown[]][] = [
    ["text", text, ["", "a"]],
    ["finite", finite, [0, -1.5, 1e308]],
    ["flag", flag, [true, false]],
    ["whole", whole, [0, 1, 2 ** 53 - 1]],
    ["pid", pid, [1, 99999]],
    ["time", time, ["2026-11-22T20:26:01.000Z", "2026-11-22"]],
    ["oneOf", oneOf(["a", 1]), ["a", 1]],
    ["nullable", nullable(whole), [null, 3]],
    ["optional", optional(whole), [undefined, 3]],
    ["anything", anything, [undefined, null, [], {}]],
  ];
  test.each(accepted)("%s takes what it is for", (_, shape, values) => {
    for (const value of values) expect(said(shape, value), JSON.stringify(value)).toBeUndefined();
  });

  test.each<[Shape<unknown>, unknown, string]>([
    [text, 3, "it is 3, and text is expected"],
    [finite, "3", 'it is "3", and a number is expected'],
    [finite, null, "it is null, and a number is expected"],
    [flag, 1, "it is 1, and true or false is expected"],
    [whole, -1, "it is -1, and a whole number from 0 is expected"],
    [whole, 1.5, "it is 1.5, and a whole number from 0 is expected"],
    [whole, 2 ** 53, "it is 9007199254740992, and a whole number from 0 is expected"],
    [pid, 0, "it is 0, and the number of a process is expected"],
    [time, "soon", 'it is "soon", and a time such as 2026-11-22T20:26:01.000Z is expected'],
    [oneOf([1]), 2, "it is 2, and 1 is expected"],
    [oneOf(["a", "b"]), "c", 'it is "c", and one of a, b is expected'],
    [nullable(text), undefined, "it is missing, and text is expected"],
    [optional(text), null, "it is null, and text is expected"],
  ])("%# says what is there and what is expected", (shape, value, sentence) => {
    expect(said(shape, value)).toBe(sentence);
  });

  test("values are shown shortened, with their place", () => {
    const long = where("nothing", () => false)("x".repeat(100), "a.b");
    expect(long).toBe(`a.b is "${"x".repeat(59)}…, and nothing is expected`);
  });
});

describe("compound values", () => {
  const run = objectOf<{ name: string; steps: readonly number[]; marks: Readonly<Record<string, boolean>> }>({
    name: text,
    steps: listOf(whole),
    marks: recordOf(flag),
  });

  test("are taken with parts that nobody asks for", () => {
    expect(said(run, { name: "a", steps: [1, 2], marks: { x: true }, more: 1 })).toBeUndefined();
    expect(said(run, { name: "", steps: [], marks: {} })).toBeUndefined();
  });

  test.each<[unknown, string]>([
    [null, "it is null, and an object is expected"],
    [[], "it is [], and an object is expected"],
    ["{}", 'it is "{}", and an object is expected'],
    [{ steps: [], marks: {} }, "name is missing, and text is expected"],
    [{ name: "a", steps: {}, marks: {} }, "steps is {}, and a list is expected"],
    [{ name: "a", steps: [1, -2], marks: {} }, "steps.1 is -2, and a whole number from 0 is expected"],
    [{ name: "a", steps: [], marks: { "x.y": 1 } }, "marks.x.y is 1, and true or false is expected"],
    [{ name: "a", steps: [], marks: [true] }, "marks is [true], and an object is expected"],
  ])("%j is refused by its first wrong part", (value, sentence) => {
    expect(said(run, value)).toBe(sentence);
  });

  test("names that objects have by themselves are no parts", () => {
    const shape = objectOf<{ toString: string }>({ toString: text } as never);
    expect(said(shape, {})).toBe("toString is missing, and text is expected");
    expect(said(recordOf(whole), JSON.parse('{"__proto__": 1}'))).toBeUndefined();
    expect(said(recordOf(whole), JSON.parse('{"__proto__": "x"}'))).toMatch(/^__proto__ is "x"/);
  });

  test("of any JSON give no problem, or one sentence on one line", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const problem = said(run, value);
        if (problem !== undefined) expect(problem).toMatch(/^[\w.]+ is .+, and .+ is expected$/s);
        else expect(value).toMatchObject({ name: expect.any(String), steps: expect.any(Array) });
      }),
    );
  });
});
