// Recomputation gives the same numbers in less memory, wherever randomness, autocast or nesting come in.
import {
  amp,
  checkpoint,
  Generator,
  grad,
  isGradEnabled,
  manualSeed,
  memoryStats,
  noGrad,
  ones,
  rand,
  randn,
  resetPeakMemory,
  scope,
  type Tensor,
  zeros,
} from "@throughline/torch";
import { describe, expect, test } from "vitest";
import "@throughline/testing/close";
import { checkLeaks } from "@throughline/testing/leaks";

checkLeaks();

const exact = { rtol: 0, atol: 0 };

/** A layer that captures its weight. */
function layer(weight: Tensor): (x: Tensor) => Tensor {
  return (x) => x.matmul(weight).tanh();
}

/** Zeroes half of the elements, by the default stream. */
function drop(x: Tensor): Tensor {
  return x.mul(rand(x.shape).gt(0.5));
}

describe("gradients are those of the function itself", () => {
  const weight = (): Tensor => randn([4, 4], { dtype: "float64" }).requiresGrad_();
  type Compute<T> = (...inputs: Tensor[]) => T;
  interface Wrap {
    (fn: Compute<Tensor>, ...inputs: Tensor[]): Tensor;
    (fn: Compute<Tensor[]>, ...inputs: Tensor[]): Tensor[];
  }
  const direct = ((fn: Compute<Tensor>, ...inputs: Tensor[]) => fn(...inputs)) as Wrap;
  const kept = ((fn: Compute<Tensor>, ...inputs: Tensor[]) => checkpoint(fn, ...inputs)) as Wrap;
  const table: [string, (wrap: Wrap, x: Tensor, w: Tensor, v: Tensor) => Tensor][] = [
    ["one layer", (wrap, x, w) => wrap(layer(w), x)],
    ["a chain", (wrap, x, w, v) => wrap(layer(v), wrap(layer(w), wrap(layer(v), x)))],
    ["nested", (wrap, x, w, v) => wrap((y) => wrap(layer(v), wrap(layer(w), y)).mul(y), x)],
    ["deeply nested", (wrap, x, w) => wrap((a) => wrap((b) => wrap((c) => wrap(layer(w), c), b), a), x)],
    ["leaves only", (wrap, x, w) => wrap((y) => y.matmul(w).exp(), x.detach())],
    ["no inputs", (wrap, x, w) => wrap(() => w.square()).add(x)],
    ["a parameter as an input too", (wrap, x, w) => wrap((y, u) => y.matmul(w).mul(u), x, w)],
    [
      "several inputs and outputs",
      (wrap, x, w) => {
        const [a, b] = wrap((y, u) => [y.mul(u), y.add(w)], x, w);
        return a!.mul(b!);
      },
    ],
    ["an output that is not used", (wrap, x, w) => wrap((y) => [y.mul(w), y.exp()], x)[0]!],
    [
      "an output without gradient",
      (wrap, x, w) => {
        const [values, order] = wrap((y) => {
          const sorted = y.matmul(w).sort();
          return [sorted.values, sorted.indices];
        }, x);
        expect(order!.requiresGrad).toBe(false);
        return values!.mul(order!);
      },
    ],
    ["a view of its input", (wrap, x) => wrap((y) => y.t(), x).matmul(x)],
    ["its input itself", (wrap, x) => wrap((y) => y, x).mul(3)],
    ["an input used after", (wrap, x, w) => wrap(layer(w), x).mul(x)],
  ];
  test.each(table)("%s", (_, compute) => {
    scope(() => {
      const leaves = [weight(), weight(), weight()];
      const [wanted, given] = [direct, kept].map((wrap) => {
        for (const leaf of leaves) leaf.grad = null;
        const [x, w, v] = leaves as [Tensor, Tensor, Tensor];
        const output = compute(wrap, x.mul(1), w, v);
        output.sum().backward();
        return [output.detach(), ...leaves.map((leaf) => leaf.grad ?? zeros([]))];
      });
      wanted!.forEach((tensor, i) => {
        expect(given![i]).toBeClose(tensor, { rtol: 1e-14, atol: 1e-14 });
      });
    });
  });
});

test("grad gives the inputs theirs", () => {
  scope(() => {
    const [x, w] = [randn([3, 3]).requiresGrad_(), randn([3, 3])];
    const [given] = grad(checkpoint(layer(w), x).sum(), [x]);
    const [wanted] = grad(layer(w)(x).sum(), [x]);
    expect(given).toBeClose(wanted!, exact);
  });
});

test("arguments that are no tensors are passed on", () => {
  scope(() => {
    const x = ones([2]).requiresGrad_();
    const y = checkpoint((input: Tensor, options: { power: number }) => input.pow(options.power), x, {
      power: 3,
    });
    y.sum().backward();
    expect(x.grad!.toArray()).toEqual([3, 3]);
  });
});

test("dropout falls on the same elements, and the stream goes on as without", () => {
  scope(() => {
    const x = ones([64]).requiresGrad_();
    manualSeed(3);
    const y = checkpoint((input: Tensor) => drop(drop(input)), x);
    const between = Generator.default().getState();
    y.sum().backward();
    expect(Generator.default().getState()).toBeClose(between, exact);
    expect(x.grad).toBeClose(y.detach(), exact);
    manualSeed(3);
    drop(drop(ones([64])));
    expect(Generator.default().getState()).toBeClose(between, exact);
  });
});

test("autocast is as it was", () => {
  scope(() => {
    const [x, w] = [randn([4, 4]).requiresGrad_(), randn([4, 4]).requiresGrad_()];
    const seen: unknown[] = [];
    const fn = (input: Tensor): Tensor => {
      const y = input.matmul(w);
      seen.push([y.dtype, amp.isAutocastEnabled(), isGradEnabled()]);
      return y;
    };
    const y = amp.autocast({}, () => checkpoint(fn, x));
    y.float().sum().backward();
    expect(seen).toEqual([
      ["bfloat16", true, true],
      ["bfloat16", true, true],
    ]);
    expect(amp.isAutocastEnabled()).toBe(false);
    expect([x.grad!.dtype, w.grad!.dtype]).toEqual(["float32", "float32"]);
    // The other way round: called without, gone back through within.
    seen.length = 0;
    const z = checkpoint(fn, x);
    amp.autocast({}, () => z.sum().backward());
    expect(seen).toEqual([
      ["float32", false, true],
      ["float32", false, true],
    ]);
  });
});

test("nothing is kept, and nothing computed again, where no gradient is wanted", () => {
  scope(() => {
    let calls = 0;
    const fn = (x: Tensor): Tensor => {
      calls++;
      return x.exp();
    };
    const x = ones([2]).requiresGrad_();
    expect(noGrad(() => checkpoint(fn, x)).requiresGrad).toBe(false);
    expect(checkpoint(fn, ones([2])).requiresGrad).toBe(false);
    expect(calls).toBe(2);
    const y = checkpoint(fn, x);
    y.sum().backward(undefined, { retainGraph: true });
    y.sum().backward();
    expect(calls).toBe(5);
    expect(x.grad).toBeClose(ones([2]).exp().mul(2));
  });
});

test("a deep net takes less memory at its peak", () => {
  scope(() => {
    const weights = Array.from({ length: 12 }, () => randn([64, 64]).mul(0.1).requiresGrad_());
    const block =
      (w: Tensor) =>
      (x: Tensor): Tensor =>
        scope(() => [1, 2, 3, 4].reduce((y) => y.matmul(w).tanh(), x));
    const measure = (step: (x: Tensor, w: Tensor) => Tensor): number => {
      for (const weight of weights) weight.grad = null;
      const { allocated } = memoryStats();
      resetPeakMemory();
      scope(() =>
        weights
          .reduce(step, ones([2048, 64]))
          .sum()
          .backward(),
      );
      return memoryStats().peak - allocated;
    };
    const without = measure((x, w) => block(w)(x));
    const wanted = weights.map((weight) => weight.grad!);
    const within = measure((x, w) => checkpoint(block(w), x));
    weights.forEach((weight, i) => {
      expect(weight.grad).toBeClose(wanted[i]!, exact);
    });
    // 12 blocks × 4 activations, against 12 inputs and the 4 activations of one block with their gradients.
    expect(within / without).toBeLessThan(0.6);
  });
});
