// Which dtype operators choose in mixed precision, and that the mode ends where its body ends.
import {
  amp,
  isGradEnabled,
  nn,
  noGrad,
  ones,
  optim,
  randn,
  scope,
  stack,
  type Tensor,
  tensor,
} from "@throughline/torch";
import { describe, expect, test } from "vitest";
import "@throughline/testing/close";
import { checkLeaks } from "@throughline/testing/leaks";

checkLeaks();

const { autocast } = amp;

const { functional } = nn;
type Half = amp.AutocastDType;

// torch.autocast("cpu", dtype=…), torch 2.13: the dtype of each result for x float32 and h = x @ x.
const policies: [string, string, (x: Tensor, h: Tensor, half: Half) => Tensor][] = [
  ["matmul", "half", (_, h) => h],
  ["matmul of half precision", "half", (x, _, half) => x.to(half).matmul(x)],
  ["linear", "half", (x) => functional.linear(x, x)],
  ["conv2d", "half", (x) => functional.conv2d(x.view([1, 1, 4, 4]), x.view([1, 1, 4, 4]))],
  ["relu of a product", "half", (_, h) => h.relu()],
  ["sum of a product", "half", (_, h) => h.sum()],
  ["softmax of a product", "half", (_, h) => h.softmax(0)],
  ["layer norm of a product", "half", (_, h) => functional.layerNorm(h, [4])],
  ["add of both", "float32", (x, h) => h.add(x)],
  ["stack of both", "float32", (x, h) => stack([h, x])],
  ["mean squared error", "float32", (_, h) => functional.mseLoss(h, h)],
  [
    "cross entropy",
    "float32",
    (_, h) => functional.crossEntropy(h, tensor([0, 1, 2, 3], { dtype: "int64" })),
  ],
  ["prod", "float32", (_, h) => h.prod({ dim: 0 })],
  ["trace", "float32", (_, h) => h.trace()],
];

describe.each(["bfloat16", "float16"] as const)("autocast on the CPU in %s", (dtype) => {
  test.each(policies)("%s: %s", (_, wanted, compute) => {
    scope(() => {
      const x = randn([4, 4]);
      const result = autocast({ dtype }, () => compute(x, x.matmul(x), dtype));
      expect(result.dtype).toBe(wanted === "half" ? dtype : wanted);
    });
  });
});

test("float64 is left alone", () => {
  scope(() => {
    const x = randn([4, 4], { dtype: "float64" });
    expect(autocast({}, () => x.matmul(x)).dtype).toBe("float64");
  });
});

test("defaults: the CPU in bfloat16, accelerators in float16", () => {
  autocast({}, () => {
    expect([amp.isAutocastEnabled(), amp.getAutocastDtype()]).toEqual([true, "bfloat16"]);
    expect(amp.isAutocastEnabled("cuda")).toBe(false);
  });
  autocast({ device: "cuda:1" }, () => {
    expect([amp.isAutocastEnabled("cuda"), amp.getAutocastDtype("cuda")]).toEqual([true, "float16"]);
    expect(amp.isAutocastEnabled("cpu")).toBe(false);
  });
  expect([amp.isAutocastEnabled(), amp.isAutocastEnabled("cuda")]).toEqual([false, false]);
});

test("regions nest, and end however their body ends", () => {
  scope(() => {
    const x = randn([2, 2]);
    const dtypes: string[] = [];
    const note = (): number => dtypes.push(x.matmul(x).dtype);
    autocast({}, () => {
      note();
      autocast({ enabled: false }, note);
      note();
      autocast({ dtype: "float16" }, () => {
        note();
        expect(() => autocast({ enabled: false }, () => x.matmul(randn([3, 3])))).toThrow(
          /shapes cannot be multiplied/,
        );
        note();
      });
      note();
    });
    note();
    expect(dtypes).toEqual(["bfloat16", "float32", "bfloat16", "float16", "float16", "bfloat16", "float32"]);
  });
});

test("gradients have the dtype of their leaves", () => {
  scope(() => {
    const [x, w] = [randn([8, 4]), randn([4, 3]).requiresGrad_()];
    const loss = autocast({}, () => x.matmul(w).relu().float().square().mean());
    loss.backward();
    expect([loss.dtype, w.grad!.dtype]).toEqual(["float32", "float32"]);
    const wanted = randn([4, 3]).copy_(w.detach()).requiresGrad_();
    x.matmul(wanted).relu().square().mean().backward();
    expect(w.grad).toBeClose(wanted.grad!, {
      rtol: 0.05,
      atol: 0.05,
      because: "products are rounded to bfloat16",
    });
  });
});

test("weights that were cast without gradients still get theirs later in the region", () => {
  scope(() => {
    const [x, w] = [randn([2, 2]), randn([2, 2]).requiresGrad_()];
    autocast({}, () => {
      noGrad(() => x.matmul(w));
      expect(x.matmul(w).requiresGrad).toBe(true);
    });
  });
});

test("a step inside the region is seen by what follows", () => {
  scope(() => {
    const [x, w] = [ones([1, 2]), ones([2, 1]).requiresGrad_()];
    const optimizer = new optim.SGD([w], { lr: 1 });
    autocast({}, () => {
      x.matmul(w).float().sum().backward();
      optimizer.step();
      expect(x.matmul(w).toArray()).toEqual([[0]]);
    });
  });
});

describe("errors", () => {
  const wrong = <T>(value: unknown): T => value as T;
  const nothing = (): void => undefined;
  test("options", () => {
    expect(() => autocast({ device: "tpu" }, nothing)).toThrow(
      'autocast: device is "tpu", accepted: cpu, cuda, mps, xpu',
    );
    expect(() => autocast({ device: wrong(0) }, nothing)).toThrow("autocast: device is 0, accepted: cpu");
    expect(() => autocast({ dtype: wrong("float32") }, nothing)).toThrow(
      'autocast: dtype is "float32", accepted: "bfloat16" or "float16"',
    );
  });

  test("an asynchronous body", () => {
    expect(() => autocast({}, async () => 1)).toThrow(
      /^autocast\(\) was given an asynchronous function or a generator, but the mode ends before their body does; call autocast\(\) on/,
    );
    expect(() => autocast({}, function* () {})).toThrow(
      /^autocast\(\) was given an asynchronous function or a generator/,
    );
    expect([amp.isAutocastEnabled(), isGradEnabled()]).toEqual([false, true]);
  });
});
