// Initialisations: exact structure where there is one, moments within sampling error where there is none.
import { eye, full, Generator, nn, type Tensor } from "@throughline/torch";
import { describe, expect } from "vitest";
import "@throughline/testing/close";
import { checkLeaks } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";

checkLeaks();

const { init } = nn;
const f64 = { dtype: "float64" } as const;
const blank = (...shape: number[]): Tensor => full(shape, 7, f64);
const exact = { rtol: 0, atol: 0 };
const near = { rtol: 1e-12, atol: 1e-12, because: "a QR decomposition in float64" };
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const numbers = (x: Tensor): number[] => x.reshape([-1]).toArray() as number[];

describe("structure", () => {
  for (const [rows, columns] of [
    [4, 4],
    [3, 6],
    [6, 3],
  ] as const) {
    scoped(`orthogonal_ [${rows}, ${columns}]: orthonormal rows or columns, times the gain`, () => {
      const q = init.orthogonal_(blank(rows, columns), { gain: 3 });
      const wide = rows <= columns;
      const gram = wide ? q.matmul(q.t()) : q.t().matmul(q);
      expect(gram).toBeClose(eye(Math.min(rows, columns), f64).mul(9), near);
    });
  }

  scoped("orthogonal_ counts the dimensions after the first as one", () => {
    const q = init.orthogonal_(blank(4, 2, 3)).reshape([4, 6]);
    expect(q.matmul(q.t())).toBeClose(eye(4, f64), near);
  });

  scoped("orthogonal_ prefers no direction: each element of a column is as large as the others", () => {
    const draws = 600;
    const sums = range(9).map(() => 0);
    for (let i = 0; i < draws; i++) {
      for (const [at, value] of numbers(init.orthogonal_(blank(3, 3))).entries()) sums[at]! += value;
    }
    // Mean 0 and variance 1/3 each; 4.5 standard errors.
    for (const sum of sums) expect(Math.abs(sum / draws)).toBeLessThan(4.5 / Math.sqrt(3 * draws));
  });

  scoped("eye_ has ones on its diagonal, whatever its shape", () => {
    for (const [rows, columns] of [
      [3, 3],
      [2, 4],
      [4, 2],
    ] as const) {
      const known = range(rows).map((r) => range(columns).map((c) => Number(r === c)));
      expect(init.eye_(blank(rows, columns))).toBeClose(known, exact);
    }
  });

  const kernels = { conv1d: [3], conv2d: [3, 5], conv3d: [3, 1, 3] } as const;
  for (const [name, kernel] of Object.entries(kernels)) {
    for (const groups of [1, 2]) {
      scoped(`a ${name} with dirac_ weights of ${groups} groups hands its input on`, () => {
        const weight = init.dirac_(blank(4, 4 / groups, ...kernel), { groups });
        const x = blank(2, 4, ...kernel.map((size) => size + 2));
        init.normal_(x);
        const options = { padding: kernel.map((size) => (size - 1) / 2), groups };
        const convolve = nn.functional[name as "conv2d"] as unknown as (
          ...args: [Tensor, Tensor, null, object]
        ) => Tensor;
        expect(convolve(x, weight, null, options)).toBeClose(x, exact);
        expect(weight.sum().item()).toBe(4);
      });
    }
  }

  scoped("dirac_ leaves further outputs silent, and further inputs unheard", () => {
    for (const [out, inputs] of [
      [5, 3],
      [3, 5],
    ] as const) {
      const centre = init.dirac_(blank(out, inputs, 3)).select(2, 1);
      expect(centre).toBeClose(
        range(out).map((o) => range(inputs).map((i) => Number(o === i))),
        exact,
      );
    }
  });

  for (const sparsity of [0, 0.33, 0.5, 1]) {
    scoped(`sparse_ ${sparsity}: as many zeros in each column, the rest of the wanted deviation`, () => {
      const x = init.sparse_(blank(50, 40), sparsity, { std: 2 });
      const zeros = x.eq(0).sum({ dim: 0 });
      expect(zeros).toBeClose(
        range(40).map(() => Math.ceil(sparsity * 50)),
        exact,
      );
      const kept = numbers(x).filter((value) => value !== 0);
      if (kept.length === 0) return;
      const deviation = Math.sqrt(kept.reduce((sum, value) => sum + value * value, 0) / kept.length);
      expect(Math.abs(deviation / 2 - 1)).toBeLessThan(4.5 / Math.sqrt(2 * kept.length));
    });
  }

  scoped("constant_, ones_ and zeros_ leave nothing of what was there", () => {
    expect(init.constant_(blank(2, 3), -0.25)).toBeClose(full([2, 3], -0.25, f64), exact);
    expect(init.ones_(blank(3))).toBeClose([1, 1, 1], exact);
    expect(init.zeros_(blank(3))).toBeClose([0, 0, 0], exact);
  });
});

describe("moments", () => {
  /** Weight [out, in, kernel] of which fan in is 60 · 4 and fan out 90 · 4. */
  const weight = (): Tensor => blank(90, 60, 4);
  const [fanIn, fanOut] = [240, 360];
  const leaky = Math.sqrt(2 / (1 + 0.3 ** 2));
  /** Deviation, and whether the distribution is uniform, of each initialisation. */
  const drawn: Record<
    string,
    [(x: Tensor, o: nn.init.RandomOptions) => Tensor, number, "uniform" | "normal"]
  > = {
    uniform_: [(x, o) => init.uniform_(x, { a: -3, b: 3, ...o }), Math.sqrt(3), "uniform"],
    normal_: [(x, o) => init.normal_(x, { std: 0.2, ...o }), 0.2, "normal"],
    xavierUniform_: [
      (x, o) => init.xavierUniform_(x, { gain: 2, ...o }),
      2 * Math.sqrt(2 / (fanIn + fanOut)),
      "uniform",
    ],
    xavierNormal_: [(x, o) => init.xavierNormal_(x, o), Math.sqrt(2 / (fanIn + fanOut)), "normal"],
    "kaimingUniform_ for relu": [
      (x, o) => init.kaimingUniform_(x, { nonlinearity: "relu", ...o }),
      Math.sqrt(2 / fanIn),
      "uniform",
    ],
    "kaimingUniform_ for leaky_relu": [
      (x, o) => init.kaimingUniform_(x, { a: 0.3, ...o }),
      leaky / Math.sqrt(fanIn),
      "uniform",
    ],
    "kaimingNormal_ of the backward pass": [
      (x, o) => init.kaimingNormal_(x, { mode: "fan_out", nonlinearity: "tanh", ...o }),
      5 / 3 / Math.sqrt(fanOut),
      "normal",
    ],
  };
  for (const [name, [fill, std, law]] of Object.entries(drawn)) {
    scoped(`${name}: mean 0, its deviation, its fourth moment`, () => {
      using generator = Generator.create({ seed: 17 });
      const x = fill(weight(), { generator });
      const n = x.numel;
      const moment = (power: number): number => x.div(std).pow(power).mean().item() as number;
      const fourth = law === "uniform" ? 9 / 5 : 3;
      // 4.5 standard errors: Var z = 1, Var z² = E z⁴ − 1, Var z⁴ = E z⁸ − (E z⁴)².
      const eighth = law === "uniform" ? 9 : 105;
      expect(Math.abs(moment(1))).toBeLessThan(4.5 / Math.sqrt(n));
      expect(Math.abs(moment(2) - 1)).toBeLessThan(4.5 * Math.sqrt((fourth - 1) / n));
      expect(Math.abs(moment(4) - fourth)).toBeLessThan(4.5 * Math.sqrt((eighth - fourth ** 2) / n));
      if (law === "uniform") expect(x.abs().max().item()).toBeLessThanOrEqual(std * Math.sqrt(3));
      generator.manualSeed(17);
      expect(fill(weight(), { generator }), "the generator alone decides").toBeClose(x, exact);
    });
  }

  const density = (z: number): number => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  for (const [mean, std, a, b] of [
    [0, 1, -2, 2],
    [1, 2, 0, 1.5],
    [0, 1, 1, 4],
    [5, 1, -1, 1],
  ] as const) {
    scoped(`truncNormal_ of mean ${mean}, std ${std} in [${a}, ${b}]`, () => {
      const x = init.truncNormal_(blank(40_000), { mean, std, a, b });
      // Moments by the trapezoid rule over the density.
      const places = range(4001).map((i) => a + ((b - a) * i) / 4000);
      const integral = (f: (x: number) => number): number =>
        places.reduce(
          (sum, at, i) => sum + (i % 4000 === 0 ? 0.5 : 1) * f(at) * density((at - mean) / std),
          0,
        );
      const centre = integral((at) => at) / integral(() => 1);
      const variance = integral((at) => (at - centre) ** 2) / integral(() => 1);
      const spread = integral((at) => (at - centre) ** 4) / integral(() => 1);
      const found = x.varMean();
      expect(x.min().item()).toBeGreaterThanOrEqual(a);
      expect(x.max().item()).toBeLessThanOrEqual(b);
      expect(Math.abs((found.mean.item() as number) - centre)).toBeLessThan(
        4.5 * Math.sqrt(variance / 40_000),
      );
      expect(Math.abs((found.variance.item() as number) - variance)).toBeLessThan(
        4.5 * Math.sqrt((spread - variance ** 2) / 40_000),
      );
    });
  }
});
