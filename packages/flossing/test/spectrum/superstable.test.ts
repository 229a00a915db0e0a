// Cycles through a point where the derivative is 0: rounding leaves something near 10⁻¹⁶ of it, and the exponent is −∞.
import { LyapunovStepper, logistic, lyapunovSpectrum, map } from "@throughline/flossing";
import { checkLeaks } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";
import { stack, type Tensor, tensor } from "@throughline/torch";
import { describe, expect, test } from "vitest";

checkLeaks();

const double = { dtype: "float64" } as const;
const none = Number.NEGATIVE_INFINITY;

describe("−∞", () => {
  // mpmath 1.4, 30 digits: findroot(f^p(1/2) − 1/2, r) for the logistic map f; superstable cycles of 1, 2, 3, 4 and 5.
  test.each([
    [1, 2],
    [2, 1 + Math.sqrt(5)],
    [3, 3.831874055283316],
    [4, 3.498561699327702],
    [5, 3.738914912970685],
  ])("the logistic map's cycle of %i, r = %f", (_period, r) => {
    const { exponents, standardErrors, notes, converged } = lyapunovSpectrum(logistic({ r }), {
      steps: 1000,
      transient: 200,
      batch: 3,
    });
    expect(exponents).toEqual([none]);
    expect(standardErrors).toEqual([Number.POSITIVE_INFINITY]);
    expect(converged).toBe(false);
    expect(notes.join()).toMatch(/exponent 1: −∞ .* as at a superstable point/);
  });

  test.each([0, 500])("from 0.3 at r = 2 with a transient of %i", (transient) => {
    const initial = tensor([0.3], double);
    const { exponents } = lyapunovSpectrum(logistic({ r: 2 }), { steps: 300, transient, initial });
    expect(exponents).toEqual([none]);
    initial.dispose();
  });

  test("with a given interval, and in float32", () => {
    const r = 1 + Math.sqrt(5);
    expect(lyapunovSpectrum(logistic({ r }), { steps: 400, interval: 8 }).exponents).toEqual([none]);
    expect(lyapunovSpectrum(logistic({ r }), { steps: 400, dtype: "float32" }).exponents).toEqual([none]);
  });

  scoped("where the cycle passes 0, beside which nothing is small", () => {
    // x′ = 1 − a x²: the cycle 0 → 1 → 0 at a = 1; from there on ln 0.5 of the other variable is the largest.
    const system = map({
      dimension: 2,
      step: (state) => {
        const [x, y] = state.unbind(1) as [Tensor, Tensor];
        return stack([x.square().rsub(1), y.mul(0.5).add(x)], 1);
      },
    });
    const { exponents } = lyapunovSpectrum(system, { steps: 300, initial: tensor([0.4, 0.1], double) });
    expect(exponents[0]).toBeCloseTo(Math.log(0.5), 8);
    expect(exponents[1]).toBe(none);
  });

  test("a stepper says the same", () => {
    using stepper = new LyapunovStepper(logistic({ r: 1 + Math.sqrt(5) }));
    expect(stepper.settle(100).align(50).step(200).exponents).toEqual([none]);
    expect(stepper.reset().step(100).exponents).toEqual([none]);
  });
});

describe("finite", () => {
  // The fixed point 1 − 1/r has the derivative 2 − r.
  test.each([2 + 1e-13, 2 - 1e-12, 2 + 1e-9, 2.001])("close to superstable, r = %f", (r) => {
    const { exponents, notes } = lyapunovSpectrum(logistic({ r }), { steps: 300, transient: 100 });
    expect(Math.abs(exponents[0]! - Math.log(Math.abs(2 - r)))).toBeLessThan(5e-3); // rounding of r itself
    expect(notes).toEqual([]);
  });

  test("strong contraction that does not depend on where the orbit is", () => {
    const system = map({ dimension: 1, step: (x) => x.mul(1e-14).add(1) });
    expect(lyapunovSpectrum(system, { steps: 100 }).exponents[0]).toBeCloseTo(Math.log(1e-14), 8);
  });

  test("chaos that comes close to the critical point by chance", () => {
    const { exponents } = lyapunovSpectrum(logistic(), { steps: 3000, batch: 100 });
    expect(Math.abs(exponents[0]! - Math.LN2)).toBeLessThan(3e-3);
  });
});
