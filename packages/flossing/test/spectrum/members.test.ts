// Members of a batch that differ, and exponents that are judged one by one.
import { logistic, lyapunovSpectrum, map, rossler } from "@throughline/flossing";
import { checkLeaks } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";
import { Generator, randn, stack, type Tensor, tensor } from "@throughline/torch";
import { describe, expect, test } from "vitest";
import { groupsOf } from "../../dist/spectrum/groups.js";
import { verdictOn } from "../../dist/spectrum/verdict.js";

checkLeaks();

const double = { dtype: "float64" } as const;

describe("several attractors", () => {
  scoped("Ikeda's map at u = 0.9: a strange attractor and a fixed point with |eigenvalue| u", () => {
    const ikeda = map({
      dimension: 2,
      step: (state) => {
        const [x, y] = state.unbind(1) as [Tensor, Tensor];
        const angle = x.square().add(y.square()).add(1).reciprocal().mul(-6).add(0.4);
        const [c, s] = [angle.cos().mul(0.9), angle.sin().mul(0.9)];
        return stack([x.mul(c).sub(y.mul(s)).add(1), x.mul(s).add(y.mul(c))], 1);
      },
    });
    const initial = randn([120, 2], { ...double, generator: Generator.create({ seed: 1 }) });
    const { groups, converged, verdict, members } = lyapunovSpectrum(ikeda, { steps: 1500, initial });
    expect(converged).toBe(false);
    expect(verdict).toMatch(
      /not converged: the members fall into 2 groups: \d+ with λ₁ = .*; \d+ with λ₁ = /,
    );
    expect(groups).toHaveLength(2);
    const [strange, still] = groups.toSorted((a, b) => b.exponents[0]! - a.exponents[0]!);
    expect(Math.abs(strange!.exponents[0]! - 0.507)).toBeLessThan(4 * strange!.standardErrors[0]! + 1e-3);
    // Its Jacobian is u times a matrix of determinant 1 with complex eigenvalues.
    expect(still!.exponents[0]).toBeCloseTo(Math.log(0.9), 2);
    expect(still!.exponents[1]).toBeCloseTo(Math.log(0.9), 2);
    const all = groups.flatMap((group) => group.members).toSorted((a, b) => a - b);
    expect(all).toEqual(Array.from({ length: 120 }, (_, member) => member));
    expect(still!.members.every((member) => members.exponents[member]![0]! < 0)).toBe(true);
  });

  scoped("systems that differ, one of them superstable", () => {
    const r = tensor([[2], [3.2], [3.2], [4]], double);
    const { groups, verdict } = lyapunovSpectrum(logistic({ r }), { steps: 500 });
    expect(groups.map((group) => group.members.length)).toEqual([2, 1, 1]);
    expect(groups.map((group) => group.members.join()).sort()).toEqual(["0", "1,2", "3"]);
    expect(verdict).toMatch(/fall into 3 groups: 2 with λ₁ = -0\.916.*; 1 with λ₁ = −∞/); // ln|4 + 2r − r²| / 2 = −0.9163
  });

  test("one attractor is one group", () => {
    const { groups, converged } = lyapunovSpectrum(logistic({ r: 3.9 }), { steps: 2000, batch: 50 });
    expect(groups).toHaveLength(1);
    expect(converged).toBe(true);
  });

  test("members that scatter without a gap, and members that do not", () => {
    const spread = (error: number) => Array.from({ length: 20 }, (_, i) => [{ mean: i / 20, error }]);
    expect(groupsOf(spread(0.05), 1e6)).toMatchObject({ differs: true, groups: { length: 1 } });
    expect(groupsOf(spread(0.3), 1e6)).toMatchObject({ differs: false });
    expect(groupsOf(spread(0.001), 1).differs).toBe(false); // a time of 1 cannot tell
  });
});

describe("the verdict", () => {
  scoped("a short Rössler run does not know its positive exponent", () => {
    const { verdict, converged } = lyapunovSpectrum(rossler({ rtol: 1e-6 }), { duration: 12, batch: 8 });
    expect(converged).toBe(false);
    expect(verdict).toMatch(
      /not converged: exponent 1 is 0\.\d+ ± 0\.0\d+ .* its error should be at most .* \(5 % of it\)/,
    );
  });

  const judged = (...pairs: [number, number][]) => {
    const means = pairs.map(([mean, error]) => ({ mean, error }));
    const values = means.map(({ mean }) => mean);
    const grouping = { groups: [], scatter: 0, differs: false };
    return verdictOn({
      means,
      halves: [values, values],
      grouping,
      sumRule: null,
      records: 100,
      unit: "nats per step",
    });
  };
  test.each([
    [
      "λ₁ at 22 % of itself beside a large λ₃",
      [
        [0.104, 0.023],
        [0, 1e-3],
        [-5.4, 0.01],
      ],
      false,
    ],
    [
      "λ₁ at 2 % of itself",
      [
        [0.104, 0.002],
        [0, 1e-3],
        [-5.4, 0.01],
      ],
      true,
    ],
    [
      "a 0 as uncertain as λ₁ is large",
      [
        [0.104, 0.002],
        [0, 0.05],
        [-5.4, 0.01],
      ],
      false,
    ],
    [
      "small positive ones of a long spectrum, to 5 % of λ₁",
      [
        [1, 0.01],
        [0.05, 0.02],
        [-3, 0.1],
      ],
      true,
    ],
    [
      "a limit cycle: 0 beside −1",
      [
        [1e-5, 2e-5],
        [-1.06, 1e-3],
      ],
      true,
    ],
    [
      "a negative exponent at 30 % of itself",
      [
        [-0.1, 0.03],
        [-5, 0.01],
      ],
      false,
    ],
    [
      "all negative, each to 5 %",
      [
        [-0.1, 0.004],
        [-5, 0.2],
      ],
      true,
    ],
  ] as [string, [number, number][], boolean][])("%s", (_name, pairs, expected) => {
    // biome-ignore format: a table
    expect(judged(...pairs).converged).toBe(expected);
  });

  test("names the positive exponent first", () => {
    expect(judged([0.1, 0.02], [-0.01, 3], [-5, 0.1]).verdict).toMatch(/exponent 1 is 0\.100 ± 0\.02 nats/);
  });

  test("a sum that the determinant denies", () => {
    const means = [{ mean: -1, error: 1e-3 }];
    const grouping = { groups: [], scatter: 0, differs: false };
    const sumRule = { exponents: -1, jacobian: -2, holds: false };
    const { converged, verdict } = verdictOn({
      means,
      halves: [[-1], [-1]],
      grouping,
      sumRule,
      records: 9,
      unit: "",
    });
    expect(converged).toBe(false);
    expect(verdict).toMatch(/the sum of the exponents disagrees with the Jacobian's determinant/);
  });
});
