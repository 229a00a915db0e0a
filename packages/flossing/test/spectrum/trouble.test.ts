// Exponents that are −∞, trajectories that diverge, arithmetic that is not enough, and options that do not fit.
import {
  henon,
  LyapunovStepper,
  logistic,
  lorenz,
  lyapunovSpectrum,
  map,
  type SpectrumOptions,
  type System,
  tent,
} from "@throughline/flossing";
import { Generator, randn, scope, stack, type Tensor, tensor } from "@throughline/torch";
import { describe, expect, test } from "vitest";
import "@throughline/testing/close";
import { checkLeaks } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";

checkLeaks();

const double = { dtype: "float64" } as const;
const normal = (shape: number[], seed: number): Tensor =>
  randn(shape, { ...double, generator: Generator.create({ seed }) });

describe("−∞", () => {
  test("the superstable fixed point of the logistic map, r = 2", () => {
    const spectrum = lyapunovSpectrum(logistic({ r: 2 }), { steps: 200 });
    expect(spectrum.exponents).toEqual([Number.NEGATIVE_INFINITY]);
    expect(spectrum.standardErrors).toEqual([Number.POSITIVE_INFINITY]);
    expect(spectrum.kaplanYorke).toBe(0);
    expect(spectrum.entropyRate).toBe(0);
    expect(spectrum.converged).toBe(false);
    expect(spectrum.notes.join()).toMatch(
      /exponent 1: −∞ .*the Jacobian is singular, as at a superstable point/,
    );
  });

  scoped("a matrix of rank 1: one exponent is finite, rounding does not invent the others", () => {
    const u = tensor([1, 2, -0.5], double);
    const v = tensor([0.3, 0.4, 1], double);
    const W = u.outer(v); // eigenvalue v·u = 0.6
    const spectrum = lyapunovSpectrum(map({ dimension: 3, step: (x) => x.mm(W.t()) }), {
      steps: 100,
      initial: tensor([0, 0, 0], double),
    });
    expect(spectrum.exponents[0]).toBeCloseTo(Math.log(0.6), 10);
    expect(spectrum.exponents.slice(1)).toEqual([Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]);
    expect(spectrum.notes.join()).toMatch(/exponents 2 to 3: −∞/);
  });

  scoped("a net with saturated units", () => {
    const W = normal([6, 6], 1);
    const drive = tensor([0, 40, 0, -40, 0, 0], double); // two units whose slope is 0 in float64
    const system = map({ dimension: 6, step: (x) => x.mm(W.t()).add(drive).tanh() });
    const { exponents, notes } = lyapunovSpectrum(system, { steps: 200, batch: 2 });
    expect(exponents.slice(0, 4).every(Number.isFinite)).toBe(true);
    expect(exponents.slice(4)).toEqual([Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]);
    expect(notes.join()).toMatch(/exponents 5 to 6: −∞ .* saturated units/);
  });

  scoped("growth below rounding in some steps only is said, and kept finite", () => {
    // Every fourth step the second variable shrinks by 1e-18, which one cannot tell from 0 beside 1 once mixed.
    const mix = tensor([[0.8, 0.6], [-0.6, 0.8]], double); // biome-ignore format: a matrix
    const system = map({
      dimension: 2,
      step: (x) => x.clone(),
      jacobian: (_x, t) =>
        mix
          .mul(tensor([1, t % 4 === 0 ? 1e-18 : 0.5], double))
          .mm(mix)
          .unsqueeze(0),
    });
    const { exponents, notes } = lyapunovSpectrum(system, { steps: 400, interval: 1 });
    expect(exponents[1]).toBeLessThan(-8);
    expect(exponents[1]).toBeGreaterThan(-12);
    expect(notes.join()).toMatch(
      /exponent 2: in up to 25 % of the steps the growth factor was below rounding/,
    );
  });
});

scoped("a row of zeros: −∞, and no word of vectors that became dependent", () => {
  const system = map({
    dimension: 2,
    step: (state) => {
      const [x, y] = state.unbind(1) as [Tensor, Tensor];
      return stack([x.mul(x.rsub(1)).mul(3.9), y.mul(0)], 1);
    },
  });
  const { exponents, notes } = lyapunovSpectrum(system, { steps: 1000, initial: tensor([0.3, 0.2], double) });
  expect(exponents[0]).toBeGreaterThan(0.4);
  expect(exponents[1]).toBe(Number.NEGATIVE_INFINITY);
  expect(notes).toHaveLength(1);
  expect(notes[0]).toMatch(/^exponent 2: −∞/);
});

describe("trajectories that leave the finite numbers", () => {
  scoped("name the member and the step", () => {
    const initial = tensor([[0.1, 0.1], [5, 5]], double); // biome-ignore format: rows
    expect(() => lyapunovSpectrum(henon(), { steps: 100, transient: 0, initial })).toThrow(
      /the trajectory of member 1 was no longer finite at step (\d+); start elsewhere/,
    );
    expect(() => lyapunovSpectrum(henon(), { steps: 100, initial })).toThrow(/member 1/);
    const error = attempt(() =>
      lyapunovSpectrum(map({ dimension: 1, step: (x) => x.square() }), {
        steps: 100,
        initial: tensor([3], double),
      }),
    );
    expect(error).toMatchObject({ code: "flossing/diverged", op: "LyapunovStepper" });
    expect(String(error)).toMatch(/the trajectory was no longer finite/);
  });

  scoped("at the step after which the state is no longer finite, in a transient too", () => {
    // Hénon from (10, 10): |x| squares and grows by 1.4 at each step, and passes 2¹⁰²⁴ with the ninth.
    const initial = tensor([10, 10], double);
    let [x, y] = [10, 10];
    let steps = 0;
    for (; Number.isFinite(x); steps++) [x, y] = [1 - 1.4 * x * x + y, 0.3 * x];
    expect(steps).toBe(9);
    for (const lengths of [
      { transient: 0 },
      { transient: 0, alignment: 0 },
      { transient: 30 },
      { transient: 4 },
    ]) {
      const run = (): unknown => lyapunovSpectrum(henon(), { steps: 100, initial, ...lengths });
      expect(run).toThrow(/at step 9;/);
    }
    using stepper = new LyapunovStepper(henon(), { initial, from: 5 });
    expect(() => stepper.settle(200)).toThrow(/at step 14;/);
  });

  test("a flow that runs to infinity says when", () => {
    scope(() => {
      const initial = tensor([1, 1, 1e200], double);
      expect(() => lyapunovSpectrum(lorenz(), { duration: 1, initial })).toThrow(
        /at t = .* runs to infinity/,
      );
      const coarse = lorenz({ method: "euler", stepSize: 0.5 });
      expect(() => lyapunovSpectrum(coarse, { duration: 50 })).toThrow(
        /\(time [\d.]+\).* and the integrator's step/,
      );
    });
  });
});

function attempt(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}

describe("limits of what was asked", () => {
  test("too few intervals for error bars", () => {
    const { verdict, converged, standardErrors } = lyapunovSpectrum(henon(), { steps: 4, interval: 1 });
    expect(verdict).toMatch(/too short to tell: 4 intervals, and error bars take at least 8/);
    expect(converged).toBe(false);
    expect(standardErrors).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
  });

  scoped("a drift between the halves", () => {
    // The stretching decays with time in every member, so no average settles.
    const system = map({
      dimension: 1,
      parameters: [normal([8, 1], 1).mul(0.01).exp()],
      step: (x, t, rate) => x.mul(rate!).mul(2 - t / 400),
    });
    const options = { steps: 400, interval: 1, transient: 0, alignment: 0 } as const;
    const { verdict } = lyapunovSpectrum(system, options);
    expect(verdict).toMatch(
      /not converged: exponent 1 differs by [\d.]+ standard errors between the halves of the run/,
    );
  });

  test("errors that are large beside the exponents", () => {
    const { verdict } = lyapunovSpectrum(logistic({ r: 3.8 }), { steps: 30, interval: 1 });
    expect(verdict).toMatch(
      /not converged: exponent 1 is 0\.4\d+ ± 0\.\d+ nats per step, and its error should be at most .* \(5 % of it\)/,
    );
  });

  test("an interval that lets vectors become dependent", () => {
    const { notes, worstCondition, sumRule } = lyapunovSpectrum(henon(), { steps: 400, interval: 40 });
    expect(worstCondition).toBeGreaterThan(1e15);
    expect(sumRule).toMatchObject({ holds: false });
    expect(sumRule!.jacobian).toBeCloseTo(Math.log(0.3), 10);
    expect(notes.join()).toMatch(/the exponents sum to -.*, and the Jacobian's determinant says -1.20397/);
    expect(notes.join()).toMatch(
      /dependent to rounding between QRs 40 steps apart, .* give a shorter interval/,
    );
    expect(lyapunovSpectrum(henon(), { steps: 400, interval: 10 }).notes.join()).toMatch(
      /tangent vectors reached a condition number of .* above 10000000, and the smallest exponents are less accurate/,
    );
    const automatic = lyapunovSpectrum(henon(), { steps: 400 });
    expect(automatic.notes).toEqual([]);
    expect(automatic.sumRule).toMatchObject({ holds: true });
    expect(lyapunovSpectrum(henon(), { steps: 400, k: 1 }).sumRule).toBeNull();
  });

  test("positive exponents that are not all there", () => {
    const spectrum = lyapunovSpectrum(henon(), { steps: 100, k: 1 });
    expect(spectrum.kaplanYorke).toBeNull();
    expect(spectrum.notes.join()).toMatch(
      /all 1 exponents are positive: the entropy rate is at least the given one/,
    );
  });

  test("neighbours are merged when records are bounded", () => {
    const options = { steps: 100, interval: 1, transient: 0, alignment: 0 } as const;
    const all = lyapunovSpectrum(henon(), options);
    const few = lyapunovSpectrum(henon(), { ...options, maxRecords: 10 });
    expect(few.local.durations).toEqual([...new Array(6).fill(16), 4]);
    expect(few.exponents).toBeClose([...all.exponents], { rtol: 0, atol: 1e-12 });
  });
});

describe("what does not fit is refused", () => {
  const still: System = { dimension: 2, dt: 1, unit: "step", step: (x) => x.mul(0.5) };
  const measure =
    (options: SpectrumOptions, system: System = still) =>
    () =>
      lyapunovSpectrum(system, options);
  test.each([
    ["no length", measure({}), /has no end; give the steps/],
    ["two lengths", measure({ steps: 1, duration: 1 }), /measured over steps; give steps: 1, not a duration/],
    ["no steps", measure({ steps: 0 }), /steps is 0, accepted: a whole number of at least 1/],
    ["half a step", measure({ steps: 2.5 }), /steps is 2.5/],
    [
      "a negative transient",
      measure({ steps: 5, transient: -1 }),
      /transient is -1, accepted: a number of at least 0/,
    ],
    [
      "more exponents than variables",
      measure({ steps: 5, k: 3 }),
      /k is 3, accepted: a whole number from 1 to 2/,
    ],
    ["an interval of 0", measure({ steps: 5, interval: 0 }), /interval is 0/],
    [
      "another word",
      measure({ steps: 5, interval: "often" as "auto" }),
      /interval is "often", accepted: "auto" or a whole number/,
    ],
    ["another dtype", measure({ steps: 5, dtype: "int64" as "float64" }), /dtype is "int64", accepted/],
    [
      "states of another size",
      () => measure({ steps: 5, initial: normal([3], 1) })(),
      /initial is \[3\]; give \[batch, 2\] or \[2\]/,
    ],
    [
      "a batch of another size",
      () => measure({ steps: 5, initial: normal([3, 2], 1), batch: 4 })(),
      /batch of 4 does not match `initial`, which have 3/,
    ],
    [
      "vectors of another size",
      () => measure({ steps: 5, frame: normal([2, 3], 1) })(),
      /frame is \[2,3\]; give \[1, 2, 2\] or \[2, 2\]/,
    ],
    [
      "initial states of the wrong shape from the system",
      measure({ steps: 5 }, { ...still, initial: () => normal([2], 1) }),
      /initial states are \[2\] instead of \[1,2\]/,
    ],
    ["a seed that is no number", measure({ steps: 5, seed: 0.5 }), /seed is 0.5, accepted: a whole number/],
    ["one record", measure({ steps: 5, maxRecords: 1 }), /maxRecords is 1/],
  ])("%s", (_name, run, message) => {
    scope(() => expect(run).toThrow(message));
  });

  test("results before the first step", () => {
    using stepper = new LyapunovStepper(tent());
    expect(() => stepper.exponents).toThrow(/nothing has been measured yet; call step\(\) first/);
    expect(() => stepper.spectrum()).toThrow(/nothing has been measured/);
    expect(() => stepper.step(-1)).toThrow(/steps is -1/);
  });
});
