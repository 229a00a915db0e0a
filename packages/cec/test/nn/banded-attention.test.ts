// Banded attention against loops over its definition, and its kernels against PyTorch's operators at every level of instructions that this
// processor has.
import { withKernels } from "@throughline/testing/kernels";
import "@throughline/testing/close";
import { checkLeaks } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";
import {
  fromTypedArray,
  gradcheck,
  ones,
  rand,
  randn,
  scope,
  type Tensor,
  TorchError,
  zeros,
} from "@throughline/torch";
import { levelsHere } from "@throughline/torch/kernels";
import { expect, test } from "vitest";
import {
  attentionEntropy,
  type Band,
  bandedAttention,
  genericAttention,
} from "../../dist/nn/banded-attention.js";

checkLeaks();

/** Batch, steps, window, heads, width of a head. */
type Sizes = readonly [batch: number, steps: number, window: number, heads: number, each: number];

function bandOf([batch, steps, window, heads, each]: Sizes, valid: Tensor, parts = 10): Band {
  const width = heads * each;
  const numbers = (...shape: number[]): Tensor => randn(shape, { dtype: "float64" });
  return {
    queries: numbers(batch, steps, width).mul(2),
    keys: numbers(batch, window + steps, width),
    values: numbers(batch, window + steps, width),
    relative: numbers(batch, steps, heads, parts),
    table: numbers(parts, window).mul(0.3),
    valid,
  };
}

const some = (batch: number, window: number): Tensor => rand([batch, window]).lt(0.5);
const all = (batch: number, window: number): Tensor => ones([batch, window], { dtype: "bool" });
const none = (batch: number, window: number): Tensor => zeros([batch, window], { dtype: "bool" });

/** The definition, number by number: outputs, and the mean entropy of each head. */
function byLoops(band: Band, [batch, steps, window, heads, each]: Sizes): { out: Tensor; entropy: number[] } {
  const width = heads * each;
  const [q, k, v, r, table] = [band.queries, band.keys, band.values, band.relative, band.table].map(
    (tensor) => tensor.flatten().toTypedArray() as Float64Array,
  );
  const parts = band.table.size(0);
  const isValid = band.valid.flatten().to("float64").toTypedArray() as Float64Array;
  const out = new Float64Array(batch * steps * width);
  const entropy = new Array<number>(heads).fill(0);
  for (let b = 0; b < batch; b++)
    for (let h = 0; h < heads; h++)
      for (let i = 0; i < steps; i++) {
        const shares: { column: number; logit: number }[] = [];
        for (let column = 0; column < window + steps; column++) {
          const distance = window + i - column;
          if (distance < 0 || distance >= window) continue;
          if (column < window && isValid[b * window + column] === 0) continue;
          let logit = 0;
          for (let e = 0; e < each; e++)
            logit +=
              (q![(b * steps + i) * width + h * each + e]! *
                k![(b * (window + steps) + column) * width + h * each + e]!) /
              each;
          for (let n = 0; n < parts; n++)
            logit += r![((b * steps + i) * heads + h) * parts + n]! * table![n * window + distance]!;
          shares.push({ column, logit });
        }
        const total = shares.reduce((sum, { logit }) => sum + Math.exp(logit), 0);
        for (const { column, logit } of shares) {
          const weight = Math.exp(logit) / total;
          entropy[h]! -= (weight * Math.log(weight)) / (batch * steps);
          for (let e = 0; e < each; e++)
            out[(b * steps + i) * width + h * each + e]! +=
              weight * v![(b * (window + steps) + column) * width + h * each + e]!;
        }
      }
  return { out: fromTypedArray(out, [batch, steps, width]), entropy };
}

const sizes: Sizes[] = [
  [2, 3, 5, 2, 4],
  [1, 5, 5, 1, 3],
  [3, 11, 4, 3, 8],
  [2, 1, 6, 2, 5],
  [2, 7, 1, 2, 2],
  [1, 1, 1, 1, 1],
];

for (const each of sizes)
  for (const [name, valid] of Object.entries({ all, some, none }))
    scoped(
      `B, T, W, heads, d = ${each}, ${name} of the steps before there: the definition, in float64`,
      () => {
        const band = bandOf(each, valid(each[0], each[2]));
        const { out, entropy } = byLoops(band, each);
        expect(bandedAttention(band, each[3])).toBeClose(out);
        expect(attentionEntropy(band, each[3])).toBeClose(entropy);
      },
    );

scoped("gradients of all that is given are those of finite differences", () => {
  for (const each of sizes.slice(3)) {
    const band = bandOf(each, some(each[0], each[2]), 3);
    const { valid, ...rest } = band;
    gradcheck(
      (queries, keys, values, relative, table) =>
        genericAttention({ queries, keys, values, relative, table, valid }, each[3]),
      Object.values(rest).map((tensor) => tensor.requiresGrad_()),
    );
  }
});

scoped("halves are computed in float32, and their result is half", () => {
  const band = bandOf([2, 9, 6, 2, 8], some(2, 6));
  const { valid, ...rest } = band;
  const halves = Object.fromEntries(
    Object.entries(rest).map(([name, tensor]) => [name, tensor.to("bfloat16").requiresGrad_()]),
  ) as unknown as Omit<Band, "valid">;
  const singles = Object.fromEntries(
    Object.entries(halves).map(([name, tensor]) => [name, tensor.detach().float().requiresGrad_()]),
  ) as unknown as Omit<Band, "valid">;
  const out = bandedAttention({ ...halves, valid }, 2);
  const wide = bandedAttention({ ...singles, valid }, 2);
  expect(out.dtype).toBe("bfloat16");
  expect(out.eq(wide.to("bfloat16")).all().item()).toBe(true);
  out.sum().backward();
  wide.sum().backward();
  expect(halves.queries.grad!.dtype).toBe("bfloat16");
  expect(halves.keys.grad!.eq(singles.keys.grad!.to("bfloat16")).all().item()).toBe(true);
});

test.each([
  ["heads that do not divide the width", { heads: 3 }, /heads/],
  ["too few keys", { keys: zeros([2, 7, 4]) }, /keys/],
  ["a table of another window", { table: zeros([10, 4]) }, /keys/],
  ["bias parts of other heads", { relative: zeros([2, 3, 4, 10]) }, /relative/],
  ["numbers for what is there", { valid: ones([2, 5]) }, /valid/],
])("%s are refused in one sentence", (_, wrong, message) => {
  scope(() => {
    const { heads, ...change } = { heads: 2, ...(wrong as Partial<Band>) };
    const call = () => bandedAttention({ ...bandOf([2, 3, 5, 2, 2], all(2, 5)), ...change }, heads);
    expect(call).toThrow(TorchError);
    expect(call).toThrow(message);
  });
});

const child = new URL("attention-child.mjs", import.meta.url);

/** The reference is float64, the kernels are float32: 1e-5 of the largest number, and no bit of it depends on the threads. */
test.each(levelsHere())("%s: outputs and gradients are those of PyTorch's operators (1e-5)", (level) => {
  const cases = withKernels<Record<string, { bits: boolean; found: Record<string, number> }>>(child, level);
  expect(Object.keys(cases)).toHaveLength(48);
  for (const [name, { bits, found }] of Object.entries(cases)) {
    expect(bits, `${name}: the same bits on one thread and on three`).toBe(true);
    expect(Object.keys(found)).toEqual([
      "out",
      ...["queries", "keys", "values", "relative", "table"],
      "alone",
    ]);
    for (const [what, difference] of Object.entries(found))
      expect(difference, `${name}: ${what}`).toBeLessThan(1e-5);
  }
});
