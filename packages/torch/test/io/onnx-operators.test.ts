// Every operator that an ONNX file may hold, computed from its definition (./onnx-evaluate.ts) and compared with the net's own
// numbers: what onnxruntime is not needed for, so that every clone checks it.
import { join } from "node:path";
import "@throughline/testing/close";
import { fileFolder } from "@throughline/testing/folders";
import { checkLeaks, own } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";
import {
  arange,
  cat,
  Generator,
  io,
  nn,
  noGrad,
  randn,
  stack,
  type Tensor,
  tensor,
  where,
} from "@throughline/torch";
import fc from "fast-check";
import { describe, expect } from "vitest";
import { evaluateOnnx, operators, type Value } from "./onnx-evaluate.js";

checkLeaks();

const root = fileFolder();
const F = nn.functional;
const types: Readonly<Record<string, number>> = { float32: 1, int64: 7, bool: 9, float64: 11 };
// Attributes such as an epsilon are float32 in ONNX.
const close = { rtol: 1e-6, atol: 1e-7, because: "attributes of ONNX are float32" };
let rng: Generator;
let count = 0;
const used = new Set<string>();

const asValue = (given: Tensor): Value => ({
  type: types[given.dtype]!,
  shape: given.shape,
  data: (given.flatten().toArray() as (number | bigint | boolean)[]).map(Number),
});
const drawn = (...shape: number[]): Tensor => randn(shape, { dtype: "float64", generator: rng });
const whole = (...values: number[]): Tensor => tensor(values, { dtype: "int64" });

type Compute = (...inputs: Tensor[]) => unknown;

/** Writes `net`, and compares it with the file's graph on the example and on `others`. */
function check(
  net: io.Traceable,
  inputs: readonly Tensor[],
  others: readonly (readonly Tensor[])[] = [],
): void {
  const path = join(root, `${count++}.onnx`);
  const dynamicAxes =
    others.length === 0 ? {} : { [inputs.length === 1 ? "input" : "input_0"]: { 0: "batch" } };
  const written = io.saveOnnx(path, net, inputs, { dynamicAxes });
  for (const op of written.operators) used.add(op);
  const compute = (typeof net === "function" ? net : net.forward.bind(net)) as Compute;
  for (const given of [inputs, ...others]) {
    const found = evaluateOnnx(path, new Map(given.map((one, i) => [written.inputs[i]!, asValue(one)])));
    const run = () => noGrad(() => [compute(...given)].flat(9) as Tensor[]);
    const wanted = (typeof net === "function" ? run() : net.evaluating(run)).filter((one) => one !== null);
    for (const [i, one] of wanted.entries()) {
      const { type, shape, data } = found.get(written.outputs[i]!)!;
      expect([type, shape]).toEqual([types[one.dtype], one.shape]);
      expect(one.detach().flatten().to("float64")).toBeClose([...data], close);
    }
  }
}

/** A test for each net on the inputs that `make` draws. */
function checks(nets: Readonly<Record<string, Compute>>, make: () => Tensor[]): void {
  for (const [name, net] of Object.entries(nets)) {
    scoped(name, () => {
      rng = own(Generator.create({ seed: 1 }));
      check(net, make());
    });
  }
}

const layer = (name: string, make: () => nn.AnyModule, ...shapes: number[][]): void => {
  scoped(name, () => {
    rng = own(Generator.create({ seed: 2 }));
    const net = own(make()).to({ dtype: "float64" });
    noGrad(() => {
      for (const parameter of [...net.parameters(), ...net.buffers()])
        if (parameter.dtype === "float64")
          parameter.copy_(
            drawn(...parameter.shape)
              .abs()
              .mul(0.4),
          );
    });
    check(
      net as io.Traceable,
      shapes.map((shape) => drawn(...shape)),
    );
  });
};

describe("element by element", () => {
  checks(
    {
      relu: (x) => x!.relu(),
      "tanh, sigmoid, silu": (x) => [x!.tanh(), x!.sigmoid(), F.silu(x!)],
      "exp, log, sqrt, rsqrt": (x) => [x!.exp(), x!.abs().log(), x!.abs().sqrt(), x!.abs().rsqrt()],
      "sin, cos, erf": (x) => [x!.sin(), x!.cos(), x!.erf()],
      "neg, abs, floor, reciprocal, square": (x) => [
        ...[x!.neg(), x!.abs(), x!.mul(3).floor()],
        ...[x!.reciprocal(), x!.square()],
      ],
      "elu and leaky relu, with their slopes": (x) => [
        ...[F.elu(x!, { alpha: 0.5 }), F.elu(x!)],
        ...[F.leakyRelu(x!), F.leakyRelu(x!, { negativeSlope: 0.3 })],
      ],
      "both kinds of gelu": (x) => [F.gelu(x!), F.gelu(x!, { approximate: "tanh" })],
      "clamp on either side or both": (x) => [
        ...[x!.clamp({ min: -0.5 }), x!.clamp({ max: 0.25 }), x!.clamp({ min: -0.5, max: 0.25 })],
      ],
      "softmax over any dimension": (x) => [x!.softmax(0), x!.softmax(-1), x!.logSoftmax(1)],
      "sums and means": (x) => [
        ...[x!.sum(), x!.sum({ dim: 1 }), x!.sum({ dim: [0, -1], keepdim: true })],
        ...[x!.mean(), x!.mean({ dim: -2 }), x!.mean({ dim: [0, 1], keepdim: true })],
      ],
      "variance and mean": (x) =>
        [{ dim: [1] }, { dim: [0, 2], keepdim: true }, { dim: [0], correction: 0 }].flatMap((options) =>
          Object.values(x!.varMean(options)),
        ),
      "a copy and another dtype": (x) => [
        x!.contiguous(),
        x!.clone(),
        x!.positive(),
        x!.to("float32"),
        x!.mul(3).to("int64"),
      ],
    },
    () => [drawn(2, 3, 4)],
  );
  checks(
    {
      "sums and differences, times alpha": (x, y) => [
        ...[x!.add(y!), x!.add(y!, { alpha: -2 }), x!.sub(y!, { alpha: 0.5 }), x!.sub(3)],
        ...[x!.rsub(y!, { alpha: 2 }), x!.rsub(1)],
      ],
      "products, quotients and powers": (x, y) => [
        ...[x!.mul(y!), x!.mul(-2), x!.div(y!), x!.div(4)],
        ...[x!.pow(3), x!.abs().pow(y!)],
      ],
      "the larger and the smaller": (x, y) => [x!.maximum(y!), x!.minimum(y!)],
      comparisons: (x, y) => [x!.gt(y!), x!.lt(y!), x!.eq(x!), x!.gt(0), x!.lt(0.5), x!.eq(0)],
      "a choice by a mask": (x, y) => [where(x!.gt(y!), x!, y!), x!.maskedFill(x!.lt(y!), -7)],
    },
    () => [drawn(2, 3, 4), drawn(3, 1)],
  );
  checks(
    {
      "are one dtype before they meet": (x, n) => [
        x!.add(n!),
        n!.mul(x!),
        x!.maximum(n!),
        n!.add(2),
        n!.mul(n!),
      ],
      "division gives fractions": (_, n) => [n!.div(2), n!.div(n!.add(1))],
      "comparisons with fractions": (x, n) => [
        ...[n!.gt(x!), x!.lt(n!), n!.gt(0.5), n!.lt(1.5), n!.eq(0.5)],
        x!.to("float32").lt(x!),
      ],
      "whole numbers become fractions": (_, n) => [
        ...[n!.clamp({ min: 0.5 }), n!.clamp({ min: 1 }), n!.add(1).rsqrt(), n!.exp()],
      ],
      "sums of whole numbers and of truths": (x, n) => [
        n!.sum(),
        n!.sum({ dim: 0 }),
        x!.gt(0).sum({ dim: 1 }),
      ],
    },
    () => [drawn(2, 4), whole(0, 1, 2, 3)],
  );
});

describe("places and sizes", () => {
  checks(
    {
      "views of any shape": (x) => [
        ...[x!.view([6, -1]), x!.reshape([3, 2, 4]), x!.flatten(1), x!.flatten(), x!.unflatten(-1, [2, 2])],
        ...[x!.viewAs(x!.sum({ dim: 0 }).expand([2, 3, 4])), x!.reshapeAs(x!.view([4, 6]))],
      ],
      "other orders": (x) => [x!.permute([2, 0, -2]), x!.transpose(0, -1), x!.mT, x!.select(0, 1).t()],
      "copies along new dimensions": (x) => {
        const column = x!.narrow(-1, 0, 1);
        return [column.expand([5, 2, 3, 4]), column.expandAs(x!), column.broadcastTo([2, 3, 2])];
      },
      "dimensions of one place": (x) => [
        ...[x!.unsqueeze(0), x!.unsqueeze(-1), x!.unsqueeze(-3), x!.narrow(1, 2, 1).squeeze(1)],
        x!.squeeze(0).add(0),
      ],
      "parts, counted from either end": (x) => [
        ...[x!.narrow(-1, 1, 2), x!.narrow(0, -1, 1), x!.select(-1, -2), x!.select(0, 1)],
        x!.indexSelect(1, whole(2, 0, 2)),
      ],
      "pieces, the last one smaller": (x) => [
        ...[...x!.chunk(3, -1), ...x!.split(2, 1), ...x!.chunk(2, 2), ...x!.unbind(1), ...x!.unbind(-1)],
      ],
      "side by side, and on top of each other": (x) => [
        ...[cat([x!, x!.mul(2)], -1), cat([x!.to("float32"), x!.mul(0.5)], 0)],
        ...[stack([x!, x!.neg()], 0), stack([x!, x!.neg()], -1), stack([x!, x!.neg()], 2)],
      ],
    },
    () => [drawn(2, 3, 4)],
  );

  scoped("an embedding's rows", () => {
    rng = own(Generator.create({ seed: 1 }));
    const table = own(new nn.Embedding(5, 3));
    check(table as io.Traceable, [whole(4, 0, 4, 2)]);
  });

  scoped("any view, order, part and sum of any tensor", () => {
    rng = own(Generator.create({ seed: 3 }));
    const sizes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 2, maxLength: 4 });
    const seeds = fc.array(fc.nat({ max: 97 }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(sizes, seeds, (shape, [a, b, c, d]) => {
        const dim = (seed: number) => seed % shape.length;
        const order = shape
          .map((_, i) => i)
          .sort((i, j) => ((i * a! + b!) % 5) - ((j * a! + b!) % 5) || i - j);
        const size = shape[order[dim(c!)]!]!;
        const start = d! % size;
        const net: Compute = (x) => {
          const turned = x!.permute(order).narrow(dim(c!), start, size - start);
          const rest = turned.reshape([-1, turned.size(-1)]);
          return [turned, rest, rest.sum({ dim: d! % 2 }), turned.flatten(dim(b!)).unsqueeze(-1)];
        };
        check(net, [drawn(...shape)]);
      }),
      { numRuns: 40, seed: 7 },
    );
  });
});

describe("products of matrices", () => {
  checks(
    {
      matmul: (x, y) => [x!.matmul(y!), x!.select(0, 0).mm(y!), x!.matmul(y!.expand([2, 4, 5]))],
      bmm: (x, y) => x!.bmm(y!.unsqueeze(0).expand([2, 4, 5])),
      "addmm, with its factors": (x, y) => {
        const [a, b] = [x!.select(0, 0), y!];
        return [a.mm(b).addmm(a, b, { beta: 0.5, alpha: -2 }), b.select(0, 1).addmm(a, b)];
      },
      linear: (x, y) => [F.linear(x!, y!.t()), F.linear(x!, y!.t(), y!.select(0, 0))],
    },
    () => [drawn(2, 3, 4), drawn(4, 5)],
  );
});

describe("layers", () => {
  layer("Conv1d", () => new nn.Conv1d(2, 3, 2, { stride: 2, padding: 1, dilation: 2 }), [2, 2, 7]);
  layer(
    "Conv2d in groups",
    () => new nn.Conv2d(4, 6, [2, 3], { groups: 2, stride: [1, 2], bias: false }),
    [1, 4, 4, 5],
  );
  layer("Conv3d", () => new nn.Conv3d(1, 2, 2, { padding: [0, 1, 0] }), [1, 1, 3, 2, 3]);
  layer(
    "ConvTranspose1d",
    () => new nn.ConvTranspose1d(2, 3, 3, { stride: 2, padding: 1, dilation: 2 }),
    [2, 2, 4],
  );
  layer(
    "ConvTranspose2d in groups",
    () => new nn.ConvTranspose2d(4, 6, 3, { groups: 2, stride: 2, outputPadding: [1, 0] }),
    [1, 4, 2, 3],
  );
  layer("MaxPool1d", () => new nn.MaxPool1d(3, { stride: 2, padding: 1 }), [2, 2, 7]);
  layer(
    "MaxPool2d",
    () => new nn.MaxPool2d([2, 3], { stride: 2, ceilMode: true, dilation: [2, 1] }),
    [1, 2, 7, 6],
  );
  layer("MaxPool3d", () => new nn.MaxPool3d(2), [1, 2, 4, 3, 2]);
  layer("AvgPool2d", () => new nn.AvgPool2d(3, { stride: 2, padding: 1 }), [1, 2, 5, 6]);
  layer(
    "AvgPool2d without its padding",
    () => new nn.AvgPool2d(3, { stride: 2, padding: 1, countIncludePad: false }),
    [1, 2, 5, 6],
  );
  layer("AdaptiveAvgPool2d", () => new nn.AdaptiveAvgPool2d(1), [2, 3, 4, 5]);
  layer("BatchNorm2d", () => new nn.BatchNorm2d(3, { eps: 0.01 }), [2, 3, 2, 2]);
  layer("LayerNorm over two dimensions", () => new nn.LayerNorm([3, 4], { eps: 0.01 }), [2, 3, 4]);
  layer("LayerNorm without a bias", () => new nn.LayerNorm(4, { bias: false }), [2, 3, 4]);

  const cell = (make: () => nn.AnyModule, states: 1 | 2) => () => {
    rng = own(Generator.create({ seed: 4 }));
    const net = own(make()).to({ dtype: "float64" });
    const step: Compute = (x, ...state) =>
      net.forward(x as never, (states === 1 ? state[0] : state) as never);
    const inputs = (batch: number) => [
      drawn(batch, 3),
      ...Array.from({ length: states }, () => drawn(batch, 4)),
    ];
    check(step as io.Traceable, inputs(2));
  };
  scoped(
    "RNNCell",
    cell(() => new nn.RNNCell(3, 4), 1),
  );
  scoped(
    "RNNCell, relu, no bias",
    cell(() => new nn.RNNCell(3, 4, { nonlinearity: "relu", bias: false }), 1),
  );
  scoped(
    "GRUCell",
    cell(() => new nn.GRUCell(3, 4), 1),
  );
  scoped(
    "LSTMCell",
    cell(() => new nn.LSTMCell(3, 4), 2),
  );

  scoped("attention with masks of both kinds", () => {
    rng = own(Generator.create({ seed: 5 }));
    const [q, k, v] = [drawn(2, 3, 4), drawn(2, 5, 4), drawn(2, 5, 6)];
    const bias = drawn(3, 5);
    const allowed = bias.gt(-0.5);
    for (const attnMask of [undefined, bias, allowed])
      check((a, b, c) => F.scaledDotProductAttention(a!, b!, c!, { attnMask }), [q, k, v]);
    check((a, b, c) => F.scaledDotProductAttention(a!, b!, c!, { scale: 0.3 }), [q, k, v]);
  });
});

describe("a batch whose size is free", () => {
  scoped("gives each row what it gives alone", () => {
    rng = own(Generator.create({ seed: 6 }));
    const net = own(
      new nn.Sequential(
        new nn.Conv2d(1, 2, 3, { padding: 1 }),
        new nn.ReLU(),
        new nn.MaxPool2d(2),
        new nn.Flatten(),
        new nn.Linear(8, 3),
      ),
    ).to({ dtype: "float64" });
    const others = [1, 3, 5].map((batch) => [drawn(batch, 1, 4, 4)]);
    check(net as io.Traceable, [drawn(2, 1, 4, 4)], others);
  });

  scoped("goes through splits, stacks, sums and comparisons", () => {
    rng = own(Generator.create({ seed: 6 }));
    const net: Compute = (x) => {
      const [a, b] = x!.chunk(2, 1) as [Tensor, Tensor];
      const both = stack([a, b], 1).sub(a.unsqueeze(1));
      return [
        both.flatten(1).softmax(-1),
        where(a.gt(b), a, b).mean({ dim: 1 }),
        arange(3, { dtype: "float64" }).add(a),
      ];
    };
    check(net as io.Traceable, [drawn(2, 6)], [[drawn(1, 6)], [drawn(4, 6)]]);
  });
});

describe("the definitions", () => {
  scoped("have all been used", () => {
    expect([...used].sort()).toEqual(Object.keys(operators).sort());
  });
});
