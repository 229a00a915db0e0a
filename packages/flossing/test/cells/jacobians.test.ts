// The Jacobians that the kernels are given, against automatic differentiation of one step, and what becomes of tangent
// vectors along a trajectory, against the path that knows nothing but `step`.
import {
  advance,
  driven,
  finiteTimeExponents,
  flossingLoss,
  orthonormalFrame,
  tangentScan,
  VanillaCell,
} from "@throughline/flossing";
import { eye, Generator, grad, gradOrNull, stack, type Tensor } from "@throughline/torch";
import { describe, expect } from "vitest";
import "@throughline/testing/close";
import { checkLeaks, own } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";
import { pushByJvp } from "../../dist/systems/advance.js";
import { orthonormalise } from "../../dist/systems/orthonormal.js";
import { bare, bareExponents, recipes, sequence } from "../support/cells.js";

checkLeaks();

const tight = { rtol: 1e-11, atol: 1e-12 };

describe("one step: D I is the Jacobian, row by row by reverse mode", () => {
  for (const { name, make } of recipes) {
    scoped(name, () => {
      const cell = make("float64");
      const size = cell.stateSize;
      const { inputs, state } = sequence(1, 2, size, "float64");
      state.requiresGrad_();
      const next = cell.step(inputs.select(0, 0), state);
      const rows = Array.from(
        { length: size },
        (_, i) => grad(next.select(1, i).sum(), [state], { retainGraph: true })[0]!,
      );
      const factors = cell.jacobians(inputs, state.detach(), next.detach().unsqueeze(0));
      const vectors = eye(size, { dtype: "float64" }).expand([1, 2, size, size]);
      // What the scan gives of D = Q R is R's diagonal and Q.
      const { frame, logs } = tangentScan(factors, vectors);
      const jacobian = stack(rows, 1);
      const { frame: expectedFrame, logs: expectedLogs } = orthonormalise(jacobian.mT);
      expect(logs.squeeze(0).squeeze(0).exp()).toBeClose(expectedLogs.exp(), tight);
      const isRegular = Number.isFinite(expectedLogs.sum().item());
      if (isRegular) expect(frame.squeeze(0).mT).toBeClose(expectedFrame, { rtol: 1e-9, atol: 1e-10 });
      const step = (x: Tensor, repeat: number): Tensor =>
        cell.step(inputs.select(0, 0).repeatInterleave(repeat, { dim: 0 }), x);
      const pushed = pushByJvp(step, state.detach(), vectors.squeeze(0));
      expect(pushed.frame.mT).toBeClose(jacobian, tight);
      expect(pushed.state).toBeClose(next.detach(), tight);
    });
  }
});

describe("a trajectory: ln R, step by step", () => {
  for (const { name, make } of recipes) {
    scoped(name, () => {
      const cell = make("float64");
      const { inputs, state } = sequence(12, 2, cell.stateSize, "float64");
      const k = name.includes("relu") ? 2 : 4;
      const start = orthonormalFrame(cell.stateSize, k, { batch: 2, dtype: "float64" });
      const states = cell.scan(inputs, state);
      const { logs, frame } = tangentScan(cell.jacobians(inputs, state, states), start.mT.unsqueeze(0));
      const plain = advance(driven(bare(cell), inputs), state, start, 0, 12, 1);
      expect(logs.squeeze(1)).toBeClose(plain.logs, { rtol: 1e-10, atol: 1e-10 });
      expect(frame.squeeze(0).mT).toBeClose(plain.frame, { rtol: 1e-8, atol: 1e-9 });
      expect(states.select(0, 11)).toBeClose(plain.state, tight);
    });
  }
});

describe("the flossing loss and all its derivatives", () => {
  for (const { name, make } of recipes) {
    for (const interval of [1, 3]) {
      scoped(`${name}, a decomposition every ${interval} steps`, () => {
        const cell = make("float64");
        const { inputs, state } = sequence(12, 2, cell.stateSize, "float64");
        const leaves = [inputs.requiresGrad_(), state.requiresGrad_(), ...cell.parameters()];
        const k = name.includes("relu") ? 2 : 3;
        const options = { k, skip: 3, interval, state };
        const derive = (exponents: typeof finiteTimeExponents) => {
          const lambda = exponents(cell, inputs, options);
          return { lambda, gradients: gradOrNull([flossingLoss(lambda, -0.2)], leaves) };
        };
        const fused = derive(finiteTimeExponents);
        const plain = derive(bareExponents);
        expect(fused.lambda.detach()).toBeClose(plain.lambda.detach(), { rtol: 1e-10, atol: 1e-11 });
        fused.gradients.forEach((gradient, i) => {
          const other = plain.gradients[i];
          if (gradient && other) expect(gradient).toBeClose(other, { rtol: 1e-7, atol: 1e-9 });
          else expect(norm(gradient) + norm(other)).toBe(0);
        });
      });
    }
  }
});

function norm(tensor: Tensor | null | undefined): number {
  return tensor == null ? 0 : tensor.square().sum().item();
}

describe("coordinates", () => {
  // r = tanh(x) of a net of form `pre` follows the equation of form `post` with the same weights.
  scoped("exponents of `pre` in those of the rate are those of `post`", () => {
    const generator = Generator.create({ seed: 8 });
    const pre = own(new VanillaCell(2, 6, { form: "pre", dtype: "float64", generator }));
    const post = own(new VanillaCell(2, 6, { form: "post", dtype: "float64" }));
    post.loadStateDict(pre.stateDict());
    const { inputs, state } = sequence(20, 2, 6, "float64");
    const leaves = pre.parameters();
    const inRates = finiteTimeExponents(pre, inputs, { state, skip: 2, coordinates: "rate" });
    const after = finiteTimeExponents(post, inputs, { state: state.tanh(), skip: 2 });
    expect(inRates.detach()).toBeClose(after.detach(), tight);
    const gradients = grad(flossingLoss(inRates), leaves);
    const others = grad(flossingLoss(after), post.parameters());
    for (const [i, gradient] of gradients.entries())
      expect(gradient).toBeClose(others[i]!, { rtol: 1e-8, atol: 1e-10 });
  });

  scoped("differ from those of the state over few steps, and agree over many", () => {
    const cell = own(new VanillaCell(2, 6, { dtype: "float64", generator: Generator.create({ seed: 8 }) }));
    const gap = (steps: number): number => {
      const { inputs } = sequence(steps, 1, 6, "float64");
      const [a, b] = (["state", "rate"] as const).map((coordinates) =>
        finiteTimeExponents(cell, inputs, { k: 2, skip: 0, coordinates }).detach(),
      ) as [Tensor, Tensor];
      return a.sub(b).abs().amax().item();
    };
    expect(gap(5)).toBeGreaterThan(0.02);
    expect(gap(4000)).toBeLessThan(1e-3);
  });
});
