import type { DType } from "../../dtype.js";
import { allocate, swapBytes } from "../../files/bytes.js";
import { quote, type Refuse } from "../../files/refuse.js";

/** Conversion of the elements of an array in a file to elements of a `RawTensor`. */
export interface NpyType {
  /** Dtype of the result. */
  readonly dtype: DType;
  /** Bytes per element in the file. */
  readonly itemSize: number;
  /** Converts contiguous file bytes to contiguous little-endian bytes of `dtype`. */
  decode(bytes: Uint8Array, refuse: Refuse): Uint8Array;
}

const direct: ReadonlyMap<string, DType> = new Map<string, DType>([
  ["b1", "bool"],
  ["i1", "int8"],
  ["i2", "int16"],
  ["i4", "int32"],
  ["i8", "int64"],
  ["u1", "uint8"],
  ["f2", "float16"],
  ["f4", "float32"],
  ["f8", "float64"],
  ["c8", "complex64"],
  ["c16", "complex128"],
]);

// libtorch has no arithmetic for wide unsigned integers: they become the next signed type that holds their values.
interface Widened {
  readonly dtype: DType;
  widen(bytes: Uint8Array, refuse: Refuse): Uint8Array;
}

const widened: ReadonlyMap<string, Widened> = new Map<string, Widened>([
  ["u2", { dtype: "int32", widen: (bytes, refuse) => insertZeros(bytes, 2, refuse) }],
  ["u4", { dtype: "int64", widen: (bytes, refuse) => insertZeros(bytes, 4, refuse) }],
  ["u8", { dtype: "int64", widen: checkSign }],
]);

/**
 * Parses a NumPy dtype string, such as `'<f4'`.
 * @throws io/unsafe for Python objects, io/dtype for other dtypes that libtorch does not have
 */
export function parseType(descr: string, refuse: Refuse): NpyType {
  const order = descr[0] ?? "";
  const kind = descr.slice(1);
  if (kind.startsWith("O")) {
    throw refuse(
      "unsafe",
      `holds Python objects (dtype ${quote(descr)}), which only running pickled code could read`,
    );
  }
  const dtype = direct.get(kind) ?? widened.get(kind)?.dtype;
  const itemSize = Number(kind.slice(1));
  const ordered = order === "<" || order === ">" || (order === "|" && itemSize === 1);
  if (!dtype || !ordered) throw refuse("dtype", `has the dtype ${quote(descr)}; accepted are ${accepted()}`);
  const widen = widened.get(kind)?.widen;
  const width = kind.startsWith("c") ? itemSize / 2 : itemSize;
  return {
    dtype,
    itemSize,
    decode(bytes, refuse) {
      const little = order === ">" ? swapBytes(bytes, width) : bytes;
      return widen ? widen(little, refuse) : little;
    },
  };
}

/** The dtype string that NumPy writes. @throws io/dtype for bfloat16, which NumPy does not have */
export function typeString(dtype: DType, refuse: Refuse): string {
  for (const [kind, candidate] of direct) {
    if (candidate === dtype) return (kind.endsWith("1") ? "|" : "<") + kind;
  }
  throw refuse("dtype", `NumPy has no ${dtype}; cast to float32 before saving, or save as safetensors`);
}

function accepted(): string {
  return `${[...direct.keys(), ...widened.keys()].join(", ")} after '<' or '>' ('|' for one byte)`;
}

function insertZeros(bytes: Uint8Array, width: number, refuse: Refuse): Uint8Array {
  const out = allocate(bytes.length * 2, refuse);
  for (let at = 0; at < bytes.length; at++) out[at + at - (at % width)] = bytes[at]!;
  return out;
}

function checkSign(bytes: Uint8Array, refuse: Refuse): Uint8Array {
  for (let at = 7; at < bytes.length; at += 8) {
    if (bytes[at]! > 127) {
      throw refuse(
        "dtype",
        `element ${(at - 7) / 8} of its uint64 array is above 2^63 − 1, which int64 cannot hold`,
      );
    }
  }
  return bytes;
}
