import type { DType } from "../../dtype.js";

/** Names in the file format. The format has no 128-bit complex, so `complex128` is absent. */
export const nameOf: ReadonlyMap<DType, string> = new Map<DType, string>([
  ["float64", "F64"],
  ["float32", "F32"],
  ["float16", "F16"],
  ["bfloat16", "BF16"],
  ["int64", "I64"],
  ["int32", "I32"],
  ["int16", "I16"],
  ["int8", "I8"],
  ["uint8", "U8"],
  ["bool", "BOOL"],
  ["complex64", "C64"],
]);

export const dtypeOf: ReadonlyMap<string, DType> = new Map([...nameOf].map(([dtype, name]) => [name, dtype]));
