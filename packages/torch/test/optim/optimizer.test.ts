// What all optimisers share: groups, gradients, steps in every dtype and layout, memory.
import {
  keep,
  liveTensors,
  noGrad,
  ones,
  ops,
  optim,
  randn,
  scope,
  type Tensor,
  zeros,
} from "@throughline/torch";
import { describe, expect, test } from "vitest";
import "@throughline/testing/close";
import { checkLeaks } from "@throughline/testing/leaks";
import { makeOptimizer } from "./cases.js";

checkLeaks();

const names = ["SGD", "Adam", "AdamW", "RMSprop", "Adagrad", "Adamax", "NAdam", "RAdam", "Adadelta"];
const options: Record<string, object> = {
  SGD: { momentum: 0.9 },
  RMSprop: { momentum: 0.5, centered: true },
};
const make = (name: string, params: Tensor[], more: object = {}): optim.Optimizer =>
  makeOptimizer(name, params, { lr: 0.1, ...options[name], ...more });

/** Takes `steps` steps down ½‖x − 1‖². */
function descend(optimizer: optim.Optimizer, params: readonly Tensor[], steps: number): void {
  for (let i = 0; i < steps; i++) {
    scope(() => {
      for (const param of params) param.grad = noGrad(() => param.sub(1)).clone();
      optimizer.step();
    });
  }
}

describe.each(names)("%s", (name) => {
  test("makes the loss fall, and 100 steps leave no tensor behind", () => {
    scope(() => {
      const params = [randn([3, 4]), randn([5])].map((x) => x.requiresGrad_());
      using optimizer = make(name, params);
      const distance = (): number =>
        noGrad(() => params.map((x) => x.sub(1).square().sum().item())).reduce((a, b) => a + b);
      const start = distance();
      descend(optimizer, params, 1);
      const alive = liveTensors();
      descend(optimizer, params, 100);
      expect(liveTensors()).toBe(alive);
      // Adadelta starts from steps of √ε.
      expect(scope(distance)).toBeLessThan(start * (name === "Adadelta" ? 0.99 : 0.3));
    });
  });

  test("goes on from its state dict bit for bit", () => {
    scope(() => {
      const start = [randn([3, 4]), randn([2, 2])];
      const params = start.map((x) => x.clone().requiresGrad_());
      using whole = make(name, params, { weightDecay: 0.01 });
      descend(whole, params, 3);
      const saved = whole.stateDict();
      const copies = params.map((x) => x.detach().clone().requiresGrad_());
      using resumed = make(name, copies, { lr: 99 });
      resumed.loadStateDict(saved);
      descend(whole, params, 3);
      descend(resumed, copies, 3);
      params.forEach((param, i) => {
        expect(copies[i]).toBeClose(param, { rtol: 0, atol: 0 });
      });
      expect(resumed.stateDict().param_groups).toEqual(whole.stateDict().param_groups);
    });
  });

  test("treats a transposed parameter, a channels-last one and an expanded gradient like contiguous ones", () => {
    scope(() => {
      const value = randn([2, 3, 4, 5]);
      const layouts = {
        plain: value.clone(),
        transposed: value.permute([3, 2, 1, 0]).contiguous().permute([3, 2, 1, 0]),
        channelsLast: value.to({ memoryFormat: "channels_last", copy: true }),
        everyOther: zeros([2, 3, 4, 5, 2]).select(-1, 0).copy_(value),
      };
      const results = Object.entries(layouts).map(([layout, leaf]) => {
        leaf.requiresGrad_();
        using optimizer = make(name, [leaf], { weightDecay: 0.1 });
        for (let i = 0; i < 3; i++) {
          leaf.grad = ones([1, 3, 1, 1])
            .mul(i + 1)
            .expand([2, 3, 4, 5]);
          optimizer.step();
          leaf.grad = value.permute([1, 0, 2, 3]).contiguous().permute([1, 0, 2, 3]);
          optimizer.step();
        }
        return [layout, leaf] as const;
      });
      for (const [, leaf] of results) {
        expect(leaf.detach().contiguous()).toBeClose(layouts.plain.detach(), {
          rtol: 1e-5,
          atol: 1e-6,
          because: "the fused kernel and the plain path round differently",
        });
      }
      expect(layouts.channelsLast.isContiguous("channels_last")).toBe(true);
    });
  });

  test("treats a complex parameter as its real and imaginary parts", () => {
    scope(() => {
      const pairs = randn([3, 2], { dtype: "float64" });
      const complex = pairs.clone().viewAsComplex().requiresGrad_();
      const real = pairs.clone().requiresGrad_();
      using a = make(name, [complex]);
      using b = make(name, [real]);
      for (let i = 0; i < 3; i++) {
        const gradient = randn([3, 2], { dtype: "float64" });
        complex.grad = gradient.clone().viewAsComplex();
        real.grad = gradient;
        a.step();
        b.step();
      }
      expect(complex.detach().viewAsReal()).toBeClose(real.detach(), { rtol: 1e-12, atol: 1e-12 });
    });
  });

  test.each(["bfloat16", "float16"] as const)("steps in %s", (dtype) => {
    scope(() => {
      const param = zeros([4], { dtype }).requiresGrad_();
      using optimizer = make(name, [param]);
      descend(optimizer, [param], 2);
      expect(param.dtype).toBe(dtype);
      expect(param.detach().float().sub(1).abs().max().item()).toBeLessThan(1);
    });
  });

  test("refuses sparse gradients", () => {
    scope(() => {
      const param = zeros([4]).requiresGrad_();
      using optimizer = make(name, [param]);
      param.grad = ops.aten.toSparse(ones([4]));
      expect(() => optimizer.step()).toThrow(
        new RegExp(`^${name}: a gradient, f32\\[4\\], is sparse; accepted: dense gradients`),
      );
    });
  });
});

describe("parameters that get their first gradient late", () => {
  test.each(["SGD", "Adam"])("%s counts their own steps", (name) => {
    scope(() => {
      const [early, late] = [zeros([3]).requiresGrad_(), zeros([3]).requiresGrad_()];
      using both = make(name, [early, late]);
      descend(both, [early], 2);
      descend(both, [early, late], 2);
      const alone = zeros([3]).requiresGrad_();
      using other = make(name, [alone]);
      descend(other, [alone], 2);
      expect(late).toBeClose(alone, { rtol: 0, atol: 0 });
      expect(both.stateDict().state).toHaveProperty("1");
    });
  });
});

test("options may change between steps, and need new state then", () => {
  scope(() => {
    const param = zeros([2]).requiresGrad_();
    using optimizer = new optim.Adam([param], { lr: 0.1 });
    descend(optimizer, [param], 1);
    optimizer.paramGroups[0]!.amsgrad = true;
    descend(optimizer, [param], 1);
    expect(Object.keys(optimizer.stateDict().state[0]!)).toContain("max_exp_avg_sq");
  });
});

test("state follows a parameter to another dtype", () => {
  scope(() => {
    const param = zeros([2, 3, 1, 2]).requiresGrad_();
    using optimizer = new optim.Adam([param], { lr: 0.1 });
    descend(optimizer, [param], 1);
    param.grad = null;
    param.setData(param.detach().to({ dtype: "float64", memoryFormat: "channels_last" }));
    descend(optimizer, [param], 1);
    const { exp_avg: mean, step } = optimizer.stateDict().state[0]!;
    expect([mean!.dtype, mean!.isContiguous("channels_last"), step!.dtype]).toEqual([
      "float64",
      true,
      "float32",
    ]);
    expect(step!.item()).toBe(2);
  });
});

test("gradients go to null, or to zeros", () => {
  scope(() => {
    const params = [ones([2]).requiresGrad_(), ones([3]).requiresGrad_(), ones([1]).requiresGrad_()];
    const optimizer = new optim.SGD(params);
    const backward = (): void => params[0]!.sum().add(params[1]!.sum()).backward();
    backward();
    optimizer.zeroGrad({ setToNone: false });
    expect(params[0]!.grad!.toArray()).toEqual([0, 0]);
    expect(params[2]!.grad).toBeNull();
    backward();
    optimizer.zeroGrad();
    expect(params.map((param) => param.grad)).toEqual([null, null, null]);
  });
});

test("a closure runs first, with gradients on, and its result is returned", () => {
  scope(() => {
    const param = ones([2]).requiresGrad_();
    const optimizer = new optim.SGD([param], { lr: 0.5 });
    const loss = noGrad(() =>
      optimizer.step(() => {
        optimizer.zeroGrad();
        const value = param.square().sum();
        value.backward();
        return value;
      }),
    );
    expect(loss.item()).toBe(2);
    expect(param.toArray()).toEqual([0, 0]);
    expect(() => optimizer.step(async () => 1)).toThrow(/asynchronous/);
  });
});

test("state outlives the scope of the step, and is released by dispose", () => {
  const param = keep(zeros([3]).requiresGrad_());
  const before = liveTensors();
  const optimizer = new optim.Adam([param]);
  descend(optimizer, [param], 2);
  expect(liveTensors()).toBe(before + 3);
  optimizer.dispose();
  expect(liveTensors()).toBe(before);
  param.dispose();
});

test("a state dict stays usable when the optimiser goes", () => {
  scope(() => {
    const param = zeros([3]).requiresGrad_();
    const optimizer = new optim.Adam([param]);
    descend(optimizer, [param], 1);
    const saved = optimizer.stateDict();
    optimizer.loadStateDict(saved);
    optimizer.loadStateDict(saved);
    optimizer.dispose();
    expect(saved.state[0]!.step!.item()).toBe(1);
  });
});
