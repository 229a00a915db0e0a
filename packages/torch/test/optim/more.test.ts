// L-BFGS, Rprop, ASGD and Adam with decoupled decay on Rosenbrock's function against PyTorch: ./fixtures/more.py.
import { readFileSync } from "node:fs";
import { checkLeaks, own } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";
import { optim, type Tensor, tensor } from "@throughline/torch";
import { describe, expect } from "vitest";
import "@throughline/testing/close";

checkLeaks();

interface Trace {
  readonly x: number[][];
  readonly evaluations: number | null;
  readonly iterations: number | null;
  readonly ax?: number[];
}
const { values } = JSON.parse(readFileSync(new URL("fixtures/more.json", import.meta.url), "utf8")) as {
  values: Record<string, Trace>;
};
const double = { dtype: "float64" } as const;
// The longest search makes 36 evaluations, each a rounding error away; steps are the same up to what that grows to.
const close = { rtol: 1e-7, atol: 1e-8 };

function rosenbrock(x: Tensor): Tensor {
  const [before, after] = [x.narrow(0, 0, x.numel - 1), x.narrow(0, 1, x.numel - 1)];
  return after.sub(before.square()).square().mul(100).add(before.neg().add(1).square()).sum();
}

function stepper(x: Tensor, optimizer: optim.Optimizer): () => number {
  return () =>
    optimizer
      .step(() => {
        optimizer.zeroGrad();
        const loss = rosenbrock(x);
        loss.backward();
        return loss;
      })
      .item();
}

const wolfe = { lineSearchFn: "strong_wolfe" } as const;
const makers: Record<string, [start: number[], (x: Tensor) => optim.Optimizer]> = {
  LBFGS: [[-1.2, 1], (x) => new optim.LBFGS([x], { lr: 0.001, maxIter: 4 })],
  "LBFGS history": [[-1.2, 1, 0.5], (x) => new optim.LBFGS([x], { lr: 0.001, maxIter: 4, historySize: 2 })],
  "LBFGS wolfe": [[-1.2, 1], (x) => new optim.LBFGS([x], { ...wolfe, maxIter: 5 })],
  "LBFGS wolfe 3": [[-1.2, 1, -0.7], (x) => new optim.LBFGS([x], { ...wolfe, maxIter: 3 })],
  Rprop: [[-1.2, 1], (x) => new optim.Rprop([x])],
  ASGD: [[-1.2, 1], (x) => new optim.ASGD([x], { lr: 1e-3, lambd: 0.1, t0: 3, weightDecay: 0.01 })],
  "Adam decoupled": [
    [-1.2, 1],
    (x) => new optim.Adam([x], { lr: 0.1, weightDecay: 0.3, decoupledWeightDecay: true }),
  ],
};

describe("steps on Rosenbrock's function are PyTorch's", () => {
  for (const [name, [start, make]] of Object.entries(makers)) {
    scoped(name, () => {
      const x = tensor(start, double).requiresGrad_();
      const optimizer = own(make(x));
      const step = stepper(x, optimizer);
      const { x: wanted, evaluations, iterations, ax } = values[name]!;
      for (const row of wanted) {
        step();
        expect(x.detach()).toBeClose(tensor(row, double), close);
      }
      const state = optimizer.stateDict().state[0]!;
      if (evaluations !== null) expect(state.func_evals!.item()).toBe(evaluations);
      if (iterations !== null) expect(state.n_iter!.item()).toBe(iterations);
      if (ax !== undefined) expect(state.ax!).toBeClose(tensor(ax, double), close);
    });
  }
});

describe("LBFGS", () => {
  scoped("reaches the minimum", () => {
    const x = tensor([-1.2, 1], double).requiresGrad_();
    const step = stepper(x, own(new optim.LBFGS([x], { ...wolfe, maxIter: 100, toleranceChange: 1e-18 })));
    step();
    expect(step()).toBeLessThan(1e-16);
    expect(x.detach()).toBeClose(tensor([1, 1], double), { rtol: 1e-8, atol: 1e-8 });
  });

  scoped("goes on from a saved state as it would have", () => {
    const x = tensor([-1.2, 1], double).requiresGrad_();
    const first = own(new optim.LBFGS([x], { ...wolfe, maxIter: 4 }));
    stepper(x, first)();
    const y = x.detach().clone().requiresGrad_();
    const second = own(new optim.LBFGS([y], { ...wolfe, maxIter: 4 }));
    second.loadStateDict(first.stateDict());
    stepper(x, first)();
    stepper(y, second)();
    expect(y.detach()).toBeClose(x.detach(), { rtol: 1e-12, atol: 1e-12 });
  });

  scoped("refuses what it cannot do", () => {
    const x = tensor([1, 2]).requiresGrad_();
    const y = tensor([1]).requiresGrad_();
    const optimizer = own(new optim.LBFGS([x]));
    expect(() => optimizer.step()).toThrow("LBFGS: step needs a closure");
    expect(() => optimizer.step(() => "low")).toThrow(
      'LBFGS: the closure returned "low", accepted: the loss',
    );
    expect(() => new optim.LBFGS([{ params: [x] }, { params: [y] }])).toThrow(
      "takes one group of parameters",
    );
    expect(() => new optim.LBFGS([x], { lineSearchFn: "armijo" as "strong_wolfe" })).toThrow(
      'lineSearchFn is "armijo", accepted: "strong_wolfe"',
    );
    expect(() => new optim.Rprop([x], { etas: [1, 2] })).toThrow("etas is [1, 2], accepted: two numbers");
  });
});

describe("the norm of all gradients", () => {
  scoped("is that of one vector, and scales them", () => {
    const [x, y] = [tensor([0, 0]).requiresGrad_(), tensor([0]).requiresGrad_()];
    x.grad = tensor([2, 3]);
    y.grad = tensor([6]);
    const norm = optim.getTotalNorm([x.grad, y.grad]);
    expect(norm.item()).toBeCloseTo(7, 5);
    expect(optim.getTotalNorm([x.grad, y.grad], { normType: Number.POSITIVE_INFINITY }).item()).toBe(6);
    optim.clipGradsWithNorm_([x, y], 0.7, norm);
    expect(x.grad).toBeClose(tensor([0.2, 0.3]), {
      because: "the norm is increased by 1e-6",
      rtol: 1e-5,
      atol: 0,
    });
    expect(optim.getTotalNorm([]).item()).toBe(0);
  });
});
