// A cell that a user writes: a plain object with a step, or a module.
import {
  Flosser,
  finiteTimeExponents,
  flossingLoss,
  orthonormalFrame,
  type RecurrentCell,
} from "@throughline/flossing";
import { cat, eye, Generator, gradcheck, nn, randn, scope, type Tensor } from "@throughline/torch";
import { describe, expect } from "vitest";
import "@throughline/testing/close";
import { checkLeaks, own } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";
import { pushByJvp } from "../../dist/systems/advance.js";
import { orthonormalise } from "../../dist/systems/orthonormal.js";

checkLeaks();

const double = { dtype: "float64" } as const;

/** A multiplicative net (Sutskever et al. 2011), which no kernel knows: x′ = tanh(V((U s) ⊙ (W x))) + x / 2. */
function multiplicative(U: Tensor, V: Tensor, W: Tensor): RecurrentCell {
  return {
    inputSize: U.size(1),
    stateSize: W.size(1),
    step: (input, state) =>
      scope(() => input.matmul(U.t()).mul(state.matmul(W.t())).matmul(V.t()).tanh().add(state.mul(0.5))),
  };
}

function weights(): [U: Tensor, V: Tensor, W: Tensor] {
  const generator = Generator.create({ seed: 2 });
  return [
    randn([5, 2], { ...double, generator }),
    randn([4, 5], { ...double, generator }),
    randn([5, 4], { ...double, generator }),
  ];
}

describe("derivatives by central differences", () => {
  const inputs = () => randn([9, 2, 2], { ...double, generator: Generator.create({ seed: 6 }) });

  scoped("of exponents with respect to weights, inputs, start and frame", () => {
    const state = randn([2, 4], { ...double, generator: Generator.create({ seed: 7 }) });
    const frame = orthonormalFrame(4, 2, { batch: 2, dtype: "float64" });
    const report = gradcheck(
      (U, V, W, s, start, Q) => {
        // A frame that is not orthonormal is one up to its R, which the first decomposition takes out.
        const options = { k: 2, skip: 1, state: start, frame: Q };
        return finiteTimeExponents(multiplicative(U!, V!, W!), s!, options);
      },
      [...weights(), inputs(), state, frame],
      { atol: 1e-7, rtol: 1e-5 },
    );
    expect(report.deviation).toBeLessThanOrEqual(1);
  });

  scoped("of the flossing loss with several targets and an interval", () => {
    const [U, V, W] = weights();
    const report = gradcheck(
      (v, w) => {
        const lambda = finiteTimeExponents(multiplicative(U, v!, w!), inputs(), {
          k: 3,
          skip: 3,
          interval: 3,
        });
        return flossingLoss(lambda, [0, -0.1, -0.3]);
      },
      [V, W],
      { atol: 1e-7, rtol: 1e-5 },
    );
    expect(report.deviation).toBeLessThanOrEqual(1);
  });

  scoped("of pushing and of decomposing", () => {
    const [U, V, W] = weights();
    const [state, frame] = [randn([2, 4], double), randn([2, 3, 4], double)];
    const input = randn([2, 2], double);
    const pushing = (x: Tensor, Q: Tensor) => {
      const cell = multiplicative(U, V, W);
      const step = (rows: Tensor, repeat: number): Tensor =>
        cell.step(input.repeatInterleave(repeat, { dim: 0 }), rows);
      return Object.values(pushByJvp(step, x, Q));
    };
    expect(gradcheck(pushing as never, [state, frame]).deviation).toBeLessThanOrEqual(1);
    const decomposing = (Q: Tensor) => Object.values(orthonormalise(Q)) as Tensor[];
    expect(gradcheck(decomposing as never, [frame]).deviation).toBeLessThanOrEqual(1);
  });
});

describe("orthonormalise", () => {
  scoped(
    "rows of Qᵀ are orthonormal, R is triangular with a positive diagonal, and Q R is what was given",
    () => {
      const given = randn([3, 4, 6], double);
      const { frame, logs } = orthonormalise(given);
      expect(frame.matmul(frame.mT)).toBeClose(eye(4, double).expand([3, 4, 4]), { rtol: 0, atol: 1e-14 });
      const R = frame.matmul(given.mT);
      expect(R.tril(-1).abs().amax().item()).toBeLessThan(1e-14);
      expect(R.diagonal({ dim1: -2, dim2: -1 })).toBeClose(logs.exp());
      expect(frame.mT.matmul(R)).toBeClose(given.mT);
    },
  );
});

describe("flossing", () => {
  scoped("of a plain object whose parameters are named", () => {
    const [U, V, W] = weights();
    for (const weight of [V, W]) weight.requiresGrad_();
    const cell = multiplicative(U, V, W);
    const generator = Generator.create({ seed: 9 });
    const flosser = own(
      new Flosser(cell, {
        k: 2,
        lr: 0.02,
        parameters: [V, W],
        inputs: () => randn([20, 1, 2], { ...double, generator }),
      }),
    );
    const first = flosser.step().loss;
    const last = flosser.run(40)!.loss;
    expect(first).toBeGreaterThan(0.05);
    expect(last).toBeLessThan(first / 5);
  });

  scoped("of a module of one's own", () => {
    class Own extends nn.Module<[Tensor, Tensor], Tensor> implements RecurrentCell {
      readonly inputSize = 1;
      readonly stateSize = 5;
      readonly layer = new nn.Linear(6, 5);
      override forward(input: Tensor, state: Tensor): Tensor {
        return this.step(input, state);
      }
      step(input: Tensor, state: Tensor): Tensor {
        return scope(() => this.layer.forward(cat([input, state], -1)).tanh());
      }
    }
    const cell = own(new Own());
    const flosser = own(new Flosser(cell, { k: 3, lr: 0.01, inputs: () => randn([20, 1, 1]) }));
    const first = flosser.step().loss;
    const last = flosser.run(40)!.loss;
    expect(last).toBeLessThan(first / 10);
  });
});
