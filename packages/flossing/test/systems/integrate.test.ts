// The integrators against closed forms, on their own.
import { type IntegrateOptions, integrate } from "@throughline/flossing";
import { fromTypedArray, linalg, scope, stack, type Tensor, tensor, where } from "@throughline/torch";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import "@throughline/testing/close";
import { checkLeaks } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";

checkLeaks();

const double = { dtype: "float64" } as const;

/** ẋ = y, ẏ = −x: a rotation. */
function circle(x: Tensor): Tensor {
  const [p, q] = x.unbind(1) as [Tensor, Tensor];
  return stack([q, p.neg()], 1);
}

/** How far (cos 10, −sin 10) is missed. */
function missed(options: IntegrateOptions): number {
  return scope(() => {
    const { state } = integrate(circle, tensor([1, 0], double), [0, 10], options);
    const [p, q] = state.toArray() as [number, number];
    return Math.hypot(p - Math.cos(10), q + Math.sin(10));
  });
}

describe("accuracy", () => {
  test.each([1e-4, 1e-6, 1e-8, 1e-10, 1e-12])("adaptive steps keep a tolerance of %g", (rtol) => {
    // The local errors of some 3 to 60 steps add up.
    expect(missed({ rtol })).toBeLessThan(30 * rtol);
  });

  test.each([
    ["euler", 1],
    ["rk4", 4],
  ] as const)("%s is of order %i", (method, order) => {
    const ratio = missed({ method, stepSize: 0.01 }) / missed({ method, stepSize: 0.005 });
    expect(Math.log2(ratio)).toBeCloseTo(order, 1);
  });

  test("halving the error by 2⁸ takes about twice the adaptive steps: order 8", () => {
    const steps = (rtol: number): number =>
      scope(() => integrate(circle, tensor([1, 0], double), [0, 200], { rtol }).steps);
    expect(Math.log2(steps(1e-6 / 2 ** 16) / steps(1e-6))).toBeCloseTo(2, 0);
  });

  scoped("float32 is as good as float32 can be", () => {
    const { state } = integrate(circle, tensor([1, 0]), [0, 10]);
    expect(state.dtype).toBe("float32");
    expect(state).toBeClose(tensor([Math.cos(10), -Math.sin(10)]), { atol: 2e-4, because: "rtol is 1e-5" });
  });
});

describe("problems", () => {
  scoped("time enters the derivative: ẋ = 2 t x", () => {
    const { state } = integrate((x, t) => x.mul(2 * t), tensor([[1], [2]], double), [0, 1.5], {
      rtol: 1e-11,
    });
    const factor = Math.exp(1.5 ** 2);
    expect(state).toBeClose([[factor], [2 * factor]], { rtol: 1e-10 });
  });

  scoped("backwards in time it returns to where it came from", () => {
    const start = tensor([[0.3, -0.2]], double);
    const there = integrate(circle, start, [0, 3]);
    const back = integrate(circle, there.state, [3, 0]);
    expect(back.state).toBeClose(start, { rtol: 0, atol: 1e-8 });
  });

  scoped("states at given times", () => {
    const times = [0, 0.5, 2, 2, 3];
    const { states, state } = integrate(circle, tensor([1, 0], double), [0, 3], { times, rtol: 1e-11 });
    expect(states!).toBeClose(
      times.map((t) => [Math.cos(t), -Math.sin(t)]),
      { rtol: 0, atol: 1e-9 },
    );
    expect(state).toBeClose([Math.cos(3), -Math.sin(3)], { rtol: 0, atol: 1e-9 });
  });

  scoped("a span of no time changes nothing", () => {
    expect(integrate(circle, tensor([1, 0], double), [2, 2]).state).toBeClose([1, 0]);
  });

  scoped("a linear system and its tangent vectors are the matrix exponential", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 9, maxLength: 9 }),
        fc.double({ min: 0.1, max: 3, noNaN: true }),
        (entries, time) =>
          scope(() => {
            const A = fromTypedArray(Float64Array.from(entries), [3, 3]);
            const start = tensor([[1, -2, 0.5]], double);
            const frame = tensor([[[1, 0, 0], [0, 1, 0]]], double); // biome-ignore format: a matrix
            const result = integrate((x) => x.mm(A.t()), start, [0, time], { frame, rtol: 1e-11 });
            const flow = linalg.matrixExp(A.mul(time));
            const scale = flow.abs().max().item();
            expect(result.state).toBeClose(start.mm(flow.t()), {
              rtol: 0,
              atol: 1e-9 * scale,
              because: "50 local errors",
            });
            expect(result.frame!).toBeClose(frame.matmul(flow.t()), {
              rtol: 0,
              atol: 1e-9 * scale,
              because: "50 local errors",
            });
          }),
      ),
      { numRuns: 20, seed: 1 },
    );
  });

  scoped("tangent vectors of a nonlinear system are derivatives with respect to the start", () => {
    const pendulum = (x: Tensor): Tensor => {
      const [angle, speed] = x.unbind(1) as [Tensor, Tensor];
      return stack([speed, angle.sin().neg()], 1);
    };
    const start = [2, 0.3];
    const end = (angle: number): Tensor =>
      integrate(pendulum, tensor([angle, start[1]!], double), [0, 5], { rtol: 1e-13 }).state;
    const { frame } = integrate(pendulum, tensor(start, double), [0, 5], {
      frame: tensor([[1, 0]], double),
      rtol: 1e-12,
    });
    const difference = end(2 + 1e-5)
      .sub(end(2 - 1e-5))
      .div(2e-5);
    expect(frame!.select(0, 0)).toBeClose(difference, { rtol: 1e-7, atol: 1e-8 });
  });

  scoped("members of a batch do not influence each other beyond the step size", () => {
    const van = (x: Tensor): Tensor => {
      const [p, q] = x.unbind(1) as [Tensor, Tensor];
      return stack([q, p.square().rsub(1).mul(q).sub(p)], 1);
    };
    const starts = [[0.1, 0], [2, 1], [-1, 3]]; // biome-ignore format: rows
    const together = integrate(van, tensor(starts, double), [0, 10]).state;
    const alone = starts.map((start) => integrate(van, tensor(start, double), [0, 10]).state);
    expect(together).toBeClose(stack(alone), { rtol: 0, atol: 1e-7 });
  });

  scoped(
    "tangent vectors make steps shorter where states alone would not: ẋ = 0, v̇ = A v cannot be told from x",
    () => {
      const shear = (x: Tensor): Tensor => x.mul(tensor([0, 50], double));
      const start = tensor([[1, 0]], double); // stays where it is
      const alone = integrate(shear, start, [0, 1]);
      const along = integrate(shear, start, [0, 1], { frame: tensor([[[0, 1]]], double) });
      expect(along.steps).toBeGreaterThan(2 * alone.steps);
      expect(along.frame!.log().select(2, 1)).toBeClose([[50]], { rtol: 1e-8 });
    },
  );
});

describe("what cannot be solved says so", () => {
  const one = (): Tensor => tensor([[1]], double);
  test("a solution that runs to infinity at t = 1", () => {
    scope(() => {
      expect(() => integrate((x) => x.square(), one(), [0, 2])).toThrow(
        /at t = 1\.?\d* even steps of .* runs to infinity/,
      );
      expect(() => integrate((x) => x.square(), one(), [0, 2], { method: "rk4", stepSize: 0.01 })).toThrow(
        /no longer finite at t = 2/,
      );
    });
  });

  test("a derivative that jumps forever, or is not finite", () => {
    scope(() => {
      const chatter = (x: Tensor): Tensor => where(x.gt(0), -1, 1).to("float64").mul(1e9);
      expect(() => integrate(chatter, one(), [0, 1], { maxSteps: 200 })).toThrow(
        /steps reached only t = .*stiff|even steps of/,
      );
      expect(() => integrate((x) => x.sub(1).log(), one(), [0, 1])).toThrow(/even steps of/);
    });
  });

  test("a stiff system within few steps", () => {
    scope(() => {
      expect(() => integrate((x) => x.mul(-1e6), one(), [0, 1], { maxSteps: 50 })).toThrow(
        /50 steps reached only t = .*stiff/,
      );
    });
  });

  const bad: [string, RegExp, () => unknown][] = [
    ["a derivative of another shape", /derivative returned \[1\] for states \[1,1\]/, () => integrate((x) => x.select(1, 0), one(), [0, 1])],
    ["an unknown method", /method is "rk5", accepted: "dop853" or "rk4" or "euler"/, () => integrate(circle, one(), [0, 1], { method: "rk5" as "rk4" })],
    ["fixed steps without a length", /give their length as stepSize/, () => integrate(circle, one(), [0, 1], { method: "rk4" })],
    ["a tolerance below rounding", /cannot keep errors below 1e-14/, () => integrate(circle, one(), [0, 1], { rtol: 1e-17 })],
    ["a tolerance of 0", /rtol is 0, accepted: a number above 0/, () => integrate(circle, one(), [0, 1], { rtol: 0 })],
    ["times out of order", /in order; 1 comes after 2/, () => integrate(circle, one(), [0, 3], { times: [2, 1] })],
    ["times outside the span", /in order; 3 comes after 4/, () => integrate(circle, one(), [0, 3], { times: [4] })],
    ["a time that is no number", /a time is NaN, accepted: a number/, () => integrate(circle, one(), [0, Number.NaN])],
    ["a state that is a scalar", /the state is \[\]; give \[batch, variables\]/, () => integrate(circle, tensor(1, double), [0, 1])],
    ["whole numbers", /states are int64; give float32 or float64/, () => integrate(circle, tensor([1n, 2n]), [0, 1])],
    ["tangent vectors of another size", /tangent vectors are \[1,1,3\]/, () => integrate(circle, one(), [0, 1], { frame: tensor([[[1, 2, 3]]], double) })],
  ]; // biome-ignore format: a table
  test.each(bad)("%s", (_name, message, run) => {
    scope(() => expect(run).toThrow(message));
  });
});
