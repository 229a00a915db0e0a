// Special functions, short-time transforms and other rarer functions against PyTorch (./fixtures/rarer.py) and closed forms.
import { readFileSync } from "node:fs";
import { checkLeaks } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";
import {
  arange,
  atleast1d,
  atleast2d,
  atleast3d,
  bartlettWindow,
  canCast,
  emptyPermuted,
  emptyStrided,
  gradcheck,
  gradient,
  hannWindow,
  hessian,
  hvp,
  isComplex,
  istft,
  jacobian,
  kaiserWindow,
  linalg,
  linspace,
  luUnpack,
  ones,
  promoteTypes,
  resultType,
  special,
  stft,
  type Tensor,
  tensor,
  unravelIndex,
  vhp,
} from "@throughline/torch";
import { describe, expect } from "vitest";
import "@throughline/testing/close";

checkLeaks();

const { values } = JSON.parse(readFileSync(new URL("fixtures/rarer.json", import.meta.url), "utf8")) as {
  values: Record<string, { shape: number[]; output: number[] }>;
};
const double = { dtype: "float64" } as const;
const close = { rtol: 1e-11, atol: 1e-12 };
const points = (): Tensor => linspace(0.1, 3.4, 7, double);
const camel = (name: string): string => name.replace(/_([a-z0-9])/g, (_, c: string) => c.toUpperCase());

function same(name: string, made: Tensor): void {
  const { shape, output } = values[name]!;
  expect(made.shape).toEqual(shape);
  const flat = isComplex(made.dtype) ? made.viewAsReal() : made;
  expect(flat.flatten()).toBeClose(tensor(output, double), close);
}

describe("special functions", () => {
  const known = special as unknown as Record<string, (x: Tensor, n?: number) => Tensor>;
  const table = Object.keys(values).filter((name) => camel(name) in special);
  for (const name of table) {
    if (["xlog1py", "zeta", "gammainc", "gammaincc"].includes(name)) continue;
    scoped(name, () => {
      const x = points();
      const polynomial = name.includes("polynomial");
      const run = known[camel(name)]!;
      same(name, polynomial ? run(x.div(4), 3) : run(name === "ndtri" ? x.div(4) : x));
    });
  }

  scoped("of two arguments", () => {
    const [x, y] = [points(), points().flip([0])];
    same("xlog1py", special.xlog1py(x, y));
    same("xlog1py of a number", special.xlog1py(2, x));
    same("zeta", special.zeta(x.add(1), 2));
    same("gammainc", special.gammainc(x, y));
    same("gammainc", x.igamma(y));
    same("gammaincc", x.igammac(y));
    same("gammainc", x.clone().igamma_(y));
    same("gammaincc", x.clone().igammac_(y));
    gradcheck((t) => x.igammac(t!), [y]);
    gradcheck((t) => x.igamma(t!), [y]); // throws if it is not the derivative
    expect(Object.keys(special).length).toBeGreaterThanOrEqual(36);
  });
});

describe("short-time transforms", () => {
  const signal = (): Tensor => arange(40, double).pow(1.5).mul(0.2).sin();

  scoped("are PyTorch's", () => {
    const window = hannWindow(8, double);
    same("stft", stft(signal(), 8, { window }));
    same("stft padded", stft(signal(), 8, { window, padMode: "constant" }));
    const options = { hopLength: 3, winLength: 6, center: false, normalized: true, onesided: false };
    same("stft of a batch", stft(signal().view([2, 20]), 8, { ...options, window: ones([6], double) }));
  });

  scoped("come back", () => {
    const window = hannWindow(8, double);
    for (const onesided of [true, false]) {
      const transforms = stft(signal(), 8, { window, onesided });
      expect(istft(transforms, 8, { window, onesided, length: 40 })).toBeClose(signal(), close);
    }
    expect(() => istft(stft(signal(), 8), 8, { window, center: false })).toThrow("window overlap add min");
  });

  scoped("windows", () => {
    for (const periodic of [true, false]) {
      const name = periodic ? "True" : "False";
      same(`bartlett ${name}`, bartlettWindow(7, { periodic, ...double }));
      same(`kaiser ${name}`, kaiserWindow(7, { periodic, beta: 5, ...double }));
    }
    same("kaiser", kaiserWindow(6, double));
    expect(kaiserWindow(4, { requiresGrad: true }).requiresGrad).toBe(true);
    expect(() => kaiserWindow(4, { beta: Number.NaN })).toThrow(
      "kaiserWindow: beta is NaN, accepted: a number",
    );
  });
});

describe("rarer functions", () => {
  scoped("numerical derivatives, integrals and histograms are PyTorch's", () => {
    const x = points();
    same("cumulative_trapezoid", x.sin().cumulativeTrapezoid({ x }));
    const y = x.sin().outer(x.cos());
    gradient(y, { spacing: [0.5, 2], edgeOrder: 2 }).forEach((part, i) => {
      same(`gradient ${i}`, part);
    });
    same("gradient of places", gradient(y, { spacing: [x], dim: 1 })[0]!);
    const { hist, binEdges } = x.histogram(4, { range: [0, 4], weight: x, density: true });
    same("histogram", hist);
    same("edges", binEdges);
    same("histogram of edges", x.histogram(tensor([0, 1, 4], double)).hist);
  });

  scoped("dtypes", () => {
    expect(promoteTypes("int64", "float16")).toBe("float16");
    expect([canCast("float32", "int64"), canCast("int64", "float16")]).toEqual([false, true]);
    const int = tensor([1], { dtype: "int32" });
    expect([resultType(int, 1), resultType(int, 1.5), resultType(1, int), resultType(1, 2.5)]).toEqual([
      ...["int32", "float32", "int32", "float32"],
    ]);
    expect([int.isSigned(), tensor([1], { dtype: "uint8" }).isSigned()]).toEqual([true, false]);
  });

  scoped("shapes", () => {
    const x = tensor(3);
    expect([atleast1d(x).shape, atleast2d(x).shape, atleast3d(ones([2, 5])).shape]).toEqual([
      [1],
      [1, 1],
      [2, 5, 1],
    ]);
    expect(
      ones([2, 4])
        .hsplit(2)
        .map((part) => part.shape),
    ).toEqual([
      [2, 2],
      [2, 2],
    ]);
    expect(
      ones([4, 2])
        .vsplit([1])
        .map((part) => part.shape),
    ).toEqual([
      [1, 2],
      [3, 2],
    ]);
    expect(ones([1, 2, 4]).dsplit(4)).toHaveLength(4);
    expect(ones([2, 3]).sumToSize([1, 3]).toArray()).toEqual([[2, 2, 2]]);
    expect([ones([2]).isSameSize(ones([2])), ones([2]).isSameSize(ones([3]))]).toEqual([true, false]);
    expect(emptyStrided([2, 3], [1, 2]).strides).toEqual([1, 2]);
    expect(emptyPermuted([2, 3], [1, 0]).strides).toEqual([1, 2]);
    expect(arange(6).narrow(0, 2, 2).storageOffset()).toBe(2);
    const [rows, columns] = unravelIndex(tensor([5, 0, 3], { dtype: "int64" }), [2, 3]) as [Tensor, Tensor];
    expect([rows.toArray(), columns.toArray()].flat().map(Number)).toEqual([1, 0, 1, 2, 0, 0]);
    expect(() => unravelIndex(tensor([6], { dtype: "int64" }), [2, 3])).toThrow(
      "an index lies outside of [2,3]",
    );
  });

  scoped("parts of tensors and new ones like them", () => {
    const x = tensor([0, 6, 0, -3]);
    const { mantissa, exponent } = x.frexp();
    expect([mantissa.toArray(), exponent.toArray()]).toEqual([
      [0, 0.75, 0, -0.75],
      [0, 3, 0, 2],
    ]);
    expect(tensor(0).isNonzero()).toBe(false);
    expect((x.nonzeroStatic(3).flatten().toArray() as number[]).map(Number)).toEqual([1, 3, -1]);
    expect(x.fill(2).toArray()).toEqual([2, 2, 2, 2]);
    expect(x.fill(tensor(5)).toArray()).toEqual([5, 5, 5, 5]);
    expect(x.narrowCopy(0, 1, 2).toArray()).toEqual([6, 0]);
    const half = x.to("float16");
    expect(
      [half.newZeros([2]), half.newOnes([2]), half.newFull([2], 3), half.newEmpty([2])].map((t) => t.dtype),
    ).toEqual(new Array(4).fill("float16"));
    expect(half.newFull([2], 3, { dtype: "int64", device: "cpu" }).toArray().toString()).toBe("3,3");
    expect(x.newOnes([1], { requiresGrad: true }).requiresGrad).toBe(true);
  });

  scoped("P L U is the matrix", () => {
    const A = tensor([
      [1, 2],
      [3, 4],
    ]);
    const { LU, pivots } = linalg.luFactor(A);
    const { P, L, U } = luUnpack(LU, pivots);
    expect(P.mm(L).mm(U)).toBeClose(A);
  });
});

describe("whole derivatives", () => {
  const f = (x: Tensor, y: Tensor): Tensor => x.pow(3).mul(y).sum().add(y.square().sum());

  scoped("jacobian, also where there is none", () => {
    const x = points().narrow(0, 0, 3);
    const [dx, dy] = jacobian((a, b) => a!.square().outer(b!.detach()), [x, ones([2], double)]) as [
      Tensor,
      Tensor,
    ];
    expect(dx).toBeClose(x.mul(2).diag().unsqueeze(1).expand([3, 2, 3]), close);
    expect(dy.shape).toEqual([3, 2, 2]);
    expect(dy.abs().sum().item()).toBe(0);
    const [none] = jacobian(() => ones([2], double), [x]);
    expect(none!.shape).toEqual([2, 3]);
  });

  scoped("hessian and products with it", () => {
    const [x, y] = [points().narrow(0, 0, 3), points().narrow(0, 3, 3)];
    const h = hessian((a, b) => f(a!, b!), [x, y]);
    expect(h[0]![0]!).toBeClose(x.mul(y).mul(6).diag(), close);
    expect(h[0]![1]!).toBeClose(x.square().mul(3).diag(), close);
    expect(h[1]![1]!).toBeClose(ones([3], double).mul(2).diag(), close);
    const [u, v] = [points().narrow(0, 1, 3), points().narrow(0, 4, 3)];
    for (const product of [vhp, hvp]) {
      const { output, products } = product((a, b) => f(a!, b!), [x, y], [u, v]);
      expect(output).toBeClose(f(x, y), close);
      expect(products[0]!).toBeClose(x.mul(y).mul(6).mul(u).add(x.square().mul(3).mul(v)), close);
      expect(products[1]!).toBeClose(x.square().mul(3).mul(u).add(v.mul(2)), close);
    }
    expect(() => vhp((a) => a!, [x], [u])).toThrow("vhp: fn must return one element, got [3]");
    expect(() => hessian((a) => a!, [x])).toThrow("hessian: fn must return one element, got [3]");
    expect(() => hvp((a) => a!, [x], [])).toThrow("1 inputs and 0 vectors");
  });
});
