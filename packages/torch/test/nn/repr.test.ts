// Modules print as in PyTorch; the texts are its `print(module)`.

import { checkLeaks } from "@throughline/testing/leaks";
import { nn, ones, scope } from "@throughline/torch";
import { describe, expect, test } from "vitest";

checkLeaks();

const lines: readonly (readonly [() => nn.AnyModule, string])[] = [
  [() => new nn.ReLU(), "ReLU()"],
  [() => new nn.ReLU({ inplace: true }), "ReLU(inplace=True)"],
  [() => new nn.ReLU6(), "ReLU6()"],
  [() => new nn.LeakyReLU(), "LeakyReLU(negative_slope=0.01)"],
  [
    () => new nn.LeakyReLU({ negativeSlope: 1, inplace: true }),
    "LeakyReLU(negative_slope=1.0, inplace=True)",
  ],
  [() => new nn.RReLU(), "RReLU(lower=0.125, upper=0.3333333333333333)"],
  [() => new nn.ELU(), "ELU(alpha=1.0)"],
  [() => new nn.SELU(), "SELU()"],
  [() => new nn.CELU({ alpha: 0.5, inplace: true }), "CELU(alpha=0.5, inplace=True)"],
  [() => new nn.GELU(), "GELU(approximate='none')"],
  [() => new nn.SiLU({ inplace: true }), "SiLU(inplace=True)"],
  [() => new nn.Mish(), "Mish()"],
  [() => new nn.Softplus({ beta: 2.5, threshold: 3 }), "Softplus(beta=2.5, threshold=3.0)"],
  [() => new nn.Hardtanh(), "Hardtanh(min_val=-1.0, max_val=1.0)"],
  [() => new nn.Hardswish({ inplace: true }), "Hardswish()"],
  [() => new nn.Softshrink(), "Softshrink(0.5)"],
  [() => new nn.Threshold(0.1, 20), "Threshold(threshold=0.1, value=20)"],
  [() => new nn.Threshold(1, 2, { inplace: true }), "Threshold(threshold=1, value=2, inplace=True)"],
  [() => new nn.Softmax(-1), "Softmax(dim=-1)"],
  [() => new nn.GLU(), "GLU(dim=-1)"],
  [() => new nn.PReLU({ numParameters: 3 }), "PReLU(num_parameters=3)"],
  [() => new nn.CrossEntropyLoss(), "CrossEntropyLoss()"],
  [() => new nn.Upsample({ scaleFactor: 2 }), "Upsample(scale_factor=2.0, mode='nearest')"],
  [
    () => new nn.Upsample({ scaleFactor: [2, 1.5], mode: "bilinear" }),
    "Upsample(scale_factor=(2.0, 1.5), mode='bilinear')",
  ],
  [() => new nn.Upsample({ size: [3, 4], mode: "bilinear" }), "Upsample(size=(3, 4), mode='bilinear')"],
  [() => new nn.Embedding(3, 4, { paddingIdx: 1, maxNorm: 1 }), "Embedding(3, 4, padding_idx=1, max_norm=1)"],
  [
    () => new nn.Embedding(3, 4, { normType: 1, scaleGradByFreq: true, sparse: true }),
    "Embedding(3, 4, norm_type=1, scale_grad_by_freq=True, sparse=True)",
  ],
  [
    () => new nn.Conv2d(1, 2, 3, { padding: "same", paddingMode: "reflect" }),
    "Conv2d(1, 2, kernel_size=(3, 3), stride=(1, 1), padding=same, padding_mode=reflect)",
  ],
  [
    () => new nn.Conv2d(1, 2, 3, { padding: [1, 0], dilation: 2 }),
    "Conv2d(1, 2, kernel_size=(3, 3), stride=(1, 1), padding=(1, 0), dilation=(2, 2))",
  ],
  [
    () => new nn.Conv1d(2, 4, 3, { groups: 2, bias: false }),
    "Conv1d(2, 4, kernel_size=(3,), stride=(1,), groups=2, bias=False)",
  ],
  [
    () => new nn.ConvTranspose2d(1, 2, 3, { stride: 2, outputPadding: 1 }),
    "ConvTranspose2d(1, 2, kernel_size=(3, 3), stride=(2, 2), output_padding=(1, 1))",
  ],
  [
    () => new nn.ConvTranspose1d(2, 2, 3, { padding: 1, dilation: 2, groups: 2, bias: false }),
    "ConvTranspose1d(2, 2, kernel_size=(3,), stride=(1,), padding=(1,), dilation=(2,), groups=2, bias=False)",
  ],
  [
    () => new nn.MaxPool2d([2, 3], { ceilMode: true }),
    "MaxPool2d(kernel_size=(2, 3), stride=(2, 3), padding=0, dilation=1, ceil_mode=True)",
  ],
  [() => new nn.AvgPool2d(2), "AvgPool2d(kernel_size=2, stride=2, padding=0)"],
  [() => new nn.AvgPool1d(2), "AvgPool1d(kernel_size=(2,), stride=(2,), padding=(0,))"],
  [() => new nn.AdaptiveAvgPool2d([null, 2]), "AdaptiveAvgPool2d(output_size=(None, 2))"],
  [
    () => new nn.BatchNorm2d(3),
    "BatchNorm2d(3, eps=1e-05, momentum=0.1, affine=True, bias=True, track_running_stats=True)",
  ],
  [
    () => new nn.BatchNorm1d(3, { eps: 1e-12, momentum: null, affine: false }),
    "BatchNorm1d(3, eps=1e-12, momentum=None, affine=False, bias=False, track_running_stats=True)",
  ],
  [() => new nn.LayerNorm(4), "LayerNorm((4,), eps=1e-05, elementwise_affine=True, bias=True)"],
  [
    () => new nn.LayerNorm([3, 4], { bias: false }),
    "LayerNorm((3, 4), eps=1e-05, elementwise_affine=True, bias=False)",
  ],
  [() => new nn.GroupNorm(2, 4), "GroupNorm(2, 4, eps=1e-05, affine=True, bias=True)"],
  [() => new nn.RMSNorm(4), "RMSNorm((4,), eps=None, elementwise_affine=True)"],
  [() => new nn.RMSNorm(4, { eps: 1e-6 }), "RMSNorm((4,), eps=1e-06, elementwise_affine=True)"],
  [() => new nn.Dropout(), "Dropout(p=0.5, inplace=False)"],
  [() => new nn.Dropout2d(0.25), "Dropout2d(p=0.25, inplace=False)"],
  [() => new nn.RNN(3, 4, { nonlinearity: "relu" }), "RNN(3, 4)"],
  [
    () => new nn.GRU(3, 4, { numLayers: 2, bidirectional: true, batchFirst: true, dropout: 0.1 }),
    "GRU(3, 4, num_layers=2, batch_first=True, dropout=0.1, bidirectional=True)",
  ],
  [() => new nn.LSTM(3, 4, { projSize: 2, bias: false }), "LSTM(3, 4, proj_size=2, bias=False)"],
  [() => new nn.RNNCell(3, 4, { nonlinearity: "relu" }), "RNNCell(3, 4, nonlinearity=relu)"],
  [() => new nn.LSTMCell(3, 4, { bias: false }), "LSTMCell(3, 4, bias=False)"],
  [() => new nn.GRUCell(3, 4), "GRUCell(3, 4)"],
  [() => new nn.Flatten(), "Flatten(start_dim=1, end_dim=-1)"],
  [() => new nn.Unflatten(1, [2, 3]), "Unflatten(dim=1, unflattened_size=(2, 3))"],
  [() => new nn.Identity(), "Identity()"],
  [() => new nn.PixelShuffle(2), "PixelShuffle(upscale_factor=2)"],
  [() => new nn.PixelUnshuffle(2), "PixelUnshuffle(downscale_factor=2)"],
  [() => new nn.Unfold(2), "Unfold(kernel_size=2, dilation=1, padding=0, stride=1)"],
  [() => new nn.Fold([4, 5], 2), "Fold(output_size=(4, 5), kernel_size=2, dilation=1, padding=0, stride=1)"],
  [() => new nn.Linear(1, 2), "Linear(in_features=1, out_features=2, bias=True)"],
  [() => new nn.Bilinear(1, 2, 3), "Bilinear(in1_features=1, in2_features=2, out_features=3, bias=True)"],
  [() => new nn.Sequential(), "Sequential()"],
];

const blocks: readonly (readonly [() => nn.AnyModule, string])[] = [
  [
    () => new nn.Sequential(new nn.Conv2d(1, 2, 3), new nn.Sequential(new nn.ReLU(), new nn.Flatten())),
    `Sequential(
  (0): Conv2d(1, 2, kernel_size=(3, 3), stride=(1, 1))
  (1): Sequential(
    (0): ReLU()
    (1): Flatten(start_dim=1, end_dim=-1)
  )
)`,
  ],
  [
    () => {
      const linear = new nn.Linear(1, 1);
      return new nn.ModuleList<nn.Module>([linear, linear, linear, new nn.ReLU()]);
    },
    `ModuleList(
  (0-2): 3 x Linear(in_features=1, out_features=1, bias=True)
  (3): ReLU()
)`,
  ],
  [
    () => new nn.ModuleDict({ a: new nn.ReLU(), b: new nn.Linear(1, 2) }),
    `ModuleDict(
  (a): ReLU()
  (b): Linear(in_features=1, out_features=2, bias=True)
)`,
  ],
  [
    () => scope(() => new nn.ParameterList([new nn.Parameter(ones([2, 3]))])),
    "ParameterList(  (0): Parameter containing: [torch.float32 of size 2x3])",
  ],
  [
    () => new nn.MultiheadAttention(4, 2),
    `MultiheadAttention(
  (out_proj): NonDynamicallyQuantizableLinear(in_features=4, out_features=4, bias=True)
)`,
  ],
  [
    () => {
      using layer = new nn.TransformerEncoderLayer(4, 2, { dimFeedforward: 6 });
      return new nn.TransformerEncoder(layer, 2, { norm: new nn.LayerNorm(4) });
    },
    `TransformerEncoder(
  (layers): ModuleList(
    (0-1): 2 x TransformerEncoderLayer(
      (self_attn): MultiheadAttention(
        (out_proj): NonDynamicallyQuantizableLinear(in_features=4, out_features=4, bias=True)
      )
      (linear1): Linear(in_features=4, out_features=6, bias=True)
      (dropout): Dropout(p=0.1, inplace=False)
      (linear2): Linear(in_features=6, out_features=4, bias=True)
      (norm1): LayerNorm((4,), eps=1e-05, elementwise_affine=True, bias=True)
      (norm2): LayerNorm((4,), eps=1e-05, elementwise_affine=True, bias=True)
      (dropout1): Dropout(p=0.1, inplace=False)
      (dropout2): Dropout(p=0.1, inplace=False)
    )
  )
  (norm): LayerNorm((4,), eps=1e-05, elementwise_affine=True, bias=True)
)`,
  ],
];

describe("toString", () => {
  test.each([...lines, ...blocks].map(([make, text]) => ({ make, text })))("$text", ({ make, text }) => {
    using module = make();
    expect(`${module}`).toBe(text);
  });
});
