// Fast convolutions against the sums that define them, computed in float64.
import { spawnSync } from "node:child_process";
import { difference, expectClose } from "@throughline/testing/difference";
import { checkLeaks } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";
import { amp, grad, jvp, nn, noGrad, randn, scope, type Tensor } from "@throughline/torch";
import { describe, expect, test } from "vitest";
import { channelsLast, convRelu } from "../../dist/nn/conv.js";
import { nativeConv5Relu } from "../../dist/nn/native.js";

checkLeaks();

type Layer = nn.Conv2d | nn.ConvTranspose2d;
type Make = (inner: number, outer: number, bias: boolean) => Layer;
const makers: Readonly<Record<string, Make>> = {
  convolution: (inner, outer, bias) => new nn.Conv2d(inner, outer, 5, { padding: 2, bias }),
  "transposed convolution": (inner, outer, bias) =>
    new nn.ConvTranspose2d(inner, outer, 5, { padding: 2, bias }),
};

/** ReLU(layer(x)) and the gradients of its product with `cotangent` by x, weight and bias. */
function run(layer: Layer, x: Tensor, cotangent: Tensor, how: "direct" | "fast"): Tensor[] {
  const leaf = x.detach().requiresGrad_();
  const y = convRelu(layer, leaf, how);
  const leaves = [leaf, layer.weight, ...(layer.bias === null ? [] : [layer.bias])];
  return [y.detach(), ...grad(y, leaves, { gradOutputs: [cotangent] })];
}

/** Root mean square of a − b over that of b, and the largest |a − b| over the largest |b|. */
function errors(a: Tensor, b: Tensor): [typical: number, worst: number] {
  return scope(() => {
    const off = a.to("float64").sub(b);
    const size = (x: Tensor): number => x.square().mean().sqrt().item();
    return [size(off) / size(b), off.abs().max().item() / b.abs().max().item()];
  });
}

test("the library is compiled, so that what follows tests it", () => {
  expect(nativeConv5Relu()).not.toBe(null);
});

for (const [name, make] of Object.entries(makers)) {
  describe(name, () => {
    const sizes: [
      batch: number,
      inner: number,
      outer: number,
      height: number,
      width: number,
      bias: boolean,
    ][] = [
      [2, 16, 16, 8, 8, true],
      [3, 32, 16, 9, 6, true], // no whole tiles
      [1, 16, 48, 3, 13, false],
      [2, 64, 64, 16, 12, true],
      [1, 16, 32, 1, 1, true],
    ];
    for (const [batch, inner, outer, height, width, bias] of sizes) {
      scoped(`${inner} → ${outer} channels, ${batch} of ${height}×${width}, with its gradients`, () => {
        using layer = make(inner, outer, bias);
        const x = randn([batch, inner, height, width]);
        const cotangent = randn([batch, outer, height, width]);
        const found = run(layer, x, cotangent, "fast");
        const plain = run(layer, x, cotangent, "direct");
        expect(found[0]!.isContiguous("channels_last")).toBe(true);
        expect(difference(found[0]!, plain[0]!)).toBeGreaterThan(0); // another algorithm

        // Where the sign of a number near 0 is in doubt, the ReLU's gradient is too: keep to the signs of `found`.
        using exact = layer.clone();
        exact.to({ dtype: "float64" });
        const wide = (y: Tensor): Tensor => y.to("float64");
        const leaf = wide(x).requiresGrad_();
        const y = exact.forward(leaf);
        const leaves = [leaf, exact.weight, ...(exact.bias === null ? [] : [exact.bias])];
        const through = wide(cotangent).mul(wide(found[0]!.gt(0)));
        const wanted = [y.detach().relu(), ...grad(y, leaves, { gradOutputs: [through] })];
        found.forEach((each, i) => {
          const [typical, worst] = errors(each, wanted[i]!);
          expect(typical, `output ${i}`).toBeLessThan(1e-5);
          expect(worst, `output ${i}`).toBeLessThan(3e-5);
        });
      });
    }
  });
}

describe("what the kernels do not do, libtorch does", () => {
  const cases: Record<string, [make: () => Layer, input: () => Tensor]> = {
    "channels that are no multiple of 16": [
      () => makers.convolution!(8, 16, true),
      () => randn([1, 8, 6, 6]),
    ],
    "a stride": [() => new nn.Conv2d(16, 16, 5, { padding: 2, stride: 2 }), () => randn([1, 16, 6, 6])],
    "another kernel": [() => new nn.Conv2d(16, 16, 3, { padding: 1 }), () => randn([1, 16, 6, 6])],
    "no padding": [() => new nn.Conv2d(16, 16, 5), () => randn([1, 16, 6, 6])],
    "an empty batch": [() => makers.convolution!(16, 16, true), () => randn([0, 16, 6, 6])],
  };
  for (const [name, [make, input]] of Object.entries(cases)) {
    scoped(name, () => {
      using layer = make();
      const x = input();
      const [found, plain] = [convRelu(layer, x, "fast"), layer.forward(x).relu()];
      expect(found.shape).toEqual(plain.shape);
      if (found.numel > 0) expect(difference(found, plain)).toBe(0);
    });
  }

  scoped("float64, bfloat16 under autocast", () => {
    using layer = makers.convolution!(16, 16, true);
    const x = randn([1, 16, 6, 6]);
    const half = amp.autocast({ device: "cpu", dtype: "bfloat16" }, () => convRelu(layer, x, "fast"));
    expect(half.dtype).toBe("bfloat16");
    layer.to({ dtype: "float64" });
    const wide = x.to("float64");
    expect(difference(convRelu(layer, wide, "fast"), layer.forward(wide).relu())).toBe(0);
  });

  scoped("inputs of the wrong size are refused as by the layer", () => {
    using layer = makers.convolution!(16, 16, true);
    expect(() => convRelu(layer, randn([1, 32, 6, 6]), "fast")).toThrow(
      /expected input\[1, 32, 6, 6\] to have 16 channels/,
    );
  });
});

describe("derivatives beyond the first", () => {
  scoped("the gradient's gradient", () => {
    using layer = makers["transposed convolution"]!(16, 16, true);
    const x = randn([1, 16, 5, 5]);
    const second = (how: "direct" | "fast"): Tensor => {
      const leaf = x.detach().requiresGrad_();
      const [first] = grad(convRelu(layer, leaf, how).square().sum(), [leaf], { createGraph: true });
      return grad(first!.square().sum(), [leaf])[0]!;
    };
    expectClose(second("fast"), second("direct"), 1e-4);
  });

  scoped("forward mode", () => {
    using layer = makers.convolution!(16, 16, true);
    const [x, direction] = [randn([1, 16, 5, 5]), randn([1, 16, 5, 5])];
    const along = (how: "direct" | "fast"): Tensor =>
      jvp((y) => convRelu(layer, y!, how), [x], [direction]).tangent;
    expectClose(along("fast"), along("direct"), 1e-6);
  });
});

scoped("nothing is recorded where nothing is to be learned, and the input is not changed", () => {
  using layer = makers.convolution!(16, 16, true);
  const x = randn([1, 16, 6, 6]);
  const copy = x.clone();
  expect(noGrad(() => convRelu(layer, x, "fast")).requiresGrad).toBe(false);
  layer.requiresGrad_(false);
  expect(convRelu(layer, x, "fast").requiresGrad).toBe(false);
  expect(difference(x, copy)).toBe(0);
});

scoped("one channel has channels-last strides without a copy", () => {
  const x = randn([2, 1, 3, 4]);
  const last = channelsLast(x);
  expect(last.strides).toEqual([12, 1, 4, 1]);
  expect(last.dataPointer).toBe(x.dataPointer);
  expect(difference(last, x)).toBe(0);
});

const digest = `
import { manualSeed, nn, randn } from "@throughline/torch";
import { convRelu } from "${new URL("../../dist/nn/conv.js", import.meta.url).href}";
manualSeed(1);
const layer = new nn.Conv2d(32, 32, 5, { padding: 2 });
const y = convRelu(layer, randn([2, 32, 10, 7]), "fast");
y.square().sum().backward();
console.log(JSON.stringify([y.norm().item(), layer.weight.grad.norm().item(), layer.bias.grad.norm().item()]));
`;

/** What a new process computes with the named kernels; null if this processor does not have them. */
function withKernels(name: string): number[] | null {
  const env = { ...process.env, THROUGHLINE_KERNELS: name };
  const args = ["--input-type=module", "--eval", digest];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    env,
    encoding: "utf8",
    cwd: import.meta.dirname,
  });
  if (status !== 0 && stderr.includes("accepted: baseline, avx2 or avx512")) return null;
  return JSON.parse(stdout) as number[];
}

test("every processor's kernels compute the same, and a name that there is not is refused", () => {
  const found = ["baseline", "avx2", "avx512"].flatMap((name) => withKernels(name) ?? []);
  const wanted = found.slice(0, 3);
  found.forEach((value, i) => {
    expect(value / wanted[i % 3]!).toBeCloseTo(1, 5);
  });
  expect(withKernels("neon")).toBe(null);
});
