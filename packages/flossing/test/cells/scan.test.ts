// States over time in one call, against one step after another.
import { GruCell, isFused, LstmCell, VanillaCell } from "@throughline/flossing";
import { cat, Generator, grad, nn, randn, stack, type Tensor, tensor, zeros } from "@throughline/torch";
import { describe, expect } from "vitest";
import "@throughline/testing/close";
import { checkLeaks, own } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";
import { bare, type FloatType, recipes, type SomeCell, sequence } from "../support/cells.js";

checkLeaks();

const tolerance: Record<FloatType, { rtol: number; atol: number }> = {
  float64: { rtol: 1e-12, atol: 1e-12 },
  float32: { rtol: 1.3e-6, atol: 2e-6 },
};

function stepByStep(cell: SomeCell, inputs: Tensor, start: Tensor): Tensor {
  const states: Tensor[] = [];
  for (let t = 0, state = start; t < inputs.size(0); t++) {
    state = cell.step(inputs.select(0, t), state);
    states.push(state);
  }
  return stack(states, 0);
}

describe.each(["float64", "float32"] as const)("scan == step by step, %s", (dtype) => {
  for (const { name, make } of recipes) {
    scoped(name, () => {
      const cell = make(dtype);
      const { inputs, state } = sequence(17, 3, cell.stateSize, dtype);
      expect(cell.scan(inputs, state)).toBeClose(stepByStep(cell, inputs, state), tolerance[dtype]);
    });
  }
});

describe("nn.scan", () => {
  for (const { name, make } of recipes) {
    scoped(`${name}: the kernels' scan, and step by step where a row begins anew`, () => {
      const cell = make("float64");
      const { inputs, state } = sequence(8, 2, cell.stateSize, "float64");
      const whole = nn.scan<Tensor>(cell, inputs, state);
      const states = cell.scan(inputs, state);
      expect(whole.outputs).toBeClose(cell.output(states));
      expect(whole.state).toBeClose(states.select(0, 7));
      const resets = tensor(Array.from({ length: 8 }, (_, time) => [time === 5, false]));
      const { outputs } = nn.scan<Tensor>(cell, inputs, state, { resets });
      const anew = nn.scan<Tensor>(cell, inputs.narrow(0, 5, 3)).outputs;
      expect(outputs.select(1, 1)).toBeClose(whole.outputs.select(1, 1));
      expect(outputs.narrow(0, 5, 3).select(1, 0)).toBeClose(anew.select(1, 0));
      expect(cell.start(2)).toBeClose(zeros([2, cell.stateSize], { dtype: "float64" }));
    });
  }

  scoped("an LSTM shows h and keeps c to itself", () => {
    const cell = own(new LstmCell(3, 4));
    const state = randn([2, 8]);
    expect(cell.output(state)).toBeClose(state.narrow(1, 0, 4));
  });
});

describe("the gradient of a scan is that of the steps", () => {
  for (const { name, make } of recipes) {
    scoped(name, () => {
      const cell = make("float64");
      const { inputs, state } = sequence(9, 2, cell.stateSize, "float64");
      const leaves = [inputs.requiresGrad_(), state.requiresGrad_(), ...cell.parameters()];
      const cotangent = randn([9, 2, cell.stateSize], { dtype: "float64" });
      const [fused, plain] = [cell.scan(inputs, state), stepByStep(cell, inputs, state)].map((states) =>
        grad(states.mul(cotangent).sum(), leaves),
      ) as [Tensor[], Tensor[]];
      fused.forEach((gradient, i) => {
        expect(gradient).toBeClose(plain[i]!, { rtol: 1e-11, atol: 1e-12 });
      });
    });
  }
});

describe("a drive", () => {
  scoped("is added to what comes from the inputs; its gradient is that of the bias, step by step", () => {
    for (const cell of [
      own(new VanillaCell(2, 4, { dtype: "float64" })),
      own(new GruCell(2, 4, { dtype: "float64" })),
    ]) {
      const gates = cell.weight_hh.size(0);
      const { inputs, state } = sequence(6, 2, 4, "float64");
      const drive = zeros([6, 2, gates], { dtype: "float64" }).requiresGrad_();
      const [perStep, bias] = grad(cell.scan(inputs, state, { drive }).square().sum(), [
        drive,
        cell.bias_ih!,
      ]);
      expect(perStep!.sum({ dim: [0, 1] })).toBeClose(bias!, { rtol: 1e-12, atol: 1e-12 });

      const shift = randn([gates], { dtype: "float64" });
      const shifted = cell.scan(inputs, state, { drive: shift.expand([6, 2, gates]) });
      cell.bias_ih!.detach().add_(shift);
      expect(shifted).toBeClose(cell.scan(inputs, state), { rtol: 1e-12, atol: 1e-12 });
    }
  });
});

describe("a step by hand", () => {
  const parameters = (cell: VanillaCell): void => {
    cell.weight_hh.detach().copy_(
      tensor(
        [
          [0.5, -2],
          [1, 0.25],
        ],
        { dtype: "float64" },
      ),
    );
    cell.weight_ih.detach().copy_(tensor([[2], [-1]], { dtype: "float64" }));
    cell.bias_ih.detach().copy_(tensor([0.1, 0.2], { dtype: "float64" }));
  };
  const x = [0.3, -0.4] as const;
  const s = 0.7;
  const drive = [2 * s + 0.1, -s + 0.2] as const;

  scoped("pre: x′ = (1 − δ) x + δ (W tanh(x) + V s + b)", () => {
    const cell = own(new VanillaCell(1, 2, { form: "pre", leak: 0.25, dtype: "float64" }));
    parameters(cell);
    const [a, b] = [Math.tanh(x[0]), Math.tanh(x[1])];
    const expected = [0.5 * a - 2 * b + drive[0], a + 0.25 * b + drive[1]].map(
      (value, i) => 0.75 * x[i]! + 0.25 * value,
    );
    const inputs = tensor([[[s]]], { dtype: "float64" });
    const state = tensor([[...x]], { dtype: "float64" });
    expect(cell.scan(inputs, state)).toBeClose([[expected]], { rtol: 1e-14, atol: 1e-15 });
    expect(cell.forward(inputs.select(0, 0), state)).toBeClose([expected], { rtol: 1e-14, atol: 1e-15 });
  });

  scoped("post: h′ = (1 − δ) h + δ relu(W h + V s + b)", () => {
    const cell = own(
      new VanillaCell(1, 2, { form: "post", leak: 0.25, activation: "relu", dtype: "float64" }),
    );
    parameters(cell);
    const sums = [0.5 * x[0] - 2 * x[1] + drive[0], x[0] + 0.25 * x[1] + drive[1]];
    const expected = sums.map((value, i) => 0.75 * x[i]! + 0.25 * Math.max(value, 0));
    const state = tensor([[...x]], { dtype: "float64" });
    const inputs = tensor([[[s]]], { dtype: "float64" });
    expect(cell.scan(inputs, state)).toBeClose([[expected]], { rtol: 1e-14, atol: 1e-15 });
  });
});

describe("cells under PyTorch's names", () => {
  scoped("are those layers: the same states from the same parameters", () => {
    const { inputs } = sequence(8, 3, 5, "float64");
    const pairs = [
      [own(new LstmCell(2, 5, { dtype: "float64" })), own(new nn.LSTM(2, 5, { dtype: "float64" }))],
      [own(new GruCell(2, 5, { dtype: "float64" })), own(new nn.GRU(2, 5, { dtype: "float64" }))],
    ] as const;
    for (const [cell, layer] of pairs) {
      const state = Object.fromEntries(
        [...cell.namedParameters()].map(([name, value]) => [`${name}_l0`, value.detach()]),
      );
      layer.loadStateDict(state);
      const [hidden] = (layer as nn.Module<[Tensor], unknown>).forward(inputs) as [Tensor];
      const states = cell.scan(inputs, zeros([3, cell.stateSize], { dtype: "float64" }));
      expect(states.narrow(-1, 0, 5)).toBeClose(hidden, { rtol: 1e-12, atol: 1e-13 });
    }
  });

  scoped("an LSTM's state is h and c side by side", () => {
    const cell = own(new LstmCell(2, 5, { dtype: "float64" }));
    const [h, c] = [0, 1].map(() => randn([3, 5], { dtype: "float64" })) as [Tensor, Tensor];
    const input = randn([3, 2], { dtype: "float64" });
    expect(cell.step(input, cat([h, c], -1))).toBeClose(cat(cell.forward(input, [h, c]), -1), {
      rtol: 0,
      atol: 0,
    });
  });
});

describe("what is refused", () => {
  scoped("inputs and states of other sizes, each with one sentence", () => {
    const cell = own(new VanillaCell(2, 4));
    const say = (inputs: number[], state: number[]) => () => cell.scan(zeros(inputs), zeros(state));
    const sentence = /^VanillaCell: (inputs|the state) is \[[\d, ]+\], accepted: /;
    for (const [inputs, state] of [
      [
        [5, 1, 3],
        [1, 4],
      ],
      [
        [5, 1, 2],
        [2, 4],
      ],
      [
        [5, 1, 2],
        [1, 5],
      ],
      [
        [5, 2],
        [1, 4],
      ],
      [
        [0, 1, 2],
        [1, 4],
      ],
    ] as const) {
      expect(say([...inputs], [...state])).toThrow(sentence);
    }
  });

  scoped("sizes, leaks and coordinates that make no sense", () => {
    expect(() => new VanillaCell(0, 4)).toThrow(/inputSize is 0, accepted: a whole number/);
    expect(() => new VanillaCell(1, 2.5)).toThrow(/units is 2.5, accepted: a whole number/);
    expect(() => new VanillaCell(1, 2, { leak: 0 })).toThrow(
      /leak is 0, accepted: a number above 0 and at most 1/,
    );
    expect(() => new VanillaCell(1, 2, { leak: Number.NaN })).toThrow(/leak is NaN/);
    const cell = own(new VanillaCell(2, 4, { form: "post" }));
    const { inputs, state } = sequence(3, 1, 4, "float32");
    expect(() => cell.jacobians(inputs, state, cell.scan(inputs, state), "rate")).toThrow(
      /only a net of form "pre" without a leak has Jacobians in the coordinates of its rates/,
    );
  });

  scoped("isFused tells cells of the kernels from others", () => {
    const cell = own(new VanillaCell(2, 4, { generator: Generator.create({ seed: 1 }) }));
    expect([isFused(cell), isFused(bare(cell))]).toEqual([true, false]);
  });
});
