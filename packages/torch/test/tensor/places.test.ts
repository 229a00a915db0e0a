// Elements put to and taken from named places, against loops over plain arrays, for any indices fast-check thinks of.
import { scope, type Tensor, tensor } from "@throughline/torch";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import "@throughline/testing/close";
import { checkLeaks } from "@throughline/testing/leaks";

checkLeaks();

const near = { rtol: 1e-12, atol: 1e-12, because: "sums and products of a few numbers, in any order" };
type Rows = number[][];
const t = (values: number[] | Rows): Tensor => tensor(values, { dtype: "float64" });
const whole = (values: number[] | Rows): Tensor => tensor(values, { dtype: "int64" });
const copy = (rows: Rows): Rows => rows.map((row) => [...row]);

const [R, C, S] = [4, 3, 5];
const number = fc.integer({ min: -20, max: 20 }).map((x) => x / 4);
const table = (rows: number, element: fc.Arbitrary<number>) =>
  fc.array(fc.array(element, { minLength: C, maxLength: C }), { minLength: rows, maxLength: rows });
/** A tensor [R, C], indices into its rows [S, C], and as many numbers to put there. */
const tables = [table(R, number), table(S, fc.nat(R - 1)), table(S, number)] as const;
const list = fc.array(fc.nat(R - 1), { minLength: S, maxLength: S });

/** One property in a scope of its own for each sample. */
const holds = (name: string, body: (x: Rows, index: Rows, source: Rows) => void): void => {
  test(name, () => {
    fc.assert(
      fc.property(...tables, (x, index, source) => scope(() => body(x, index, source))),
      { numRuns: 40, seed: 12 },
    );
  });
};
const rowsHold = (name: string, body: (x: Rows, index: number[], source: Rows) => void): void => {
  test(name, () => {
    fc.assert(
      fc.property(tables[0], list, tables[2], (x, index, source) => scope(() => body(x, index, source))),
      { numRuns: 40, seed: 12 },
    );
  });
};

const combine = {
  sum: (values: number[]) => values.reduce((a, b) => a + b, 0),
  prod: (values: number[]) => values.reduce((a, b) => a * b, 1),
  mean: (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length,
  amax: (values: number[]) => Math.max(...values),
  amin: (values: number[]) => Math.min(...values),
};
const reductions = Object.keys(combine) as (keyof typeof combine)[];

/** What meets in place [r, c]: the source elements whose index says r, after what was there. */
const meeting = (
  x: Rows,
  index: Rows,
  source: Rows,
  r: number,
  c: number,
  includeSelf: boolean,
): number[] => {
  const found = source.flatMap((row, i) => (index[i]![c] === r ? [row[c]!] : []));
  return includeSelf || found.length === 0 ? [x[r]![c]!, ...found] : found;
};

describe("gather and scatter", () => {
  holds("gather takes x[index[i][j]][j]", (x, index) => {
    const known = index.map((row) => row.map((r, c) => x[r]![c]!));
    expect(t(x).gather(0, whole(index))).toBeClose(known, near);
    expect(t(x).takeAlongDim(whole(index), 0)).toBeClose(known, near);
    expect(t(x).t().gather(1, whole(index).t()).t()).toBeClose(known, near);
  });

  holds("scatter of one number puts it where an index says so, and nowhere else", (x, index) => {
    const known = x.map((row, r) => row.map((value, c) => (index.some((i) => i[c] === r) ? 9 : value)));
    expect(t(x).scatter(0, whole(index), 9)).toBeClose(known, near);
  });

  holds("scatter of what was gathered changes nothing", (x, index) => {
    const places = whole(index);
    expect(t(x).scatter(0, places, t(x).gather(0, places))).toBeClose(x, near);
  });

  holds("scatterAdd and scatter with reduce combine all that meet", (x, index, source) => {
    const known = (one: (values: number[]) => number) =>
      x.map((row, r) => row.map((_, c) => one(meeting(x, index, source, r, c, true))));
    expect(t(x).scatterAdd(0, whole(index), t(source))).toBeClose(known(combine.sum), near);
    expect(t(x).scatter(0, whole(index), t(source), { reduce: "add" })).toBeClose(known(combine.sum), near);
    expect(t(x).scatter(0, whole(index), t(source), { reduce: "multiply" })).toBeClose(
      known(combine.prod),
      near,
    );
  });

  for (const reduce of reductions) {
    for (const includeSelf of [true, false]) {
      holds(`scatterReduce by ${reduce}, with what was there: ${includeSelf}`, (x, index, source) => {
        const known = x.map((row, r) =>
          row.map((_, c) => combine[reduce](meeting(x, index, source, r, c, includeSelf))),
        );
        expect(t(x).scatterReduce(0, whole(index), t(source), reduce, { includeSelf })).toBeClose(
          known,
          near,
        );
      });
    }
  }

  holds("the gradient of gather counts how often a place was taken", (x, index) => {
    const leaf = t(x).requiresGrad_();
    leaf.gather(0, whole(index)).sum().backward();
    const known = x.map((row, r) => row.map((_, c) => index.filter((i) => i[c] === r).length));
    expect(leaf.grad!).toBeClose(known, near);
  });
});

describe("whole rows", () => {
  rowsHold("indexSelect takes rows, in any order and repeatedly", (x, index) => {
    expect(t(x).indexSelect(0, whole(index))).toBeClose(
      index.map((r) => x[r]!),
      near,
    );
  });

  rowsHold("indexAdd adds alpha times each source row", (x, index, source) => {
    const known = copy(x);
    for (const [i, r] of index.entries()) for (let c = 0; c < C; c++) known[r]![c]! -= 2 * source[i]![c]!;
    expect(t(x).indexAdd(0, whole(index), t(source), { alpha: -2 })).toBeClose(known, near);
  });

  rowsHold("indexFill and indexCopy write the rows that are named", (x, index, source) => {
    const named = [...new Set(index)];
    const filled = x.map((row, r) => (named.includes(r) ? row.map(() => 7) : row));
    expect(t(x).indexFill(0, whole(named), 7)).toBeClose(filled, near);
    expect(t(x).indexFill(0, whole(named), tensor(7, { dtype: "float64" }))).toBeClose(filled, near);
    const copied = x.map((row, r) => (named.includes(r) ? source[named.indexOf(r)]! : row));
    expect(t(x).indexCopy(0, whole(named), t(source.slice(0, named.length)))).toBeClose(copied, near);
  });

  for (const reduce of ["prod", "mean", "amax", "amin"] as const) {
    for (const includeSelf of [true, false]) {
      rowsHold(`indexReduce by ${reduce}, with what was there: ${includeSelf}`, (x, index, source) => {
        const wide = index.map((r) => Array.from({ length: C }, () => r));
        const known = x.map((row, r) =>
          row.map((_, c) => combine[reduce](meeting(x, wide, source, r, c, includeSelf))),
        );
        expect(t(x).indexReduce(0, whole(index), t(source), reduce, { includeSelf })).toBeClose(known, near);
      });
    }
  }

  rowsHold("take and put count places through all rows", (x, index, source) => {
    const flat = x.flat();
    expect(t(x).take(whole(index))).toBeClose(
      index.map((i) => flat[i]!),
      near,
    );
    const values = source.map((row) => row[0]!);
    const added = [...flat];
    for (const [i, place] of index.entries()) added[place]! += values[i]!;
    const put = t(x).put(whole(index), t(values), { accumulate: true });
    expect(put.reshape([-1])).toBeClose(added, near);
  });
});

describe("places that hold something", () => {
  holds("nonzero, nonzeroTuple and argwhere name the same places, row by row", (x) => {
    const known = x.flatMap((row, r) => row.flatMap((value, c) => (value === 0 ? [] : [[r, c]])));
    const rows = t(x).nonzero();
    expect(rows.shape).toEqual([known.length, 2]);
    expect(rows.toArray()).toEqual(known);
    expect(t(x).argwhere().toArray()).toEqual(known);
    expect(
      t(x)
        .nonzeroTuple()
        .map((places) => places.toArray()),
    ).toEqual([0, 1].map((dim) => known.map((place) => place[dim]!)));
  });

  rowsHold("searchsorted and bucketize say how many come before", (x, _, source) => {
    const [bounds, values] = [x.flat().sort((a, b) => a - b), source.flat()];
    const below = values.map((value) => bounds.filter((bound) => bound < value).length);
    const upTo = values.map((value) => bounds.filter((bound) => bound <= value).length);
    expect(t(bounds).searchsorted(t(values)).toArray()).toEqual(below);
    expect(t(values).bucketize(t(bounds), { right: true }).toArray()).toEqual(upTo);
    const order = t(x).reshape([-1]).argsort();
    expect(t(x).reshape([-1]).searchsorted(t(values), { sorter: order }).toArray()).toEqual(below);
  });

  rowsHold("sort, argsort, msort, topk and kthvalue agree with sorted arrays", (x, index) => {
    const flat = x.flat();
    const up = [...flat].sort((a, b) => a - b);
    const vector = t(flat);
    const { values, indices } = vector.sort({ stable: true });
    expect(values.toArray()).toEqual(up);
    expect(vector.take(indices)).toBeClose(up, near);
    expect(vector.argsort({ stable: true }).toArray()).toEqual(
      flat.map((_, i) => i).sort((a, b) => flat[a]! - flat[b]!),
    );
    expect(vector.msort().toArray()).toEqual(up);
    const k = index[0]! + 1;
    expect(vector.topk(k).values.toArray()).toEqual(up.toReversed().slice(0, k));
    expect(vector.topk(k, { largest: false }).values.toArray()).toEqual(up.slice(0, k));
    expect(vector.kthvalue(k).values.item()).toBe(up[k - 1]);
  });
});

test("indices outside, and shapes that do not fit, are refused", () => {
  scope(() => {
    const x = t([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    const refused: (() => unknown)[] = [
      () => x.gather(0, whole([[2, 0, 0]])),
      () => x.gather(2, whole([[0, 0, 0]])),
      () => x.scatter(0, whole([[-1, 0, 0]]), 1),
      () => x.scatterAdd(0, whole([[0, 5, 0]]), t([[1, 1, 1]])),
      () => x.indexSelect(0, whole([2])),
      () => x.indexAdd(0, whole([0]), t([[1, 2]])),
      () => x.indexCopy(1, whole([3]), t([[1], [2]])),
      () => x.take(whole([6])),
      () => x.put(whole([-7]), t([1])),
      () => x.kthvalue(4),
      () => x.topk(4),
    ];
    for (const run of refused) expect(run, run.toString()).toThrow();
    expect(x, "what was refused wrote nothing").toBeClose(
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
      near,
    );
  });
});
