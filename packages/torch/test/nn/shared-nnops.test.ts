// The shared reference data for layers and losses: values to 1e-12, gradients to 1e-9.
import { grad, nn, scope, slice, type Tensor, tensor } from "@throughline/torch";
import { expect, test } from "vitest";
import "@throughline/testing/close";
import { checkLeaks } from "@throughline/testing/leaks";
import { describeShared } from "@throughline/testing/reference";

checkLeaks();

type Inputs = Readonly<Record<string, Tensor>>;
const F = nn.functional;

const convolution = (options: nn.functional.ConvOptions<nn.Size2>) => (i: Inputs) =>
  F.conv2d(i.x!, i.w!, i.bias, options);
const transposed = (options: nn.functional.ConvTransposeOptions<nn.Size2>) => (i: Inputs) =>
  F.convTranspose2d(i.x!, i.w!, i.bias, options);
const attention = (options: nn.functional.AttentionOptions) => (i: Inputs) =>
  F.scaledDotProductAttention(i.q!, i.k!, i.v!, options);

/** What each case computes; `consts` are inputs without gradients. */
const cases: Readonly<Record<string, (inputs: Inputs, consts: Inputs) => Tensor>> = {
  layernorm_affine: (i) => F.layerNorm(i.x!, [6], { weight: i.w, bias: i.bias }),
  layernorm_block: (i) => F.layerNorm(i.x!, [5, 4]),
  layernorm_tiny: (i) => F.layerNorm(i.x!, [6]),
  gelu: (i) => F.gelu(i.x!),
  gelu_tanh: (i) => F.gelu(i.x!, { approximate: "tanh" }),
  softmax_d0: (i) => F.softmax(i.x!, 0),
  softmax_d1: (i) => F.softmax(i.x!, 1),
  softmax_d2: (i) => F.softmax(i.x!, 2),
  softmax_big: (i) => F.softmax(i.x!, -1),
  log_softmax: (i) => F.logSoftmax(i.x!, -1),
  logsumexp: (i) => i.x!.logsumexp(-1),
  softplus: (i) => F.softplus(i.x!),
  tcn: ({ x, gamma, beta }) => {
    const centred = x!.sub(x!.mean({ dim: 1, keepdim: true }));
    return centred
      .div(x!.var({ dim: 1, keepdim: true }).add(1e-8).sqrt())
      .mul(gamma!)
      .add(beta!);
  },
  conv_k3s1p1: convolution({ padding: 1 }),
  conv_k5s1p2: convolution({ padding: 2 }),
  conv_k3s2p1: convolution({ stride: 2, padding: 1 }),
  conv_k7s2p3: convolution({ stride: 2, padding: 3 }),
  conv_k1s2p0: convolution({ stride: 2 }),
  conv_k4s2p1: convolution({ stride: 2, padding: 1 }),
  conv_k3d2p2: convolution({ padding: 2, dilation: 2 }),
  conv_k2x3: convolution({ padding: [0, 1] }),
  convT_k5s1p2: transposed({ padding: 2 }),
  convT_k3s1p1: transposed({ padding: 1 }),
  convT_k5s2p2o1: transposed({ stride: 2, padding: 2, outputPadding: 1 }),
  convT_k4s2p1: transposed({ stride: 2, padding: 1 }),
  maxpool_k3s2p1: (i) => F.maxPool2d(i.x!, 3, { stride: 2, padding: 1 }),
  maxpool_ties: (i) => F.maxPool2d(i.x!, 3, { stride: 2, padding: 1 }),
  avgpool_k2: (i) => F.avgPool2d(i.x!, 2),
  batchnorm_train: (i) => F.batchNorm(i.x!, null, null, { weight: i.w, bias: i.bias, training: true }),
  bilinear_160to128: (i) => {
    const small = F.interpolate(i.x!, { size: [128, 128], mode: "bilinear", alignCorners: false });
    return small.at("...", slice(null, null, 9), slice(null, null, 7));
  },
  bilinear_up: (i) => F.interpolate(i.x!, { size: [7, 9], mode: "bilinear" }),
  sdpa: attention({}),
  sdpa_boolmask: (i, { mask }) => attention({ attnMask: mask!.to("bool") })(i),
  sdpa_bias: (i, { attn_bias }) => attention({ attnMask: attn_bias })(i),
  sdpa_causal: attention({ isCausal: true }),
  sdpa_scale: attention({ scale: 1 / 5 }),
  cross_entropy: (i, { target }) => F.crossEntropy(i.x!, target!.to("int64")),
  cross_entropy_none: (i, { target }) => F.crossEntropy(i.x!, target!.to("int64"), { reduction: "none" }),
  cross_entropy_big: (i) => F.crossEntropy(i.x!, tensor([0, 1], { dtype: "int64" })),
  bce_with_logits: (i, { target }) => F.binaryCrossEntropyWithLogits(i.x!, target!),
  bce_with_logits_none: (i, { target }) =>
    F.binaryCrossEntropyWithLogits(i.x!, target!, { reduction: "none" }),
  bce: (i, { target }) => F.binaryCrossEntropy(i.x!, target!),
  mse: (i, { target }) => F.mseLoss(i.x!, target!),
};

describeShared("torchops/nnops", (stored, keys) => {
  const names = [...new Set(keys.map((key) => key.split(".")[0]!))];

  test("every case of the file is listed here", () => {
    expect(Object.keys(cases).sort()).toEqual(names.sort());
  });

  test.each(names)("%s", (name) => {
    scope(() => {
      const parts = keys.filter((key) => key.startsWith(`${name}.`)).map((key) => key.slice(name.length + 1));
      const read = (part: string) => stored(`${name}.${part}`);
      const differentiated = parts.filter((part) => parts.includes(`grad.${part}`));
      const inputs = Object.fromEntries(differentiated.map((part) => [part, read(part).requiresGrad_()]));
      const constants = parts.filter((part) => /^(target|mask|attn_bias)$/.test(part));
      const y = cases[name]!(inputs, Object.fromEntries(constants.map((part) => [part, read(part)])));
      expect(y).toBeClose(read("y"), { rtol: 1e-12, atol: 1e-12 });
      const loss = parts.includes("cot") ? y.mul(read("cot")).sum() : y;
      const gradients = grad(loss, Object.values(inputs));
      differentiated.forEach((part, i) => {
        expect(gradients[i], part).toBeClose(read(`grad.${part}`), { rtol: 1e-9, atol: 1e-12 });
      });
    });
  });
});
