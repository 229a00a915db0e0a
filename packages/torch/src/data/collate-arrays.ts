// Numbers and typed arrays of several samples as one tensor.
import { type DType, itemSize } from "../dtype.js";
import { fromBytes } from "../tensor/base.js";
import type { Tensor } from "../tensor/index.js";

/** Typed arrays that samples may hold. */
export type SampleArray =
  | Float64Array
  | Float32Array
  | BigInt64Array
  | BigUint64Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray;

interface Kind {
  readonly dtype: DType;
  /** Wider dtype that holds every value, for arrays of a dtype that tensors do not have. */
  readonly widen?: (array: SampleArray) => SampleArray;
}

const kinds: Readonly<Record<string, Kind>> = {
  Float64Array: { dtype: "float64" },
  Float32Array: { dtype: "float32" },
  BigInt64Array: { dtype: "int64" },
  Int32Array: { dtype: "int32" },
  Int16Array: { dtype: "int16" },
  Int8Array: { dtype: "int8" },
  Uint8Array: { dtype: "uint8" },
  Uint8ClampedArray: { dtype: "uint8" },
  Uint16Array: { dtype: "int32", widen: (array) => Int32Array.from(array as Uint16Array) },
  Uint32Array: { dtype: "int64", widen: (array) => BigInt64Array.from(array as Uint32Array, BigInt) },
};

/** The class's name, looking through Node's Buffer; null for what is no numeric typed array. */
export function arrayKind(array: ArrayBufferView): string | null {
  const name = Buffer.isBuffer(array) ? "Uint8Array" : array.constructor.name;
  return Object.hasOwn(kinds, name) ? name : null;
}

/** Arrays of one kind and one length as the rows of a tensor [arrays, length]. */
export function stackArrays(arrays: readonly SampleArray[], kind: string): Tensor {
  const { dtype, widen } = kinds[kind]!;
  const length = arrays[0]!.length;
  const rowBytes = length * itemSize(dtype);
  const bytes = new Uint8Array(rowBytes * arrays.length);
  arrays.forEach((array, i) => {
    const { buffer, byteOffset } = widen === undefined ? array : widen(array);
    bytes.set(new Uint8Array(buffer, byteOffset, rowBytes), i * rowBytes);
  });
  return fromBytes(bytes, [arrays.length, length], dtype);
}

/** Numbers as float32, as numbers are in this package. */
export function stackNumbers(values: readonly number[]): Tensor {
  return fromBytes(Float32Array.from(values), [values.length], "float32");
}

export function stackBigInts(values: readonly bigint[]): Tensor {
  return fromBytes(BigInt64Array.from(values), [values.length], "int64");
}

export function stackBooleans(values: readonly boolean[]): Tensor {
  return fromBytes(Uint8Array.from(values, Number), [values.length], "bool");
}
