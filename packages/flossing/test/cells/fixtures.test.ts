// Cells, exponents and gradients of the flossing loss against PyTorch's own numbers (../shared/fixtures/open/torchops).
import {
  type FusedCell,
  finiteTimeExponents,
  flossingLoss,
  GruCell,
  LstmCell,
  tangentScan,
  VanillaCell,
} from "@throughline/flossing";
import { cat, eye, grad, linalg, type nn, noGrad, type Tensor } from "@throughline/torch";
import { describe, expect } from "vitest";
import "@throughline/testing/close";
import { checkLeaks, own } from "@throughline/testing/leaks";
import { describeShared } from "@throughline/testing/reference";
import { scoped } from "@throughline/testing/scoped";
import { pushByJvp } from "../../dist/systems/advance.js";
import { bare } from "../support/cells.js";

checkLeaks();

type Get = (key: string) => Tensor;
type Made = FusedCell & nn.AnyModule;

/** A model of the fixtures: what it is here, and what its parameters are called there. */
interface Model {
  readonly name: string;
  readonly coordinates?: "state" | "rate";
  readonly make: () => Made;
  readonly names: Readonly<Record<string, string>>;
}

const vanilla = (form: "pre" | "post") => () => own(new VanillaCell(2, 8, { form, dtype: "float64" }));
const pre = { weight_hh: "J", bias_ih: "b", weight_ih: "W_in" };
const gated = Object.fromEntries(
  ["weight_ih", "weight_hh", "bias_ih", "bias_hh"].map((name) => [name, name]),
);

const models: readonly Model[] = [
  { name: "pre", coordinates: "rate", make: vanilla("pre"), names: pre },
  { name: "pre_true", make: vanilla("pre"), names: pre },
  { name: "post", make: vanilla("post"), names: { ...pre, weight_hh: "W" } },
  { name: "gru", make: () => own(new GruCell(2, 8, { dtype: "float64" })), names: gated },
  { name: "lstm", make: () => own(new LstmCell(2, 8, { dtype: "float64" })), names: gated },
];

const runs = [
  { run: "base", skip: 0, interval: 1, target: 0 },
  { run: "skip4", skip: 4, interval: 1, target: 0 },
  { run: "ons2", skip: 4, interval: 2, target: 0 },
  { run: "target", skip: 0, interval: 1, target: -0.5 },
] as const;

const forward = { rtol: 1e-11, atol: 1e-12 };
const backward = { rtol: 1e-8, atol: 1e-11 };

function fill(cell: Made, names: Readonly<Record<string, string>>, get: Get): void {
  noGrad(() => {
    for (const [name, parameter] of cell.namedParameters()) parameter.copy_(get(names[name]!));
  });
}

describeShared("torchops/lyapunov", (tensor) => {
  for (const { name, coordinates = "state", make, names } of models) {
    const get: Get = (key) => tensor(`${name}.${key}`);

    scoped(`${name}: states, ln R and the last frame`, () => {
      const cell = make();
      fill(cell, names, get);
      const inputs = tensor("s").unsqueeze(1);
      const start = get("x0").unsqueeze(0);
      const states = cell.scan(inputs, start);
      expect(states.squeeze(1)).toBeClose(get("states"), forward);
      const factors = cell.jacobians(inputs, start, states, coordinates);
      const { logs, frame } = tangentScan(factors, get("Q0").unsqueeze(0).unsqueeze(0));
      expect(logs.squeeze(1).squeeze(1)).toBeClose(get("base.logR"), { rtol: 1e-10, atol: 1e-10 });
      expect(frame.squeeze(0).squeeze(0).abs()).toBeClose(get("base.absQ"), { rtol: 1e-8, atol: 1e-9 });
    });

    describe.each(runs)(`${name}, $run`, ({ run, skip, interval, target }) => {
      // The path that knows `step` alone has true Jacobians only, in the coordinates of the state.
      for (const path of coordinates === "rate" ? ["kernels"] : ["kernels", "step"]) {
        scoped(`exponents, loss and every gradient, by ${path}`, () => {
          const cell = make();
          fill(cell, names, get);
          const start = get("x0").unsqueeze(0).requiresGrad_();
          const lambda = finiteTimeExponents(path === "step" ? bare(cell) : cell, tensor("s").unsqueeze(1), {
            k: 5,
            skip,
            interval,
            coordinates,
            state: start,
            frame: get("Q0").t().unsqueeze(0),
          });
          expect(lambda.detach().squeeze(0)).toBeClose(get(`${run}.lambda`), forward);
          const loss = flossingLoss(lambda, target);
          expect(loss.detach()).toBeClose(get(`${run}.loss`), forward);
          const parameters = [...cell.namedParameters()];
          const gradients = grad(loss, [start, ...parameters.map(([, parameter]) => parameter)]);
          expect(gradients[0]!.squeeze(0)).toBeClose(get(`${run}.grad.x0`), backward);
          for (const [i, [key]] of parameters.entries()) {
            expect(gradients[i + 1]!, key).toBeClose(get(`${run}.grad.${names[key]}`), backward);
          }
        });
      }
    });
  }
});

describeShared("torchops/cells", (tensor) => {
  const cells = [
    ["rnn_tanh", "J_h", () => new VanillaCell(5, 8, { form: "post", dtype: "float64" })],
    ["rnn_relu", "J_h", () => new VanillaCell(5, 8, { form: "post", activation: "relu", dtype: "float64" })],
    ["gru", "J_h", () => new GruCell(5, 8, { dtype: "float64" })],
    ["lstm", "J_state", () => new LstmCell(5, 8, { dtype: "float64" })],
  ] as const;

  for (const [name, jacobian, make] of cells) {
    scoped(`${name}: one step, its gradients and its Jacobian`, () => {
      const get: Get = (key) => tensor(`${name}.${key}`);
      const cell: Made = own(make());
      const isVanilla = cell instanceof VanillaCell;
      // The second bias of PyTorch's RNN cell, of which ours has one.
      const value = (key: string): Tensor =>
        isVanilla && key === "bias_ih" ? get("bias_ih").add(get("bias_hh")) : get(key);
      noGrad(() => {
        for (const [key, parameter] of cell.namedParameters()) parameter.copy_(value(key));
      });
      const isLstm = name === "lstm";
      const start = (isLstm ? cat([get("h"), get("c")], -1) : get("h")).requiresGrad_();
      const input = get("x").unsqueeze(0).requiresGrad_();
      const states = cell.scan(input, start);
      const expected = isLstm ? cat([get("h_out"), get("c_out")], -1) : get("h_out");
      expect(states.detach().squeeze(0)).toBeClose(expected, { rtol: 1e-12, atol: 1e-13 });

      const cotangent = isLstm ? cat([get("cot"), get("cot_c")], -1) : get("cot");
      const parameters = [...cell.namedParameters()];
      const leaves = [input, start, ...parameters.map(([, parameter]) => parameter)];
      const [x, state, ...weights] = grad(states.squeeze(0).mul(cotangent).sum(), leaves);
      expect(x!.squeeze(0)).toBeClose(get("grad.x"), { rtol: 1e-11, atol: 1e-12 });
      const stateGradient = isLstm ? cat([get("grad.h"), get("grad.c")], -1) : get("grad.h");
      expect(state!).toBeClose(stateGradient, { rtol: 1e-11, atol: 1e-12 });
      for (const [i, [key]] of parameters.entries()) {
        expect(weights[i]!, key).toBeClose(get(`grad.${key}`), { rtol: 1e-11, atol: 1e-12 });
      }

      // D itself by forward mode; from the kernels its determinant, ln |det D| = Σ ln R_ii.
      const size = cell.stateSize;
      const factors = cell.jacobians(input.detach(), start.detach(), states.detach());
      const vectors = eye(size, { dtype: "float64" }).expand([1, 3, size, size]);
      const { logs } = tangentScan(factors, vectors);
      const step = (rows: Tensor, repeat: number): Tensor =>
        cell.step(get("x").repeatInterleave(repeat, { dim: 0 }), rows);
      const pushed = pushByJvp(step, start.detach(), vectors.squeeze(0));
      expect(pushed.frame.mT).toBeClose(get(jacobian), { rtol: 1e-11, atol: 1e-13 });
      const determinants = linalg.det(get(jacobian)).abs();
      expect(logs.sum({ dim: -1 }).exp().squeeze(0).squeeze(0)).toBeClose(determinants, {
        rtol: 1e-9,
        atol: 1e-13,
      });
    });
  }
});
