// The tangent dynamics step by step, against products of explicit Jacobians.
import { type Advanced, advance, flow, map, pushForward, type System } from "@throughline/flossing";
import { Generator, gradcheck, linalg, noGrad, randn, scope, type Tensor, tensor } from "@throughline/torch";
import { describe, expect, test } from "vitest";
import "@throughline/testing/close";
import { checkLeaks } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";

checkLeaks();

const double = { dtype: "float64" } as const;
const normal = (shape: number[], seed: number): Tensor =>
  scope(() => randn(shape, { ...double, generator: Generator.create({ seed }) }));

/** x′ = tanh(W x + sin t), by forward mode or with its Jacobian written out. */
function net(W: Tensor, explicit: boolean): System {
  const step = (x: Tensor, t: number): Tensor => x.mm(W.t()).add(Math.sin(t)).tanh();
  if (!explicit) return map({ dimension: 4, step });
  const jacobian = (x: Tensor, t: number): Tensor => step(x, t).square().rsub(1).unsqueeze(2).mul(W);
  return map({ dimension: 4, step, jacobian });
}

describe.each([
  ["forward mode", false],
  ["an explicit Jacobian", true],
])("by %s", (_name, explicit) => {
  scoped("states are the system's, and QR factors put together again are the product of Jacobians", () => {
    const system = net(normal([4, 4], 1), explicit);
    const state = normal([3, 4], 2);
    const { Q } = linalg.qr(normal([3, 4, 4], 3));
    const frame = Q.mT;
    const result = advance(system, state, frame, 5, 6, 2);

    let expected = state;
    let product = frame.mT; // T Q₀
    for (let t = 5; t < 11; t++) {
      const derivative = net(normal([4, 4], 1), true).jacobian!(expected, t);
      product = derivative.bmm(product);
      expected = system.step(expected, t);
    }
    expect(result.state).toBeClose(expected, { rtol: 0, atol: 1e-12 });
    expect(result.logs.shape).toEqual([3, 3, 4]);
    // One QR of the whole product has the same Q and the same diagonal of R, as Qₙ Rₙ … R₁ is its QR decomposition.
    const whole = linalg.qr(product);
    const diagonal = whole.R.diagonal({ dim1: 1, dim2: 2 });
    expect(result.logs.sum({ dim: 0 })).toBeClose(diagonal.abs().log(), { rtol: 0, atol: 1e-8 });
    expect(result.frame.mT).toBeClose(whole.Q.mul(diagonal.sign().unsqueeze(1)), { rtol: 0, atol: 1e-8 });
  });
});

scoped("rows of the frame are orthonormal, and each is a positive multiple of what its step added", () => {
  const system = net(normal([4, 4], 1), false);
  const state = normal([2, 4], 2);
  const frame = normal([2, 3, 4], 3);
  const pushed = pushForward(system, state, frame, 0, 1);
  const { frame: rows, logs } = advance(system, state, frame, 0, 1, 1);
  const eye = rows.matmul(rows.mT);
  expect(eye).toBeClose(tensor([[1, 0, 0], [0, 1, 0], [0, 0, 1]], double).expand([2, 3, 3]), { rtol: 0, atol: 1e-12 }); // biome-ignore format: a matrix
  const lengths = pushed.frame.mul(rows).sum({ dim: -1 }); // the diagonal of R
  expect(lengths.log()).toBeClose(logs.select(0, 0), { rtol: 0, atol: 1e-12 });
});

scoped("parameters with a row for each member reach every tangent vector of that member", () => {
  const rates = tensor([[2], [3.7], [3.9]], double);
  const system = map({ dimension: 1, parameters: [rates], step: (x, _t, r) => x.mul(x.rsub(1)).mul(r!) });
  const state = tensor([[0.2], [0.3], [0.4]], double);
  const { logs } = advance(system, state, tensor([[[1]], [[1]], [[1]]], double), 0, 1, 1);
  const slopes = rates.mul(state.mul(-2).add(1)).abs().log();
  expect(logs).toBeClose(slopes.view([1, 3, 1]));

  const plane = map({ dimension: 2, parameters: [rates], step: (x, _t, r) => x.mul(r!) });
  const wide = advance(plane, normal([3, 2], 1), normal([3, 2, 2], 2), 0, 4, 1);
  // Every direction stretches by the member's rate; the first QR also makes the frame orthonormal.
  const expected = rates.log().view([1, 3, 1]).expand([3, 3, 2]);
  expect(wide.logs.narrow(0, 1, 3)).toBeClose(expected, { rtol: 0, atol: 1e-12 });
});

scoped("parameters may be a function of the step", () => {
  const drive = normal([10, 2, 3], 4);
  const system = map({
    dimension: 3,
    parameters: (t) => [drive.select(0, t)],
    step: (x, _t, u) => x.mul(u!),
  });
  const { logs } = advance(system, normal([2, 3], 1), tensor([[1, 0, 0], [0, 1, 0], [0, 0, 1]], double).expand([2, 3, 3]), 4, 2, 1); // biome-ignore format: a matrix
  expect(logs).toBeClose(drive.narrow(0, 4, 2).abs().log(), { rtol: 0, atol: 1e-12 });
});

scoped("a flow's parameters and time reach its variational equation", () => {
  const rates = tensor([[0.5], [-0.25]], double);
  const system = flow({
    dimension: 1,
    dt: 0.5,
    start: 1,
    parameters: [rates],
    derivative: (x, t, r) => x.mul(r!).mul(2 * t),
  });
  const { logs, state } = advance(
    system,
    tensor([[1], [2]], double),
    tensor([[[1]], [[1]]], double),
    2,
    2,
    1,
  );
  // From t = 1 + 2 · 0.5 on: ∫ 2 r t dt = r (t₁² − t₀²).
  const growth = (r: number): number[] => [r * (2.5 ** 2 - 4), r * (9 - 2.5 ** 2)];
  expect(logs.select(2, 0).t()).toBeClose([growth(0.5), growth(-0.25)], { rtol: 1e-7 });
  expect(state).toBeClose([[Math.exp(0.5 * 5)], [2 * Math.exp(-0.25 * 5)]], { rtol: 1e-7 });
});

scoped("the system's own advance is used in place of the generic one", () => {
  const logs = tensor([[[1, 2]]], double);
  const calls: number[][] = [];
  const own = (state: Tensor, frame: Tensor, ...rest: number[]): Advanced => {
    calls.push(rest);
    return { state, frame, logs };
  };
  const system: System = { dimension: 2, dt: 1, unit: "step", step: (x) => x, advance: own };
  expect(advance(system, normal([1, 2], 1), normal([1, 2, 2], 2), 3, 10, 5).logs).toBe(logs);
  expect(calls).toEqual([[3, 10, 5]]);
});

test("it can be differentiated in reverse mode, as flossing does", () => {
  scope(() => {
    const state = normal([2, 4], 2);
    const frame = linalg.qr(normal([2, 4, 3], 3)).Q.mT;
    const loss = (W: Tensor): Tensor => advance(net(W, false), state, frame, 0, 6, 2).logs.square().mean();
    gradcheck(loss, [normal([4, 4], 1)], { rtol: 1e-6, atol: 1e-8 });
    const loose = (W: Tensor): Tensor => advance(net(W, true), state, frame, 0, 6, 2).logs.square().mean();
    gradcheck(loose, [normal([4, 4], 1)], { rtol: 1e-6, atol: 1e-8 });
  });
});

test("memory does not grow with the number of steps, also if a step returns its argument", () => {
  scope(() => {
    const cat = tensor([[[2, 1], [1, 1]]], double); // biome-ignore format: a matrix
    const still = map({ dimension: 2, step: (x) => x, jacobian: () => cat.clone() });
    const state = normal([1, 2], 1);
    const result = noGrad(() => advance(still, state, normal([1, 2, 2], 2), 0, 8, 2));
    expect(state.isDisposed).toBe(false);
    expect(result.state.toArray()).toEqual(state.toArray());
    expect(result.logs.isfinite().all().item()).toBeTruthy();
  });
});

describe("what does not fit is refused", () => {
  const simple = map({ dimension: 2, step: (x) => x.mul(2) });
  const of = (step: (x: Tensor) => Tensor, jacobian?: (x: Tensor) => Tensor): System =>
    map({ dimension: 2, step, ...(jacobian && { jacobian }) });
  const run = (
    system: System,
    state: number[],
    frame: number[],
    steps = 2,
    interval = 1,
  ): (() => unknown) => {
    return () => advance(system, normal(state, 1), normal(frame, 2), 0, steps, interval);
  };
  test.each([
    [
      "state of another size",
      run(simple, [1, 3], [1, 2, 2]),
      /states \[1,3\] and tangent vectors \[1,2,2\] do not fit/,
    ],
    ["more vectors than variables", run(simple, [1, 2], [1, 3, 2]), /k at most 2/],
    ["another batch", run(simple, [2, 2], [1, 2, 2]), /do not fit/],
    ["a frame without batch", run(simple, [1, 2], [2, 2]), /do not fit/],
    [
      "an interval that does not divide",
      run(simple, [1, 2], [1, 2, 2], 5, 2),
      /interval 2 does not divide 5 steps/,
    ],
    ["no steps", run(simple, [1, 2], [1, 2, 2], 0, 1), /does not divide 0 steps/],
    [
      "a step of another shape",
      run(
        of((x) => x.select(1, 0)),
        [1, 2],
        [1, 2, 2],
      ),
      /step returned \[2\] for states \[2,2\]/,
    ],
    [
      "a Jacobian of another shape",
      run(of((x) => x.mul(2), () => tensor([[1, 0], [0, 1]], double)), [1, 2], [1, 2, 2]), // biome-ignore format: a matrix
      /jacobian returned \[2,2\] instead of \[1,2,2\]/,
    ],
    [
      "parameters of several batches",
      () => map({ dimension: 1, step: (x) => x, parameters: [normal([2, 1], 1), normal([3, 1], 1)] }),
      /parameters have 2 and 3 rows/,
    ],
    [
      "no dimension",
      () => map({ dimension: 0, step: (x) => x }),
      /map: dimension is 0, accepted: a whole number of at least 1/,
    ],
    [
      "a flow that goes nowhere",
      () => flow({ dimension: 1, dt: 0, derivative: (x) => x }),
      /flow: dt is 0, accepted: a number above 0/,
    ],
  ] as const)("%s", (_name, attempt, message) => {
    scope(() => expect(attempt).toThrow(message));
  });
});
