// Trained nets out of files: PyTorch's (fixtures/nets/make.py) against its own Jacobians, and ours.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  driven,
  GruCell,
  type LoadNetOptions,
  LstmCell,
  loadNet,
  lyapunovSpectrum,
  SequenceModel,
  type TrainedNet,
  VanillaCell,
} from "@throughline/flossing";
import { fileFolder } from "@throughline/testing/folders";
import { io, nn, randn, type Tensor, tensor, zeros } from "@throughline/torch";
import { describe, expect, test } from "vitest";
import "@throughline/testing/close";
import { checkLeaks, own } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";

checkLeaks();

const nets = join(import.meta.dirname, "../fixtures/nets");
const file = join(nets, "model.pt");
const folder = fileFolder();

const load = (path: string, options?: LoadNetOptions): TrainedNet => own(loadNet(path, options));

function save(tensors: Readonly<Record<string, Tensor>>): string {
  const path = join(folder, "some.safetensors");
  io.saveSafetensors(path, tensors);
  return path;
}

const named = (prefix: string, module: nn.AnyModule): Record<string, Tensor> =>
  Object.fromEntries(Object.entries(module.stateDict()).map(([name, value]) => [prefix + name, value]));

describe("PyTorch's", () => {
  const manifest = JSON.parse(readFileSync(join(nets, "manifest.json"), "utf8")) as {
    sha256: Record<string, string>;
  };
  test.each(Object.entries(manifest.sha256))("the fixture %s is the one of its recipe", (name, sum) => {
    expect(
      createHash("sha256")
        .update(readFileSync(join(nets, name)))
        .digest("hex"),
    ).toBe(sum);
  });

  const expected = JSON.parse(readFileSync(join(nets, "expected.json"), "utf8")) as {
    inputs: number[][];
    logDeterminants: Record<string, number[]>;
  };
  const cases: [string, LoadNetOptions, string][] = [
    ["encoder 0", { net: "encoder", layer: 0 }, "GRU encoder, layer 0: 6 units"],
    ["encoder 1", { net: "encoder", layer: 1 }, "GRU encoder, layer 1: 6 units"],
    ["decoder", { net: "decoder" }, "LSTM decoder: 4 units"],
    ["plain", { net: "plain" }, "vanilla net plain: 5 units"],
    ["rectified", { net: "rectified", activation: "relu" }, "vanilla net rectified: 3 units"],
  ];
  for (const [key, options, name] of cases) {
    scoped(`${key}: the sum of its exponents is the mean of ln |det D|, step for step`, () => {
      const net = load(file, options);
      expect([net.name, net.inputSize]).toEqual([name, 2]);
      const inputs = tensor(expected.inputs, { dtype: "float64" }).unsqueeze(1);
      const system = driven(net.cell, net.drive(inputs));
      const { exponents, steps } = lyapunovSpectrum(system, {
        initial: zeros([1, net.cell.stateSize], { dtype: "float64" }),
        ...{ transient: 10, alignment: 5, interval: 1 },
      });
      const logs = expected.logDeterminants[key]!.slice(15);
      expect(steps).toBe(logs.length);
      const sum = exponents.reduce((a, b) => a + b, 0);
      expect(sum).toBeCloseTo(logs.reduce((a, b) => a + b, 0) / logs.length, 8);
    });
  }

  scoped("whatever stands before the names, with biases or without", () => {
    for (const bias of [true, false]) {
      const layer = own(new nn.GRU(3, 4, { bias }));
      for (const prefix of ["", "a.b.rnn."]) {
        const net = load(save(named(prefix, layer)));
        const inputs = randn([9, 2, 3]);
        const [expectedStates] = layer.forward(inputs);
        const states = net.cell.scan(inputs.to("float64"), zeros([2, 4], { dtype: "float64" }));
        expect(states.float()).toBeClose(expectedStates.detach());
      }
    }
    const cell = own(new nn.RNNCell(3, 4, { bias: false }));
    const net = load(save(named("", cell)));
    const [input, state] = [randn([2, 3]), randn([2, 4])];
    const next = net.cell.step(input.to("float64"), state.to("float64"));
    expect(next.float()).toBeClose(cell.forward(input, state).detach());
    expect(net.notes.join()).toMatch(/taken for PyTorch's RNN, of form post.*assumed to be tanh/);
  });
});

describe("ours", () => {
  scoped("a model's cell, the same states", () => {
    const cells = [
      new VanillaCell(2, 5),
      new VanillaCell(2, 5, { form: "post", leak: 0.5, activation: "relu" }),
      new GruCell(2, 5),
      new LstmCell(2, 5),
    ];
    for (const cell of cells) {
      const model = own(new SequenceModel(cell, { outputSize: 1, batch: 2 }));
      const known = cell instanceof VanillaCell && cell.leak !== 1;
      const options = known ? ({ form: "post", leak: 0.5, activation: "relu" } as const) : {};
      const net = load(save(named("model.", model)), options);
      const inputs = randn([6, 2, 2]);
      const start = zeros([2, cell.stateSize]);
      const found = net.cell.scan(inputs.to("float64"), start.to("float64"));
      expect(found.float()).toBeClose(cell.scan(inputs, start).detach());
      expect(net.drive(inputs)).toBe(inputs);
    }
  });

  scoped("a vanilla net is taken for one of form pre, and that is said", () => {
    const net = load(save(named("", own(new VanillaCell(1, 3)))));
    expect(net.notes[0]).toMatch(/one bias and is taken for a VanillaCell of form pre/);
    expect(load(save(named("", own(new VanillaCell(1, 3)))), { form: "post" }).notes.join()).not.toMatch(
      /form/,
    );
  });
});

describe("what is refused, each with one sentence", () => {
  const refuse = (path: string, options: LoadNetOptions, sentence: RegExp) => {
    expect(() => loadNet(path, options)).toThrow(
      expect.objectContaining({ code: "flossing/checkpoint", message: expect.stringMatching(sentence) }),
    );
  };

  scoped("several nets, several layers, none of the name", () => {
    refuse(
      file,
      {},
      /holds several nets \(gru encoder with layers 0, 1; lstm decoder; rnn plain; rnn rectified\); choose one/,
    );
    refuse(file, { net: "encoder" }, /the gru encoder has the layers 0, 1; choose one/);
    refuse(file, { net: "encoder", layer: 2 }, /the gru encoder has no layer 2, but 0, 1/);
    refuse(file, { net: "head" }, /holds no net head, but gru encoder/);
  });

  scoped("no net at all, other files, nets that cannot be rebuilt", () => {
    refuse(
      save({ weight: randn([2, 2]), weight_hh: randn([4, 2]) }),
      {},
      /some.safetensors holds no recurrent net/,
    );
    expect(() => loadNet("model.onnx", {})).toThrow(
      /model.onnx: its ending is '.onnx'; accepted: .safetensors, .pt, .pth/,
    );
    refuse(
      save(named("", own(new nn.LSTM(2, 4, { projSize: 3 })))),
      {},
      /projected \(proj_size\) cannot be rebuilt/,
    );
    const both = own(new nn.GRU(2, 4, { numLayers: 2, bidirectional: true }));
    refuse(
      save(named("", both)),
      { layer: 1 },
      /layer 1 reads 8 numbers, and layer 0 gives 4 \(the net is bidirectional/,
    );
    expect(load(save(named("", both)), { layer: 0 }).notes).toEqual([
      "of its two directions the forward one is measured",
    ]);
    expect(() => loadNet(join(folder, "none.pt"))).toThrow(/none.pt/);
  });
});
