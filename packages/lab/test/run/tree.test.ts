// State trees survive the way through safetensors and JSON, whatever a learner may hold.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as torch from "@throughline/torch";
import { afterAll, beforeEach, expect, test } from "vitest";
import { flatten, type Json, rebuild } from "../../dist/run/tree.js";

const folder = mkdtempSync(join(tmpdir(), "throughline-tree-"));
afterAll(() => rmSync(folder, { recursive: true }));
let live: number;
beforeEach(() => {
  live = torch.liveTensors();
});

function throughFiles(tree: unknown): { value: unknown; names: string[] } {
  const tensors = new Map<string, torch.Tensor>();
  const skeleton = JSON.parse(JSON.stringify(flatten(torch, tree, "x", tensors))) as Json;
  const file = join(folder, "x.safetensors");
  torch.io.saveSafetensors(file, tensors);
  return { value: rebuild(skeleton, torch.io.loadSafetensors(file)), names: [...tensors.keys()] };
}

test("plain values, also those that JSON cannot hold", () => {
  const tree = {
    numbers: [0, -0, 1.5, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 2 ** 60],
    text: "ü\u0000\n",
    nothing: [null, undefined],
    yes: true,
    large: 123456789012345678901234567890n,
    map: new Map<unknown, unknown>([
      ["a", 1],
      [2, { b: [new Set(["x", 3])] }],
    ]),
    $dollar: { $tensor: "not one" },
    "10": "ten",
    "2": "two",
    empty: [{}, [], new Map()],
    bytes: new Uint8Array([1, 2, 3]),
    doubles: new Float64Array([1.5, -0, Number.NaN]),
    wide: new BigInt64Array([-1n, 2n ** 62n]),
    part: new Float32Array([1, 2, 3, 4]).subarray(1, 3),
    none: new Int32Array(0),
  };
  expect(throughFiles(tree).value).toEqual(tree);
});

test("tensors of every dtype and shape, by names that Python can read", () => {
  torch.scope(() => {
    const tree = {
      "0.weight": torch.randn([2, 3]).t(),
      state: { 0: { step: torch.tensor(3), exp_avg: torch.zeros([0, 4]) } },
      kinds: torch.dtypes
        .filter((dtype) => dtype !== "complex128")
        .map((dtype) => torch.ones([2], { dtype })),
    };
    const { value, names } = throughFiles(tree);
    expect(names.slice(0, 4)).toEqual(["x.0.weight", "x.state.0.step", "x.state.0.exp_avg", "x.kinds.0"]);
    const back = value as typeof tree;
    expect(back["0.weight"].toBytes()).toEqual(tree["0.weight"].contiguous().toBytes());
    expect(back["0.weight"].shape).toEqual([3, 2]);
    expect(back.state[0].exp_avg.shape).toEqual([0, 4]);
    expect(back.kinds.map((tensor) => tensor.dtype)).toEqual(tree.kinds.map((tensor) => tensor.dtype));
  });
  expect(torch.liveTensors()).toBe(live);
});

test("two places that lead to one name keep their own tensors", () => {
  torch.scope(() => {
    const { value } = throughFiles({ a: { "b.c": torch.tensor(1) }, "a.b": { c: torch.tensor(2) } });
    const back = value as { a: { "b.c": torch.Tensor }; "a.b": { c: torch.Tensor } };
    expect([back.a["b.c"].item(), back["a.b"].c.item()]).toEqual([1, 2]);
  });
});

class Thing {}
const circle: { self?: unknown } = {};
circle.self = circle;

test.each([
  [{ a: [new Thing()] }, /^x\.a\.0 is a Thing; a state holds tensors, /],
  [{ f: () => 1 }, /^x\.f is a function; /],
  [circle, /nested more than 200 deep, or holds itself$/],
])("what no checkpoint can hold is named: %#", (tree, message) => {
  expect(() => flatten(torch, tree, "x", new Map())).toThrow(message);
});
