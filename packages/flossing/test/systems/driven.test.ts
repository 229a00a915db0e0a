// Driven recurrent nets as systems, with cells written out here.
import { advance, driven, lyapunovSpectrum, type RecurrentCell } from "@throughline/flossing";
import { dispose, Generator, linalg, nn, randn, scope, type Tensor, tensor } from "@throughline/torch";
import { describe, expect, test } from "vitest";
import "@throughline/testing/close";
import { checkLeaks } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";

checkLeaks();

const double = { dtype: "float64" } as const;
/** h′ = u · h: growth factors are the inputs themselves. */
const scaling: RecurrentCell = { inputSize: 1, stateSize: 2, step: (u, h) => h.mul(u) };

scoped("inputs are taken in order, from the given step on", () => {
  const inputs = tensor([[2], [3], [5], [7]], double);
  const system = driven(scaling, inputs);
  expect(system.length).toBe(4);
  const frame = tensor([[[1, 0], [0, 1]]], double); // biome-ignore format: a matrix
  const { logs } = advance(system, tensor([[1, 1]], double), frame, 1, 3, 1);
  expect(logs.select(2, 1).select(1, 0)).toBeClose([Math.log(3), Math.log(5), Math.log(7)]);
});

scoped("each member may have its own inputs", () => {
  const inputs = tensor(
    [
      [[2], [3]],
      [[5], [7]],
    ],
    double,
  ); // [time, batch, 1]
  const spectrum = lyapunovSpectrum(driven(scaling, inputs), { transient: 0, alignment: 0 });
  expect(spectrum.members.exponents).toBeClose([
    [Math.log(10) / 2, Math.log(10) / 2],
    [Math.log(21) / 2, Math.log(21) / 2],
  ]);
});

scoped("inputs may start over", () => {
  const system = driven(scaling, tensor([[2], [3]], double), { repeat: "cycle" });
  expect(system.length).toBeUndefined();
  const { exponents } = lyapunovSpectrum(system, { steps: 20, transient: 3, alignment: 3 });
  expect(exponents).toBeClose([Math.log(6) / 2, Math.log(6) / 2]);
});

scoped("by default all inputs are used: a tenth for each transient, the rest measured", () => {
  const inputs = randn([50, 1], { ...double, generator: Generator.create({ seed: 1 }) });
  const { exponents, steps } = lyapunovSpectrum(driven(scaling, inputs));
  expect(steps).toBe(40);
  const mean = inputs.narrow(0, 10, 40).abs().log().mean().item();
  expect(exponents).toBeClose([mean, mean]);
});

scoped("a layer of nn is a cell in one line, here in float32", () => {
  const gru = new nn.GRUCell(2, 3);
  const cell: RecurrentCell = { inputSize: 2, stateSize: 3, step: (u, h) => gru.forward(u, h) };
  const inputs = randn([60, 2], { generator: Generator.create({ seed: 2 }) });
  const { exponents } = lyapunovSpectrum(driven(cell, inputs));
  // Σ λ is the mean of ln |det D|, D by reverse mode.
  const determinants = (h: Tensor, t: number): { next: Tensor; log: number } => {
    const rows = [0, 1, 2].map((i) => {
      const leaf = h.detach().requiresGrad_();
      const next = gru.forward(inputs.select(0, t).unsqueeze(0), leaf);
      next.select(1, i).sum().backward();
      return leaf.grad!.toArray() as number[][];
    });
    const D = tensor(rows.map((row) => row[0]!));
    return {
      next: gru.forward(inputs.select(0, t).unsqueeze(0), h).detach(),
      log: linalg.det(D).abs().log().item(),
    };
  };
  let h = randn([1, 3], { generator: Generator.create({ seed: 3 }) });
  const spectrum = lyapunovSpectrum(driven(cell, inputs), {
    initial: h,
    transient: 0,
    alignment: 0,
    interval: 1,
  });
  let sum = 0;
  for (let t = 0; t < 60; t++) {
    const { next, log } = determinants(h, t);
    h = next;
    sum += log;
  }
  expect(spectrum.exponents.reduce((a, b) => a + b, 0)).toBeCloseTo(sum / 60, 4);
  expect(exponents.every((value) => value < 0)).toBe(true); // a gated net with small weights forgets
  dispose(gru);
});

describe("what does not fit is refused", () => {
  test.each([
    [
      "inputs of another size",
      () => driven(scaling, tensor([[1, 2]], double)),
      /inputs are \[1,2\]; give \[time, 1\] or \[time, batch, 1\]/,
    ],
    ["no inputs", () => driven(scaling, randn([0, 1])), /inputs are \[0,1\]/],
    ["whole numbers", () => driven(scaling, tensor([[1n]])), /inputs are int64; give float32 or float64/],
    [
      "another word",
      () => driven(scaling, tensor([[1]]), { repeat: "twice" as "cycle" }),
      /repeat is "twice"/,
    ],
    [
      "more steps than inputs",
      () => lyapunovSpectrum(driven(scaling, tensor([[1], [2]])), { steps: 5 }),
      /are more than the 2 steps there are/,
    ],
    [
      "a step beyond the end",
      () => driven(scaling, tensor([[1]])).step(tensor([[1, 1]]), 1),
      /there are 1 inputs, and step 1 needs one more/,
    ],
    [
      "states of another dtype",
      () => lyapunovSpectrum(driven(scaling, randn([9, 1])), { dtype: "float64" }),
      /computes in float32, and the states are float64/,
    ],
    [
      "another number of members",
      () => lyapunovSpectrum(driven(scaling, randn([9, 3, 1])), { batch: 2 }),
      /batch of 2 does not match the system's parameters, which have 3/,
    ],
  ] as const)("%s", (_name, attempt, message) => {
    scope(() => expect(attempt).toThrow(message));
  });
});
