// Every layer keeps the rules of a module; and the rules find layers that do not.

import { checkLeaks } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";
import { type DType, linspace, nn, type Tensor, tensor } from "@throughline/torch";
import { describe, expect, test } from "vitest";
import { type LayerCase, moduleRules } from "./module-rules.js";

checkLeaks();

/** Numbers in (−1, 1) that float32 holds, without a pattern that a layer could cancel. */
const wave =
  (...shape: number[]) =>
  (dtype: DType): Tensor => {
    const count = shape.reduce((a, b) => a * b, 1);
    const exact = linspace(0.5, 40, count, { dtype: "float64" }).square().sin().reshape(shape);
    return exact.float().to(dtype);
  };
const [weight, bias] = [["weight"], ["weight", "bias"]];
const statistics = ["running_mean", "running_var", "num_batches_tracked"];
const under = (prefix: string, names: readonly string[]): string[] =>
  names.map((name) => `${prefix}.${name}`);
const attention = ["in_proj_weight", "in_proj_bias", "out_proj.weight", "out_proj.bias"];
const recurrent = (layer: string): string[] =>
  ["weight_ih", "weight_hh", "bias_ih", "bias_hh"].map((name) => `${name}_${layer}`);
const cell = ["weight_ih", "weight_hh", "bias_ih", "bias_hh"];
const encoder = [
  ...under("self_attn", attention),
  ...["linear1", "linear2", "norm1", "norm2"].flatMap((name) => under(name, bias)),
];
const decoder = [
  ...under("self_attn", attention),
  ...under("multihead_attn", attention),
  ...["linear1", "linear2", "norm1", "norm2", "norm3"].flatMap((name) => under(name, bias)),
];
const small = { dimFeedforward: 6, dropout: 0.2 };

type Row = [
  make: () => nn.AnyModule,
  inputs: readonly ((dtype: DType) => unknown)[],
  parameters?: readonly string[],
  buffers?: readonly string[],
];
const learned: Record<string, Row> = {
  Linear: [() => new nn.Linear(3, 4), [wave(5, 3)], bias],
  "Linear without bias": [() => new nn.Linear(3, 4, { bias: false }), [wave(3)], weight],
  Bilinear: [() => new nn.Bilinear(3, 2, 4), [wave(5, 3), wave(5, 2)], bias],
  Embedding: [() => new nn.Embedding(6, 4), [() => tensor([[0, 5, 2]], { dtype: "int64" })], weight],
  EmbeddingBag: [
    () => new nn.EmbeddingBag(6, 4, { mode: "sum" }),
    [
      () =>
        tensor(
          [
            [0, 5, 2],
            [1, 1, 3],
          ],
          { dtype: "int64" },
        ),
    ],
    weight,
  ],
  Conv1d: [() => new nn.Conv1d(2, 4, 3, { groups: 2 }), [wave(2, 2, 7)], bias],
  Conv2d: [() => new nn.Conv2d(2, 3, 3, { paddingMode: "reflect", padding: 1 }), [wave(2, 2, 4, 5)], bias],
  Conv3d: [() => new nn.Conv3d(1, 2, 2), [wave(1, 1, 3, 4, 3)], bias],
  ConvTranspose1d: [() => new nn.ConvTranspose1d(2, 3, 3, { stride: 2 }), [wave(2, 2, 4)], bias],
  ConvTranspose2d: [() => new nn.ConvTranspose2d(2, 3, 2), [wave(1, 2, 3, 3)], bias],
  ConvTranspose3d: [() => new nn.ConvTranspose3d(1, 2, 2, { bias: false }), [wave(1, 1, 2, 2, 3)], weight],
  BatchNorm1d: [() => new nn.BatchNorm1d(3), [wave(6, 3)], bias, statistics],
  BatchNorm2d: [() => new nn.BatchNorm2d(2), [wave(3, 2, 3, 4)], bias, statistics],
  BatchNorm3d: [() => new nn.BatchNorm3d(2), [wave(2, 2, 2, 3, 2)], bias, statistics],
  "BatchNorm1d without statistics": [
    () => new nn.BatchNorm1d(3, { trackRunningStats: false }),
    [wave(6, 3)],
    bias,
  ],
  InstanceNorm1d: [() => new nn.InstanceNorm1d(3, { affine: true }), [wave(2, 3, 5)], bias],
  InstanceNorm2d: [
    () => new nn.InstanceNorm2d(2, { affine: true, trackRunningStats: true }),
    [wave(3, 2, 3, 4)],
    bias,
    statistics,
  ],
  InstanceNorm3d: [() => new nn.InstanceNorm3d(2), [wave(2, 2, 2, 3, 2)]],
  LayerNorm: [() => new nn.LayerNorm([3, 4]), [wave(2, 3, 4)], bias],
  GroupNorm: [() => new nn.GroupNorm(2, 4), [wave(2, 4, 5)], bias],
  RMSNorm: [() => new nn.RMSNorm(4), [wave(3, 4)], weight],
  PReLU: [() => new nn.PReLU({ numParameters: 3 }), [wave(4, 3)], weight],
  RNN: [
    () => new nn.RNN(3, 4, { numLayers: 2, nonlinearity: "relu" }),
    [wave(5, 2, 3)],
    [...recurrent("l0"), ...recurrent("l1")],
  ],
  GRU: [
    () => new nn.GRU(3, 4, { bidirectional: true }),
    [wave(5, 2, 3)],
    [...recurrent("l0"), ...recurrent("l0_reverse")],
  ],
  LSTM: [
    () => new nn.LSTM(3, 4, { projSize: 2, batchFirst: true }),
    [wave(2, 5, 3)],
    [...recurrent("l0"), "weight_hr_l0"],
  ],
  RNNCell: [() => new nn.RNNCell(3, 4), [wave(2, 3), wave(2, 4)], cell],
  GRUCell: [() => new nn.GRUCell(3, 4), [wave(2, 3), wave(2, 4)], cell],
  LSTMCell: [
    () => new nn.LSTMCell(3, 4),
    [wave(2, 3), (dtype) => [wave(2, 4)(dtype), wave(2, 4)(dtype).neg()]],
    cell,
  ],
  MultiheadAttention: [
    () => new nn.MultiheadAttention(4, 2),
    [wave(3, 2, 4), wave(5, 2, 4), wave(5, 2, 4)],
    attention,
  ],
  "MultiheadAttention, other sizes of keys": [
    () => new nn.MultiheadAttention(4, 2, { kdim: 3, vdim: 5, addBiasKv: true }),
    [wave(3, 2, 4), wave(5, 2, 3), wave(5, 2, 5)],
    [
      ...["q_proj_weight", "k_proj_weight", "v_proj_weight", "in_proj_bias", "bias_k", "bias_v"],
      ...under("out_proj", bias),
    ],
  ],
  TransformerEncoderLayer: [() => new nn.TransformerEncoderLayer(4, 2, small), [wave(3, 2, 4)], encoder],
  TransformerDecoderLayer: [
    () => new nn.TransformerDecoderLayer(4, 2, { ...small, normFirst: true }),
    [wave(3, 2, 4), wave(5, 2, 4)],
    decoder,
  ],
  TransformerEncoder: [
    () => {
      using layer = new nn.TransformerEncoderLayer(4, 2, small);
      return new nn.TransformerEncoder(layer, 2, { norm: new nn.LayerNorm(4) });
    },
    [wave(3, 2, 4)],
    [...under("layers.0", encoder), ...under("layers.1", encoder), ...under("norm", bias)],
  ],
  TransformerDecoder: [
    () => {
      using layer = new nn.TransformerDecoderLayer(4, 2, small);
      return new nn.TransformerDecoder(layer, 2);
    },
    [wave(3, 2, 4), wave(5, 2, 4)],
    [...under("layers.0", decoder), ...under("layers.1", decoder)],
  ],
  Transformer: [
    () => new nn.Transformer({ dModel: 4, nhead: 2, numEncoderLayers: 1, numDecoderLayers: 1, ...small }),
    [wave(3, 2, 4), wave(5, 2, 4)],
    [
      ...under("encoder.layers.0", encoder),
      ...under("encoder.norm", bias),
      ...under("decoder.layers.0", decoder),
      ...under("decoder.norm", bias),
    ],
  ],
  Sequential: [
    () => new nn.Sequential(new nn.Linear(3, 4), new nn.BatchNorm1d(4), new nn.Dropout()),
    [wave(5, 3)],
    [...under("0", bias), ...under("1", bias)],
    under("1", statistics),
  ],
};

const activations = [
  ...["ReLU", "ReLU6", "LeakyReLU", "RReLU", "ELU", "SELU", "CELU", "Hardtanh", "GELU", "Hardshrink"],
  ...["Hardsigmoid", "Hardswish", "LogSigmoid", "Mish", "Sigmoid", "SiLU", "Softplus", "Softshrink"],
  ...["Softsign", "Tanh", "Tanhshrink", "GLU", "Identity", "Flatten", "Dropout", "AlphaDropout"],
] as const;
const fixed: Record<string, Row> = {
  ...Object.fromEntries(
    activations.map((name): [string, Row] => [name, [() => new nn[name](), [wave(3, 4)]]]),
  ),
  Threshold: [() => new nn.Threshold(0.1, 7), [wave(3, 4)]],
  Softmax: [() => new nn.Softmax(1), [wave(3, 4)]],
  Softmin: [() => new nn.Softmin(0), [wave(3, 4)]],
  LogSoftmax: [() => new nn.LogSoftmax(-1), [wave(3, 4)]],
  Softmax2d: [() => new nn.Softmax2d(), [wave(2, 3, 2, 2)]],
  Dropout1d: [() => new nn.Dropout1d(), [wave(3, 4, 2)]],
  Dropout2d: [() => new nn.Dropout2d(), [wave(3, 4, 2, 2)]],
  Dropout3d: [() => new nn.Dropout3d(), [wave(3, 4, 2, 2, 1)]],
  MaxPool1d: [() => new nn.MaxPool1d(2), [wave(2, 3, 5)]],
  MaxPool2d: [() => new nn.MaxPool2d(2, { padding: 1 }), [wave(2, 3, 5, 5)]],
  AvgPool1d: [() => new nn.AvgPool1d(2), [wave(2, 3, 5)]],
  AvgPool2d: [() => new nn.AvgPool2d([2, 3]), [wave(2, 3, 5, 5)]],
  AdaptiveAvgPool1d: [() => new nn.AdaptiveAvgPool1d(2), [wave(2, 3, 5)]],
  AdaptiveAvgPool2d: [() => new nn.AdaptiveAvgPool2d([2, null]), [wave(2, 3, 5, 5)]],
  AdaptiveMaxPool1d: [() => new nn.AdaptiveMaxPool1d(2), [wave(2, 3, 5)]],
  AdaptiveMaxPool2d: [() => new nn.AdaptiveMaxPool2d(2), [wave(2, 3, 5, 5)]],
  AvgPool3d: [() => new nn.AvgPool3d(2), [wave(1, 2, 4, 4, 3)]],
  MaxPool3d: [() => new nn.MaxPool3d(2), [wave(1, 2, 4, 4, 3)]],
  AdaptiveAvgPool3d: [() => new nn.AdaptiveAvgPool3d(2), [wave(1, 2, 4, 5, 3)]],
  AdaptiveMaxPool3d: [() => new nn.AdaptiveMaxPool3d([2, 1, 2]), [wave(1, 2, 4, 5, 3)]],
  LPPool1d: [() => new nn.LPPool1d(2, 2), [wave(2, 3, 6)]],
  LPPool2d: [() => new nn.LPPool2d(2, 2), [wave(2, 3, 4, 4)]],
  LPPool3d: [() => new nn.LPPool3d(2, 2), [wave(1, 2, 4, 4, 2)]],
  MaxUnpool1d: [() => new nn.MaxUnpool1d(2), [wave(1, 1, 2), () => tensor([[[1, 2]]], { dtype: "int64" })]],
  MaxUnpool2d: [
    () => new nn.MaxUnpool2d(2),
    [wave(1, 1, 1, 2), () => tensor([[[[5, 2]]]], { dtype: "int64" })],
  ],
  MaxUnpool3d: [
    () => new nn.MaxUnpool3d(2),
    [wave(1, 1, 1, 1, 2), () => tensor([[[[[5, 2]]]]], { dtype: "int64" })],
  ],
  LocalResponseNorm: [() => new nn.LocalResponseNorm(2), [wave(2, 4, 3)]],
  ChannelShuffle: [() => new nn.ChannelShuffle(2), [wave(1, 4, 2, 2)]],
  FeatureAlphaDropout: [() => new nn.FeatureAlphaDropout(), [wave(3, 4, 2)]],
  ConstantPad1d: [() => new nn.ConstantPad1d([1, 2], 7), [wave(2, 3, 4)]],
  ConstantPad2d: [() => new nn.ConstantPad2d(1, -1), [wave(2, 3, 4, 4)]],
  ConstantPad3d: [() => new nn.ConstantPad3d(1, 0.5), [wave(1, 2, 3, 4, 2)]],
  ...Object.fromEntries(
    (["ZeroPad", "ReflectionPad", "ReplicationPad", "CircularPad"] as const).flatMap(
      (kind): [string, Row][] => [
        [`${kind}1d`, [() => new nn[`${kind}1d`]([1, 2]), [wave(2, 3, 4)]]],
        [`${kind}2d`, [() => new nn[`${kind}2d`](1), [wave(2, 3, 4, 4)]]],
        [`${kind}3d`, [() => new nn[`${kind}3d`](1), [wave(1, 2, 3, 4, 2)]]],
      ],
    ),
  ),
  Upsample: [() => new nn.Upsample({ scaleFactor: 2, mode: "bicubic" }), [wave(1, 2, 3, 3)]],
  PixelShuffle: [() => new nn.PixelShuffle(2), [wave(1, 4, 3, 3)]],
  PixelUnshuffle: [() => new nn.PixelUnshuffle(2), [wave(1, 2, 4, 4)]],
  Unflatten: [() => new nn.Unflatten(1, [2, 2]), [wave(3, 4)]],
  Unfold: [() => new nn.Unfold(2), [wave(1, 2, 3, 3)]],
  Fold: [() => new nn.Fold(3, 2), [wave(1, 8, 4)]],
  CosineSimilarity: [() => new nn.CosineSimilarity(), [wave(3, 4), wave(1, 4)]],
  PairwiseDistance: [() => new nn.PairwiseDistance(), [wave(3, 4), wave(1, 4)]],
};

const caseOf = ([make, inputs, parameters = [], buffers = []]: Row): LayerCase => ({
  make,
  inputs: (dtype) => inputs.map((input) => input(dtype)),
  parameters,
  buffers,
});

for (const [name, row] of [...Object.entries(learned), ...Object.entries(fixed)]) {
  describe(name, () => {
    for (const [rule, check] of Object.entries(moduleRules)) scoped(rule, () => check(caseOf(row)));
  });
}

/** Drawn anew at each call, also in evaluation, as in PyTorch; tested in gaps.test.ts. */
const drawn = ["FractionalMaxPool2d", "FractionalMaxPool3d"];

test("every layer is listed but losses, which have no state, and containers, which have no forward", () => {
  const layers = Object.entries(nn).filter(([, value]) => Object(value).prototype instanceof nn.Module);
  const names = layers.map(([name]) => name).filter((name) => !/Loss$/.test(name));
  const containers = ["ModuleDict", "ModuleList", "ParameterDict", "ParameterList"];
  expect(names.filter((name) => !(name in learned || name in fixed)).sort()).toEqual([
    ...drawn,
    ...containers,
  ]);
});

describe("the rules find", () => {
  class Scale extends nn.Module {
    weight = new nn.Parameter(linspace(0.5, 2, 3));
    forward(x: Tensor): Tensor {
      return x.mul(this.weight);
    }
  }
  class Other extends Scale {
    scale = new nn.Parameter(linspace(1, 2, 3));
  }
  class Counting extends Scale {
    calls = 0;
    override forward(x: Tensor): Tensor {
      this.calls += 1;
      return x.mul(this.weight).add(this.calls);
    }
  }
  class Sharing extends Scale {
    override clone(): this {
      return this;
    }
  }
  class Single extends Scale {
    override forward(x: Tensor): Tensor {
      return x.mul(this.weight).float();
    }
  }
  class Deaf extends Scale {
    override forward(x: Tensor): Tensor {
      return x.mul(this.weight.detach());
    }
  }
  class Loud extends Scale {
    override eval(): this {
      return this;
    }
  }
  const names = Object.keys(moduleRules);
  const broken: [string, new () => Scale, string][] = [
    ["a name that PyTorch does not have", Other, names[0]!],
    ["a state that is not in the state dict", Counting, names[1]!],
    ["a copy that is the layer itself", Sharing, names[2]!],
    ["a dtype of its own", Single, names[3]!],
    ["a parameter that learns nothing", Deaf, names[4]!],
    ["a layer that does not hear of evaluation", Loud, names[5]!],
  ];
  for (const [what, Broken, rule] of broken) {
    scoped(what, () => {
      const entry = (Layer: new () => Scale) => caseOf([() => new Layer(), [wave(4, 3)], weight]);
      moduleRules[rule]!(entry(Scale));
      expect(() => moduleRules[rule]!(entry(Broken))).toThrow();
    });
  }
});
