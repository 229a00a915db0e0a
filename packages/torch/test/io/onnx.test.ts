// ONNX files: the graph that is written, what is refused, and the numbers that onnxruntime computes from it.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import "@throughline/testing/close";
import { fileFolder } from "@throughline/testing/folders";
import { needOnnxruntime, onnxruntime } from "@throughline/testing/onnxruntime";
import { type Fields, fields } from "@throughline/testing/protobuf";
import {
  cat,
  io,
  liveTensors,
  manualSeed,
  nn,
  noGrad,
  ones,
  randn,
  scope,
  type Tensor,
  tensor,
} from "@throughline/torch";
import { describe, expect, test } from "vitest";

const root = fileFolder();
let count = 0;
const file = () => join(root, `${++count}.onnx`);

const text = (found: Fields, number: number): string => String(found.get(number)?.[0] ?? "");
const messages = (found: Fields, number: number): Fields[] =>
  (found.get(number) ?? []).map((bytes) => fields(bytes as Buffer));

/** The parts of a file that matter here. */
function read(path: string) {
  const model = fields(readFileSync(path));
  const graph = messages(model, 7)[0]!;
  const port = (found: Fields) => {
    const type = messages(messages(found, 2)[0]!, 1)[0]!;
    const sizes = messages(messages(type, 2)[0]!, 1).map((dim) =>
      dim.has(2) ? text(dim, 2) : Number(dim.get(1)?.[0]),
    );
    return { name: text(found, 1), type: Number(type.get(1)![0]), sizes };
  };
  return {
    version: Number(model.get(1)![0]),
    opset: Number(messages(model, 8)[0]!.get(2)![0]),
    nodes: messages(graph, 1).map((node) => ({
      op: text(node, 4),
      inputs: (node.get(1) ?? []).map(String),
      outputs: (node.get(2) ?? []).map(String),
    })),
    constants: new Map(
      messages(graph, 5).map((one) => [
        text(one, 8),
        {
          sizes: (one.get(1) ?? []).map(Number),
          type: Number(one.get(2)![0]),
          bytes: one.get(9)![0] as Buffer,
        },
      ]),
    ),
    inputs: messages(graph, 11).map(port),
    outputs: messages(graph, 12).map(port),
  };
}

/** Every value that a node reads is an input, a constant, or given by a node before it. */
function expectWellFormed({ nodes, constants, inputs, outputs }: ReturnType<typeof read>): void {
  const known = new Set(["", ...constants.keys(), ...inputs.map(({ name }) => name)]);
  for (const { op, inputs, outputs } of nodes) {
    for (const name of inputs) expect(known, `${op} reads ${name}`).toContain(name);
    for (const name of outputs) known.add(name);
  }
  for (const { name } of outputs) expect(known).toContain(name);
}

/** Compares what onnxruntime computes from a file with what the net computes here. */
function compare(path: string, net: io.Traceable, inputs: readonly Tensor[]): void {
  const { inputs: names, outputs } = read(path);
  scope(() => {
    const found = onnxruntime(path, Object.fromEntries(inputs.map((one, i) => [names[i]!.name, one])));
    const isModule = typeof net !== "function";
    const forward = (isModule ? net.forward.bind(net) : net) as (...inputs: Tensor[]) => unknown;
    const run = () => noGrad(() => [forward(...inputs)].flat(9) as (Tensor | null)[]);
    const wanted = (isModule ? net.evaluating(run) : run()).filter((one) => one !== null);
    const because = "another library adds up in another order";
    for (const [i, one] of wanted.entries())
      expect(found[outputs[i]!.name]).toBeClose(one, { atol: 2e-5, rtol: 2e-5, because });
  });
}

/** Two convolutions, batch norms and poolings, as the digits example has them. */
class Digits extends nn.Module {
  readonly features = new nn.Sequential(
    new nn.Conv2d(1, 4, 5, { padding: 2 }),
    new nn.MaxPool2d(2),
    new nn.BatchNorm2d(4),
    new nn.ReLU(),
    new nn.Conv2d(4, 6, 3, { padding: 1, stride: 2, groups: 2 }),
    new nn.AvgPool2d(2, { padding: 1 }),
    new nn.Dropout(0.5),
  );
  readonly classifier = new nn.Linear(6 * 4 * 4, 10);
  forward(images: Tensor): Tensor {
    return scope(() => this.classifier.forward(this.features.forward(images.float().div(255)).flatten(1)));
  }
}

/** A cell's step on [input, state]. */
const step = (cell: nn.AnyModule) => (x: Tensor, h: Tensor) => cell.forward(x as never, h as never) as Tensor;

type Case = [
  name: string,
  make: () => { net: io.Traceable; inputs: Tensor[]; axes?: io.OnnxOptions["dynamicAxes"] },
];
const batch = { input: { 0: "batch" } };
const cases: Case[] = [
  [
    "a convolutional net",
    () => ({ net: new Digits(), inputs: [randn([2, 1, 28, 28]).mul(90)], axes: batch }),
  ],
  [
    "linear layers and activations",
    () => ({
      net: new nn.Sequential(
        ...[
          new nn.Linear(5, 6),
          new nn.GELU(),
          new nn.Linear(6, 6, { bias: false }),
          new nn.SiLU(),
          new nn.LayerNorm(6),
        ],
        ...[
          new nn.ELU(),
          new nn.Tanh(),
          new nn.Sigmoid(),
          new nn.LeakyReLU({ negativeSlope: 0.2 }),
          new nn.Softmax(-1),
        ],
      ),
      inputs: [randn([3, 2, 5])],
      axes: batch,
    }),
  ],
  [
    "a transposed convolution",
    () => ({
      net: new nn.ConvTranspose2d(3, 2, 5, { stride: 2, padding: 2, outputPadding: 1 }),
      inputs: [randn([2, 3, 4, 4])],
      axes: batch,
    }),
  ],
  ["a GRU cell", () => ({ net: step(new nn.GRUCell(3, 4)), inputs: [randn([2, 3]), randn([2, 4])] })],
  [
    "an RNN cell",
    () => ({
      net: step(new nn.RNNCell(3, 4, { nonlinearity: "relu" })),
      inputs: [randn([2, 3]), randn([2, 4])],
    }),
  ],
  [
    "an LSTM cell",
    () => {
      const cell = new nn.LSTMCell(3, 4);
      return {
        net: (x, h, c) => cell.forward(x, [h!, c!]),
        inputs: [randn([2, 3]), randn([2, 4]), randn([2, 4])],
      };
    },
  ],
  [
    "attention with its weights",
    () => {
      const attention = new nn.MultiheadAttention(8, 2, { batchFirst: true });
      return { net: (q, k) => attention.forward(q!, k!, k!), inputs: [randn([2, 3, 8]), randn([2, 5, 8])] };
    },
  ],
  [
    "a transformer encoder",
    () => ({
      net: new nn.TransformerEncoder(
        new nn.TransformerEncoderLayer(8, 2, { dimFeedforward: 16, batchFirst: true }),
        2,
      ),
      inputs: [randn([2, 5, 8])],
      axes: batch,
    }),
  ],
  [
    "arithmetic, reductions and shapes",
    () => ({
      net: (x) => {
        const [a, b] = x!.chunk(2, 1);
        const parts = [a!.add(b!, { alpha: 2 }).rsub(1), b!.narrow(1, 1, 2), a!.select(1, 0).unsqueeze(1)];
        const joined = cat(parts, 1).clamp({ min: -1, max: 1.5 });
        const scaled = joined
          .sub(joined.mean({ dim: [1], keepdim: true }))
          .square()
          .sum({ dim: 1 });
        return [
          scaled.sqrt(),
          joined
            .gt(0)
            .to({ dtype: "float32" })
            .matmul(ones([6, 2])),
          joined.t().neg().exp(),
        ];
      },
      inputs: [randn([2, 6])],
      axes: { input: { 0: "batch" } },
    }),
  ],
];

describe.each(cases)("%s", (_, make) => {
  test("is a well-formed graph with the state dict's names", () => {
    scope(() => {
      manualSeed(1);
      const { net, inputs, axes } = make();
      const path = file();
      const { opset } = io.saveOnnx(path, net, inputs, { dynamicAxes: axes });
      const found = read(path);
      expect([found.version, found.opset]).toEqual([8, opset]);
      expectWellFormed(found);
      if (axes !== undefined) expect(found.inputs[0]!.sizes).toEqual(["batch", ...inputs[0]!.shape.slice(1)]);
      if (typeof net === "function") return;
      for (const [name, weight] of net.namedParameters()) {
        expect(found.constants.get(name)?.sizes).toEqual(weight.shape);
        expect(found.constants.get(name)?.bytes.equals(weight.toBytes())).toBe(true);
      }
    });
  });

  test("gives the same numbers in onnxruntime, also for another batch", (context) => {
    needOnnxruntime(context);
    scope(() => {
      manualSeed(1);
      const { net, inputs, axes } = make();
      const path = file();
      io.saveOnnx(path, net, inputs, { dynamicAxes: axes });
      compare(path, net, inputs);
      if (axes !== undefined) compare(path, net, [cat([inputs[0]!, inputs[0]!.mul(0.5), inputs[0]!])]);
    });
  });
});

test("layers in a row: every node, in order", () => {
  scope(() => {
    const path = file();
    const net = new nn.Sequential(new nn.Linear(3, 2), new nn.ReLU());
    const result = io.saveOnnx(path, net, [randn([1, 3])], { inputNames: ["x"], outputNames: ["y"] });
    expect(result).toEqual({
      opset: 17,
      operators: ["Add", "Identity", "MatMul", "Relu", "Transpose"],
      inputs: ["x"],
      outputs: ["y"],
    });
    const { nodes, inputs, outputs } = read(path);
    expect(nodes.map(({ op }) => op)).toEqual(["Transpose", "MatMul", "Add", "Relu", "Identity"]);
    expect(nodes[0]!.inputs).toEqual(["0.weight"]);
    expect([inputs, outputs]).toEqual([
      [{ name: "x", type: 1, sizes: [1, 3] }],
      [{ name: "y", type: 1, sizes: [1, 2] }],
    ]);
  });
});

test("a weight that is called as an output gives way", () => {
  scope(() => {
    const path = file();
    const start = tensor([1, 2]);
    io.saveOnnx(path, (x) => [x!.add(start), start], [randn([2])], {
      outputNames: ["sum", "start"],
      weights: { start },
    });
    const found = read(path);
    expectWellFormed(found);
    expect([...found.constants.keys()]).toEqual(["weights/start"]);
    expect(found.outputs.map(({ name }) => name)).toEqual(["sum", "start"]);
    const given = found.nodes.flatMap(({ outputs }) => outputs);
    expect(new Set([...given, ...found.constants.keys()]).size).toBe(given.length + 1);
  });
});

test("leaves no tensor behind, and the mode and the dispatcher as they were", () => {
  const net = new nn.Sequential(new nn.Linear(3, 2), new nn.Dropout(0.5));
  const x = randn([1, 3]).keep();
  const before = liveTensors();
  io.saveOnnx(file(), net, [x]);
  expect(liveTensors()).toBe(before);
  expect(net.training).toBe(true);
  net.dispose();
  x.dispose();
});

describe("refused", () => {
  const refused = (net: io.Traceable, inputs: Tensor[], options?: io.OnnxOptions) => () =>
    io.saveOnnx(join(root, "refused.onnx"), net, inputs, options);

  test.each<[string, io.Traceable, io.OnnxOptions | undefined, string, RegExp]>([
    [
      "operators without a counterpart, all at once",
      (x) => x!.cumsum(0).cumprod(0).add(x!.erfinv()),
      undefined,
      "io/onnx",
      /it uses aten::cumsum, aten::cumprod, aten::erfinv$/,
    ],
    [
      "a change in place",
      (x) => x!.add(1).mul_(2),
      undefined,
      "io/onnx",
      /it uses aten::mul_\.Tensor|aten::mul_\.Scalar/,
    ],
    [
      "a size that is fixed after all",
      (x) => x!.add(ones(x!.shape)),
      { dynamicAxes: batch },
      "io/onnx",
      /^refused\.onnx: the size batch cannot be free: it is fixed in Add$/,
    ],
    [
      "a name of no input",
      (x) => x!.add(1),
      { dynamicAxes: { y: { 0: "batch" } } },
      "io/argument",
      /dynamicAxes names y; the inputs are input$/,
    ],
    [
      "a dimension that is not there",
      (x) => x!.add(1),
      { dynamicAxes: { input: { 2: "batch" } } },
      "io/argument",
      /dimension 2 of input, which has 2$/,
    ],
    [
      "too many names",
      (x) => x!.add(1),
      { outputNames: ["a", "b"] },
      "io/argument",
      /there are 1 outputs and 2 names/,
    ],
    [
      "a name twice",
      (x) => x!.add(1),
      { outputNames: ["input"] },
      "io/argument",
      /"input" cannot name an input or output/,
    ],
    ["no tensor", () => 3, undefined, "io/argument", /the net gives no tensor$/],
  ])("%s", (_, net, options, code, message) => {
    scope(() => {
      expect(refused(net, [tensor([[0.1, 0.2]])], options)).toThrow(
        expect.objectContaining({ code, message: expect.stringMatching(message) }),
      );
    });
  });
});
