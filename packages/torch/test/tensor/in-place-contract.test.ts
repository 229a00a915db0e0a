// The contract of methods that write into their tensor, over all of them: a new one must join the table to pass.
import {
  complex,
  full,
  Generator,
  manualSeed,
  ones,
  rand,
  randint,
  randn,
  Tensor,
  tensor,
} from "@throughline/torch";
import { describe, expect } from "vitest";
import "@throughline/testing/close";
import { checkLeaks } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";

checkLeaks();

const double = { dtype: "float64" } as const;
const exact = { rtol: 0, atol: 0 };
const lastBit = {
  rtol: 1e-15,
  atol: 0,
  because: "the last bit may differ where a kernel of its own writes the result",
};

type Method = (this: Tensor, ...args: unknown[]) => Tensor;
/** The method of a name that is known at run time only. */
const run = (name: string, x: Tensor, args: readonly unknown[]): Tensor =>
  (x as unknown as Record<string, Method>)[name]!.call(x, ...args);

/** A method's tensor and arguments, made anew at each call, the same each time. */
interface Case {
  readonly x: () => Tensor;
  readonly args?: () => unknown[];
}

const SHAPE = [3, 4];
/** In (0.05, 0.95): inside the domain of every function but acosh. */
const inside = (): Tensor => rand(SHAPE, double).mul(0.9).add(0.05);
const whole = (): Tensor => randint(1, 9, SHAPE, { dtype: "int64" });
const truth = (): Tensor => rand(SHAPE).gt(0.5);
const places = (): Tensor => tensor([2, 0, 1], { dtype: "int64" });
const rows = (): Tensor =>
  tensor(
    Array.from({ length: 3 }, (_, i) => [i, 0, 2, 1].map((c) => c % 3)),
    { dtype: "int64" },
  );
const other = (): unknown[] => [inside()];

const pointwise =
  "abs acos asin asinh atan atanh ceil conjPhysical cos cosh deg2rad digamma erf erfc erfinv exp exp2 expm1 floor frac i0 lgamma " +
  "log log10 log1p log2 logicalNot logit nanToNum neg rad2deg reciprocal relu round rsqrt sgn sigmoid sign sin sinc sinh sqrt square " +
  "tan tanh trunc tril triu";
const withOther =
  "add atan2 copysign div eq floatPower floorDivide fmod ge gt heaviside hypot igamma igammac ldexp le logicalAnd logicalOr logicalXor lt mul ne " +
  "nextafter pow remainder sub xlogy";
const ofWhole = "bitwiseAnd bitwiseLeftShift bitwiseOr bitwiseRightShift bitwiseXor gcd lcm";

/** Every method that has a twin which leaves its tensor alone. */
const twins: Record<string, Case> = {
  ...Object.fromEntries(pointwise.split(" ").map((name) => [name, { x: inside }])),
  ...Object.fromEntries(withOther.split(" ").map((name) => [name, { x: inside, args: other }])),
  ...Object.fromEntries(ofWhole.split(" ").map((name) => [name, { x: whole, args: () => [whole()] }])),
  acosh: { x: () => inside().add(1) },
  bitwiseNot: { x: whole },
  addcdiv: { x: inside, args: () => [inside(), inside(), { value: 0.5 }] },
  addcmul: { x: inside, args: () => [inside(), inside(), { value: -2 }] },
  addmm: { x: inside, args: () => [randn([3, 5], double), randn([5, 4], double), { beta: 0.5, alpha: 2 }] },
  addmv: { x: () => randn([3], double), args: () => [inside(), randn([4], double), { beta: 3 }] },
  addr: { x: inside, args: () => [randn([3], double), randn([4], double), { alpha: 2 }] },
  addbmm: { x: inside, args: () => [randn([2, 3, 5], double), randn([2, 5, 4], double), { beta: 0.5 }] },
  baddbmm: {
    x: () => randn([2, 3, 4], double),
    args: () => [randn([2, 3, 5], double), randn([2, 5, 4], double), { alpha: 2 }],
  },
  clamp: { x: inside, args: () => [{ min: 0.3, max: 0.6 }] },
  cumprod: { x: inside, args: () => [1] },
  cumsum: { x: inside, args: () => [0] },
  indexAdd: { x: inside, args: () => [0, places(), inside(), { alpha: 2 }] },
  indexCopy: { x: inside, args: () => [0, places(), inside()] },
  indexFill: { x: inside, args: () => [1, places(), 7] },
  indexPut: { x: inside, args: () => [[places()], inside(), { accumulate: true }] },
  indexReduce: { x: inside, args: () => [0, places(), inside(), "amax"] },
  lerp: { x: inside, args: () => [inside(), 0.25] },
  maskedFill: { x: inside, args: () => [truth(), -1] },
  maskedScatter: { x: inside, args: () => [truth(), inside()] },
  mvlgamma: { x: () => inside().add(1), args: () => [2] },
  polygamma: { x: inside, args: () => [1] },
  put: { x: inside, args: () => [places(), randn([3], double), { accumulate: true }] },
  renorm: { x: inside, args: () => [2, 0, 0.5] },
  scatter: { x: inside, args: () => [0, rows(), 7] },
  scatterAdd: { x: inside, args: () => [0, rows(), inside()] },
  scatterReduce: { x: inside, args: () => [0, rows(), inside(), "prod"] },
};

/** Methods that change how a tensor sees its elements, not the elements. */
const views: Record<string, () => unknown[]> = {
  squeeze: () => [],
  t: () => [],
  transpose: () => [0, 1],
  unsqueeze: () => [1],
};

/** Methods that fill a tensor with random numbers, and bounds that every draw keeps. */
const draws: Record<string, { readonly args: unknown[]; readonly keeps: (x: number) => boolean }> = {
  bernoulli_: { args: [0.5], keeps: (x) => x === 0 || x === 1 },
  cauchy_: { args: [0, 1], keeps: Number.isFinite },
  exponential_: { args: [2], keeps: (x) => x > 0 },
  geometric_: { args: [0.3], keeps: (x) => x >= 1 && Number.isInteger(x) },
  logNormal_: { args: [0, 1], keeps: (x) => x > 0 },
  normal_: { args: [0, 1], keeps: Number.isFinite },
  random_: { args: [{ from: 3, to: 6 }], keeps: (x) => [3, 4, 5].includes(x) },
  uniform_: { args: [-2, -1], keeps: (x) => x >= -2 && x < -1 },
};

/** Tested by themselves: fills and copies below, autograd's switches in autograd.test.ts, `setAt_` in indexing.test.ts. */
const others = ["copy_", "detach_", "fillDiagonal_", "fill_", "requiresGrad_", "setAt_", "zero_"];

scoped("every method that writes in place is in one of the tables", () => {
  const found = new Set<string>();
  for (
    let proto = Tensor.prototype as object;
    proto !== Object.prototype;
    proto = Object.getPrototypeOf(proto)
  ) {
    for (const name of Object.getOwnPropertyNames(proto)) if (/[a-z0-9]_$/.test(name)) found.add(name);
  }
  const listed = [...Object.keys(twins), ...Object.keys(views)].map((name) => `${name}_`);
  expect([...found].sort()).toEqual([...listed, ...Object.keys(draws), ...others].sort());
});

describe.each(Object.entries(twins))("%s_", (name, { x: make, args = () => [] }) => {
  const fresh = (): [Tensor, unknown[]] => {
    manualSeed(7);
    return [make(), args()];
  };

  scoped("returns its tensor, which now holds what the twin computes", () => {
    const [x, given] = fresh();
    const before = x.clone();
    const known = run(name, x, given);
    expect(x, "the twin leaves its tensor alone").toBeClose(before, exact);
    const target = x.clone();
    expect(run(`${name}_`, target, given)).toBe(target);
    expect(target.dtype, "in place, no tensor changes its dtype").toBe(x.dtype);
    expect(target).toBeClose(known.to(x.dtype), lastBit);
  });

  scoped("writes into the same memory, so that views of it see the change", () => {
    const [x, given] = fresh();
    const room = full([2, ...x.shape], 0, { dtype: x.dtype });
    const view = room.select(0, 1).copy_(x);
    run(`${name}_`, view, given);
    expect(room.select(0, 1)).toBeClose(run(name, x, given).to(x.dtype), lastBit);
    expect(room.select(0, 0), "what lies beside it stays").toBeClose(
      full(x.shape, 0, { dtype: x.dtype }),
      exact,
    );
  });

  scoped("works on a tensor that is not contiguous", () => {
    const [x, given] = fresh();
    const last = x.ndim - 1;
    const strided = x.clone().transpose(0, last).contiguous().transpose(0, last);
    run(`${name}_`, strided, given);
    expect(strided).toBeClose(run(name, x, given).to(x.dtype), {
      rtol: 1e-13,
      atol: 1e-13,
      because: "sums may be taken in another order",
    });
  });

  // Whole numbers have no gradient; and libtorch, which knows no derivative of logic, lets it write into leaves.
  scoped("refuses a leaf that asks for its gradient, and leaves it as it was", () => {
    const [x, given] = fresh();
    if (x.dtype !== "float64" || name.startsWith("logical")) return;
    const leaf = x.clone().requiresGrad_();
    expect(() => run(`${name}_`, leaf, given)).toThrow(/leaf/i);
    expect(leaf.detach()).toBeClose(x, exact);
  });
});

describe.each(Object.entries(views))("%s_", (name, args) => {
  scoped("returns its tensor, seen as the twin's view, over the same memory", () => {
    const x = randn([1, 3], double);
    const known = run(name, x, args()).clone();
    const alias = x.view([3]);
    expect(run(`${name}_`, x, args())).toBe(x);
    expect(x.shape).toEqual(known.shape);
    expect(x).toBeClose(known, exact);
    x.zero_();
    expect(alias.abs().sum().item()).toBe(0);
  });
});

describe.each(Object.entries(draws))("%s", (name, { args, keeps }) => {
  scoped("returns its tensor, filled with draws that keep their bounds", () => {
    const x = full([200], -7, double);
    expect(run(name, x, args)).toBe(x);
    expect((x.toArray() as number[]).filter((value) => !keeps(value))).toEqual([]);
    expect(new Set(x.toArray() as number[]).size, "they are not all one number").toBeGreaterThan(1);
  });

  scoped("draws the same from the same seed, and other numbers after them", () => {
    const options = args.at(-1);
    const generator = Generator.create();
    const given = typeof options === "object" ? [{ ...options, generator }] : [...args, { generator }];
    const draw = (): unknown => run(name, full([200], 0, double), given).toArray();
    generator.manualSeed(5);
    const [first, second] = [draw(), draw()];
    generator.manualSeed(5);
    expect(draw()).toEqual(first);
    expect(second).not.toEqual(first);
  });
});

describe("fills and copies", () => {
  scoped("zero_ and fill_ leave nothing of what was there, NaN included", () => {
    const x = tensor([Number.NaN, 1, Number.POSITIVE_INFINITY]);
    expect(x.zero_()).toBe(x);
    expect(x).toBeClose([0, 0, 0], exact);
    expect(x.fill_(2.5)).toBe(x);
    expect(x).toBeClose([2.5, 2.5, 2.5], exact);
  });

  scoped("copy_ broadcasts and converts, and refuses what does not fit", () => {
    const x = ones([2, 3]);
    expect(x.copy_(tensor([1, 2, 3], { dtype: "int64" }))).toBe(x);
    expect(x).toBeClose(
      [
        [1, 2, 3],
        [1, 2, 3],
      ],
      exact,
    );
    expect(() => x.copy_(ones([4]))).toThrow(/4/);
  });

  scoped("fillDiagonal_ writes the main diagonal only", () => {
    const x = ones([3, 2]);
    expect(x.fillDiagonal_(5)).toBe(x);
    expect(x).toBeClose(
      [
        [5, 1],
        [1, 5],
        [1, 1],
      ],
      exact,
    );
  });

  scoped("conjPhysical_ turns the sign of imaginary parts in memory", () => {
    const z = complex(tensor([1, 2]), tensor([3, -4]));
    expect(z.conjPhysical_()).toBe(z);
    expect(z.viewAsReal()).toBeClose(
      [
        [1, -3],
        [2, 4],
      ],
      exact,
    );
  });
});
