// L-BFGS, Rprop and averaged SGD by their formulas, written out in plain numbers, and by what they promise.
import { checkLeaks, own } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";
import { cat, eye, Generator, optim, randn, type Tensor, tensor, zeros } from "@throughline/torch";
import fc from "fast-check";
import { describe, expect } from "vitest";
import "@throughline/testing/close";

checkLeaks();

const double = { dtype: "float64" } as const;
type Vector = readonly number[];
const dot = (a: Vector, b: Vector): number => a.reduce((sum, one, i) => sum + one * b[i]!, 0);
const plus = (a: Vector, b: Vector, factor = 1): number[] => a.map((one, i) => one + factor * b[i]!);
const drawn = (length: number, seed: number): number[] =>
  randn([length], { ...double, generator: own(Generator.create({ seed })) }).toArray() as number[];

/** ½ xᵀ A x − bᵀ x, with A = M Mᵀ + 1, and the place where it is smallest. */
function quadratic(size: number, seed: number) {
  const m = randn([size, size], { ...double, generator: own(Generator.create({ seed })) });
  const a = m.mm(m.t()).div(size).add(eye(size, double));
  const b = tensor(drawn(size, seed + 1), double);
  const rows = a.toArray() as number[][];
  const right = b.toArray() as number[];
  return {
    loss: (x: Tensor): Tensor => x.dot(a.mv(x)).mul(0.5).sub(b.dot(x)),
    gradient: (x: Vector): number[] => rows.map((row, i) => dot(row, x) - right[i]!),
    minimum: (): number[] => gauss(rows, right),
  };
}

/** The solution of rows · x = right, by elimination. */
function gauss(rows: readonly Vector[], right: Vector): number[] {
  const table = rows.map((row, i) => [...row, right[i]!]);
  table.forEach((pivot, i) => {
    for (const [j, row] of table.entries()) if (j !== i) table[j] = plus(row, pivot, -row[i]! / pivot[i]!);
    table[i] = pivot;
  });
  return table.map((row, i) => row.at(-1)! / row[i]!);
}

/** The iterates of L-BFGS with fixed steps: H from pairs (s, y) by its definition, H⁺ = VᵀHV + ρ s sᵀ, as a matrix. */
function lbfgs(
  gradient: (x: Vector) => number[],
  from: Vector,
  lr: number,
  steps: number,
  history: number,
): number[][] {
  let x = [...from];
  const pairs: { s: number[]; y: number[] }[] = [];
  const found: number[][] = [];
  for (let k = 0; k < steps; k++) {
    const g = gradient(x);
    const last = pairs.at(-1);
    const scale = last === undefined ? 1 : dot(last.s, last.y) / dot(last.y, last.y);
    let h: number[][] = x.map((_, i) => x.map((_one, j) => (i === j ? scale : 0)));
    for (const { s, y } of pairs) {
      const rho = 1 / dot(s, y);
      const left = h.map((row, i) =>
        plus(
          row,
          y.map((_, j) =>
            dot(
              y,
              h.map((one) => one[j]!),
            ),
          ),
          -rho * s[i]!,
        ),
      );
      h = left.map((row, i) => row.map((one, j) => one - rho * dot(row, y) * s[j]! + rho * s[i]! * s[j]!));
    }
    const direction = h.map((row) => -dot(row, g));
    const length = k === 0 ? Math.min(1, 1 / g.reduce((sum, one) => sum + Math.abs(one), 0)) * lr : lr;
    const next = plus(x, direction, length);
    pairs.push({ s: plus(next, x, -1), y: plus(gradient(next), g, -1) });
    if (pairs.length > history) pairs.shift();
    x = next;
    found.push(x);
  }
  return found;
}

interface Watched {
  readonly x: number[];
  readonly loss: number;
}

/** One step of an optimiser on a function; every evaluation is noted. */
function stepOf(optimizer: optim.Optimizer, x: Tensor, loss: (x: Tensor) => Tensor): Watched[] {
  const seen: Watched[] = [];
  optimizer.step(() => {
    optimizer.zeroGrad();
    const value = loss(x);
    value.backward();
    seen.push({ x: x.detach().toArray() as number[], loss: value.item() });
    return value;
  });
  return seen;
}

describe("LBFGS", () => {
  scoped("goes along −H∇, H by its definition, whatever is remembered", () => {
    fc.assert(
      fc.property(
        fc.record({
          size: fc.integer({ min: 1, max: 5 }),
          historySize: fc.integer({ min: 1, max: 4 }),
          seed: fc.nat(40),
        }),
        ({ size, historySize, seed }) => {
          const { loss, gradient } = quadratic(size, seed);
          const start = drawn(size, seed + 2);
          const x = tensor(start, double).requiresGrad_();
          const options = { lr: 0.4, historySize, toleranceGrad: 0, toleranceChange: 0 };
          const optimizer = own(new optim.LBFGS([x], { ...options, maxIter: 3, maxEval: 50 }));
          const wanted = lbfgs(gradient, start, 0.4, 6, historySize);
          // What is remembered goes from one step to the next.
          for (const last of [2, 5]) {
            stepOf(optimizer, x, loss);
            expect(x.detach()).toBeClose(wanted[last]!, { rtol: 1e-7, atol: 1e-8 });
          }
        },
      ),
      { numRuns: 15, seed: 1 },
    );
  });

  scoped("finds the minimum of a quadratic function in about as many steps as it has dimensions", () => {
    for (const size of [1, 3, 8]) {
      const { loss, minimum } = quadratic(size, size);
      const x = zeros([size], double).requiresGrad_();
      const options = { lineSearchFn: "strong_wolfe", toleranceGrad: 1e-10, toleranceChange: 0 } as const;
      const optimizer = own(new optim.LBFGS([x], { ...options, maxIter: 10 + 4 * size, maxEval: 500 }));
      stepOf(optimizer, x, loss);
      expect(x.detach()).toBeClose(minimum(), { rtol: 1e-7, atol: 1e-7 });
    }
  });

  scoped("stops where the strong Wolfe conditions hold", () => {
    const valley = (x: Tensor): Tensor => {
      const [a, b] = [x.select(0, 0), x.select(0, 1)];
      return b.sub(a.square()).square().mul(100).add(a.rsub(1).square());
    };
    const slopeAt = ([a, b]: Vector): number[] => [
      -400 * a! * (b! - a! * a!) - 2 * (1 - a!),
      200 * (b! - a! * a!),
    ];
    for (const start of [
      [-1.2, 1],
      [0.5, 2],
      [2, -1],
    ]) {
      const x = tensor(start, double).requiresGrad_();
      const optimizer = own(new optim.LBFGS([x], { lineSearchFn: "strong_wolfe", maxIter: 1, maxEval: 60 }));
      for (let k = 0; k < 8; k++) {
        const before = x.detach().toArray() as number[];
        const [first] = stepOf(optimizer, x, valley);
        const after = x.detach().toArray() as number[];
        const way = plus(after, before, -1);
        const [slope, now] = [dot(slopeAt(before), way), dot(slopeAt(after), way)];
        expect(slope).toBeLessThan(0);
        expect(valley(x).item()).toBeLessThanOrEqual(first!.loss + 1e-4 * slope);
        expect(Math.abs(now)).toBeLessThanOrEqual(0.9 * Math.abs(slope));
      }
    }
  });

  scoped("evaluates no more often than allowed, and once where there is nothing to do", () => {
    const { loss, minimum } = quadratic(4, 3);
    const x = tensor(drawn(4, 9), double).requiresGrad_();
    const never = { toleranceGrad: 0, toleranceChange: 0 };
    expect(stepOf(own(new optim.LBFGS([x], { ...never, maxIter: 7 })), x, loss)).toHaveLength(7);
    expect(stepOf(own(new optim.LBFGS([x], { ...never, maxIter: 7, maxEval: 3 })), x, loss)).toHaveLength(3);
    const there = tensor(minimum(), double).requiresGrad_();
    const still = there.detach().clone();
    expect(stepOf(own(new optim.LBFGS([there], { toleranceGrad: 1e-6 })), there, loss)).toHaveLength(1);
    expect(there.detach()).toBeClose(still, { rtol: 0, atol: 0 });
  });

  scoped("sees parameters of any shapes as one vector, one without a gradient as zeros", () => {
    const { loss } = quadratic(6, 5);
    const start = drawn(6, 6);
    const one = tensor(start, double).requiresGrad_();
    const [a, b] = [tensor(start.slice(0, 2), double), tensor(start.slice(2), double).view([2, 2])];
    for (const part of [a, b]) part.requiresGrad_();
    const joined = (): Tensor => cat([a, b.flatten()]);
    const idle = tensor([5, 5], double).requiresGrad_();
    const options = { lineSearchFn: "strong_wolfe", maxIter: 5 } as const;
    stepOf(own(new optim.LBFGS([one], options)), one, loss);
    const several = own(new optim.LBFGS([a, b, idle], options));
    several.step(() => {
      several.zeroGrad();
      const value = loss(joined());
      value.backward();
      return value;
    });
    expect(joined().detach()).toBeClose(one.detach(), { rtol: 1e-9, atol: 1e-10 });
    expect(idle.detach().toArray()).toEqual([5, 5]);
  });

  scoped("refuses a saved state of other sizes", () => {
    const x = tensor([1, 2, 3], double).requiresGrad_();
    const optimizer = own(new optim.LBFGS([x], { maxIter: 3 }));
    stepOf(optimizer, x, quadratic(3, 1).loss);
    const saved = optimizer.stateDict();
    const wrong = (entry: Record<string, unknown>) => ({
      ...saved,
      state: { 0: { ...saved.state[0], ...entry } },
    });
    const load = (entry: Record<string, unknown>) => () => optimizer.loadStateDict(wrong(entry) as never);
    expect(load({ d: zeros([4], double) })).toThrow(/^LBFGS: state\.0\.d is .*, of 3 parameters$/);
    expect(load({ n_iter: 3 })).toThrow("LBFGS: state.0.n_iter is 3, of 3 parameters");
    expect(load({ old_stps: zeros([0, 3], double) })).toThrow(
      "rows in old_dirs and 0 in old_stps, accepted: as many",
    );
  });
});

/** The gradient at each step, by sign and size; equal neighbours and zeros are among them. */
const gradients = fc.array(
  fc.array(fc.constantFrom(-2, -0.5, 0, 1e-3, 1, 1), { minLength: 3, maxLength: 3 }),
  {
    minLength: 1,
    maxLength: 12,
  },
);

/** Steps with these gradients, from 0; what each step gives. */
function follow(optimizer: optim.Optimizer, x: Tensor, all: readonly Vector[]): number[][] {
  return all.map((gradient) => {
    x.grad = tensor([...gradient], double);
    optimizer.step();
    return x.detach().toArray() as number[];
  });
}

describe("Rprop", () => {
  scoped("lengthens a step while the sign stays and shortens it, standing still, where it turns", () => {
    const options = fc.record({
      etas: fc.constantFrom([0.5, 1.2] as const, [0.25, 3] as const),
      stepSizes: fc.constantFrom([1e-6, 50] as const, [0.05, 0.2] as const),
      maximize: fc.boolean(),
    });
    fc.assert(
      fc.property(gradients, options, (all, given) => {
        const x = zeros([3], double).requiresGrad_();
        const found = follow(own(new optim.Rprop([x], { lr: 0.1, ...given })), x, all);
        const [less, more] = given.etas;
        const state = [0, 1, 2].map(() => ({ at: 0, step: 0.1, before: 0 }));
        for (const [t, gradient] of all.entries()) {
          for (const [i, one] of state.entries()) {
            const now = given.maximize ? -gradient[i]! : gradient[i]!;
            const turned = now * one.before < 0;
            if (turned) one.step = Math.max(one.step * less, given.stepSizes[0]);
            else if (now * one.before > 0) one.step = Math.min(one.step * more, given.stepSizes[1]);
            one.step = Math.min(Math.max(one.step, given.stepSizes[0]), given.stepSizes[1]);
            one.before = turned ? 0 : now;
            one.at -= Math.sign(one.before) * one.step;
          }
          expect(found[t]!).toBeClose(
            state.map(({ at }) => at),
            { rtol: 1e-12, atol: 1e-12 },
          );
        }
      }),
      { numRuns: 40, seed: 2 },
    );
  });

  scoped("does not see the gradient's size", () => {
    const run = (scale: number): number[][] => {
      const x = zeros([3], double).requiresGrad_();
      const all = [
        [1, -2, 3],
        [1, 2, 3],
        [-1, 2, -3],
        [1, 2, 3],
      ].map((row) => row.map((one) => one * scale));
      return follow(own(new optim.Rprop([x])), x, all);
    };
    expect(run(1e-20)).toEqual(run(1e9));
  });
});

describe("ASGD", () => {
  scoped("is its formula, for any decay, power and start of averaging", () => {
    const options = fc.record({
      lr: fc.constantFrom(0.1, 0.01),
      lambd: fc.constantFrom(0, 0.01, 0.5),
      alpha: fc.constantFrom(0.75, 0, 1),
      t0: fc.constantFrom(0, 2, 1e6),
      weightDecay: fc.constantFrom(0, 0.1),
      maximize: fc.boolean(),
    });
    fc.assert(
      fc.property(gradients, options, (all, given) => {
        const { lr, lambd, alpha, t0, weightDecay, maximize } = given;
        const start = [1, -2, 3];
        const x = tensor(start, double).requiresGrad_();
        const optimizer = own(new optim.ASGD([x], given));
        const found = follow(optimizer, x, all);
        let [at, average] = [start, [0, 0, 0]];
        for (const [i, gradient] of all.entries()) {
          const rate = i === 0 ? lr : lr / (1 + lambd * lr * i) ** alpha;
          const share = i === 0 ? 1 : 1 / Math.max(1, i - t0);
          const slope = plus(maximize ? gradient.map((one) => -one) : gradient, at, weightDecay);
          at = plus(
            at.map((one) => one * (1 - lambd * rate)),
            slope,
            -rate,
          );
          average = plus(average, plus(at, average, -1), share);
          expect(found[i]!, `step ${i}`).toBeClose(at, {
            rtol: 1e-6,
            atol: 1e-6,
            because: "rates are kept as float32",
          });
        }
        const { ax } = optimizer.stateDict().state[0]!;
        expect(ax!).toBeClose(average, { rtol: 1e-6, atol: 1e-6, because: "rates are kept as float32" });
      }),
      { numRuns: 40, seed: 3 },
    );
  });

  scoped("averages the iterates after t₀", () => {
    const x = tensor([4], double).requiresGrad_();
    const optimizer = own(new optim.ASGD([x], { lr: 0.5, lambd: 0, t0: 3 }));
    const found = follow(optimizer, x, [[1], [3], [-2], [0.5], [1], [-1], [2]]).map(([one]) => one!);
    const { ax } = optimizer.stateDict().state[0]!;
    const after = found.slice(4);
    expect(ax!).toBeClose([after.reduce((sum, one) => sum + one) / after.length], {
      rtol: 1e-6,
      atol: 1e-6,
      because: "shares are kept as float32",
    });
  });
});
