// What checkpoint refuses, and what happens when the function fails.

import { checkLeaks } from "@throughline/testing/leaks";
import { checkpoint, grad, isGradEnabled, noGrad, ones, scope, type Tensor } from "@throughline/torch";
import { expect, test } from "vitest";

checkLeaks();

const x = (): Tensor => ones([2]).requiresGrad_();
const wrong = <T>(value: unknown): T => value as T;

test("asynchronous functions and other results", () => {
  scope(() => {
    expect(() => checkpoint(wrong<() => Tensor>(async () => x()))).toThrow(
      /checkpoint\(\) was given an asynchronous function/,
    );
    for (const result of [3, undefined, [], [x(), 1]]) {
      expect(() =>
        checkpoint(
          wrong<(given: Tensor) => Tensor>(() => result),
          x(),
        ),
      ).toThrow(/^checkpoint: the function returned .*, accepted: a tensor or a list of tensors$/);
    }
  });
});

test("what the function throws passes through, the first time and the second", () => {
  scope(() => {
    let calls = 0;
    const fn = (input: Tensor): Tensor => {
      if (++calls === 2) throw new RangeError("second time");
      return input.exp();
    };
    const y = checkpoint(fn, x());
    expect(() => y.sum().backward()).toThrow(new RangeError("second time"));
    expect(isGradEnabled()).toBe(true);
    expect(() => checkpoint((_: Tensor) => wrong<Tensor>(null).exp(), x())).toThrow(TypeError);
  });
});

test("second derivatives", () => {
  scope(() => {
    const input = x();
    const y = checkpoint((given: Tensor) => given.exp(), input);
    expect(() => grad(y.sum(), [input], { createGraph: true })).toThrow(
      /^checkpoint: gradients with createGraph were asked for/,
    );
  });
});

test("another shape the second time", () => {
  scope(() => {
    let size = 2;
    const y = checkpoint((input: Tensor) => input.expand([size++, 2]), x());
    expect(() => y.sum().backward()).toThrow(
      /^checkpoint: the function returned shapes \[\[2,2\]\] first and \[\[3,2\]\] when it was called again/,
    );
  });
});

test("an input changed in between", () => {
  scope(() => {
    const input = x().mul(1);
    const y = checkpoint((given: Tensor) => given.exp(), input);
    noGrad(() => input.add_(1));
    expect(() => y.sum().backward()).toThrow(/modified by an inplace operation/);
  });
});
