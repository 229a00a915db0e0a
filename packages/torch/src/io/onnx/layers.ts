// Operators that layers are made of.
import { TorchError } from "../../errors.js";
import { type Call, type Converter, list } from "./call.js";

/** x · weightᵀ + bias */
function linear(call: Call, x: string, weight: string, bias: string): string {
  const product = call.node("MatMul", [x, call.node("Transpose", [weight], { perm: [1n, 0n] })]);
  return bias === "" ? product : call.node("Add", [product, bias]);
}

/** Left and right padding are the same. */
const both = (padding: readonly number[]) => list([...padding, ...padding]);

function convolution(call: Call): string {
  const rank = call.tensor(0).ndim - 2;
  if (typeof call.args[4] === "string") throw unlike("a convolution whose padding is a word");
  const kernel = call.tensor(1).shape.slice(2);
  return call.node("Conv", [call.value(0), call.value(1), call.optional(2)], {
    kernel_shape: list(kernel),
    strides: list(call.ints(3, rank, 1)),
    pads: both(call.ints(4, rank, 0)),
    dilations: list(call.ints(5, rank, 1)),
    group: BigInt(call.int(6, 1)),
  });
}

function transposedConvolution(call: Call): string {
  const rank = call.tensor(0).ndim - 2;
  return call.node("ConvTranspose", [call.value(0), call.value(1), call.optional(2)], {
    kernel_shape: list(call.tensor(1).shape.slice(2)),
    strides: list(call.ints(3, rank, 1)),
    pads: both(call.ints(4, rank, 0)),
    output_padding: list(call.ints(5, rank, 0)),
    group: BigInt(call.int(6, 1)),
    dilations: list(call.ints(7, rank, 1)),
  });
}

/** Kernel and stride, which is the kernel's unless given. */
function window(call: Call): { kernel: number[]; stride: number[] } {
  const kernel = call.ints(1, call.tensor(0).ndim - 2, 1);
  const given = call.args[2] as readonly number[] | undefined;
  const isGiven = typeof given === "number" || (given?.length ?? 0) > 0;
  return { kernel, stride: isGiven ? call.ints(2, kernel.length, 1) : kernel };
}

function maxPool(call: Call): string {
  const { kernel, stride } = window(call);
  return call.node("MaxPool", [call.value(0)], {
    kernel_shape: list(kernel),
    strides: list(stride),
    pads: both(call.ints(3, kernel.length, 0)),
    dilations: list(call.ints(4, kernel.length, 1)),
    ceil_mode: call.args[5] === true ? 1n : 0n,
  });
}

function averagePool(call: Call): string {
  const { kernel, stride } = window(call);
  if (call.isGiven(6)) throw unlike("average pooling with a divisor");
  return call.node("AveragePool", [call.value(0)], {
    kernel_shape: list(kernel),
    strides: list(stride),
    pads: both(call.ints(3, kernel.length, 0)),
    ceil_mode: call.args[4] === true ? 1n : 0n,
    count_include_pad: call.args[5] === false ? 0n : 1n,
  });
}

function adaptivePool(call: Call): string {
  if (call.ints(1, 2, 1).some((size) => size !== 1)) throw unlike("adaptive pooling to more than one place");
  return call.node("GlobalAveragePool", [call.value(0)]);
}

function batchNorm(call: Call): string {
  if (call.args[5] === true) throw unlike("batch norm by the batch's own statistics");
  const inputs = [0, 1, 2, 3, 4].map((i) => call.value(i));
  return call.node("BatchNormalization", inputs, { epsilon: call.int(7, 1e-5) });
}

function layerNorm(call: Call): string {
  const axes = (call.args[1] as readonly number[]).length;
  if (!call.isGiven(2)) throw unlike("layer norm without weights");
  const inputs = [call.value(0), call.value(2), call.optional(3)];
  return call.node("LayerNormalization", inputs, { axis: BigInt(-axes), epsilon: call.int(4, 1e-5) });
}

/** softmax(q · kᵀ · scale + mask) · v */
function attention(call: Call): string {
  const [q, k] = [call.tensor(0), call.tensor(1)];
  const { dtype } = q;
  if (call.args[5] === true) throw unlike("causal attention by the kernel's own mask; give attnMask");
  if (call.int(4, 0) > 0) throw unlike("attention with dropout");
  const order = k.shape.map((_, i) => (i === k.ndim - 1 ? i - 1 : i === k.ndim - 2 ? i + 1 : i));
  const turned = call.node("Transpose", [call.value(1)], { perm: list(order) });
  const scale = call.number(call.int(6, 1 / Math.sqrt(q.shape.at(-1)!)), dtype);
  let scores = call.node("MatMul", [call.node("Mul", [call.value(0), scale]), turned]);
  if (call.optional(3) !== "") {
    const isBool = call.tensor(3).dtype === "bool";
    scores = isBool
      ? call.node("Where", [call.value(3), scores, call.number(Number.NEGATIVE_INFINITY, dtype)])
      : call.node("Add", [scores, call.value(3)]);
  }
  return call.node("MatMul", [call.node("Softmax", [scores], { axis: -1n }), call.value(2)]);
}

/** The parts of `count` gates, side by side in the last dimension. */
function gates(call: Call, value: string, count: number, size: number): string[] {
  const sizes = Array.from({ length: count }, () => size);
  return call.graph.nodeOf("Split", [value, call.whole(...sizes)], count, { axis: -1n });
}

/** W_ih x + b_ih and W_hh h + b_hh, from the arguments of a cell. @param h value of the state */
function drives(call: Call, h: string): [string, string] {
  return [
    linear(call, call.value(0), call.value(2), call.optional(4)),
    linear(call, h, call.value(3), call.optional(5)),
  ];
}

const rnnCell =
  (activation: string): Converter =>
  (call) =>
    call.node(activation, [call.node("Add", drives(call, call.value(1)))]);

/** h′ = n + z · (h − n); see `nn.GRU`. */
function gruCell(call: Call): string {
  const size = call.tensor(1).shape.at(-1)!;
  const [fromInput, fromState] = drives(call, call.value(1)).map((drive) => gates(call, drive, 3, size));
  const [r, z] = [0, 1].map((i) =>
    call.node("Sigmoid", [call.node("Add", [fromInput![i]!, fromState![i]!])]),
  );
  const reset = call.node("Mul", [r!, fromState![2]!]);
  const n = call.node("Tanh", [call.node("Add", [fromInput![2]!, reset])]);
  const rest = call.node("Mul", [z!, call.node("Sub", [call.value(1), n])]);
  return call.node("Add", [n, rest]);
}

/** c′ = f · c + i · g, h′ = o · tanh(c′); see `nn.LSTM`. */
function lstmCell(call: Call): string[] {
  const [h, c] = call.args[1] as [Call["out"], Call["out"]];
  const sum = call.node("Add", drives(call, call.graph.value(h)));
  const [i, f, g, o] = gates(call, sum, 4, h.shape.at(-1)!).map((gate, k) =>
    call.node(k === 2 ? "Tanh" : "Sigmoid", [gate]),
  );
  const kept = call.node("Mul", [f!, call.graph.value(c)]);
  const next = call.node("Add", [kept, call.node("Mul", [i!, g!])]);
  return [call.node("Mul", [o!, call.node("Tanh", [next])]), next];
}

function unlike(what: string): TorchError {
  return new TorchError("io/onnx", what, { op: "saveOnnx" });
}

export const layers: Readonly<Record<string, Converter>> = {
  "aten::linear": (call) => linear(call, call.value(0), call.value(1), call.optional(2)),
  "aten::matmul": (call) => call.node("MatMul", [call.value(0), call.value(1)]),
  "aten::mm": (call) => call.node("MatMul", [call.value(0), call.value(1)]),
  "aten::bmm": (call) => call.node("MatMul", [call.value(0), call.value(1)]),
  "aten::addmm": (call) =>
    call.node("Gemm", [call.value(1), call.value(2), call.value(0)], {
      beta: call.int(3, 1),
      alpha: call.int(4, 1),
    }),
  "aten::conv1d": convolution,
  "aten::conv2d": convolution,
  "aten::conv3d": convolution,
  "aten::conv_transpose1d": transposedConvolution,
  "aten::conv_transpose2d.input": transposedConvolution,
  "aten::max_pool1d": maxPool,
  "aten::max_pool2d": maxPool,
  "aten::max_pool3d": maxPool,
  "aten::avg_pool2d": averagePool,
  "aten::adaptive_avg_pool2d": adaptivePool,
  "aten::batch_norm": batchNorm,
  "aten::layer_norm": layerNorm,
  "aten::scaled_dot_product_attention": attention,
  "aten::rnn_tanh_cell": rnnCell("Tanh"),
  "aten::rnn_relu_cell": rnnCell("Relu"),
  "aten::gru_cell": gruCell,
  "aten::lstm_cell": lstmCell,
  "aten::dropout": (call) => {
    if (call.args[2] === true) throw unlike("dropout that is at work");
    return call.node("Identity", [call.value(0)]);
  },
};
