// Elementwise operators and reductions.
import { resultType } from "../../more-functions.js";
import type { Scalar } from "../../tensor/base.js";
import type { Tensor } from "../../tensor/index.js";
import { type Call, type Converter, list } from "./call.js";
import { elementTypes } from "./model.js";

const unary =
  (op: string): Converter =>
  (call) =>
    call.node(op, [call.operand(0, call.out.dtype)]);

/** Both operands in the dtype of the result. */
const binary =
  (op: string): Converter =>
  (call) => {
    const { dtype } = call.out;
    return call.node(op, [call.operand(0, dtype), call.operand(1, dtype)]);
  };

/** Both operands in the dtype that they would have together. */
const comparison =
  (op: string): Converter =>
  (call) => {
    const dtype = resultType(call.tensor(0), call.args[1] as Tensor | Scalar);
    return call.node(op, [call.operand(0, dtype), call.operand(1, dtype)]);
  };

/** a ± alpha · b, or b − alpha · a. */
const sum =
  (op: "Add" | "Sub", isReversed = false): Converter =>
  (call) => {
    const { dtype } = call.out;
    const [first, second] = isReversed ? [1, 0] : [0, 1];
    const alpha = call.int(2, 1);
    const term = call.operand(second, dtype);
    const scaled = alpha === 1 ? term : call.node("Mul", [term, call.number(alpha, dtype)]);
    return call.node(op, [call.operand(first, dtype), scaled]);
  };

const softmax =
  (op: string): Converter =>
  (call) =>
    call.node(op, [call.operand(0, call.out.dtype)], { axis: BigInt(call.int(1, -1)) });

/** Reduction over argument 1, or everything if there is none; argument 2 says whether the dimensions stay. */
function reduce(op: "ReduceSum" | "ReduceMean", isAll = false): Converter {
  return (call) => {
    const { dtype } = call.out;
    const axes = isAll ? call.tensor(0).shape.map((_, i) => i) : call.axes(1);
    const keepdims = call.args[2] === true ? 1n : 0n;
    const x = call.operand(0, dtype);
    if (op === "ReduceMean") return call.node(op, [x], { axes: list(axes), keepdims });
    return call.node(op, [x, call.whole(...axes)], { keepdims });
  };
}

/** Variance and mean over dimensions; of n numbers the squares are divided by n − correction. */
function varianceAndMean(call: Call): string[] {
  const { dtype, shape } = call.tensor(0);
  const axes = call.axes(1);
  const count = axes.reduce((product, dim) => product * shape.at(dim)!, 1);
  const x = call.value(0);
  const mean = call.node("ReduceMean", [x], { axes: list(axes), keepdims: 1n });
  const off = call.node("Sub", [x, mean]);
  const keepdims = call.args[3] === true ? 1n : 0n;
  const squares = call.node("ReduceSum", [call.node("Mul", [off, off]), call.whole(...axes)], { keepdims });
  const variance = call.node("Div", [squares, call.number(count - call.int(2, 1), dtype)]);
  return [variance, keepdims === 1n ? mean : call.node("Squeeze", [mean, call.whole(...axes)])];
}

/** x · Φ(x), or its approximation by tanh. Source: Hendrycks and Gimpel 2016 */
function gelu(call: Call): string {
  const { dtype } = call.out;
  const [x, half, one] = [call.value(0), call.number(0.5, dtype), call.number(1, dtype)];
  let inner: string;
  if (call.args[1] === "tanh") {
    const cube = call.node("Mul", [call.node("Mul", [x, x]), x]);
    const bent = call.node("Add", [x, call.node("Mul", [cube, call.number(0.044715, dtype)])]);
    inner = call.node("Tanh", [call.node("Mul", [bent, call.number(Math.sqrt(2 / Math.PI), dtype)])]);
  } else inner = call.node("Erf", [call.node("Mul", [x, call.number(Math.SQRT1_2, dtype)])]);
  return call.node("Mul", [call.node("Mul", [x, half]), call.node("Add", [inner, one])]);
}

function clamp(call: Call): string {
  const { dtype } = call.out;
  const bound = (i: number) => (call.isGiven(i) ? call.operand(i, dtype) : "");
  return call.node("Clip", [call.operand(0, dtype), bound(1), bound(2)]);
}

/** Numbers in another dtype. */
const cast: Converter = (call) =>
  call.node("Cast", [call.value(0)], { to: BigInt(elementTypes[call.out.dtype]!) });

const same: Converter = (call) => call.node("Identity", [call.value(0)]);

export const elementwise: Readonly<Record<string, Converter>> = {
  "aten::relu": unary("Relu"),
  "aten::tanh": unary("Tanh"),
  "aten::sigmoid": unary("Sigmoid"),
  "aten::exp": unary("Exp"),
  "aten::log": unary("Log"),
  "aten::sqrt": unary("Sqrt"),
  "aten::neg": unary("Neg"),
  "aten::abs": unary("Abs"),
  "aten::erf": unary("Erf"),
  "aten::sin": unary("Sin"),
  "aten::cos": unary("Cos"),
  "aten::floor": unary("Floor"),
  "aten::reciprocal": unary("Reciprocal"),
  "aten::rsqrt": (call) => call.node("Reciprocal", [call.node("Sqrt", [call.operand(0, call.out.dtype)])]),
  "aten::square": (call) => call.node("Mul", [call.value(0), call.value(0)]),
  "aten::silu": (call) => call.node("Mul", [call.value(0), call.node("Sigmoid", [call.value(0)])]),
  "aten::elu": (call) => call.node("Elu", [call.value(0)], { alpha: call.int(1, 1) }),
  "aten::leaky_relu": (call) => call.node("LeakyRelu", [call.value(0)], { alpha: call.int(1, 0.01) }),
  "aten::gelu": gelu,
  "aten::clamp": clamp,
  "aten::add.Tensor": sum("Add"),
  "aten::add.Scalar": sum("Add"),
  "aten::sub.Tensor": sum("Sub"),
  "aten::sub.Scalar": sum("Sub"),
  "aten::rsub.Scalar": sum("Sub", true),
  "aten::rsub.Tensor": sum("Sub", true),
  "aten::mul.Tensor": binary("Mul"),
  "aten::mul.Scalar": binary("Mul"),
  "aten::div.Tensor": binary("Div"),
  "aten::div.Scalar": binary("Div"),
  "aten::pow.Tensor_Scalar": binary("Pow"),
  "aten::pow.Tensor_Tensor": binary("Pow"),
  "aten::maximum": binary("Max"),
  "aten::minimum": binary("Min"),
  "aten::eq.Tensor": comparison("Equal"),
  "aten::eq.Scalar": comparison("Equal"),
  "aten::gt.Tensor": comparison("Greater"),
  "aten::gt.Scalar": comparison("Greater"),
  "aten::lt.Tensor": comparison("Less"),
  "aten::lt.Scalar": comparison("Less"),
  "aten::where.self": (call) => {
    const { dtype } = call.out;
    return call.node("Where", [call.value(0), call.operand(1, dtype), call.operand(2, dtype)]);
  },
  "aten::masked_fill.Scalar": (call) => {
    const { dtype } = call.out;
    return call.node("Where", [call.value(1), call.operand(2, dtype), call.value(0)]);
  },
  "aten::softmax.int": softmax("Softmax"),
  "aten::log_softmax.int": softmax("LogSoftmax"),
  "aten::sum": reduce("ReduceSum", true),
  "aten::sum.dim_IntList": reduce("ReduceSum"),
  "aten::mean": reduce("ReduceMean", true),
  "aten::mean.dim": reduce("ReduceMean"),
  "aten::var_mean.correction": varianceAndMean,
  "aten::to.dtype": cast,
  "aten::_to_copy": cast,
  "aten::to.device": cast,
  "aten::to.dtype_layout": cast,
  "aten::contiguous": same,
  "aten::clone": same,
  "aten::detach": same,
  "aten::alias": same,
  "aten::positive": same,
};
