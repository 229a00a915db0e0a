// Trees, canonical JSON, spellings and the text of options: laws that hold for every value.
import { canonicalHash, canonicalJson } from "@throughline/lab";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { accepted, show } from "../../src/config/accepted.js";
import { coerce } from "../../src/config/coerce.js";
import { jsonSchema } from "../../src/config/json-schema.js";
import { leavesOf } from "../../src/config/leaves.js";
import { option } from "../../src/config/option.js";
import { assign, flatten, isPlain, valueAt } from "../../src/config/plain.js";
import { plainName, sameTwice, spelled } from "../../src/config/spelling.js";

const key = fc.stringMatching(/^[a-z][A-Za-z0-9]{0,6}$/);
const leaf = fc.oneof(fc.integer(), fc.string(), fc.boolean(), fc.constant(null), fc.array(fc.integer()));
const { tree } = fc.letrec<{ tree: Record<string, unknown>; node: unknown }>((tie) => ({
  node: fc.oneof({ depthSize: "small" }, leaf, tie("tree")),
  tree: fc.dictionary(key, tie("node"), { maxKeys: 5 }) as fc.Arbitrary<Record<string, unknown>>,
}));

describe("trees", () => {
  test("taken apart and put together are the same, but for empty objects", () => {
    fc.assert(
      fc.property(tree, (value) => {
        const again: Record<string, unknown> = {};
        for (const [name, part] of flatten(value)) assign(again, name.split("."), part);
        expect(flatten(again)).toEqual(flatten(value));
        for (const [name, part] of flatten(value)) expect(valueAt(value, name.split("."))).toEqual(part);
      }),
    );
  });

  test("have nothing where nothing was put, and a value replaces what is no object", () => {
    const one: Record<string, unknown> = { a: 1, b: { c: [2] } };
    expect(valueAt(one, ["a", "x"])).toBeUndefined();
    expect(valueAt(one, ["b", "c", "0"])).toBeUndefined();
    expect(valueAt(one, ["toString"])).toBeUndefined();
    expect(valueAt(one, [])).toBe(one);
    expect(valueAt(undefined, ["a"])).toBeUndefined();
    assign(one, ["a", "x"], 3);
    assign(one, ["b", "c", "d"], 4);
    expect(one).toEqual({ a: { x: 3 }, b: { c: { d: 4 } } });
  });

  test("are objects with names, and nothing else is", () => {
    expect([{}, Object.create(null)].every(isPlain)).toBe(true);
    expect([null, undefined, [], "x", 3, () => {}].some(isPlain)).toBe(false);
  });
});

/** The same tree with every object's keys in another order. */
function shuffled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shuffled);
  if (!isPlain(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, part]) => [name, shuffled(part)]),
  );
}

describe("canonical JSON", () => {
  test("is JSON of the same value, whatever the order of keys", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(shuffled(value))).toBe(text);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
        expect(canonicalHash(shuffled(value))).toBe(canonicalHash(value));
      }),
    );
  });

  test("differs for values that are easily taken for equal", () => {
    const texts = [
      1,
      "1",
      [1],
      null,
      "null",
      true,
      "true",
      {},
      [],
      "",
      0,
      [[]],
      { a: 1 },
      { a: "1" },
      { a: [1] },
      { "a.b": 1 },
      { a: { b: 1 } },
    ].map(canonicalJson);
    expect(new Set(texts).size).toBe(texts.length);
  });

  // python3 -c "import json, hashlib; v = {'b': [1, 2.5, None], 'a': {'ü': 'x', 'd': False}}; t = json.dumps(v, sort_keys=True,
  // separators=(',', ':'), ensure_ascii=False); print(t, hashlib.sha256(t.encode()).hexdigest())"
  test("is Python's with sorted keys and no spaces", () => {
    const value = { b: [1, 2.5, null], a: { ü: "x", d: false } };
    expect(canonicalJson(value)).toBe('{"a":{"d":false,"ü":"x"},"b":[1,2.5,null]}');
    expect(canonicalHash(value)).toBe("afaaa836b33f5686df33a37c1e9382046c34fb2ce837397b94b93fa4da3bbadf");
  });

  test("leaves out what is undefined, in objects only", () => {
    expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}');
    expect(canonicalJson([undefined, 1])).toBe("[null,1]");
    expect(canonicalJson(undefined)).toBe("null");
    expect(canonicalJson(Number.NaN)).toBe("null");
  });
});

describe("spellings", () => {
  test("differ in case, hyphens and underscores only", () => {
    for (const name of ["learningRate", "learning-rate", "LEARNING_RATE", "learningrate", "Learning-Rate_"])
      expect(plainName(name)).toBe("learningrate");
    fc.assert(
      fc.property(key, key, (a, b) => {
        const twice = sameTwice([a, b]);
        expect(twice).toEqual(plainName(a) === plainName(b) ? [a, b] : undefined);
      }),
    );
    expect(sameTwice(["a", "b", "A", "B"])).toEqual(["a", "A"]);
  });

  test("of a path are those of the options, as far as there are such options", () => {
    const leaves = leavesOf({
      learningRate: option(z.number().default(1), "How fast."),
      bigNet: option(
        z.object({ hiddenUnits: z.int().default(3), cell: z.string().default("x") }).prefault({}),
        "Net.",
      ),
    });
    expect(leaves.map(({ name }) => name)).toEqual(["learningRate", "bigNet.hiddenUnits", "bigNet.cell"]);
    expect(spelled(["LEARNING_RATE"], leaves)).toEqual(["learningRate"]);
    expect(spelled(["big-net", "hidden-units"], leaves)).toEqual(["bigNet", "hiddenUnits"]);
    expect(spelled(["big-net", "depth"], leaves)).toEqual(["bigNet", "depth"]);
    expect(spelled(["net", "hidden-units"], leaves)).toEqual(["net", "hidden-units"]);
  });
});

describe("text becomes a value of the schema", () => {
  test("numbers, whole numbers, truth values and lists come back from how they are shown", () => {
    const back = (schema: z.ZodType, value: unknown): void =>
      expect(coerce(show(value), jsonSchema(schema))).toEqual(value);
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer(), (x, n) => {
        back(z.number(), x === 0 ? 0 : x);
        back(z.int(), n);
        back(z.number().nullable(), null);
        back(z.union([z.int(), z.literal("auto")]), "auto");
        back(z.array(z.int()), [n, n + 1]);
        back(z.record(z.string(), z.int()), { a: n });
      }),
    );
    for (const value of [true, false]) back(z.boolean(), value);
  });

  test("text stays as it is, whatever it looks like", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(coerce(text, jsonSchema(z.string()))).toBe(text);
      }),
    );
    for (const text of ["0x10", "1e", "", " ", "--1", "1.2.3", "Infinity", "NaN", "١"])
      expect(coerce(text, jsonSchema(z.number())), text).toBe(text);
    for (const [text, value] of [
      ["10_000", 10_000],
      ["1e-3", 0.001],
      ["-.5", -0.5],
      ["+2.", 2],
      [" 3 ", 3],
    ] as const)
      expect(coerce(text, jsonSchema(z.number()))).toBe(value);
    for (const text of ["True", "yes", "1"]) expect(coerce(text, jsonSchema(z.boolean()))).toBe(text);
    for (const text of ["[1", "3", "null"]) expect(coerce(text, jsonSchema(z.array(z.int())))).toBe(text);
  });
});

describe("what an option accepts, in words", () => {
  test.each<[z.ZodType, string]>([
    [z.number(), "a number"],
    [z.int(), "a whole number"],
    [z.int().min(0).max(9), "a whole number from 0 to 9"],
    [z.number().max(1), "a number up to 1"],
    [z.number().gt(0).lt(1), "a number above 0 below 1"],
    [z.int().multipleOf(8), "a whole number in multiples of 8"],
    [z.boolean(), "true or false"],
    [z.string(), "text"],
    [z.string().min(1), "text that is not empty"],
    [z.string().regex(/^a+$/), "text matching ^a+$"],
    [z.literal("x"), "x"],
    [z.literal([1, 2]), "one of 1, 2"],
    [z.enum(["a", "b"]), "one of a, b"],
    [z.enum(["a"]).nullable(), "one of a, null"],
    [z.number().nullable(), "a number or null"],
    [z.union([z.int().min(1), z.literal("auto")]), "a whole number from 1 or auto"],
    [z.array(z.int().min(1)), "a list, each a whole number from 1"],
    [z.array(z.string()).length(2), "a list of 2, each text"],
    [z.array(z.string()).min(1).max(3), "a list of 1 to 3, each text"],
    [z.array(z.unknown()).min(2), "a list of at least 2"],
    [z.tuple([z.int(), z.string()]), "a list of a whole number, then text"],
    [z.object({ a: z.int(), b: z.int() }), "an object with a, b"],
    [z.record(z.string(), z.number()), "an object of values, each a number"],
    [z.unknown(), "any value"],
  ])("%#: $1", (schema, words) => {
    expect(accepted(jsonSchema(schema))).toBe(words);
  });
});
