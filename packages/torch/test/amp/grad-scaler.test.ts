// The scale grows, backs off and skips as PyTorch's does.
import { amp, full, ones, optim, randn, scope, type Tensor, tensor, zeros } from "@throughline/torch";
import { describe, expect, test } from "vitest";
import { unscaleWrittenOut, updateScaleWrittenOut } from "../../dist/amp/unscale.js";
import "@throughline/testing/close";
import { checkLeaks } from "@throughline/testing/leaks";

checkLeaks();

const exact = { rtol: 0, atol: 0 };

/** One iteration whose scaled loss is `factor` · Σ w · scale; returns whether the optimiser stepped. */
function iterate(scaler: amp.GradScaler, optimizer: optim.Optimizer, w: Tensor, factor: number): boolean {
  return scope(() => {
    optimizer.zeroGrad();
    scaler.scale(w.sum().mul(factor)).backward();
    const stepped = scaler.step(optimizer);
    scaler.update();
    return stepped;
  });
}

test("grows after an interval, backs off and skips on infinity and NaN", () => {
  scope(() => {
    const w = zeros([2]).requiresGrad_();
    const optimizer = new optim.SGD([w], { lr: 1 });
    using scaler = new amp.GradScaler({
      initScale: 8,
      growthInterval: 3,
      growthFactor: 4,
      backoffFactor: 0.25,
    });
    const { POSITIVE_INFINITY: inf, NaN: nan } = Number;
    // torch.amp.GradScaler("cpu", init_scale=8, growth_interval=3, growth_factor=4, backoff_factor=0.25), torch 2.13:
    // factor of the loss, whether w moved, get_scale() and _growth_tracker after update().
    const table: [number, boolean, number, number][] = [
      [1, true, 8, 1],
      [1, true, 8, 2],
      [1, true, 32, 0],
      [inf, false, 8, 0],
      [1, true, 8, 1],
      [nan, false, 2, 0],
      [-inf, false, 0.5, 0],
      [1, true, 0.5, 1],
    ];
    let moved = 0;
    for (const [factor, stepped, scale, tracker] of table) {
      expect(iterate(scaler, optimizer, w, factor)).toBe(stepped);
      moved += stepped ? 1 : 0;
      expect(w.toArray()).toEqual([-moved, -moved]);
      expect(scaler.stateDict()).toMatchObject({ scale, _growth_tracker: tracker });
    }
  });
});

test("unscaled gradients are those of the loss itself", () => {
  scope(() => {
    const w = randn([3, 3]).requiresGrad_();
    const optimizer = new optim.SGD([w], { lr: 0 });
    using scaler = new amp.GradScaler({ initScale: 1024 });
    const [loss, other] = scaler.scale([w.square().sum(), w.sum()]);
    loss!.add(other!).backward();
    expect(loss!.item()).toBeCloseTo(w.detach().square().sum().item() * 1024, 1);
    scaler.unscale_(optimizer);
    expect(w.grad).toBeClose(w.detach().mul(2).add(1));
    optim.clipGradNorm_([w], 0.5);
    expect(scaler.step(optimizer)).toBe(true);
    scaler.update();
  });
});

test("one infinity among several optimisers lowers the scale, and only its optimiser stands still", () => {
  scope(() => {
    const [a, b] = [zeros([1]).requiresGrad_(), zeros([1]).requiresGrad_()];
    const [first, second] = [new optim.SGD([a], { lr: 1 }), new optim.SGD([b], { lr: 1 })];
    using scaler = new amp.GradScaler({ initScale: 4 });
    scaler.scale(a.sum().add(b.mul(Number.POSITIVE_INFINITY).sum())).backward();
    expect([scaler.step(first), scaler.step(second)]).toEqual([true, false]);
    scaler.update();
    expect([a.item(), b.item(), scaler.getScale()]).toEqual([-1, 0, 2]);
    scaler.update(16);
    expect(scaler.getScale()).toBe(16);
  });
});

test("trains through autocast in float16, where the unscaled gradient would vanish", () => {
  scope(() => {
    const w = ones([1, 1]).requiresGrad_();
    const optimizer = new optim.SGD([w], { lr: 1e7 });
    using scaler = new amp.GradScaler({ initScale: 2 ** 14 }); // at 2¹⁶ the loss's own gradient overflows
    const loss = (): Tensor =>
      amp.autocast({ dtype: "float16" }, () =>
        tensor([[1]])
          .matmul(w)
          .mul(1e-4)
          .mul(1e-4)
          .sum(),
      );
    loss().backward();
    expect(w.grad!.item()).toBe(0);
    optimizer.zeroGrad();
    scaler.scale(loss()).backward();
    scaler.unscale_(optimizer);
    expect(w.grad!.item()).toBeCloseTo(1e-8, 9);
    scaler.step(optimizer);
    scaler.update();
  });
});

test("the state is PyTorch's, and goes on", () => {
  scope(() => {
    const w = zeros([1]).requiresGrad_();
    const optimizer = new optim.SGD([w]);
    using scaler = new amp.GradScaler({ growthInterval: 2 });
    expect(scaler.stateDict()).toEqual({
      scale: 65_536,
      growth_factor: 2,
      backoff_factor: 0.5,
      growth_interval: 2,
      _growth_tracker: 0,
    });
    iterate(scaler, optimizer, w, 1);
    using resumed = new amp.GradScaler({ initScale: 3 });
    resumed.loadStateDict(JSON.parse(JSON.stringify(scaler.stateDict())));
    for (const each of [scaler, resumed]) iterate(each, optimizer, w, 1);
    expect(resumed.stateDict()).toEqual(scaler.stateDict());
    expect(resumed.getScale()).toBe(131_072);
    scaler.dispose();
    expect(scaler.getScale()).toBe(131_072);
  });
});

test("off: the optimiser is called, and nothing else happens", () => {
  scope(() => {
    const w = zeros([1]).requiresGrad_();
    const optimizer = new optim.SGD([w], { lr: 1 });
    const scaler = new amp.GradScaler({ enabled: false });
    const loss = w.sum();
    expect(scaler.scale(loss)).toBe(loss);
    loss.backward();
    scaler.unscale_(optimizer);
    expect([scaler.step(optimizer), w.item(), scaler.getScale(), scaler.stateDict()]).toEqual([
      true,
      -1,
      1,
      {},
    ]);
    scaler.update();
    scaler.loadStateDict({});
  });
});

test("where there is no kernel, the same is written out", () => {
  scope(() => {
    for (const values of [
      [1, -2],
      [1, Number.NaN],
      [Number.NEGATIVE_INFINITY, 0],
    ]) {
      const [found, gradient] = [zeros([]), tensor(values)];
      unscaleWrittenOut([ones([2]), gradient], found, full([], 0.5));
      expect(found.item()).toBe(values.every(Number.isFinite) ? 0 : 1);
      expect(gradient).toBeClose(tensor(values.map((value) => value / 2)), exact);
    }
    const rule = { growthFactor: 2, backoffFactor: 0.5, growthInterval: 2 };
    const [scale, tracker] = [full([], 8), zeros([], { dtype: "int32" })];
    const after = (found: number): number[] => {
      updateScaleWrittenOut(scale, tracker, full([], found), rule);
      return [scale.item(), tracker.item()];
    };
    expect([after(0), after(0), after(1), after(0)]).toEqual([
      [8, 1],
      [16, 0],
      [8, 0],
      [8, 1],
    ]);
    scale.fill_(3e38);
    expect(after(0)).toEqual([Math.fround(3e38), 0]);
  });
});

describe("errors", () => {
  const wrong = <T>(value: unknown): T => value as T;
  const setUp = (): [amp.GradScaler, optim.SGD, Tensor] => {
    const w = zeros([1]).requiresGrad_();
    return [new amp.GradScaler(), new optim.SGD([w]), w];
  };

  test("options and arguments", () => {
    scope(() => {
      const [scaler] = setUp();
      expect(() => new amp.GradScaler({ growthFactor: 1, backoffFactor: 2 })).toThrow(
        "GradScaler: growthFactor is 1, accepted: a number above 1; backoffFactor is 2, accepted: a number above 0 and below 1",
      );
      expect(() => new amp.GradScaler(wrong({ init_scale: 1 }))).toThrow("did you mean initScale?");
      expect(() => scaler.scale(wrong<Tensor>(3))).toThrow("GradScaler.scale: 3 is not a tensor");
      expect(() => scaler.scale(wrong<Tensor[]>([null]))).toThrow("GradScaler.scale: null is not a tensor");
      expect(() => scaler.step(wrong({}))).toThrow("GradScaler: a Object is not an Optimizer");
      expect(() => scaler.update(-1)).toThrow("GradScaler: newScale is -1, accepted: a number above 0");
    });
  });

  test("calls in the wrong order", () => {
    scope(() => {
      const [scaler, optimizer, w] = setUp();
      expect(() => scaler.update()).toThrow(
        "GradScaler.update: no optimizer step has been taken; call step() before it",
      );
      expect(() => scaler.step(optimizer)).toThrow(
        /have no gradients; call backward\(\) on the result of scale\(\)$/,
      );
      scaler.scale(w.sum()).backward();
      scaler.unscale_(optimizer);
      expect(() => scaler.unscale_(optimizer)).toThrow(
        "GradScaler.unscale_ has been called already; call update() once after each step()",
      );
      scaler.step(optimizer);
      expect(() => scaler.unscale_(optimizer)).toThrow("GradScaler.unscale_ is called after step()");
      expect(() => scaler.step(optimizer)).toThrow(
        "GradScaler.step has been called already; call update() after it",
      );
      scaler.dispose();
    });
  });

  test("float16 parameters", () => {
    scope(() => {
      const w = zeros([1], { dtype: "float16" }).requiresGrad_();
      using scaler = new amp.GradScaler({ initScale: 1 });
      scaler.scale(w.sum()).backward();
      expect(() => scaler.step(new optim.SGD([w]))).toThrow(
        "GradScaler: gradients are float16; keep the parameters in float32 and let autocast cast them",
      );
    });
  });

  test("a state that does not fit", () => {
    const scaler = new amp.GradScaler();
    expect(() => scaler.loadStateDict({ ...scaler.stateDict(), scale: 0, extra: 1 })).toThrow(
      "2 problems in the state of GradScaler:\n  scale is 0, accepted: a number above 0\n  extra: unknown",
    );
    expect(() => scaler.loadStateDict({})).toThrow(
      /^5 problems in the state of GradScaler:\n {2}scale: missing/,
    );
  });
});
