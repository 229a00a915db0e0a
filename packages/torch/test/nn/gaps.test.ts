// Padding, pooling, instance norm, bags, packed sequences and parametrizations against PyTorch: ./fixtures/gaps/make.py.
import { readFileSync } from "node:fs";
import { checkLeaks, own } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";
import { arange, cat, full, grad, nn, noGrad, type Tensor, tensor } from "@throughline/torch";
import { describe, expect, test } from "vitest";
import "@throughline/testing/close";

checkLeaks();

interface Recorded {
  readonly shape: number[];
  readonly output: number[];
  readonly grads: number[][];
}
const { values } = JSON.parse(
  readFileSync(new URL("fixtures/gaps/values.json", import.meta.url), "utf8"),
) as {
  values: Record<string, Recorded | string[] | number[] | Record<string, string>>;
};

const close = { rtol: 1e-10, atol: 1e-11 };
const F = nn.functional;
const { rnn, parametrizations } = nn.utils;
const double = { dtype: "float64" } as const;

/** The same numbers as `wave` in make.py. */
function wave(shape: readonly number[], shift = 0): Tensor {
  const count = shape.reduce((product, size) => product * size, 1);
  return arange(count, double)
    .mul(0.7)
    .add(0.3 + shift)
    .sin()
    .reshape([...shape]);
}

/** The layer in float64 with waves as parameters; it is released with the test. */
function fill<M extends nn.AnyModule>(layer: M): M {
  own(layer);
  layer.to(double);
  noGrad(() =>
    layer.parameters().forEach((parameter, i) => {
      parameter.copy_(wave(parameter.shape, i));
    }),
  );
  return layer;
}

type Input = readonly [shape: readonly number[], shift?: number, plus?: number];

function check(name: string, inputs: readonly Input[], run: (...inputs: Tensor[]) => Tensor): void {
  scoped(name, () => {
    const leaves = inputs.map(([shape, shift, plus = 0]) => wave(shape, shift).add(plus).requiresGrad_());
    compare(name, leaves, run(...leaves));
  });
}

function compare(name: string, leaves: Tensor[], out: Tensor): void {
  const { shape, output, grads } = values[name] as Recorded;
  expect(out.shape).toEqual(shape);
  expect(out.detach().flatten()).toBeClose(tensor(output, double), close);
  const found = grad(out.mul(wave(shape, 2)).sum(), leaves);
  found.forEach((gradient, i) => {
    expect(gradient.flatten()).toBeClose(tensor(grads[i]!, double), close);
  });
}

/** As `check`, of a layer made in the test. */
function layer(name: string, inputs: readonly Input[], make: () => nn.AnyModule): void {
  check(name, inputs, (...xs) => (fill(make()) as nn.Module<Tensor[]>).forward(...xs));
}

const [x1, x2, x3]: Input[] = [[[2, 3, 5]], [[2, 3, 4, 5]], [[1, 2, 4, 3, 5]]] as [Input, Input, Input];
const planes = [x1!, x2!, x3!] as const;
const dims = [1, 2, 3] as const;

describe("padding", () => {
  for (const kind of ["Zero", "Reflection", "Replication", "Circular"] as const) {
    for (const n of dims) {
      const type = nn[`${kind}Pad${n}d`] as unknown as new (padding: readonly number[]) => nn.AnyModule;
      layer(
        `${kind}Pad${n}d`,
        [planes[n - 1]!],
        () => new type(new Array(n).fill([1, 2]).flat() as number[]),
      );
    }
  }
  layer("ConstantPad2d", [x2!], () => new nn.ConstantPad2d([1, 0, -1, 2], 3.5));

  scoped("refuses another number of sides, and halves", () => {
    expect(() => new nn.ZeroPad2d([1, 2] as unknown as number)).toThrow(
      "ZeroPad2d: padding is [1, 2], accepted: a whole number or 4 of them",
    );
    expect(() => new nn.ReflectionPad1d(0.5)).toThrow("ReflectionPad1d: padding is 0.5");
  });
});

describe("instance norm", () => {
  for (const n of dims) {
    const channels = planes[n - 1]![0][1]!;
    const type = nn[`InstanceNorm${n}d`];
    layer(`InstanceNorm${n}d`, [planes[n - 1]!], () => new type(channels));
    layer(
      `InstanceNorm${n}d affine`,
      [planes[n - 1]!],
      () => new type(channels, { affine: true, eps: 0.01 }),
    );
  }
  layer("InstanceNorm1d without a batch", [[[3, 5]]], () => new nn.InstanceNorm1d(2));
  layer("InstanceNorm2d in training", [x2!], () => new nn.InstanceNorm2d(3, { trackRunningStats: true }));
  check("InstanceNorm2d in evaluation", [x2!], (x) => {
    const norm = fill(new nn.InstanceNorm2d(3, { trackRunningStats: true }));
    norm.forward(x.detach());
    return norm.eval().forward(x);
  });

  scoped("refuses what does not fit", () => {
    const norm = own(new nn.InstanceNorm2d(3, { affine: true }));
    expect(() => norm.forward(wave([2, 3]))).toThrow("InstanceNorm2d: expects 3 or 4 dimensions, got 2");
    expect(() => norm.forward(wave([1, 2, 3, 3]))).toThrow("InstanceNorm2d: expects 3 channels, got 2");
    expect(() => norm.forward(wave([1, 3, 1, 1]))).toThrow("needs more than one value per channel");
  });
});

describe("pooling", () => {
  layer("MaxPool3d", [x3!], () => new nn.MaxPool3d(2, { stride: 1, padding: 1, dilation: [1, 1, 2] }));
  layer(
    "AvgPool3d",
    [x3!],
    () => new nn.AvgPool3d([2, 1, 2], { padding: [1, 0, 1], countIncludePad: false, ceilMode: true }),
  );
  layer("AdaptiveAvgPool3d", [x3!], () => new nn.AdaptiveAvgPool3d([2, null, 3]));
  layer("AdaptiveMaxPool3d", [x3!], () => new nn.AdaptiveMaxPool3d(2));
  layer("LPPool1d", [x1!], () => new nn.LPPool1d(2, 2));
  layer("LPPool2d", [[x2![0], 0, 2]], () => new nn.LPPool2d(3, [2, 3], { stride: 1, ceilMode: true }));
  layer("LPPool3d", [x3!], () => new nn.LPPool3d(2, 2));
  layer("LPPool1d of infinity", [x1!], () => new nn.LPPool1d(Number.POSITIVE_INFINITY, 2));
  for (const n of dims) {
    const pooled = [planes[n - 1]![0].map((size, i) => (i < 2 ? size : size >> 1))] as unknown as Input;
    check(`max_unpool${n}d`, [pooled], (y) => {
      const x = wave(planes[n - 1]![0]);
      const options = { returnIndices: true } as const;
      const places = [F.maxPool1d, F.maxPool2d, F.maxPool3d][n - 1]!(x, 2, options)[1] as Tensor;
      const direct = [F.maxUnpool1d, F.maxUnpool2d, F.maxUnpool3d][n - 1]!;
      const unpool = fill(new [nn.MaxUnpool1d, nn.MaxUnpool2d, nn.MaxUnpool3d][n - 1]!(2));
      expect(unpool.forward(y, places, x.shape)).toBeClose(
        direct(y, places, 2, { outputSize: x.shape.slice(2) }),
      );
      return direct(y, places, 2, { outputSize: x.shape });
    });
  }
  check("fractional_max_pool2d", [x2!], (x) =>
    F.fractionalMaxPool2d(x, 2, { outputRatio: [0.5, 0.6], samples: wave([2, 3, 2]).abs() }),
  );

  scoped("fractional pooling gives the size, and needs exactly one", () => {
    const pool = own(new nn.FractionalMaxPool3d(2, { outputSize: [2, 1, 3], returnIndices: true }));
    const [maxima, places] = pool.forward(wave([1, 2, 4, 3, 5]));
    expect([maxima.shape, places.shape]).toEqual([
      [1, 2, 2, 1, 3],
      [1, 2, 2, 1, 3],
    ]);
    expect(() => new nn.FractionalMaxPool2d(2, {})).toThrow(
      "needs exactly one of outputSize and outputRatio",
    );
    for (const wrong of [7, -0.1, Number.NaN]) {
      const samples = full([1, 1, 2], wrong, { dtype: "float64" });
      expect(() => F.fractionalMaxPool2d(wave([1, 1, 4, 4]), 2, { outputSize: 2, samples })).toThrow(
        "samples lie outside of 0 to 1",
      );
    }
    expect(() => F.fractionalMaxPool2d(wave([1, 1, 4, 4]), 2, { outputRatio: 1 })).toThrow(
      "above 0 and below 1",
    );
    expect(() =>
      F.maxUnpool1d(wave([1, 2]), arange(2, { dtype: "int64" }).view([1, 2]), 2, { outputSize: [9] }),
    ).toThrow("maxUnpool1d: outputSize is [9], accepted: sizes less than [2] from [4]");
  });
});

describe("channels and distances", () => {
  layer("ChannelShuffle", [[[2, 4, 3]]], () => new nn.ChannelShuffle(2));
  layer("LocalResponseNorm 3", [x1!], () => new nn.LocalResponseNorm(3, { alpha: 0.5, k: 2 }));
  layer("LocalResponseNorm 4", [x2!], () => new nn.LocalResponseNorm(2, { alpha: 0.5, beta: 0.5 }));
  check("pdist", [[[5, 3]]], (x) => F.pdist(x, 3));
  layer(
    "TripletMarginWithDistanceLoss",
    [[[4, 3]], [[4, 3], 1], [[4, 3], 2]],
    () => new nn.TripletMarginWithDistanceLoss({ margin: 2, swap: true }),
  );
});

describe("embedding bags", () => {
  const int = (list: number[] | number[][]): Tensor => tensor(list, { dtype: "int64" });
  const bags = (): Tensor =>
    int([
      [0, 2, 2],
      [5, 1, 0],
    ]);
  const flat = (): Tensor => int([0, 2, 2, 5, 1]);
  for (const mode of ["sum", "mean", "max"] as const) {
    check(`embedding_bag ${mode}`, [[[6, 3]]], (table) => F.embeddingBag(bags(), table, { mode }));
    check(`embedding_bag ${mode} offsets`, [[[6, 3]]], (table) =>
      F.embeddingBag(flat(), table, { mode, offsets: int([0, 3, 3]), paddingIdx: -4 }),
    );
  }
  check("embedding_bag weights", [[[6, 3]], [[2, 3]]], (table, perSampleWeights) =>
    F.embeddingBag(bags(), table, { mode: "sum", perSampleWeights }),
  );
  check("embedding_bag last offset", [[[6, 3]]], (table) => {
    const offsets = int([0, 2, 5]);
    return F.embeddingBag(flat(), table, { mode: "sum", offsets, includeLastOffset: true, maxNorm: 0.9 });
  });

  scoped("the layer looks its own table up", () => {
    const bag = own(nn.EmbeddingBag.fromPretrained(wave([6, 3]), { mode: "max" }));
    expect(bag.forward(bags())).toBeClose(F.embeddingBag(bags(), wave([6, 3]), { mode: "max" }));
    const padded = own(new nn.EmbeddingBag(4, 3, { paddingIdx: 1 }));
    expect(padded.weight.detach().select(0, 1).toArray()).toEqual([0, 0, 0]);
    expect(() => bag.forward(flat())).toThrow("embeddingBag: indices of one dimension need offsets");
    expect(() => bag.forward(bags(), { offsets: int([0]) })).toThrow(
      "offsets go with indices of one dimension",
    );
    expect(() => F.embeddingBag(bags(), wave([6, 3]), { perSampleWeights: wave([2, 3]) })).toThrow(
      "perSampleWeights go with mode sum, not with mean",
    );
    expect(() => new nn.EmbeddingBag(4, 3, { paddingIdx: 4 })).toThrow("paddingIdx 4 is not a row of 4");
  });
});

describe("the transformer", () => {
  const make = (): nn.Transformer =>
    fill(
      new nn.Transformer({
        ...{ dModel: 4, nhead: 2, numEncoderLayers: 1, numDecoderLayers: 2 },
        ...{ dimFeedforward: 6, dropout: 0, batchFirst: true },
      }),
    );
  check("Transformer", [[[2, 5, 4]], [[2, 3, 4], 1]], (src, tgt) => {
    const tgtMask = nn.Transformer.generateSquareSubsequentMask(3).to("float64");
    return make().forward(src, tgt, { tgtMask });
  });
  scoped("has PyTorch's keys, and refuses other sizes", () => {
    expect(Object.keys(make().stateDict())).toEqual(values["Transformer keys"]);
    expect(() => make().forward(wave([2, 5, 4]), wave([1, 3, 4]))).toThrow("Transformer: batches differ");
    expect(() => make().forward(wave([2, 5, 3]), wave([2, 3, 4]))).toThrow("Transformer: expects 4 features");
  });
});

describe("packed sequences", () => {
  const lengths = [2, 4, 3];
  const makers = {
    RNN: () => new nn.RNN(3, 2, { numLayers: 2, nonlinearity: "relu" }),
    GRU: () => new nn.GRU(3, 2, { bidirectional: true }),
    LSTM: () => new nn.LSTM(3, 4, { projSize: 2, bidirectional: true }),
  };
  for (const [name, make] of Object.entries(makers)) {
    check(`${name} packed`, [[[4, 3, 3]]], (x) => {
      const net = fill<nn.AnyModule>(make()) as nn.GRU;
      const [out, state] = net.forward(rnn.packPaddedSequence(x, lengths, { enforceSorted: false }));
      const [padded, found] = rnn.padPackedSequence(out, { paddingValue: 0.5, totalLength: 5 });
      expect((found.toArray() as number[]).map(Number)).toEqual(lengths);
      return cat([padded, ...[state].flat()].map((part) => part.flatten()));
    });
  }
  check("GRU packed from a state", [[[4, 3, 3]], [[1, 3, 2], 1]], (x, state) => {
    const net = fill(new nn.GRU(3, 2));
    return rnn.padPackedSequence(
      net.forward(
        rnn.packPaddedSequence(x, tensor(lengths, { dtype: "int64" }), { enforceSorted: false }),
        state,
      )[0],
    )[0];
  });

  scoped("hold PyTorch's numbers", () => {
    const packed = rnn.packPaddedSequence(wave([4, 3, 2]), [4, 3, 1]);
    const { data, batch_sizes: sizes } = values.packed as unknown as Record<string, number[]>;
    expect(packed.data.flatten()).toBeClose(tensor(data!, double), close);
    expect((packed.batchSizes.toArray() as number[]).map(Number)).toEqual(sizes);
    expect(packed.sortedIndices).toBeNull();
  });

  scoped("come back as they were", () => {
    const sequences = lengths.map((length) => wave([length, 2], length));
    const back = rnn.unpackSequence(rnn.packSequence(sequences, { enforceSorted: false }));
    back.forEach((sequence, i) => {
      expect(sequence).toBeClose(sequences[i]!, { rtol: 0, atol: 0 });
    });
    const padded = rnn.padSequence(sequences, { batchFirst: true, paddingValue: 7, paddingSide: "left" });
    expect(padded.at(0, 1).toArray()).toEqual([7, 7]);
  });

  scoped("refuse what does not fit", () => {
    const x = wave([4, 3, 3]);
    expect(() => rnn.packPaddedSequence(x, lengths)).toThrow("sequence 1 is longer than the one before it");
    expect(() => rnn.packPaddedSequence(x, [4, 3])).toThrow("2 lengths for a batch of 3");
    expect(() => rnn.packPaddedSequence(x, [5, 3, 1])).toThrow("a sequence of length 5, but 4 times");
    expect(() => rnn.packPaddedSequence(x, [4, 3, 0])).toThrow("accepted: whole numbers of at least 1");
    const packed = rnn.packPaddedSequence(x, [4, 3, 1]);
    expect(() => rnn.padPackedSequence(packed, { totalLength: 3 })).toThrow("less than the longest length 4");
    expect(() => fill(new nn.GRU(2, 2)).forward(packed)).toThrow(
      "GRU: expects packed sequences of 2 features",
    );
    expect(() => fill(new nn.GRU(3, 2)).forward(packed, wave([1, 2, 2]))).toThrow("expects a state [1,3,2]");
  });
});

describe("parametrizations", () => {
  check("weight_norm", [[[4, 3]]], (x) => {
    const linear = parametrizations.weightNorm(fill(new nn.Linear(3, 2)));
    expect(Object.keys(linear.stateDict())).toEqual(values["weight_norm keys"]);
    const length = linear.stateDict()["parametrizations.weight.original0"]!;
    expect(length.flatten()).toBeClose(tensor(values["weight_norm length"] as number[], double), close);
    return fill(linear).forward(x);
  });
  check("weight_norm without dim", [[[1, 2, 5]]], (x) =>
    fill(parametrizations.weightNorm(fill(new nn.Conv1d(2, 3, 2)), { dim: null })).forward(x),
  );
  const spectral = {
    spectral_norm: [() => new nn.Linear(3, 2), [4, 3]],
    "spectral_norm transposed": [() => new nn.ConvTranspose1d(2, 3, 2), [1, 2, 5]],
  } as const;
  for (const [name, [make, shape]] of Object.entries(spectral)) {
    const prepare = (): nn.Module => {
      const net: nn.Module = parametrizations.spectralNorm(fill<nn.Module>(make()), { nPowerIterations: 2 });
      expect(Object.keys(net.stateDict())).toEqual(values[`${name} keys`]);
      net.buffers().forEach((buffer, i) => {
        buffer.copy_(F.normalize(wave(buffer.shape, i), { dim: 0 }));
      });
      return net;
    };
    check(name, [[shape]], (x) => {
      const net = prepare();
      const out = net.forward(x);
      expect(net.buffers()[0]!).toBeClose(tensor(values[`${name} u`] as number[], double), close);
      return out;
    });
    check(`${name} in evaluation`, [[shape]], (x) => {
      const net = prepare();
      net.forward(x.detach());
      return net.eval().forward(x);
    });
  }

  scoped("change nothing at first, are copied, assigned and removed", () => {
    const linear = fill(new nn.Linear(3, 2));
    const before = linear.weight.detach().clone();
    parametrizations.weightNorm(linear);
    expect(linear.weight).toBeClose(before, close);
    expect(nn.utils.parametrize.isParametrized(linear, "weight")).toBe(true);
    const copy = own(linear.clone());
    (linear as { weight: Tensor }).weight = before.mul(2);
    expect(linear.weight).toBeClose(before.mul(2), close);
    expect(copy.weight).toBeClose(before, close);
    nn.utils.parametrize.removeParametrizations(linear, "weight");
    expect(linear.weight).toBeInstanceOf(nn.Parameter);
    expect(linear.weight.detach()).toBeClose(before.mul(2), close);
    expect(Object.keys(linear.stateDict()).sort()).toEqual(["bias", "weight"]);
    expect(() => nn.utils.parametrize.removeParametrizations(linear, "weight")).toThrow(
      "is not parametrized",
    );
    expect(() => parametrizations.spectralNorm(linear, { name: "weights" })).toThrow(
      'Linear has no parameter "weights"',
    );
    expect(() => parametrizations.weightNorm(linear, { name: "weights" })).toThrow("only bias, weight");
  });

  scoped("spectral norm finds the largest singular value", () => {
    const linear = parametrizations.spectralNorm(fill(new nn.Linear(5, 4)), { nPowerIterations: 60 });
    linear.forward(wave([1, 5]));
    const normed = linear.eval().weight.detach();
    expect(normed.mm(normed.t()).trace().item()).toBeGreaterThanOrEqual(1);
    const gram = normed.mm(normed.t());
    let top = wave([4, 1]);
    for (let i = 0; i < 200; i++) top = F.normalize(gram.mm(top), { dim: 0 });
    expect(top.t().mm(gram).mm(top).item()).toBeCloseTo(1, 8);
  });

  scoped("weights of recurrent layers too", () => {
    const gru = fill(new nn.GRU(3, 2));
    const [before] = gru.forward(wave([4, 1, 3]));
    parametrizations.weightNorm(gru, { name: "weight_hh_l0" });
    expect(gru.forward(wave([4, 1, 3]))[0]).toBeClose(before, close);
    noGrad(() => gru.stateDict()["parametrizations.weight_hh_l0.original0"]!.mul_(2));
    expect(
      gru
        .forward(wave([4, 1, 3]))[0]
        .sub(before)
        .abs()
        .max()
        .item(),
    ).toBeGreaterThan(0.01);
  });
});

describe("parameters as a vector", () => {
  scoped("there and back", () => {
    const linear = fill(new nn.Linear(3, 2));
    const vector = nn.utils.parametersToVector(linear.parameters());
    expect(vector).toBeClose(cat([wave([6]), wave([2], 1)]), close);
    nn.utils.vectorToParameters(vector.detach().mul(2), linear.parameters());
    expect(linear.bias!.detach()).toBeClose(wave([2], 1).mul(2), close);
    expect(() => nn.utils.vectorToParameters(vector.narrow(0, 0, 7), linear.parameters())).toThrow(
      "vectorToParameters: expects a vector [8], got [7]",
    );
    expect(() => nn.utils.parametersToVector([])).toThrow("parametersToVector: there are no parameters");
  });
});

describe("fusion", () => {
  scoped("computes what layer and batch norm compute", () => {
    for (const [conv, norm, shape] of [
      [new nn.Conv2d(2, 3, 2), new nn.BatchNorm2d(3), [1, 2, 4, 4]],
      [new nn.ConvTranspose1d(2, 3, 2), new nn.BatchNorm1d(3), [1, 2, 4]],
    ] as const) {
      fill(conv);
      fill(norm);
      norm.running_mean!.copy_(wave([3]));
      norm.running_var!.copy_(wave([3]).abs().add(1));
      expect(() => nn.utils.fuseConvBnEval(conv, norm)).toThrow("call eval() on both first");
      const fused = own(nn.utils.fuseConvBnEval(conv.eval(), norm.eval()));
      const x = wave(shape);
      expect(fused.forward(x)).toBeClose(norm.forward(conv.forward(x)), close);
    }
    const [linear, norm] = [fill(new nn.Linear(3, 2)).eval(), fill(new nn.BatchNorm1d(2)).eval()];
    const fused = own(nn.utils.fuseLinearBnEval(linear, norm));
    expect(fused.forward(wave([4, 3]))).toBeClose(norm.forward(linear.forward(wave([4, 3]))), close);
  });
});

describe("hooks on modules", () => {
  scoped("see and replace arguments and output, in order, until taken away", () => {
    const net = own(new nn.Sequential(new nn.Linear(2, 2), new nn.ReLU()));
    const seen: string[] = [];
    const linear = net.children()[0] as nn.Linear;
    const plain = linear.forward(wave([1, 2]).float());
    const off = [
      linear.registerForwardHook((module, [x], output) => {
        expect(module).toBe(linear);
        seen.push(`after ${x.shape} ${output.shape}`);
        return undefined;
      }),
      linear.registerForwardHook((_module, _args, output) => output.mul(2)),
      linear.registerForwardPreHook((_module, [x]) => {
        seen.push("second");
        return [x.mul(1)];
      }),
      linear.registerForwardPreHook(
        () => {
          seen.push("first");
          return undefined;
        },
        { prepend: true },
      ),
    ];
    const doubled = net.forward(wave([1, 2]).float());
    expect(doubled).toBeClose(plain.mul(2).relu());
    expect(seen).toEqual(["first", "second", "after 1,2 1,2"]);
    expect(Object.keys(linear.stateDict())).toEqual(["weight", "bias"]);
    const copy = own(net.clone());
    for (const take of off) take();
    expect(net.forward(wave([1, 2]).float())).toBeClose(plain.relu());
    expect(copy.children()[0]).not.toBe(linear);
    expect(() => linear.registerForwardHook(1 as never)).toThrow(
      "registerForwardHook: expects a function, got 1",
    );
  });

  scoped("a pre-hook may change what goes in", () => {
    const linear = own(new nn.Linear(2, 2));
    linear.registerForwardPreHook((_module, [x]) => x.mul(3));
    const x = wave([1, 2]).float();
    const { weight, bias } = linear;
    expect(linear.forward(x)).toBeClose(F.linear(x.mul(3), weight, bias));
    expect(own(linear.clone()).forward(x)).toBeClose(F.linear(x.mul(3), weight, bias));
  });
});

describe("printing", () => {
  const makers: Record<string, () => nn.AnyModule> = {
    ConstantPad1d: () => new nn.ConstantPad1d(2, 3.5),
    ReflectionPad2d: () => new nn.ReflectionPad2d(1),
    InstanceNorm2d: () => new nn.InstanceNorm2d(3, { affine: true }),
    MaxPool3d: () => new nn.MaxPool3d(2),
    AvgPool3d: () => new nn.AvgPool3d(2),
    AdaptiveMaxPool3d: () => new nn.AdaptiveMaxPool3d(2),
    LPPool2d: () => new nn.LPPool2d(2, 3),
    MaxUnpool2d: () => new nn.MaxUnpool2d(2),
    ChannelShuffle: () => new nn.ChannelShuffle(2),
    LocalResponseNorm: () => new nn.LocalResponseNorm(2),
    EmbeddingBag: () => new nn.EmbeddingBag(4, 3, { mode: "sum", paddingIdx: 1 }),
  };
  test.each(Object.entries(makers))("%s", (name, make) => {
    expect(own(make()).toString()).toBe((values.repr as Record<string, string>)[name]);
  });
});
