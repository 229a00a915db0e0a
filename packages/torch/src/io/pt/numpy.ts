// NumPy's scalars and arrays in a checkpoint: the same bytes as in an .npy file, described by Python objects.

import type { Refuse } from "../../files/refuse.js";
import { parseType } from "../npy/dtypes.js";
import { columnMajor, rowMajor } from "../strided.js";
import type { Budget } from "./budget.js";
import { type ElementType, PyBuilt, PyGlobal, PyTensor, PyTuple, type PyValue } from "./objects.js";
import { naturals, tensorOfBytes } from "./tensor.js";

type Call = (args: readonly PyValue[]) => PyValue;

/** A `numpy.dtype`. */
export class NumpyType extends PyBuilt {
  readonly #kind: string;
  readonly #refuse: Refuse;
  #order = "|";

  constructor(kind: string, refuse: Refuse) {
    super();
    this.#kind = kind;
    this.#refuse = refuse;
  }

  /** The state is `(version, order, subdtype, names, fields, itemsize, alignment, flags)`; only the order matters here. */
  override build(state: PyValue): void {
    const order = state instanceof PyTuple ? state.items[1] : undefined;
    if (order !== "<" && order !== ">" && order !== "|") throw malformed(this.#refuse);
    this.#order = order;
  }

  /** @throws io/dtype, io/unsafe for what has no counterpart */
  get elements(): ElementType {
    return parseType(this.#order + this.#kind, this.#refuse);
  }
}

/** A `numpy.ndarray`. */
export class NumpyArray extends PyBuilt {
  readonly #budget: Budget;
  readonly #refuse: Refuse;
  #tensor: PyTensor | undefined;

  constructor(budget: Budget, refuse: Refuse) {
    super();
    this.#budget = budget;
    this.#refuse = refuse;
  }

  /** The state is `(version, shape, dtype, is it column-major, bytes)`. */
  override build(state: PyValue): void {
    const [, size, type, columns, bytes] = state instanceof PyTuple ? state.items : [];
    if (typeof columns !== "boolean") throw malformed(this.#refuse);
    this.fill(size, type, columns, bytes);
  }

  fill(
    size: PyValue | undefined,
    type: PyValue | undefined,
    columns: boolean,
    bytes: PyValue | undefined,
  ): void {
    const shape = naturals(size);
    if (shape === undefined || !(type instanceof NumpyType)) throw malformed(this.#refuse);
    const { elements } = type;
    if (!(bytes instanceof Uint8Array)) throw malformed(this.#refuse);
    const strides = columns ? columnMajor(shape) : rowMajor(shape);
    this.#tensor = tensorOfBytes(bytes, elements, shape, strides, this.#budget, this.#refuse);
  }

  get tensor(): PyTensor {
    if (this.#tensor === undefined) throw malformed(this.#refuse);
    return this.#tensor;
  }
}

/** The tensor that a value is or holds the elements of. */
export function tensorOf(value: PyValue): PyTensor | undefined {
  if (value instanceof NumpyArray) return value.tensor;
  return value instanceof PyTensor ? value : undefined;
}

/** Names in checkpoints with values of NumPy's, dotted; `core` is NumPy 1's name for `_core`. */
export function numpyCalls(budget: Budget, refuse: Refuse): ReadonlyMap<string, Call | undefined> {
  const calls: [string, Call][] = [
    ["multiarray.scalar", (args) => scalar(args, refuse)],
    ["multiarray._reconstruct", ([type]) => empty(type, budget, refuse)],
    ["numeric._frombuffer", (args) => fromBuffer(args, budget, refuse)],
  ];
  return new Map<string, Call | undefined>([
    ["numpy.ndarray", undefined],
    ["numpy.dtype", ([kind]) => typeOf(kind, refuse)],
    ...["numpy.core", "numpy._core"].flatMap((module) =>
      calls.map(([name, call]): [string, Call] => [`${module}.${name}`, call]),
    ),
  ]);
}

function typeOf(kind: PyValue | undefined, refuse: Refuse): NumpyType {
  if (typeof kind !== "string") throw malformed(refuse);
  return new NumpyType(kind, refuse);
}

function empty(type: PyValue | undefined, budget: Budget, refuse: Refuse): NumpyArray {
  if (!(type instanceof PyGlobal && type.name === "numpy.ndarray")) throw malformed(refuse);
  return new NumpyArray(budget, refuse);
}

/** Arrays as protocol 5 writes them: `(bytes, dtype, shape, order)`. */
function fromBuffer(
  [bytes, type, size, order]: readonly PyValue[],
  budget: Budget,
  refuse: Refuse,
): NumpyArray {
  const array = new NumpyArray(budget, refuse);
  array.fill(size, type, order === "F", bytes);
  return array;
}

/** `(dtype, bytes)` as the number that it is. */
function scalar([type, bytes]: readonly PyValue[], refuse: Refuse): PyValue {
  if (!(type instanceof NumpyType)) throw malformed(refuse);
  const { dtype, itemSize, decode } = type.elements;
  if (!(bytes instanceof Uint8Array) || bytes.length !== itemSize) throw malformed(refuse);
  const plain = decode(bytes, refuse);
  const view = new DataView(plain.buffer, plain.byteOffset, plain.length);
  switch (dtype) {
    case "bool":
      return view.getUint8(0) !== 0;
    case "uint8":
      return view.getUint8(0);
    case "int8":
      return view.getInt8(0);
    case "int16":
      return view.getInt16(0, true);
    case "int32":
      return view.getInt32(0, true);
    case "int64":
      return small(view.getBigInt64(0, true));
    case "float16":
      return half(view.getUint16(0, true));
    case "float32":
      return view.getFloat32(0, true);
    case "float64":
      return view.getFloat64(0, true);
    case "complex64":
      return { kind: "complex", re: view.getFloat32(0, true), im: view.getFloat32(4, true) };
    case "complex128":
      return { kind: "complex", re: view.getFloat64(0, true), im: view.getFloat64(8, true) };
    default:
      throw malformed(refuse);
  }
}

function small(value: bigint): number | bigint {
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

/** The value of a float16's bits: sign, 5 bits of exponent, 10 of fraction. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}

function malformed(refuse: Refuse): Error {
  return refuse("format", "its pickle describes a value of NumPy with malformed arguments");
}
