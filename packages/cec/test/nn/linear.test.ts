// Linear layers by the operator against PyTorch's, at every level of instructions that this processor has.
import { withKernels } from "@throughline/testing/kernels";
import { checkLeaks } from "@throughline/testing/leaks";
import { amp, nn, noGrad, ones, scope, type Tensor, TorchError, tensor, zeros } from "@throughline/torch";
import { levelsHere } from "@throughline/torch/kernels";
import { expect, test } from "vitest";
import { linear } from "../../dist/nn/linear.js";
import { operators } from "../../dist/nn/operators.js";

checkLeaks();

const child = new URL("linear-child.mjs", import.meta.url);

interface Found {
  readonly alike: boolean;
  readonly found: readonly number[];
}

/** Sums of up to 500 products in float32 against float64. Sizes below, at and above those of panels and tiles; no rows at all. */
test.each(levelsHere())(
  "%s: outputs and gradients are PyTorch's (1e-5), on any number of threads",
  (level) => {
    const cases = withKernels<Record<string, Found>>(child, level);
    expect(Object.keys(cases)).toHaveLength(32);
    for (const [name, { alike, found }] of Object.entries(cases)) {
      expect(alike, name).toBe(true);
      for (const difference of found) expect(difference, name).toBeLessThan(1e-5);
    }
  },
);

test("a layer of known answer, with ReLU and without, and what is not a number", () => {
  scope(() => {
    using layer = new nn.Linear(2, 2);
    noGrad(() => {
      layer.weight.copy_(
        tensor([
          [1, 2],
          [-3, 4],
        ]),
      );
      layer.bias!.copy_(tensor([10, -20]));
    });
    // 1 + 2 · 2 + 10 and −3 + 4 · 2 − 20; in five rows, more than are read one by one, too.
    for (const x of [tensor([[1, 2]]), tensor([[1, 2]]).expand([5, 2])]) {
      expect(linear(layer, x).select(0, 0).toArray()).toEqual([15, -15]);
      expect(linear(layer, x, { relu: true }).select(0, 0).toArray()).toEqual([15, 0]);
      expect(linear(layer, x.mul(Number.NaN), { relu: true }).isnan().all().item()).toBe(true);
    }
  });
});

test("other dtypes and mixed precision go through PyTorch's operators", () => {
  scope(() => {
    using layer = new nn.Linear(3, 2);
    const half = amp.autocast({ dtype: "bfloat16" }, () => linear(layer, ones([4, 3]), { relu: true }));
    expect(half.dtype).toBe("bfloat16");
    using double = new nn.Linear(3, 2, { dtype: "float64" });
    expect(linear(double, ones([4, 3], { dtype: "float64" })).dtype).toBe("float64");
  });
});

test.each([
  ["a weight of other inputs", () => [zeros([2, 3]), zeros([4, 5]), undefined], /x \[..., 5\]/],
  ["a bias of another size", () => [zeros([2, 3]), zeros([4, 3]), zeros([3])], /bias: expected/],
  ["a weight of one dimension", () => [zeros([2, 3]), zeros([3]), undefined], /a weight \[outputs, inputs\]/],
] as const)("%s is refused in one sentence", (_, given, message) => {
  scope(() => {
    const [x, weight, bias] = given() as [Tensor, Tensor, Tensor | undefined];
    const call = () => operators().linear(x, weight, bias, false);
    expect(call).toThrow(TorchError);
    expect(call).toThrow(message);
  });
});
