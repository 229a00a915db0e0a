// An ONNX model as a message. Source: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
import type { DType } from "../../dtype.js";
import { ProtoMessage } from "../../files/protobuf.js";

/** The version of the operators, and of the format that goes with it. */
export const OPSET = 17;
const IR_VERSION = 8;

/** Numbers of TensorProto.DataType. */
export const elementTypes: Readonly<Partial<Record<DType, number>>> = {
  ...{ float32: 1, uint8: 2, int8: 3, int16: 5, int32: 6, int64: 7 },
  ...{ bool: 9, float16: 10, float64: 11, bfloat16: 16 },
};

/** A value of an attribute: a bigint or a list of them are whole numbers, a number is a float32. */
export type Attribute = bigint | number | string | readonly bigint[];

/** A node of the graph. */
export interface OnnxNode {
  readonly op: string;
  /** Names of values; "" for one that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** A tensor that the graph holds. */
export interface Constant {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  /** Row-major, little-endian. */
  readonly bytes: Uint8Array;
}

/** An input or output. */
export interface Port {
  readonly name: string;
  readonly dtype: DType;
  /** Sizes; a text names one that is free. */
  readonly shape: readonly (number | string)[];
}

/** A whole graph. */
export interface OnnxGraph {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly Constant[];
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
}

/** The model's message, in pieces. */
export function encodeModel(graph: OnnxGraph): readonly Uint8Array[] {
  return new ProtoMessage()
    .int(1, IR_VERSION)
    .bytes(2, "throughline")
    .message(7, encodeGraph(graph))
    .message(8, new ProtoMessage().bytes(1, "").int(2, OPSET)).chunks;
}

function encodeGraph({ name, nodes, constants, inputs, outputs }: OnnxGraph): ProtoMessage {
  const graph = new ProtoMessage();
  for (const [i, node] of nodes.entries()) graph.message(1, encodeNode(node, i));
  graph.bytes(2, name);
  for (const constant of constants) graph.message(5, encodeTensor(constant));
  for (const port of inputs) graph.message(11, encodePort(port));
  for (const port of outputs) graph.message(12, encodePort(port));
  return graph;
}

function encodeNode({ op, inputs, outputs, attributes }: OnnxNode, index: number): ProtoMessage {
  const node = new ProtoMessage();
  for (const name of inputs) node.bytes(1, name);
  for (const name of outputs) node.bytes(2, name);
  node.bytes(3, `${op}_${index}`).bytes(4, op);
  for (const [name, value] of Object.entries(attributes)) node.message(5, encodeAttribute(name, value));
  return node;
}

/** Numbers of AttributeProto.AttributeType. */
const [FLOAT, INT, STRING, INTS] = [1, 2, 3, 7];

function encodeAttribute(name: string, value: Attribute): ProtoMessage {
  const attribute = new ProtoMessage().bytes(1, name);
  if (typeof value === "number") return attribute.float(2, value).int(20, FLOAT);
  if (typeof value === "bigint") return attribute.int(3, value).int(20, INT);
  if (typeof value === "string") return attribute.bytes(4, value).int(20, STRING);
  // Not packed: the field is declared so, and strict readers take it as it is declared.
  for (const each of value) attribute.int(8, each);
  return attribute.int(20, INTS);
}

function encodeTensor({ name, dtype, shape, bytes }: Constant): ProtoMessage {
  const tensor = new ProtoMessage();
  for (const size of shape) tensor.int(1, size);
  return tensor.int(2, elementTypes[dtype]!).bytes(8, name).bytes(9, bytes);
}

function encodePort({ name, dtype, shape }: Port): ProtoMessage {
  const sizes = new ProtoMessage();
  for (const size of shape) {
    const dim = new ProtoMessage();
    sizes.message(1, typeof size === "number" ? dim.int(1, size) : dim.bytes(2, size));
  }
  const tensor = new ProtoMessage().int(1, elementTypes[dtype]!).message(2, sizes);
  return new ProtoMessage().bytes(1, name).message(2, new ProtoMessage().message(1, tensor));
}
