// Finite-time exponents of recurrent nets against those that PyTorch's automatic differentiation and QR gave.
import {
  advance,
  driven,
  LyapunovStepper,
  longTermJacobian,
  lyapunovSpectrum,
  type RecurrentCell,
} from "@throughline/flossing";
import { cat, linalg, scope, type Tensor } from "@throughline/torch";
import { expect, test } from "vitest";
import "@throughline/testing/close";
import { describeShared } from "@throughline/testing/reference";

type Get = (name: string) => Tensor;

/** x′ = J tanh(x) + b + W_in u */
const preActivation = (get: Get): RecurrentCell => ({
  inputSize: 2,
  stateSize: 8,
  step: (u, x) =>
    x
      .tanh()
      .mm(get("J").t())
      .add(get("b"))
      .add(u.mm(get("W_in").t())),
});

/** h′ = tanh(W h + W_in u + b) */
const postActivation = (get: Get): RecurrentCell => ({
  inputSize: 2,
  stateSize: 8,
  step: (u, h) =>
    h
      .mm(get("W").t())
      .add(u.mm(get("W_in").t()))
      .add(get("b"))
      .tanh(),
});

const gates = (get: Get, u: Tensor, h: Tensor, count: number): [Tensor[], Tensor[]] => [
  u.mm(get("weight_ih").t()).add(get("bias_ih")).chunk(count, 1),
  h.mm(get("weight_hh").t()).add(get("bias_hh")).chunk(count, 1),
];

const gru = (get: Get): RecurrentCell => ({
  inputSize: 2,
  stateSize: 8,
  step: (u, h) => {
    const [[ri, zi, ni], [rh, zh, nh]] = gates(get, u, h, 3) as [
      [Tensor, Tensor, Tensor],
      [Tensor, Tensor, Tensor],
    ];
    const z = zi.add(zh).sigmoid();
    const n = ni.add(ri.add(rh).sigmoid().mul(nh)).tanh();
    return n.add(z.mul(h.sub(n)));
  },
});

const lstm = (get: Get): RecurrentCell => ({
  inputSize: 2,
  stateSize: 16,
  step: (u, state) => {
    const [h, c] = state.chunk(2, 1) as [Tensor, Tensor];
    const [own, other] = gates(get, u, h, 4);
    const [i, f, g, o] = own.map((gate, at) => gate.add(other[at]!)) as [Tensor, Tensor, Tensor, Tensor];
    const next = f.sigmoid().mul(c).add(i.sigmoid().mul(g.tanh()));
    return cat([o.sigmoid().mul(next.tanh()), next], 1);
  },
});

describeShared("torchops/lyapunov", (tensor) => {
  test.each([
    ["pre_true", preActivation],
    ["post", postActivation],
    ["gru", gru],
    ["lstm", lstm],
  ] as const)("%s", (name, make) => {
    scope(() => {
      const get: Get = (key) => tensor(`${name}.${key}`);
      const system = driven(make(get), tensor("s"));
      const initial = get("x0");
      const frame = get("Q0").t();

      // Every ln |R_ii|, the final tangent vectors and the final state.
      const run = advance(system, initial.unsqueeze(0), frame.unsqueeze(0), 0, 20, 1);
      expect(run.logs.select(1, 0)).toBeClose(get("base.logR"), { rtol: 0, atol: 1e-10 });
      expect(run.frame.select(0, 0).t().abs()).toBeClose(get("base.absQ"), { rtol: 0, atol: 1e-9 });
      expect(run.state.select(0, 0)).toBeClose(get("states").select(0, 19), { rtol: 0, atol: 1e-12 });

      const options = { initial, frame, transient: 0 };
      const exponentsOf = (key: string): number[] => get(`${key}.lambda`).toArray() as number[];
      const base = lyapunovSpectrum(system, { ...options, alignment: 0, interval: 1 });
      expect([...base.exponents]).toBeClose(exponentsOf("base"), { rtol: 0, atol: 1e-11 });
      const skipped = lyapunovSpectrum(system, { ...options, alignment: 4, interval: 1 });
      expect([...skipped.exponents]).toBeClose(exponentsOf("skip4"), { rtol: 0, atol: 1e-11 });
      const pairs = lyapunovSpectrum(system, { ...options, alignment: 4, interval: 2 });
      expect([...pairs.exponents]).toBeClose(exponentsOf("ons2"), { rtol: 0, atol: 1e-10 });
      using stepper = new LyapunovStepper(system, { initial, frame, interval: 1 });
      for (let t = 0; t < 20; t++) stepper.step();
      expect(stepper.exponents).toBeClose(exponentsOf("base"), { rtol: 0, atol: 1e-11 });
    });
  });

  test("the long-term Jacobian of pre_true over 20 steps is the product of J diag(1 − tanh²x)", () => {
    scope(() => {
      const get: Get = (key) => tensor(`pre_true.${key}`);
      const states = cat([get("x0").unsqueeze(0), get("states")]);
      const product = Array.from({ length: 20 }, (_, t) =>
        get("J").mul(states.select(0, t).tanh().square().rsub(1)),
      ).reduce((T, D) => D.mm(T));
      const { logSingularValues } = longTermJacobian(driven(preActivation(get), tensor("s")), {
        initial: get("x0"),
        steps: 20,
      });
      const exact = linalg.svdvals(product).log().toArray() as number[];
      // A plain product loses the smallest ones: here ln κ is about 20, so the first five can be compared.
      expect([...logSingularValues[0]![0]!].slice(0, 5)).toBeClose(exact.slice(0, 5), {
        rtol: 0,
        atol: 1e-7,
      });
    });
  });
});
