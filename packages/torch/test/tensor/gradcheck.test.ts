// The checker itself: it must pass what is right, and find what is wrong and say where.

import { checkLeaks } from "@throughline/testing/leaks";
import {
  customFunction,
  gradcheck,
  gradgradcheck,
  randn,
  scope,
  type Tensor,
  TorchError,
  tensor,
} from "@throughline/torch";
import { describe, expect, test } from "vitest";

checkLeaks();

/** x², with a derivative that is `factor` too large at one element. */
const wrong = (factor: number): ((x: Tensor) => Tensor) => {
  const apply = customFunction<[Tensor]>({
    forward(context, x) {
      context.saveForBackward(x);
      return x.mul(x);
    },
    backward: ([x], gradient) =>
      x!
        .mul(2)
        .mul(gradient!)
        .mul(tensor([1, factor, 1], { dtype: "float64" })),
  });
  return (x) => apply(x)[0]!;
};

describe("gradcheck", () => {
  test("reports the entry that deviates most", () => {
    scope(() => {
      const report = gradcheck(wrong(1), [tensor([1, 2, 3])]);
      expect(report.deviation).toBeLessThan(1e-3);
      expect([report.mode, report.analytic.toFixed(6)]).toEqual(["reverse", report.numeric.toFixed(6)]);
    });
  });

  test("finds a wrong derivative and names its place and both values", () => {
    scope(() => {
      const check = (): unknown => gradcheck(wrong(1.1), [tensor([1, 2, 3])]);
      expect(check).toThrow(TorchError);
      expect(check).toThrow(
        /^gradcheck: the reverse-mode derivative of output 0 \(element 1\) with respect to input 0 \(element 1\) is 4\.4, by central differences (4\.0000000|3\.9999999)\d*: 9\d\.\d times the tolerance$/,
      );
    });
  });

  test("the tolerance is the caller's", () => {
    scope(() => expect(gradcheck(wrong(1.1), [tensor([1, 2, 3])], { rtol: 0.2 }).deviation).toBeLessThan(1));
  });

  test("a derivative that is missing counts as 0", () => {
    scope(() =>
      expect(() => gradcheck((x) => x.detach().add(x.mul(0)), [randn([2])])).toThrow(
        /is 0, by central differences (1\.0|0\.9)/,
      ),
    );
  });

  test("NaN is never accepted", () => {
    scope(() =>
      expect(() => gradcheck((x) => x.sqrt(), [tensor([-1])])).toThrow(/is NaN, by central differences NaN/),
    );
  });

  test("all inputs, several outputs, whole-number inputs, complex ones", () => {
    scope(() => {
      const index = tensor([1n, 0n]);
      gradcheck(
        (x, i, z) => [x.at(i).mul(z.real), z.mul(x).abs(), i],
        [
          tensor([1, 2]),
          index,
          tensor([
            { re: 1, im: 2 },
            { re: -1, im: 0.5 },
          ]),
        ],
      );
    });
  });

  test("forward mode is checked on request", () => {
    scope(() => {
      const report = gradcheck((a, b) => a.matmul(b).tanh(), [randn([2, 3]), randn([3, 2])], {
        forward: true,
      });
      expect(report.deviation).toBeLessThan(1e-3);
      expect(() => gradcheck(wrong(1), [tensor([1, 2, 3])], { forward: true })).toThrow(TorchError);
    });
  });

  test("inputs and outputs without derivatives are refused", () => {
    scope(() => {
      expect(() => gradcheck((x) => x, [tensor([1n])])).toThrow(/no input is floating point or complex/);
      expect(() => gradcheck((x) => x.gt(0), [randn([1])])).toThrow(/no output is floating point or complex/);
      expect(() => gradcheck((x) => x, [randn([0])])).toThrow(/the Jacobian has no entries/);
    });
  });

  test("what the function throws passes through", () => {
    const thrower = (): Tensor => {
      throw new RangeError("mine");
    };
    scope(() => expect(() => gradcheck(thrower, [randn([1])])).toThrow(RangeError));
  });
});

describe("gradgradcheck", () => {
  test("passes a right second derivative", () => {
    scope(() => expect(gradgradcheck((x) => x.exp().mul(x), [randn([3])]).deviation).toBeLessThan(1e-2));
  });

  test("finds a wrong one", () => {
    const cube = customFunction<[Tensor]>({
      forward(context, x) {
        context.saveForBackward(x);
        return x.pow(3);
      },
      // Right once, but detached: the second derivative lacks 6x.
      backward: ([x], gradient) => x!.detach().pow(2).mul(3).mul(gradient!),
    });
    scope(() => {
      gradcheck((x) => cube(x)[0]!, [tensor([1, 2])]);
      expect(() => gradgradcheck((x) => cube(x)[0]!, [tensor([1, 2])])).toThrow(
        /gradcheck: the reverse-mode derivative/,
      );
    });
  });
});
