// PyTorch's own cells in the kernels, against the path that knows nothing but their `step`.
import {
  driven,
  Flosser,
  finiteTimeExponents,
  flossingLoss,
  fused,
  GruCell,
  isFused,
  longTermJacobian,
  lyapunovSpectrum,
  observeDynamics,
} from "@throughline/flossing";
import { Generator, grad, nn, randn, type Tensor } from "@throughline/torch";
import { describe, expect } from "vitest";
import "@throughline/testing/close";
import { checkLeaks, own } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";
import { sequence } from "../support/cells.js";

checkLeaks();

type Own = nn.GRUCell | nn.LSTMCell;

function drawn(cell: Own, std = 0.6): Own {
  const generator = Generator.create({ seed: 4 });
  for (const weight of own(cell).parameters()) nn.init.normal_(weight, { std, generator });
  return cell;
}

const kinds: readonly [string, (dtype: "float32" | "float64", bias?: boolean) => Own][] = [
  ["nn.GRUCell", (dtype, bias) => drawn(new nn.GRUCell(2, 6, { dtype, bias }))],
  ["nn.LSTMCell", (dtype, bias) => drawn(new nn.LSTMCell(2, 6, { dtype, bias }))],
];

describe.each(kinds)("%s", (_, make) => {
  for (const bias of [true, false]) {
    scoped(`exponents, the flossing loss and its gradients, ${bias ? "with" : "without"} biases`, () => {
      const cell = make("float64", bias);
      const { inputs, state } = sequence(12, 2, cell.stateSize, "float64");
      const leaves = [inputs.requiresGrad_(), state.requiresGrad_(), ...cell.parameters()];
      const derive = (one: Parameters<typeof finiteTimeExponents>[0]): [Tensor, Tensor[]] => {
        const exponents = finiteTimeExponents(one, inputs, { k: 4, skip: 3, state });
        return [exponents, grad(flossingLoss(exponents, -0.1), leaves)];
      };
      const [exponents, gradients] = derive(fused(cell));
      const [others, otherGradients] = derive(cell);
      expect(exponents.detach()).toBeClose(others.detach(), { rtol: 1e-10, atol: 1e-11 });
      for (const [i, gradient] of gradients.entries())
        expect(gradient).toBeClose(otherGradients[i]!, { rtol: 1e-7, atol: 1e-9 });
    });
  }

  scoped("the Jacobian over several steps, by reverse mode: its singular values", () => {
    const cell = make("float64");
    const size = cell.stateSize;
    const { inputs, state } = sequence(7, 1, size, "float64");
    state.requiresGrad_();
    const last = inputs.unbind(0).reduce((now, input) => cell.step(input, now), state);
    const rows = Array.from({ length: size }, (_, i) =>
      grad(last.select(1, i).sum(), [state], { retainGraph: true })[0]!.flatten(),
    );
    const jacobian = rows.map((row) => row.toArray() as number[]);
    const squared = jacobian.flat().reduce((sum, value) => sum + value ** 2, 0);
    const found = longTermJacobian(driven(fused(cell), inputs), { initial: state.detach(), steps: 7 });
    const values = Array.from(found.logSingularValues[0]![0]!, Math.exp);
    // Both invariants of the singular values: their squares' sum, and for the largest that J v of its own vector is no shorter.
    const frobenius = values.reduce((sum, value) => sum + value ** 2, 0);
    expect(frobenius / squared).toBeCloseTo(1, 9);
    let vector = Array.from({ length: size }, () => 1);
    for (let i = 0; i < 500; i++) {
      const image = jacobian.map((row) => row.reduce((sum, value, at) => sum + value * vector[at]!, 0));
      const back = vector.map((_, at) => jacobian.reduce((sum, row, r) => sum + row[at]! * image[r]!, 0));
      const length = Math.hypot(...back);
      vector = back.map((value) => value / length);
    }
    const image = jacobian.map((row) => row.reduce((sum, value, at) => sum + value * vector[at]!, 0));
    expect(Math.hypot(...image) / values[0]!).toBeCloseTo(1, 6);
  });

  scoped("float32 agrees to 2e-5 with float64", () => {
    const single = make("float32");
    const double = own(single.clone()).to({ dtype: "float64" });
    const { inputs } = sequence(40, 1, single.stateSize, "float32");
    const of = (cell: Own, given: Tensor): Tensor =>
      finiteTimeExponents(fused(cell), given, { k: 2 }).detach().to("float64");
    expect(of(single, inputs)).toBeClose(of(double, inputs.to("float64")), {
      rtol: 2e-5,
      atol: 2e-5,
      because: "one side is float32",
    });
  });

  scoped("all instruments take the cell as it is, and in the kernels", () => {
    const cell = make("float64");
    const { inputs } = sequence(60, 2, cell.stateSize, "float64");
    const [plain, quick] = [cell, fused(cell)].map((one) => ({
      looked: observeDynamics(one, inputs, { horizon: 10 }),
      spectrum: lyapunovSpectrum(driven(one, inputs), { k: 2, interval: 1, transient: 5, alignment: 5 }),
    }));
    for (const name of ["exponents", "gradientNorms"] as const)
      for (const [i, value] of quick!.looked[name].entries())
        expect(value! / plain!.looked[name][i]!).toBeCloseTo(1, 7);
    for (const [i, value] of quick!.spectrum.exponents.entries())
      expect(value).toBeCloseTo(plain!.spectrum.exponents[i]!, 9);
  });

  scoped("flossing changes the weights of the cell itself and brings its exponents nearer to 0", () => {
    const cell = drawn(make("float32"), 0.2);
    const generator = Generator.create({ seed: 7 });
    const flosser = own(
      new Flosser(fused(cell), {
        ...{ k: 4, lr: 0.02, parameters: cell.parameters() },
        inputs: () => randn([30, 1, 2], { generator }),
      }),
    );
    const distance = (): number => Math.hypot(...flosser.look());
    const before = distance();
    flosser.run(40);
    expect(distance()).toBeLessThan(before / 2);
  });
});

scoped("a cell of the kernels is returned as it is, others are refused", () => {
  const gru = own(new GruCell(2, 3));
  expect(fused(gru)).toBe(gru);
  expect(isFused(fused(own(new nn.GRUCell(2, 3))))).toBe(true);
  const rnn = own(new nn.RNNCell(2, 3));
  expect(() => fused(rnn as never)).toThrow(
    /^fused: the cell is .*, accepted: an nn.GRUCell or an nn.LSTMCell$/,
  );
  expect(() => fused(undefined as never)).toThrow(/^fused: the cell is undefined, accepted/);
});
