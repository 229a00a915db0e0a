// Exponents that are known exactly: the first thing a spectrum must get right.
import {
  catMap,
  driven,
  eulerSpectrum,
  flow,
  henon,
  kaplanYorke,
  linearSpectrum,
  logistic,
  lorenz,
  lyapunovSpectrum,
  map,
  randomMatrixProduct,
  randomMatrixSpectrum,
  type Spectrum,
  type System,
  scsNetwork,
  standardMap,
  tanhNetwork,
  tent,
} from "@throughline/flossing";
import { dispose, eye, Generator, linalg, randn, type Tensor, tensor } from "@throughline/torch";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import "@throughline/testing/close";
import { checkLeaks } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";

checkLeaks();

const double = { dtype: "float64" } as const;
const normal = (shape: number[], seed: number): Tensor =>
  randn(shape, { ...double, generator: Generator.create({ seed }) });
const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** Every exponent within `sigmas` of its standard errors, and those errors small enough to mean something. */
function expectWithin(spectrum: Spectrum, expected: readonly number[], error: number, sigmas = 4): void {
  spectrum.exponents.forEach((value, i) => {
    expect(spectrum.standardErrors[i]).toBeLessThan(error);
    expect(Math.abs(value - expected[i]!), `exponent ${i + 1}: ${value}`).toBeLessThan(
      sigmas * spectrum.standardErrors[i]! + 1e-9,
    );
  });
}

describe("constant Jacobians, to rounding", () => {
  scoped("x₁′ = 1.1 x₁, x₂′ = 0.8 x₂", () => {
    const rates = tensor([1.1, 0.8], double);
    const system = map({ dimension: 2, step: (x) => x.mul(rates) });
    const { exponents } = lyapunovSpectrum(system, { steps: 1000, transient: 0, alignment: 200 });
    expect(exponents).toBeClose([Math.log(1.1), Math.log(0.8)], { rtol: 0, atol: 1e-12 });
  });

  scoped("ẋ = (0.1 x₁, −0.4 x₂)", () => {
    const rates = tensor([0.1, -0.4], double);
    const system = flow({ dimension: 2, derivative: (x) => x.mul(rates) });
    const { exponents } = lyapunovSpectrum(system, { duration: 20, transient: 0, alignment: 60 });
    expect(exponents).toBeClose([0.1, -0.4], { rtol: 0, atol: 1e-8 }); // the integrator's rtol is 1e-9
  });

  scoped("Arnold's cat: ±ln((3 + √5)/2)", () => {
    const { exponents, standardErrors } = lyapunovSpectrum(catMap(), { steps: 500, batch: 3 });
    const exact = Math.log((3 + Math.sqrt(5)) / 2);
    expect(exponents).toBeClose([exact, -exact], { rtol: 0, atol: 1e-12 });
    expect(Math.max(...standardErrors)).toBeLessThan(1e-12);
  });

  scoped("a tent of slope α: ln α, for a batch of slopes", () => {
    const slopes = [1.1, 1.5, 1.9, 1.999];
    const system = tent({
      slope: tensor(
        slopes.map((slope) => [slope]),
        double,
      ),
    });
    const { members } = lyapunovSpectrum(system, { steps: 300 });
    expect(members.exponents).toBeClose(
      slopes.map((slope) => [Math.log(slope)]),
      { rtol: 0, atol: 1e-12 },
    );
  });

  scoped("an orthogonal matrix times g: all ln g", () => {
    const W = linalg.qr(normal([12, 12], 1)).Q.mul(1.3);
    const system = map({ dimension: 12, step: (x) => x.mm(W.t()) });
    const { exponents } = lyapunovSpectrum(system, { steps: 300 });
    expect(exponents).toBeClose(new Array(12).fill(Math.log(1.3)), { rtol: 0, atol: 1e-12 });
  });

  test("any triangular matrix: ln |diagonal| (random ones)", () => {
    const size = fc.double({ min: 0.3, max: 3, noNaN: true });
    fc.assert(
      fc.property(
        fc.tuple(size, size, size),
        fc.infiniteStream(fc.double({ min: -1, max: 1, noNaN: true })),
        (sizes, stream) => {
          const sorted = sizes.toSorted((a, b) => b - a).map((value, i) => value * 2.5 ** -i); // gaps of at least ln 2.5
          const entries = sorted.map((value, i) =>
            sorted.map((_, j) => (i === j ? value : j > i ? stream.next().value : 0)),
          );
          using W = tensor(entries, double);
          const system = map({ dimension: 3, step: (x) => x.mm(W.t()) });
          const { exponents } = lyapunovSpectrum(system, { steps: 50, transient: 0, alignment: 60 });
          expect(exponents).toBeClose(sorted.map(Math.log), { rtol: 0, atol: 1e-9 });
        },
      ),
      { numRuns: 20, seed: 1 },
    );
  });
});

describe("fixed points, ln |eigenvalue|", () => {
  /** Mean over pairs of complex conjugates, whose two directions turn into each other. */
  function expectEigenvalues(spectrum: Spectrum, expected: readonly number[], atol: number): void {
    // Turning directions make single exponents fluctuate by O(1/T); partial sums at gaps between moduli do not.
    expected.forEach((value, i) => {
      if (i + 1 < expected.length && value - expected[i + 1]! < 0.02) return;
      const partial = (list: readonly number[]): number => sum(list.slice(0, i + 1));
      expect(Math.abs(partial(spectrum.exponents) - partial(expected)), `up to ${i + 1}`).toBeLessThan(atol);
    });
  }

  scoped("a linear net", () => {
    const W = normal([10, 10], 3);
    const system = map({ dimension: 10, step: (x) => x.mm(W.t()) });
    const options = {
      steps: 3000,
      transient: 0,
      alignment: 3000,
      initial: tensor(new Array(10).fill(0), double),
    };
    expectEigenvalues(lyapunovSpectrum(system, options), linearSpectrum(W), 1e-3); // O(1/T) where gaps are 0.02
  });

  scoped("an autonomous tanh net with spectral radius below 1 dies out", () => {
    const system = tanhNetwork({ size: 20, gain: 0.7, seed: 4 });
    const spectrum = lyapunovSpectrum(system, { steps: 2000, alignment: 2000, transient: 2000 });
    expectEigenvalues(spectrum, linearSpectrum(system.weights), 2e-3); // O(1/T) where gaps are 0.02
    dispose(system);
  });

  scoped("Euler steps of a leaky net: ln |1 − δ + δ · eigenvalue|", () => {
    const network = scsNetwork({ size: 12, gain: 0.8, stepSize: 0.2, seed: 5 });
    const spectrum = lyapunovSpectrum(network, { duration: 600, alignment: 600, transient: 600 });
    const perTime = eulerSpectrum(network.weights, 0.2).map((value) => value / 0.2);
    expectEigenvalues(spectrum, perTime, 1e-2); // O(1/T), T = 600
    dispose(network);
  });
});

describe("chaotic systems", () => {
  scoped("the logistic map at r = 4: ln 2", () => {
    expectWithin(lyapunovSpectrum(logistic(), { steps: 5000, batch: 100 }), [Math.LN2], 5e-4);
  });

  scoped("products of Gaussian matrices: Newman's exponents", () => {
    const system = randomMatrixProduct({ size: 8, sigma: 1.5 });
    const spectrum = lyapunovSpectrum(system, { steps: 1000, batch: 60 });
    expectWithin(spectrum, randomMatrixSpectrum(8, 1.5), 6e-3);
  });

  scoped("products of larger ones, without moments of order 1/N left out", () => {
    const system = randomMatrixProduct({ size: 40 });
    const spectrum = lyapunovSpectrum(system, { steps: 600, batch: 4, k: 10 });
    expectWithin(spectrum, randomMatrixSpectrum(40).slice(0, 10), 5e-3);
  });
});

describe("Σ λ is the mean of ln |det J|, to rounding", () => {
  const systems: [string, () => System, number, number][] = [
    ["Hénon: ln 0.3", () => henon(), Math.log(0.3), 1e-12],
    ["Hénon with b = −0.2: ln 0.2", () => henon({ a: 1.2, b: -0.2 }), Math.log(0.2), 1e-12],
    ["the standard map keeps areas", () => standardMap({ K: 2 }), 0, 1e-12],
    ["the cat map keeps areas", () => catMap(), 0, 1e-12],
  ];
  test.each(systems)("%s", (_name, make, expected, tolerance) => {
    const { exponents } = lyapunovSpectrum(make(), { steps: 500, batch: 5 });
    expect(Math.abs(sum(exponents) - expected)).toBeLessThan(tolerance);
  });

  test("Lorenz: −(σ + 1 + β), to the integrator's tolerance", () => {
    const { exponents } = lyapunovSpectrum(lorenz(), { duration: 5, batch: 4 });
    expect(Math.abs(sum(exponents) + 41 / 3)).toBeLessThan(1e-6);
    const tight = lyapunovSpectrum(lorenz({ rtol: 1e-12, sigma: 16, rho: 45.92, beta: 4 }), {
      duration: 2,
      batch: 2,
    });
    expect(Math.abs(sum(tight.exponents) + 21)).toBeLessThan(1e-8);
  });

  scoped("a tanh net under noise: ln |det J| + Σ ln(1 − tanh²x), along the very trajectory", () => {
    const system = tanhNetwork({ size: 15, gain: 2, noise: 0.5, seed: 6 });
    const initial = normal([3, 15], 7);
    const spectrum = lyapunovSpectrum(system, {
      steps: 200,
      transient: 0,
      alignment: 0,
      initial,
      interval: 1,
    });
    const logDet = linalg.slogdet(system.weights).logabsdet.item();
    let x = initial;
    const total = [0, 0, 0];
    for (let t = 0; t < 200; t++) {
      const slopes = x.tanh().square().rsub(1).log().sum({ dim: 1 }).toArray() as number[];
      slopes.forEach((value, member) => {
        total[member]! += (value + logDet) / 200;
      });
      x = system.step(x, t);
    }
    spectrum.members.exponents.forEach((own, member) => {
      expect(sum(own)).toBeCloseTo(total[member]!, 10);
    });
    dispose(system);
  });

  scoped("a driven leaky net by forward mode: the mean of ln |det D|, D from its formula", () => {
    const W = normal([6, 6], 8);
    const cell = {
      inputSize: 6,
      stateSize: 6,
      step: (u: Tensor, h: Tensor) => h.mul(0.7).add(h.mm(W.t()).add(u).tanh().mul(0.3)),
    };
    const inputs = normal([150, 2, 6], 9);
    const initial = normal([2, 6], 10);
    const { members } = lyapunovSpectrum(driven(cell, inputs), { initial, transient: 0, alignment: 0 });
    let h = initial;
    const total = [0, 0];
    for (let t = 0; t < 150; t++) {
      const slope = h.mm(W.t()).add(inputs.select(0, t)).tanh().square().rsub(1).mul(0.3);
      const D = slope.unsqueeze(2).mul(W).add(eye(6, double).mul(0.7));
      (linalg.slogdet(D).logabsdet.toArray() as number[]).forEach((value, member) => {
        total[member]! += value / 150;
      });
      h = cell.step(inputs.select(0, t), h);
    }
    members.exponents.forEach((own, member) => {
      expect(sum(own)).toBeCloseTo(total[member]!, 10);
    });
  });
});

test("the Kaplan–Yorke dimension of these is exact too", () => {
  const { exponents, kaplanYorke: dimension } = lyapunovSpectrum(henon(), { steps: 500, batch: 5 });
  // With λ₁ + λ₂ = ln b, D = 1 + λ₁/|λ₂| = 1 + λ₁/(λ₁ − ln b).
  expect(dimension).toBeCloseTo(1 + exponents[0]! / (exponents[0]! - Math.log(0.3)), 12);
  expect(dimension).toBe(kaplanYorke(exponents));
});
