// Singular values of long products against 2048-bit arithmetic (fixtures/longterm/make.py) and closed forms.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  henon,
  longTermJacobian,
  lorenz,
  lyapunovSpectrum,
  map,
  randomMatrixProduct,
  type System,
  tanhNetwork,
} from "@throughline/flossing";
import { dispose, Generator, linalg, randn, scope, type Tensor, tensor } from "@throughline/torch";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import "@throughline/testing/close";
import { checkLeaks } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";
import { logSingularValues } from "../../dist/spectrum/jacobi.js";

checkLeaks();

const double = { dtype: "float64" } as const;
const normal = (shape: number[], seed: number): Tensor =>
  randn(shape, { ...double, generator: Generator.create({ seed }) });

interface Case {
  readonly name: string;
  readonly matrices: number[][][];
  readonly horizons: number[];
  readonly logSingularValues: number[][];
}

const folder = join(import.meta.dirname, "../fixtures/longterm");
const text = readFileSync(join(folder, "data.json"), "utf8");
const cases = JSON.parse(text) as Case[];

test("the data are those of the recipe", () => {
  const { files } = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")) as {
    files: Record<string, string>;
  };
  expect(createHash("sha256").update(text).digest("hex")).toBe(files["data.json"]);
});

/** A system whose one-step Jacobians are given. */
function productOf(matrices: Tensor): System {
  const n = matrices.shape[1]!;
  return map({
    dimension: n,
    step: (x) => x.clone(),
    jacobian: (x, t) => matrices.select(0, t).unsqueeze(0).expand([x.shape[0]!, n, n]),
  });
}

describe("2048-bit arithmetic", () => {
  test.each(cases.map((one) => [one.name, one] as const))(
    "%s",
    (_name, { matrices, horizons, logSingularValues }) => {
      scope(() => {
        const system = productOf(tensor(matrices, double));
        for (const seed of [0, 1]) {
          const result = longTermJacobian(system, { horizons, seed, batch: 2 });
          logSingularValues.forEach((exact, h) => {
            // Absolute in the logarithm, so relative in the singular value. Rounding of the factors, whose condition numbers are
            // up to 1e6, shows at 1e-10 of their product, for singular values down to 1e-400.
            expect([...result.logSingularValues[h]![1]!]).toBeClose(exact, { rtol: 0, atol: 2e-9 });
          });
        }
      });
    },
  );

  test("condition numbers reach beyond all floating-point numbers", () => {
    expect(
      Math.max(...cases.flatMap((one) => one.logSingularValues.map((values) => values[0]! - values.at(-1)!))),
    ).toBeGreaterThan(Math.log(1e308) + 200);
  });
});

describe("closed forms", () => {
  scoped("powers of a symmetric matrix: n ln |eigenvalue|, for κ far beyond 1e308", () => {
    const { Q } = linalg.qr(normal([5, 5], 1));
    const moduli = [3, 1.5, 1, 0.2, 0.01];
    const W = Q.mul(tensor(moduli, double)).mm(Q.t());
    const system = map({ dimension: 5, step: (x) => x.mul(0), jacobian: () => W.unsqueeze(0) });
    const horizons = [1, 10, 300];
    const result = longTermJacobian(system, { horizons });
    horizons.forEach((n, h) => {
      expect([...result.logSingularValues[h]![0]!]).toBeClose(
        moduli.map((value) => n * Math.log(value)),
        { rtol: 1e-10, atol: 1e-9 },
      );
    });
    expect(result.logCondition()[2]![0]).toBeCloseTo(300 * Math.log(300), 6);
    expect(result.logCondition(3)[2]![0]).toBeCloseTo(300 * Math.log(3), 6);
  });

  scoped("one step is the Jacobian itself (random ones)", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 6 }), (seed, n) =>
        scope(() => {
          const D = normal([1, n, n], seed);
          const { logSingularValues: values } = longTermJacobian(productOf(D), { steps: 1 });
          const exact = linalg.svdvals(D.select(0, 0)).log().toArray() as number[];
          expect([...values[0]![0]!]).toBeClose(exact, { rtol: 0, atol: 1e-8 });
        }),
      ),
      { numRuns: 30, seed: 1 },
    );
  });

  scoped("the sum of all is ln |det| of the product", () => {
    const result = longTermJacobian(henon(), { steps: 500, batch: 3 });
    for (const values of result.logSingularValues[0]!) {
      expect(values[0]! + values[1]!).toBeCloseTo(500 * Math.log(0.3), 8);
    }
  });

  test("of a flow: the divergence times the time", () => {
    const result = longTermJacobian(lorenz(), { steps: 30 });
    const sum = result.logSingularValues[0]![0]!.reduce((a, b) => a + b, 0);
    expect(sum).toBeCloseTo((-41 / 3) * 3, 5);
  });
});

test("per step they tend to the Lyapunov exponents, and ln κ to (λ₁ − λ_m)(t − τ)", () => {
  const system = tanhNetwork({ size: 12, gain: 2, seed: 3 });
  scope(() => {
    const initial = normal([12], 4);
    const steps = 600;
    const { exponents } = lyapunovSpectrum(system, { steps, initial, transient: 100, alignment: 0 });
    const result = longTermJacobian(system, { steps, initial, transient: 100, directions: 8 });
    const perStep = result.logSingularValues[0]![0]!.map((value) => value / steps);
    expect(perStep).toHaveLength(8);
    // The same trajectory; singular values and R differ by factors that do not grow with time.
    perStep.forEach((value, i) => {
      expect(Math.abs(value - exponents[i]!)).toBeLessThan(5 / steps);
    });
    const expected = (exponents[0]! - exponents[7]!) * steps;
    expect(Math.abs(result.logCondition()[0]![0]! - expected)).toBeLessThan(10);
  });
  dispose(system);
});

test("members have their own products", () => {
  const system = randomMatrixProduct({ size: 4 });
  scope(() => {
    const [first, second] = longTermJacobian(system, { steps: 20, batch: 2 }).logSingularValues[0]!;
    expect(first).not.toEqual(second);
  });
});

scoped("singular values that are 0 are −∞, and κ infinite", () => {
  const W = tensor([[1, 1, 0], [1, 1, 0], [0, 0, 0.5]], double); // biome-ignore format: a matrix
  const system = map({ dimension: 3, step: (x) => x.mul(0), jacobian: () => W.unsqueeze(0) });
  const result = longTermJacobian(system, { horizons: [1, 7] });
  expect([...result.logSingularValues[1]![0]!]).toBeClose(
    [7 * Math.LN2, -7 * Math.LN2, Number.NEGATIVE_INFINITY],
    { rtol: 0, atol: 1e-10 },
  );
  expect(result.logCondition()).toEqual([[Number.POSITIVE_INFINITY], [Number.POSITIVE_INFINITY]]);
  expect(result.logCondition(2)[1]![0]).toBeCloseTo(14 * Math.LN2, 10);
});

describe("Jacobi's method by itself", () => {
  test("rows that differ by 2^±5000", () => {
    const exact = (values: number[], exponents: number[]): number[] =>
      values.map((value, i) => Math.log(value) + exponents[i]! * Math.LN2).sort((a, b) => b - a);
    const rows = [Float64Array.of(0, 3, 0), Float64Array.of(0.5, 0, 0), Float64Array.of(0, 0, 1)];
    const exponents = Float64Array.of(-5000, 5000, 0);
    expect([...logSingularValues({ rows, exponents })]).toBeClose(exact([3, 0.5, 1], [-5000, 5000, 0]));
  });

  test("graded rows that are not orthogonal: small values keep their relative accuracy", () => {
    // [1 1; δ −δ·0 …]: for A = diag(1, δ) [1 1; 1 0], σ₁ → √2 and σ₁σ₂ = δ exactly.
    const values = logSingularValues({
      rows: [Float64Array.of(1, 1), Float64Array.of(1, 0)],
      exponents: Float64Array.of(0, -800),
    });
    expect(values[0]).toBeCloseTo(0.5 * Math.LN2, 14);
    expect(values[1]).toBeCloseTo(-800 * Math.LN2 - 0.5 * Math.LN2, 10);
  });

  test("equals the engine's svd for ordinary matrices", () => {
    scope(() => {
      const A = normal([9, 9], 5);
      const rows = Array.from({ length: 9 }, (_, i) =>
        Float64Array.from(A.select(0, i).toArray() as number[]),
      );
      const values = logSingularValues({ rows, exponents: new Float64Array(9) });
      expect([...values]).toBeClose(linalg.svdvals(A).log().toArray() as number[], { rtol: 0, atol: 1e-12 });
    });
  });

  test("rows of 0", () => {
    const values = logSingularValues({
      rows: [Float64Array.of(0, 0), Float64Array.of(3, 4)],
      exponents: new Float64Array(2),
    });
    expect([...values]).toEqual([Math.log(5), Number.NEGATIVE_INFINITY]);
  });
});

describe("what does not fit is refused", () => {
  test.each([
    ["no horizon", {}, /give steps, or horizons/],
    ["horizons out of order", { horizons: [5, 3] }, /horizons must ascend; 3 comes after 5/],
    ["a horizon of 0", { horizons: [0] }, /a horizon is 0/],
    ["both, not agreeing", { horizons: [5], steps: 6 }, /steps is 6 and the last horizon 5/],
    [
      "too many directions",
      { steps: 3, directions: 3 },
      /directions is 3, accepted: a whole number from 1 to 2/,
    ],
  ])("%s", (_name, options, message) => {
    expect(() => longTermJacobian(henon(), options)).toThrow(message);
  });
  test("a trajectory that diverges", () => {
    scope(() => {
      expect(() => longTermJacobian(henon(), { steps: 50, initial: tensor([5, 5], double) })).toThrow(
        /no longer finite/,
      );
    });
  });
  test("more directions afterwards", () => {
    expect(() => longTermJacobian(henon(), { steps: 5, directions: 1 }).logCondition(2)).toThrow(
      /directions is 2, accepted: a whole number from 1 to 1/,
    );
  });
});
