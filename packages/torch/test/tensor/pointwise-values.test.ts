// Functions of one number against JavaScript's own, and against constants and identities of the textbooks, in float64.
import { linspace, type Tensor, tensor } from "@throughline/torch";
import { describe, expect } from "vitest";
import "@throughline/testing/close";
import { checkLeaks } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";

checkLeaks();

const near = {
  rtol: 1e-12,
  atol: 1e-13,
  because: "libraries of float64 functions differ in the last digits",
};
const t = (values: number[]): Tensor => tensor(values, { dtype: "float64" });
const grid = (low: number, high: number): number[] =>
  linspace(low, high, 25, { dtype: "float64" }).toArray() as number[];

type Name = { [K in keyof Tensor]: Tensor[K] extends () => Tensor ? K : never }[keyof Tensor];

/** Each function, JavaScript's for the same, and where it is defined. */
const same: [Name, (x: number) => number, number, number][] = [
  ["abs", Math.abs, -3, 3],
  ["acos", Math.acos, -1, 1],
  ["acosh", Math.acosh, 1, 9],
  ["asin", Math.asin, -1, 1],
  ["asinh", Math.asinh, -9, 9],
  ["atan", Math.atan, -9, 9],
  ["atanh", Math.atanh, -0.95, 0.95],
  ["ceil", Math.ceil, -3, 3],
  ["cos", Math.cos, -9, 9],
  ["cosh", Math.cosh, -9, 9],
  ["deg2rad", (x) => (x * Math.PI) / 180, -360, 360],
  ["exp", Math.exp, -9, 9],
  ["exp2", (x) => 2 ** x, -9, 9],
  ["expm1", Math.expm1, -1e-8, 1e-8],
  ["floor", Math.floor, -3, 3],
  ["frac", (x) => x - Math.trunc(x), -3, 3],
  ["log", Math.log, 0.01, 99],
  ["log10", Math.log10, 0.01, 99],
  ["log1p", Math.log1p, -1e-8, 1e-8],
  ["log2", Math.log2, 0.01, 99],
  ["rad2deg", (x) => (x * 180) / Math.PI, -7, 7],
  ["reciprocal", (x) => 1 / x, 0.1, 9],
  ["relu", (x) => Math.max(0, x), -3, 3],
  ["rsqrt", (x) => 1 / Math.sqrt(x), 0.1, 9],
  ["sigmoid", (x) => 1 / (1 + Math.exp(-x)), -30, 30],
  ["sgn", Math.sign, -3, 3],
  ["sign", Math.sign, -3, 3],
  ["sin", Math.sin, -9, 9],
  ["sinc", (x) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)), -1.5, 1.5],
  ["sinh", Math.sinh, -9, 9],
  ["sqrt", Math.sqrt, 0, 9],
  ["square", (x) => x * x, -9, 9],
  ["tan", Math.tan, -1.5, 1.5],
  ["tanh", Math.tanh, -9, 9],
  ["trunc", Math.trunc, -3, 3],
];

describe("what JavaScript computes too", () => {
  for (const [name, known, low, high] of same) {
    scoped(`${name} from ${low} to ${high}`, () => {
      const x = grid(low, high);
      expect(t(x)[name]()).toBeClose(x.map(known), near);
    });
  }
});

const EULER = 0.5772156649015329;

describe("constants and identities", () => {
  scoped("lgamma is ln of factorials, digamma of 1 is −γ and grows by 1/x", () => {
    expect(t([1, 2, 5, 11]).lgamma().exp()).toBeClose([1, 1, 24, 3_628_800], near);
    expect(t([0.5]).lgamma()).toBeClose([Math.log(Math.PI) / 2], near);
    expect(t([1, 0.5]).digamma()).toBeClose([-EULER, -EULER - 2 * Math.LN2], near);
    const x = t(grid(0.3, 7));
    expect(x.add(1).digamma().sub(x.digamma())).toBeClose(x.reciprocal(), near);
  });

  scoped("polygamma: trigamma of 1 is π²/6, the next −2 ζ(3); of order 0 it is digamma", () => {
    expect(t([1]).polygamma(1)).toBeClose([Math.PI ** 2 / 6], {
      rtol: 1e-9,
      atol: 0,
      because: "libtorch's trigamma stops its series early, 5e-10 off",
    });
    expect(t([1]).polygamma(2)).toBeClose([-2 * 1.2020569031595942], near);
    expect(t([2.5]).polygamma(0)).toBeClose(t([2.5]).digamma(), near);
  });

  scoped("mvlgamma: Γ₂(a) = √π Γ(a) Γ(a − ½)", () => {
    const a = t(grid(0.8, 6));
    const known = a
      .lgamma()
      .add(a.sub(0.5).lgamma())
      .add(Math.log(Math.PI) / 2);
    expect(a.mvlgamma(2)).toBeClose(known, near);
  });

  scoped("erf by its Taylor series, erfc its complement, erfinv its inverse", () => {
    const x = grid(-1.5, 1.5);
    const series = x.map((value) => {
      let [term, sum] = [value, value];
      for (let n = 1; n < 40; n++) {
        term *= -(value * value) / n;
        sum += term / (2 * n + 1);
      }
      return (2 / Math.sqrt(Math.PI)) * sum;
    });
    expect(t(x).erf()).toBeClose(series, near);
    expect(t(x).erfc().add(t(x).erf())).toBeClose(
      x.map(() => 1),
      near,
    );
    expect(t(x).erf().erfinv()).toBeClose(x, near);
    expect(t([-1, 1]).erfinv().toArray()).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
  });

  scoped("i0 by its series Σ (x/2)²ᵏ / k!²", () => {
    const x = grid(-5, 5);
    const series = x.map((value) => {
      let [term, sum] = [1, 1];
      for (let k = 1; k < 60; k++) {
        term *= (value / 2 / k) ** 2;
        sum += term;
      }
      return sum;
    });
    expect(t(x).i0()).toBeClose(series, near);
  });

  scoped("logit undoes sigmoid; eps keeps it from ∞", () => {
    const x = grid(-5, 5);
    expect(t(x).sigmoid().logit()).toBeClose(x, near);
    expect(t([0, 1]).logit().toArray()).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
    expect(t([0, 1]).logit(0.25)).toBeClose([-Math.log(3), Math.log(3)], near);
  });

  scoped("round goes to even at halves, and to decimals", () => {
    expect(t([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5]).round().toArray()).toEqual([-2, -2, -0, 0, 2, 2]);
    expect(t([1.2345, 1250]).round(2)).toBeClose([1.23, 1250], near);
    expect(t([1249]).round(-2)).toBeClose([1200], near);
  });

  scoped("nanToNum replaces what it is told, and with 0 and the greatest numbers by default", () => {
    const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 2];
    expect(t(odd).nanToNum().toArray()).toEqual([0, Number.MAX_VALUE, -Number.MAX_VALUE, 2]);
    expect(t(odd).nanToNum({ nan: 5, posinf: 6, neginf: 7 }).toArray()).toEqual([5, 6, 7, 2]);
  });

  scoped("outside of their domains functions give NaN, at its ends ∞", () => {
    const outside = [t([-1]).sqrt(), t([-1]).log(), t([2]).acos(), t([2]).atanh(), t([0.5]).acosh()];
    for (const y of outside) expect(y.item()).toBeNaN();
    expect([t([0]).log(), t([-1]).log1p(), t([-1]).atanh()].map((y) => y.item())).toEqual(
      Array.from({ length: 3 }, () => Number.NEGATIVE_INFINITY),
    );
    expect(t([0]).reciprocal().item()).toBe(Number.POSITIVE_INFINITY);
    expect(t([Number.NaN]).relu().item()).toBeNaN();
  });
});
