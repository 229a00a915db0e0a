// Reductions and statistics against their definitions on plain arrays, for any numbers fast-check thinks of.
import { scope, type Tensor, tensor } from "@throughline/torch";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import "@throughline/testing/close";
import { checkLeaks } from "@throughline/testing/leaks";

checkLeaks();

type Rows = number[][];
const near = { rtol: 1e-10, atol: 1e-10, because: "sums of a few numbers, in any order" };
const t = (values: number[] | Rows): Tensor => tensor(values, { dtype: "float64" });

const total = (xs: number[]): number => xs.reduce((a, b) => a + b, 0);
const mean = (xs: number[]): number => total(xs) / xs.length;
const ascending = (xs: readonly number[]): number[] => [...xs].sort((a, b) => a - b);
const column = (rows: Rows, c: number): number[] => rows.map((row) => row[c]!);
const columns = (rows: Rows): Rows => rows[0]!.map((_, c) => column(rows, c));
const squares = (xs: number[]): number => total(xs.map((x) => (x - mean(xs)) ** 2));

const quarter = fc.integer({ min: -12, max: 12 }).map((x) => x / 4);
const shape = fc.tuple(fc.integer({ min: 2, max: 6 }), fc.integer({ min: 1, max: 4 }));
/** Rows of equal length, with repetitions among the numbers. */
const tables = shape.chain(([rows, width]) =>
  fc.array(fc.array(quarter, { minLength: width, maxLength: width }), { minLength: rows, maxLength: rows }),
);
const holds = (name: string, body: (rows: Rows, x: Tensor) => void): void => {
  test(name, () => {
    fc.assert(
      fc.property(tables, (rows) => scope(() => body(rows, t(rows)))),
      { numRuns: 25, seed: 7 },
    );
  });
};

describe("along a dimension, along all, with it kept", () => {
  const reductions: Record<string, [(x: Tensor, o: object) => Tensor, (xs: number[]) => number]> = {
    sum: [(x, o) => x.sum(o), total],
    mean: [(x, o) => x.mean(o), mean],
    amax: [(x, o) => x.amax(o), (xs) => Math.max(...xs)],
    amin: [(x, o) => x.amin(o), (xs) => Math.min(...xs)],
    "var of a population": [(x, o) => x.var({ ...o, correction: 0 }), (xs) => squares(xs) / xs.length],
    "std of a population": [
      (x, o) => x.std({ ...o, correction: 0 }),
      (xs) => Math.sqrt(squares(xs) / xs.length),
    ],
    "norm, p 1": [(x, o) => x.norm({ ...o, p: 1 }), (xs) => total(xs.map(Math.abs))],
    "norm, p 2": [(x, o) => x.norm(o), (xs) => Math.hypot(...xs)],
    "norm, p 3": [
      (x, o) => x.norm({ ...o, p: 3 }),
      (xs) => Math.cbrt(total(xs.map((v) => Math.abs(v) ** 3))),
    ],
    "norm, p 0": [(x, o) => x.norm({ ...o, p: 0 }), (xs) => xs.filter((v) => v !== 0).length],
    "norm, p ∞": [
      (x, o) => x.norm({ ...o, p: Number.POSITIVE_INFINITY }),
      (xs) => Math.max(...xs.map(Math.abs)),
    ],
  };
  for (const [name, [ours, known]] of Object.entries(reductions)) {
    holds(name, (rows, x) => {
      expect(ours(x, {})).toBeClose(known(rows.flat()), near);
      expect(ours(x, { dim: 0 })).toBeClose(columns(rows).map(known), near);
      expect(ours(x, { dim: -1, keepdim: true })).toBeClose(
        rows.map((row) => [known(row)]),
        near,
      );
      expect(ours(x, { dim: [0, 1], keepdim: true })).toBeClose([[known(rows.flat())]], near);
    });
  }

  holds("unbiased variance divides by n − 1; varMean and stdMean agree with it", (rows, x) => {
    const known = columns(rows).map((xs) => squares(xs) / (xs.length - 1));
    expect(x.var({ dim: 0 })).toBeClose(known, near);
    const [both, roots] = [x.varMean({ dim: 0 }), x.stdMean({ dim: 0 })];
    expect(both.variance).toBeClose(known, near);
    expect(roots.std).toBeClose(known.map(Math.sqrt), near);
    for (const { mean: centre } of [both, roots]) expect(centre).toBeClose(columns(rows).map(mean), near);
  });

  holds("prod, logsumexp, countNonzero, any and all", (rows, x) => {
    const product = (xs: number[]): number => xs.reduce((a, b) => a * b, 1);
    expect(x.prod()).toBeClose(product(rows.flat()), { ...near, rtol: 1e-9 });
    expect(x.prod({ dim: 1 })).toBeClose(rows.map(product), near);
    expect(x.logsumexp(1)).toBeClose(
      rows.map((row) => Math.log(total(row.map(Math.exp)))),
      near,
    );
    const present = rows.map((row) => row.filter((value) => value !== 0).length);
    expect(x.countNonzero({ dim: 1 }).toArray()).toEqual(present);
    expect(x.any({ dim: 1 }).toArray()).toEqual(present.map((count) => count > 0));
    expect(x.all({ dim: 1 }).toArray()).toEqual(present.map((count, r) => count === rows[r]!.length));
    expect(x.any().item()).toBe(total(present) > 0);
  });

  test("of nothing: 0, 1, NaN, true and false; no greatest", () => {
    scope(() => {
      const x = t([]);
      expect([x.sum(), x.prod(), x.mean(), x.all(), x.any()].map((y) => y.item())).toEqual([
        0,
        1,
        Number.NaN,
        true,
        false,
      ]);
      for (const run of [() => x.max(), () => x.amin(), () => x.argmax(), () => x.quantile(0.5)])
        expect(run, run.toString()).toThrow();
      expect(x.median().item(), "as PyTorch has it").toBeNaN();
    });
  });
});

describe("the elements chosen", () => {
  holds("max, min, aminmax, argmax and argmin, with an index at which the element is", (rows, x) => {
    for (const [found, best, arg] of [
      [x.max({ dim: 0 }), Math.max, x.argmax({ dim: 0 })],
      [x.min({ dim: 0 }), Math.min, x.argmin({ dim: 0 })],
    ] as const) {
      const known = columns(rows).map((xs) => best(...xs));
      expect(found.values.toArray()).toEqual(known);
      for (const places of [found.indices, arg]) {
        expect((places.toArray() as number[]).map((r, c) => rows[r]![c])).toEqual(known);
      }
    }
    const { min, max } = x.aminmax();
    expect([min.item(), max.item()]).toEqual([Math.min(...rows.flat()), Math.max(...rows.flat())]);
    expect(rows.flat()[x.argmax().item() as number]).toBe(max.item());
  });

  holds("median: the lower of two middle elements; kthvalue: the k-th from below", (rows, x) => {
    const sorted = rows.map(ascending);
    const middle = Math.floor((sorted[0]!.length - 1) / 2);
    const { values, indices } = x.median({ dim: 1 });
    expect(values.toArray()).toEqual(column(sorted, middle));
    expect((indices.toArray() as number[]).map((c, r) => rows[r]![c])).toEqual(column(sorted, middle));
    const flat = ascending(rows.flat());
    expect(x.median().item()).toBe(flat[Math.floor((flat.length - 1) / 2)]);
    for (let k = 1; k <= rows.length; k++) {
      const known = columns(rows).map((xs) => ascending(xs)[k - 1]);
      expect(x.kthvalue(k, { dim: 0 }).values.toArray()).toEqual(known);
    }
  });

  holds("mode: the most frequent, the least of equals", (rows, x) => {
    const often = (xs: number[], value: number): number => xs.filter((other) => other === value).length;
    const known = rows.map((row) =>
      ascending(row).reduce((best, value) => (often(row, value) > often(row, best) ? value : best)),
    );
    const { values, indices } = x.mode();
    expect(values.toArray()).toEqual(known);
    expect((indices.toArray() as number[]).map((c, r) => rows[r]![c])).toEqual(known);
  });

  const rules = {
    linear: (low: number, high: number, part: number) => low + (high - low) * part,
    lower: (low: number) => low,
    higher: (_: number, high: number) => high,
    midpoint: (low: number, high: number) => (low + high) / 2,
  };
  for (const [interpolation, between] of Object.entries(rules)) {
    holds(`quantile, ${interpolation}: between the elements around q · (n − 1)`, (rows, x) => {
      // Multiples of 1/8: the place between two elements is exact, so that nothing is rounded to the next one.
      for (const q of [0, 0.125, 0.5, 0.875, 1]) {
        const known = (xs: number[]): number => {
          const place = q * (xs.length - 1);
          const sorted = ascending(xs);
          return between(sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!, place % 1);
        };
        const options = { interpolation: interpolation as keyof typeof rules };
        expect(x.quantile(q, { ...options, dim: 0 })).toBeClose(columns(rows).map(known), near);
        expect(x.quantile(t([q]), options)).toBeClose([known(rows.flat())], near);
      }
    });
  }

  holds("NaNs are passed over by nan-reductions and win in the others", (rows, x) => {
    const holed = rows.map((row, r) => (r === 0 ? row.map(() => Number.NaN) : row));
    const [y, rest] = [t(holed), rows.slice(1)];
    expect(y.nansum({ dim: 0 })).toBeClose(columns(rest).map(total), near);
    expect(y.nanmean({ dim: 0 })).toBeClose(columns(rest).map(mean), near);
    expect(y.nanmedian({ dim: 0 }).values).toBeClose(t(rest).median({ dim: 0 }).values, near);
    expect(y.nanquantile(0.25, { dim: 0 })).toBeClose(t(rest).quantile(0.25, { dim: 0 }), near);
    const hurt = [
      y.sum(),
      y.amax(),
      y.amin(),
      y.max(),
      y.median(),
      y.quantile(0.5),
      y.var(),
      y.logsumexp([0, 1]),
    ];
    for (const result of hurt) expect(result.item()).toBeNaN();
    expect(y.argmax({ dim: 0 }).toArray()).toEqual(rows[0]!.map(() => 0));
    expect(x.nansum()).toBeClose(x.sum(), near);
  });
});

describe("counts", () => {
  holds("unique: each once, ascending; where it went; how often", (rows, x) => {
    const flat = rows.flat();
    const known = ascending([...new Set(flat)]);
    const { output, inverse, counts } = x.unique({ returnInverse: true, returnCounts: true });
    expect(output.toArray()).toEqual(known);
    expect(inverse!.toArray()).toEqual(rows.map((row) => row.map((value) => known.indexOf(value))));
    expect(counts!.toArray()).toEqual(known.map((value) => flat.filter((other) => other === value).length));
    const slices = x.unique({ dim: 0, returnInverse: true });
    expect(slices.output.shape[0]).toBe(new Set(rows.map(String)).size);
    expect(slices.output.indexSelect(0, slices.inverse!)).toBeClose(rows, near);
    expect(Object.keys(x.unique())).toEqual(["output"]);
  });

  holds("uniqueConsecutive: runs and their lengths", (rows, x) => {
    const flat = rows.flat();
    const starts = flat.flatMap((value, i) => (i === 0 || flat[i - 1] !== value ? [i] : []));
    const { output, inverse, counts } = x
      .reshape([-1])
      .uniqueConsecutive({ returnInverse: true, returnCounts: true });
    expect(output.toArray()).toEqual(starts.map((i) => flat[i]));
    expect(counts!.toArray()).toEqual(starts.map((start, i) => (starts[i + 1] ?? flat.length) - start));
    expect(output.take(inverse!)).toBeClose(flat, near);
  });

  holds("histc: bins are half-open, the last is closed, what is outside is left out", (rows, x) => {
    const known = [0, 0, 0, 0];
    for (const value of rows.flat()) {
      if (value >= -2 && value <= 2) known[Math.min(3, Math.floor(value + 2))]!++;
    }
    expect(x.histc({ bins: 4, min: -2, max: 2 }).toArray()).toEqual(known);
    expect(x.histc({ bins: 7 }).sum().item(), "the data's own limits hold all").toBe(rows.flat().length);
  });

  holds("bincount: how often each whole number is there, or the sum of its weights", (rows) => {
    const flat = rows.flat().map((value) => Math.abs(value * 4));
    const weights = flat.map((_, i) => i / 2);
    const size = Math.max(5, ...flat.map((value) => value + 1));
    const known = (weigh: (i: number) => number): number[] =>
      Array.from({ length: size }, (_, bin) => total(flat.map((value, i) => (value === bin ? weigh(i) : 0))));
    const x = tensor(flat, { dtype: "int64" });
    expect(x.bincount({ minlength: 5 }).toArray()).toEqual(known(() => 1));
    expect(x.bincount({ minlength: 5, weights: t(weights) })).toBeClose(
      known((i) => weights[i]!),
      near,
    );
  });
});

describe("covariance", () => {
  const product = (a: number[], b: number[], weigh: (i: number) => number): number => {
    const sum = total(a.map((_, i) => weigh(i)));
    const centre = (xs: number[]): number => total(xs.map((x, i) => x * weigh(i))) / sum;
    const [ca, cb] = [centre(a), centre(b)];
    return total(a.map((x, i) => weigh(i) * (x - ca) * (b[i]! - cb)));
  };

  holds("cov of the rows' variables, by the definition; its diagonal is the variance", (rows, x) => {
    const variables = columns(rows);
    const n = rows.length;
    const known = variables.map((a) => variables.map((b) => product(a, b, () => 1) / (n - 1)));
    const wide = t(variables);
    // One variable gives a matrix with one element, as its shape says [1, n].
    expect(wide.cov().reshape([variables.length, variables.length])).toBeClose(known, near);
    expect(wide.cov().reshape([variables.length, -1]).diagonal()).toBeClose(x.var({ dim: 0 }), near);
  });

  holds("frequencies count observations several times", (rows) => {
    const variables = columns(rows);
    const times = rows.map((_, i) => (i % 3) + 1);
    const repeated = variables.map((xs) => xs.flatMap((value, i) => Array<number>(times[i]!).fill(value)));
    const fweights = tensor(times, { dtype: "int64" });
    expect(t(variables).cov({ fweights })).toBeClose(t(repeated).cov(), near);
    const aweights = t(times);
    const sum = total(times);
    const known = variables.map((a) => variables.map((b) => product(a, b, (i) => times[i]!) / sum));
    const weighted = t(variables).cov({ aweights, correction: 0 });
    expect(weighted.reshape([variables.length, variables.length])).toBeClose(known, near);
  });

  holds("corrcoef: cov over both deviations; 1 with itself, −1 with its opposite", (rows) => {
    const first = columns(rows)[0]!.map((value, i) => value + i * 8); // never constant
    const second = first.map((value, i) => value * (i % 2 === 0 ? 1 : -1));
    const r = product(first, second, () => 1) / Math.sqrt(squares(first) * squares(second));
    expect(t([first, second, first.map((value) => 3 - 2 * value)]).corrcoef()).toBeClose(
      [
        [1, r, -1],
        [r, 1, -r],
        [-1, -r, 1],
      ],
      near,
    );
  });
});

describe("running", () => {
  const running = (xs: number[], step: (a: number, b: number) => number): number[] => {
    const found: number[] = [];
    for (const x of xs) found.push(found.length === 0 ? x : step(found.at(-1)!, x));
    return found;
  };

  holds("sums, products, extrema and ln Σ eˣ up to each element", (rows, x) => {
    const known = (step: (a: number, b: number) => number): Rows => rows.map((row) => running(row, step));
    expect(x.cumsum(1)).toBeClose(
      known((a, b) => a + b),
      near,
    );
    expect(x.cumprod(1)).toBeClose(
      known((a, b) => a * b),
      near,
    );
    expect(x.cummax(1).values).toBeClose(known(Math.max), near);
    expect(x.cummin(1).values).toBeClose(known(Math.min), near);
    expect(x.logcumsumexp(1)).toBeClose(
      known((a, b) => Math.log(Math.exp(a) + Math.exp(b))),
      near,
    );
    const latest = rows.map((row) =>
      row.map((_, c) => row.slice(0, c + 1).lastIndexOf(Math.max(...row.slice(0, c + 1)))),
    );
    expect(x.cummax(1).indices.toArray(), "the last of equal ones").toEqual(latest);
    expect(x.clone().cumsum_(1)).toBeClose(x.cumsum(1), near);
    expect(x.clone().cumprod_(1)).toBeClose(x.cumprod(1), near);
  });

  holds("differences undo sums; trapezoids are means of neighbours", (rows, x) => {
    expect(x.cumsum(0).diff({ dim: 0 })).toBeClose(rows.slice(1), near);
    expect(x.cumsum(0).diff({ dim: 0, prepend: t([rows[0]!.map(() => 0)]) })).toBeClose(rows, near);
    const first = columns(rows);
    const second = first.map((xs) => xs.slice(2).map((value, i) => value - 2 * xs[i + 1]! + xs[i]!));
    expect(x.t().diff({ n: 2 }).reshape([-1])).toBeClose(second.flat(), near);
    const known = first.map((xs) => total(xs.slice(1).map((value, i) => (value + xs[i]!) / 4)));
    expect(x.trapezoid({ dim: 0, dx: 0.5 })).toBeClose(known, near);
    const places = rows.map((_, i) => i / 2);
    expect(x.t().trapezoid({ x: t(places) })).toBeClose(known, near);
  });

  holds("renorm scales down the rows that are too long, and no others", (rows, x) => {
    const scale = (row: number[]): number => Math.min(1, 2 / Math.hypot(...row));
    expect(x.renorm(2, 0, 2)).toBeClose(
      rows.map((row) => row.map((value) => value * scale(row))),
      { rtol: 1e-6, atol: 1e-6, because: "torch adds 1e-7 to the length before it divides" },
    );
  });
});
