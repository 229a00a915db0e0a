// Each penalty against its formula written out with explicit matrices, and its gradient against central differences.
import {
  GruCell,
  gradientNormPenalty,
  isFused,
  jacobianNormPenalty,
  LstmCell,
  orthogonalityPenalty,
  type PenaltyKind,
  penaltyOf,
  spectralNormPenalty,
  type Trajectory,
  VanillaCell,
} from "@throughline/flossing";
import { checkLeaks, own } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";
import { Generator, grad, gradcheck, noGrad, randn, type Tensor, zeros } from "@throughline/torch";
import { describe, expect } from "vitest";

checkLeaks();

const double = { dtype: "float64" } as const;
const [steps, batch, units] = [4, 2, 5];

type Matrix = number[][];

function trajectory(cell: VanillaCell | GruCell | LstmCell): Trajectory {
  const generator = Generator.create({ seed: 2 });
  const inputs = randn([steps, batch, 2], { ...double, generator });
  const start = randn([batch, cell.stateSize], { ...double, generator });
  return { cell, inputs, start, states: cell.scan(inputs, start) };
}

function vanilla(form: "pre" | "post", leak = 1): VanillaCell {
  const generator = Generator.create({ seed: 1 });
  return own(new VanillaCell(2, units, { ...double, form, leak, gain: 1.2, generator }));
}

/** D_t of each step and sequence: ∂x_t / ∂x_{t−1} by reverse mode through one step. */
function jacobians({ cell, inputs, start, states }: Trajectory): Matrix[] {
  return Array.from({ length: steps * batch }, (_, i) => {
    const [t, b] = [Math.floor(i / batch), i % batch];
    const before = (t === 0 ? start : states.select(0, t - 1))
      .select(0, b)
      .unsqueeze(0)
      .detach()
      .requiresGrad_();
    const after = cell.step(inputs.select(0, t).narrow(0, b, 1), before);
    return Array.from({ length: cell.stateSize }, (_unused, row) => {
      const [gradient] = grad(after.select(1, row), [before], { retainGraph: true });
      return gradient!.squeeze(0).toArray() as number[];
    });
  });
}

const close = (found: Tensor, expected: number): void => {
  expect(Math.abs(found.item() / expected - 1)).toBeLessThan(1e-10);
};

/** W ↦ the penalty, differentiated by central differences. */
function checkGradient(
  cell: VanillaCell,
  penalty: (path: Trajectory) => Tensor,
  path: () => Trajectory,
): void {
  const start = cell.weight_hh.detach().clone();
  const loss = penalty(path());
  const [gradient] = grad(loss, [cell.weight_hh]);
  const size = 1e-6;
  const numeric = Array.from({ length: units * units }, (_, i) => {
    const [above, below] = [size, -size].map((shift) => {
      noGrad(() => cell.weight_hh.copy_(start).view([-1]).select(0, i).add_(shift));
      return penalty(path()).item();
    }) as [number, number];
    return (above - below) / (2 * size);
  });
  noGrad(() => cell.weight_hh.copy_(start));
  (gradient!.view([-1]).toArray() as number[]).forEach((value, i) => {
    expect(Math.abs(value - numeric[i]!)).toBeLessThan(1e-7 + 1e-6 * Math.abs(numeric[i]!));
  });
}

describe("of weights", () => {
  scoped("spectral norm: (‖W‖₂ − 1)², by power iteration", () => {
    const cell = vanilla("pre");
    const w = cell.weight_hh.detach().toArray() as Matrix;
    let v = w.map((_, i) => 1 + i / 7);
    let norm = 0;
    for (let i = 0; i < 5000; i++) {
      const u = w.map((row) => row.reduce((sum, value, j) => sum + value * v[j]!, 0));
      const back = v.map((_, j) => w.reduce((sum, row, r) => sum + row[j]! * u[r]!, 0));
      const size = Math.hypot(...back);
      norm = Math.sqrt(size);
      v = back.map((value) => value / size);
    }
    close(spectralNormPenalty(trajectory(cell)), (norm - 1) ** 2);
    checkGradient(cell, spectralNormPenalty, () => trajectory(cell));
  });

  scoped("orthogonality: ‖WᵀW − I‖²_F / N, by loops; 0 for an orthogonal matrix", () => {
    const cell = vanilla("pre");
    const w = cell.weight_hh.detach().toArray() as Matrix;
    let expected = 0;
    for (let i = 0; i < units; i++) {
      for (let j = 0; j < units; j++) {
        const product = w.reduce((sum, row) => sum + row[i]! * row[j]!, 0);
        expected += (product - (i === j ? 1 : 0)) ** 2;
      }
    }
    close(orthogonalityPenalty(trajectory(cell)), expected / units);
    checkGradient(cell, orthogonalityPenalty, () => trajectory(cell));
    const orthogonal = own(new VanillaCell(2, units, { ...double, init: "orthogonal" }));
    expect(orthogonalityPenalty(trajectory(orthogonal)).item()).toBeLessThan(1e-25);
  });
});

describe("jacobian-norm: the mean of (‖D_t‖²_F / N − 1)²", () => {
  for (const [form, leak] of [
    ["pre", 1],
    ["post", 1],
    ["pre", 0.4],
    ["post", 0.4],
  ] as const) {
    scoped(`${form}, leak ${leak}: from the matrices D_t themselves`, () => {
      const cell = vanilla(form, leak);
      const path = trajectory(cell);
      const terms = jacobians(path).map(
        (D) => (D.flat().reduce((sum, value) => sum + value * value, 0) / units - 1) ** 2,
      );
      close(jacobianNormPenalty(path), terms.reduce((a, b) => a + b, 0) / terms.length);
      checkGradient(cell, jacobianNormPenalty, () => trajectory(cell));
    });
  }

  scoped("reaches every parameter through the states", () => {
    const cell = vanilla("post");
    const report = gradcheck(
      (start) => {
        const path = trajectory(cell);
        return jacobianNormPenalty({ ...path, start: start!, states: cell.scan(path.inputs, start!) });
      },
      [randn([batch, units], double)],
    );
    expect(report.deviation).toBeLessThanOrEqual(1);
  });
});

describe("gradient-norm: Pascanu, Mikolov and Bengio 2013, eq. 9", () => {
  /** A trajectory whose loss looks at the last two steps, and that loss's gradient at each drive. */
  function withGradient(cell: VanillaCell): Trajectory & { readonly driveGradient: Tensor } {
    const path = trajectory(cell);
    const drive = zeros([steps, batch, units], double).requiresGrad_();
    const states = cell.scan(path.inputs, path.start, { drive });
    const [driveGradient] = grad(
      states
        .narrow(0, steps - 2, 2)
        .sin()
        .sum(),
      [drive],
    );
    return { ...path, states: states.detach(), driveGradient: driveGradient! };
  }

  const formula = "mean of (‖g_{t+1} D‖ / ‖g_{t+1}‖ − 1)² with the gradients of the states themselves";
  const check = (leak: number) => () => {
    const cell = vanilla("pre", leak);
    const path = withGradient(cell);
    // g_t = ∂L/∂x_t, by running the net from x_t on.
    const after = (t: number): Tensor => {
      const state = path.states.select(0, t).clone().requiresGrad_();
      const rest =
        t + 1 === steps ? undefined : cell.scan(path.inputs.narrow(0, t + 1, steps - t - 1), state);
      const late = [
        state.unsqueeze(0),
        ...(rest === undefined ? [] : rest.unbind(0).map((x) => x.unsqueeze(0))),
      ];
      const scored = late.filter((_, i) => t + i >= steps - 2);
      const loss = scored.reduce((sum, x) => sum.add(x.sin().sum()), zeros([], double));
      return grad(loss, [state])[0]!;
    };
    const matrices = jacobians(path);
    let expected = 0;
    for (let t = 0; t < steps; t++) {
      (after(t).toArray() as Matrix).forEach((g, b) => {
        const D = matrices[t * batch + b]!;
        const back = g.map((_, j) => D.reduce((sum, row, i) => sum + g[i]! * row[j]!, 0));
        expected += (Math.hypot(...back) / Math.hypot(...g) - 1) ** 2 / (steps * batch);
      });
    }
    close(gradientNormPenalty(path), expected);
  };
  scoped(formula, check(1));
  scoped(`${formula}, with a leak`, check(0.4));

  scoped("its gradient is that with respect to W alone, all else constant", () => {
    const cell = vanilla("pre");
    const fixed = withGradient(cell);
    checkGradient(cell, gradientNormPenalty, () => fixed);
    expect(grad(gradientNormPenalty(fixed), [cell.weight_hh])).toHaveLength(1);
    expect(() => grad(gradientNormPenalty(fixed), [cell.weight_ih])).toThrow();
  });

  scoped("counts only what still has a gradient", () => {
    const cell = vanilla("pre");
    const path = withGradient(cell);
    const gone = { ...path, driveGradient: path.driveGradient.mul(0) };
    expect(gradientNormPenalty(gone).item()).toBe(0);
    const tiny = { ...path, driveGradient: path.driveGradient.mul(1e-9) };
    expect(Math.abs(gradientNormPenalty(tiny).item() - gradientNormPenalty(path).item())).toBeLessThan(1e-4);
  });

  scoped("refuses other nets, and a trajectory without that gradient", () => {
    const sentence = /gradientNormPenalty: needs a vanilla net of form "pre" and its drive gradient/;
    expect(() => gradientNormPenalty(trajectory(vanilla("pre")))).toThrow(sentence);
    expect(() => gradientNormPenalty(withGradient(vanilla("post")))).toThrow(sentence);
  });
});

describe("by name", () => {
  scoped("the same numbers", () => {
    const path = trajectory(vanilla("pre"));
    expect(penaltyOf("spectral-norm", path).item()).toBe(spectralNormPenalty(path).item());
    expect(penaltyOf("orthogonality", path).item()).toBe(orthogonalityPenalty(path).item());
    expect(penaltyOf("jacobian-norm", path).item()).toBe(jacobianNormPenalty(path).item());
  });

  scoped("those of one-step Jacobians are refused for gated cells, those of weights work per gate", () => {
    for (const cell of [own(new GruCell(2, units, double)), own(new LstmCell(2, units, double))]) {
      expect(isFused(cell)).toBe(true);
      const path = trajectory(cell);
      for (const kind of ["jacobian-norm", "gradient-norm"] satisfies PenaltyKind[]) {
        expect(() => penaltyOf(kind, path)).toThrow(
          `the penalty ${kind} is defined for vanilla nets; use spectral-norm or orthogonality`,
        );
      }
      for (const kind of ["spectral-norm", "orthogonality"] as const) {
        const ofGates = cell.weight_hh.detach().chunk(cell.weight_hh.size(0) / units, 0);
        const each = ofGates.map((weight) =>
          penaltyOf(kind, { ...path, cell: { ...cell, weight_hh: weight } as never }),
        );
        const mean = each.reduce((sum, value) => sum + value.item(), 0) / each.length;
        close(penaltyOf(kind, path), mean);
      }
    }
  });
});
