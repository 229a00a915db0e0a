// Parts of spectra by hand: singular values of graded matrices, products that overflow, rounding, blocks, groups.
import { type System, tanhNetwork } from "@throughline/flossing";
import { checkLeaks } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";
import { dispose, eye, Generator, linalg, randn, type Tensor, tensor } from "@throughline/torch";
import { describe, expect, test } from "vitest";
import { acrossMembers, blockedMean, type Estimate } from "../../src/spectrum/blocking.js";
import { GradedProduct } from "../../src/spectrum/graded.js";
import { groupsOf } from "../../src/spectrum/groups.js";
import { logSingularValues } from "../../src/spectrum/jacobi.js";
import { RankCount, unresolvedBelow } from "../../src/spectrum/rank.js";
import { defaultRecords } from "../../src/spectrum/series.js";
import { SumCheck } from "../../src/spectrum/sum-rule.js";

checkLeaks();

const close = (found: ArrayLike<number>, expected: readonly number[], digits = 12): void => {
  expect(found.length).toBe(expected.length);
  for (const [i, value] of expected.entries()) expect(found[i]!).toBeCloseTo(value, digits);
};

describe("singular values by plane rotations", () => {
  const rowsOf = (matrix: readonly (readonly number[])[], exponents?: readonly number[]) => ({
    rows: matrix.map((row) => Float64Array.from(row)),
    exponents: Float64Array.from(exponents ?? matrix.map(() => 0)),
  });

  scoped("are LAPACK's for ordinary matrices", () => {
    for (const size of [1, 2, 3, 5, 8]) {
      const matrix = randn([size, size], { dtype: "float64", generator: Generator.create({ seed: size }) });
      const expected = linalg.svdvals(matrix).log().toArray() as number[];
      close(logSingularValues(rowsOf(matrix.toArray() as number[][])), expected, 11);
    }
  });

  test("of a diagonal matrix are its numbers, in order, however far apart", () => {
    const found = logSingularValues(
      rowsOf(
        [
          [1, 0, 0],
          [0, 1, 0],
          [0, 0, 1],
        ],
        [-5000, 7000, 3],
      ),
    );
    close(found, [7000 * Math.LN2, 3 * Math.LN2, -5000 * Math.LN2], 9);
  });

  test("of a rotated plane with scales 10³⁰⁰ and 10⁻³⁰⁰: the product is the determinant", () => {
    // Rows (c, s) · 2^1000 and (−s + ε, c) · 2^−1000: nearly orthogonal, so the values are nearly the rows' lengths.
    const [c, s] = [Math.cos(0.3), Math.sin(0.3)];
    const found = logSingularValues(
      rowsOf(
        [
          [c, s],
          [-s + 1e-3, c],
        ],
        [1000, -1000],
      ),
    );
    const determinant = Math.log(c * c + s * s - 1e-3 * s);
    expect(found[0]! + found[1]!).toBeCloseTo(determinant, 10);
    expect(found[0]!).toBeCloseTo(1000 * Math.LN2, 10);
  });

  test("of a row of zeros is −∞; of equal rows one is, to rounding", () => {
    const zeros = logSingularValues(
      rowsOf([
        [3, 4],
        [0, 0],
      ]),
    );
    expect([...zeros]).toEqual([Math.log(5), Number.NEGATIVE_INFINITY]);
    const equal = logSingularValues(
      rowsOf([
        [1, 2],
        [1, 2],
      ]),
    );
    expect(equal[0]!).toBeCloseTo(0.5 * Math.log(10), 12);
    expect(equal[1]!).toBeLessThan(-30);
  });
});

describe("products of triangular matrices", () => {
  scoped("of a few are those of their product", () => {
    const generator = Generator.create({ seed: 4 });
    const factors = Array.from({ length: 5 }, () => randn([2, 4, 4], { dtype: "float64", generator }).triu());
    const graded = new GradedProduct(2, 4);
    for (const factor of factors) graded.multiply(factor);
    const product = factors.reduce((left, factor) => factor.bmm(left));
    const expected = linalg.svdvals(product).log().toArray() as number[][];
    const found = graded.logSingularValues();
    graded.dispose();
    for (const [member, values] of found.entries()) close(values, expected[member]!, 8);
  });

  scoped("of two thousand diagonal ones: sums of logarithms, far beyond what a number can be", () => {
    const graded = new GradedProduct(1, 3);
    const factor = tensor([[[2, 0, 0], [0, 1, 0], [0, 0, 0.125]]], { dtype: "float64" }); // biome-ignore format: a matrix
    for (let i = 0; i < 2000; i++) graded.multiply(factor);
    const [values] = graded.logSingularValues();
    graded.dispose();
    close(values!, [2000 * Math.LN2, 0, -6000 * Math.LN2], 8);
  });

  scoped("of shears: [[1, n], [0, 1]] has the values of its closed form", () => {
    const graded = new GradedProduct(1, 2);
    const shear = tensor([[[1, 1], [0, 1]]], { dtype: "float64" }); // biome-ignore format: a matrix
    for (let i = 0; i < 1000; i++) graded.multiply(shear);
    const [values] = graded.logSingularValues();
    graded.dispose();
    const largest = Math.asinh(500); // of [[1, n], [0, 1]]: sinh of its logarithm is n / 2
    close(values!, [largest, -largest], 8);
  });

  scoped("with a singular factor: one value is −∞ and stays so", () => {
    const graded = new GradedProduct(1, 2);
    graded.multiply(tensor([[[2, 1], [0, 0]]], { dtype: "float64" })); // biome-ignore format: a matrix
    graded.multiply(tensor([[[3, 1], [0, 5]]], { dtype: "float64" })); // biome-ignore format: a matrix
    const [values] = graded.logSingularValues();
    graded.dispose();
    expect(values![0]!).toBeCloseTo(Math.log(3 * Math.sqrt(5)), 10); // the product is [[6, 3], [0, 0]]
    expect(values![1]!).toBe(Number.NEGATIVE_INFINITY);
  });
});

describe("growth that rounding hides", () => {
  const none = Number.NEGATIVE_INFINITY;

  test("the level is 8 √N roundings below the largest factor", () => {
    expect(unresolvedBelow(4, "float64")).toBeCloseTo(Math.log(16 * 2 ** -52), 12);
    expect(unresolvedBelow(1, "float32")).toBeCloseTo(Math.log(8 * 2 ** -23), 12);
  });

  test("zeros decide at once; noise must be as frequent as not", () => {
    const count = new RankCount(1, 2, 2, "float64");
    count.observe(Float64Array.of(1, -1), 1);
    expect([count.isMinusInfinity(0), count.isMinusInfinity(1)]).toEqual([false, false]);
    count.observe(Float64Array.of(1, none), 1);
    expect(count.isMinusInfinity(1)).toBe(true);
    expect([...count.zeros]).toEqual([0, 1]);

    const noisy = new RankCount(1, 2, 2, "float64");
    const deep = unresolvedBelow(2, "float64");
    noisy.observe(Float64Array.of(0, -1), 1);
    noisy.observe(Float64Array.of(0, deep - 1), 1);
    expect(noisy.isUncertain(1)).toBe(true);
    expect(noisy.isMinusInfinity(1)).toBe(true); // one of two
    noisy.observe(Float64Array.of(0, -1), 1);
    expect(noisy.isMinusInfinity(1)).toBe(false); // one of three
    expect(noisy.isUncertain(1)).toBe(true);
    expect(noisy.count).toBe(3);
  });

  test("over several steps dependent vectors are no verdict; resolved ones are no noise", () => {
    const count = new RankCount(1, 2, 2, "float64");
    count.observe(Float64Array.of(0, -60), 5);
    expect([count.overlong, count.unresolved[1]]).toEqual([true, 0]);
    const resolved = new RankCount(1, 2, 2, "float64");
    resolved.observe(Float64Array.of(0, -60), 5, true);
    expect([resolved.overlong, resolved.unresolved[1]]).toEqual([false, 0]);
  });

  test("of two members, each has its own count; an orbit's noise counts from the second time", () => {
    const count = new RankCount(2, 2, 2, "float64");
    count.observe(Float64Array.of(0, -1, 0, none), 1);
    expect([...count.zeros]).toEqual([0, 0, 0, 1]);
    count.observeOrbit(Float64Array.of(0, 1, 0, 0));
    expect(count.isMinusInfinity(1)).toBe(false);
    count.observeOrbit(Float64Array.of(0, 1, 0, 0));
    expect([count.isMinusInfinity(1), count.isMinusInfinity(0)]).toEqual([true, false]);
  });
});

describe("the sum rule", () => {
  /** x ← A x for each row. */
  const linear = (A: Tensor): System => ({
    dimension: A.size(0),
    dt: 1,
    unit: "step",
    step: (state) => state.matmul(A.t()),
    jacobian: (state) => A.expand([state.size(0), ...A.shape]),
  });

  scoped("holds if the logarithms add up to the determinant's, and not if they do not", () => {
    const A = tensor([[2, 1], [0, 0.5]], { dtype: "float64" }); // biome-ignore format: a matrix
    const start = {
      state: tensor([[1, 1]], { dtype: "float64" }),
      frame: tensor([[[1, 0], [0, 1]]], { dtype: "float64" }), // biome-ignore format: a matrix
    };
    for (const [logs, holds] of [
      [[3 * Math.LN2, -3 * Math.LN2], true],
      [[3 * Math.LN2, -3 * Math.LN2 + 0.1], false],
    ] as const) {
      const check = new SumCheck(linear(A), 1, "float64");
      expect(check.result).toBeNull();
      check.check(start, 0, 3, Float64Array.from(logs));
      expect(check.result!.holds).toBe(holds);
      expect(check.result!.jacobian).toBeCloseTo(0, 12);
      expect(check.result!.exponents).toBeCloseTo(holds ? 0 : 0.1 / 3, 12);
    }
  });

  scoped("has nothing to say where the Jacobian is singular", () => {
    const A = tensor([[2, 1], [0, 0]], { dtype: "float64" }); // biome-ignore format: a matrix
    const check = new SumCheck(linear(A), 1, "float64");
    const start = {
      state: tensor([[1, 1]], { dtype: "float64" }),
      frame: tensor([[[1, 0], [0, 1]]], { dtype: "float64" }), // biome-ignore format: a matrix
    };
    check.check(start, 0, 1, Float64Array.of(Math.LN2, Number.NEGATIVE_INFINITY));
    expect(check.result).toBeNull();
  });

  scoped("of a tanh net: ln |det J| + Σ ln(1 − tanh²x), along its own trajectory", () => {
    const net = tanhNetwork({ size: 5, gain: 1.5, seed: 3 });
    const state = randn([1, 5], { dtype: "float64", generator: Generator.create({ seed: 1 }) });
    const own = linalg.slogdet(net.jacobian!(state.mul(0), 0).squeeze(0)).logabsdet.item(); // tanh′(0) = 1
    const slopes = (x: Tensor): number => x.tanh().square().rsub(1).log().sum().item();
    const expected = 2 * own + slopes(state) + slopes(net.step(state, 0));
    const frame = eye(5, { dtype: "float64" }).unsqueeze(0);
    for (const [excess, holds] of [
      [0, true],
      [0.2, false],
    ] as const) {
      const check = new SumCheck(net, 1, "float64");
      check.check(
        { state, frame },
        0,
        2,
        Float64Array.from({ length: 5 }, () => (expected + excess) / 5),
      );
      expect(check.result!.holds).toBe(holds);
      expect(check.result!.jacobian).toBeCloseTo(expected / 2, 10);
    }
    dispose(net);
  });
});

describe("errors of time averages", () => {
  test("of alternating numbers the blocks are equal: no error at all", () => {
    const sums = Array.from({ length: 512 }, (_, i) => i % 2);
    const { mean, error } = blockedMean(
      sums,
      sums.map(() => 1),
    );
    expect([mean, error]).toEqual([0.5, 0]);
  });

  test("of two halves, it is that of blocks that are all alike their neighbours", () => {
    const sums = Array.from({ length: 16 }, (_, i) => (i < 8 ? 0 : 1));
    const { mean, error } = blockedMean(
      sums,
      sums.map(() => 1),
    );
    expect(mean).toBe(0.5);
    // Deviations ∓½: Σ = 4; √(4 · 16/15)/16. Neighbours agree 14 times of 15: ρ = (14 − 1)/4 · ¼ = 13/16.
    const bare = Math.sqrt((4 * 16) / 15) / 16;
    const correlation = (14 * 0.25 - 0.25) / 4;
    expect(error).toBeCloseTo(bare * Math.sqrt((1 + correlation) / (1 - correlation)), 12);
  });

  test("weights are durations: a long record counts for as many short ones", () => {
    const { mean } = blockedMean([10, 2, 2, 2, 2, 2, 2, 2], [5, 1, 1, 1, 1, 1, 1, 1]);
    expect(mean).toBe(2);
    expect(blockedMean([1, 1], [1, 1])).toEqual({ mean: 1, error: Number.POSITIVE_INFINITY });
    const infinite = blockedMean(Array(20).fill(Number.NEGATIVE_INFINITY), Array(20).fill(1));
    expect(infinite).toEqual({ mean: Number.NEGATIVE_INFINITY, error: Number.POSITIVE_INFINITY });
  });

  test("over members: root of the sum of squares below eight of them, their scatter from then on", () => {
    const members = (count: number): Estimate[] =>
      Array.from({ length: count }, (_, i) => ({ mean: i % 2, error: 0.3 }));
    expect(acrossMembers(members(4))).toEqual({ mean: 0.5, error: expect.closeTo(0.15, 12) });
    const scatter = Math.sqrt((8 * 0.25) / 7);
    expect(acrossMembers(members(8))).toEqual({
      mean: 0.5,
      error: expect.closeTo(scatter / Math.sqrt(8), 12),
    });
    // Equal members are one: no error comes of repeating it.
    expect(acrossMembers(Array.from({ length: 9 }, () => ({ mean: 2, error: 0.3 })))).toEqual({
      mean: 2,
      error: 0.3,
    });
  });

  test("records are bounded by memory, an even number of them and no fewer than 256", () => {
    expect(defaultRecords(1)).toBe(2 ** 24);
    expect(defaultRecords(2 ** 20)).toBe(256);
    for (const width of [3, 7, 1000, 65_537]) {
      expect(defaultRecords(width) % 2).toBe(0);
      expect(defaultRecords(width) * width).toBeLessThanOrEqual(Math.max(2 ** 24, 256 * width));
    }
  });
});

describe("groups of members", () => {
  const member = (...means: number[]): Estimate[] => means.map((mean) => ({ mean, error: 0.01 }));

  test("are told apart by a gap of six errors, not by less", () => {
    // Two errors of 0.01 are 0.0141 together; six of them 0.085.
    const near = groupsOf([member(0), member(0.08)], 1e6);
    expect([near.groups.length, near.differs]).toEqual([1, false]);
    const far = groupsOf([member(0), member(0.09), member(0.001)], 1e6);
    expect(far.groups.map(({ members }) => members)).toEqual([[0, 2], [1]]);
    expect(far.differs).toBe(true);
    expect(far.groups[0]!.exponents[0]).toBeCloseTo(0.0005, 12);
  });

  test("no error counts as less than one over the time", () => {
    const short = groupsOf([member(0), member(0.09)], 10); // errors of 0.1
    expect([short.groups.length, short.differs]).toEqual([1, false]);
  });

  test("must agree in every exponent", () => {
    const { groups } = groupsOf([member(1, -1), member(1, -2), member(1, -1), member(2, -1)], 1e6);
    expect(groups.map(({ members }) => members)).toEqual([[0, 2], [1], [3]]);
  });

  test("−∞ in some members only divides them, and scatters without end", () => {
    const minus: Estimate[] = [{ mean: Number.NEGATIVE_INFINITY, error: 0 }];
    const { groups, scatter } = groupsOf([member(0), minus], 1e6);
    expect(groups).toHaveLength(2);
    expect(scatter).toBe(Number.POSITIVE_INFINITY);
  });

  test("many members that scatter by more than their errors differ, though no gap divides them", () => {
    const spread = Array.from({ length: 12 }, (_, i) => member(0.05 * i));
    const found = groupsOf(spread, 1e6);
    expect([found.groups.length, found.differs]).toEqual([1, true]);
    expect(found.scatter).toBeGreaterThan(3);
    const single = groupsOf([member(3)], 1e6);
    expect([single.scatter, single.differs]).toEqual([0, false]);
  });
});
