import { TorchError } from "./errors.js";

/** Element types of a tensor, named as in PyTorch. */
export type DType =
  | "float64"
  | "float32"
  | "float16"
  | "bfloat16"
  | "int64"
  | "int32"
  | "int16"
  | "int8"
  | "uint8"
  | "bool"
  | "complex64"
  | "complex128";

interface DTypeInfo {
  /** c10::ScalarType */
  readonly code: number;
  /** Bytes of one element. */
  readonly size: number;
  /** As tensors are named in messages: `f32[8,64]`. */
  readonly short: string;
}

const table: Readonly<Record<DType, DTypeInfo>> = {
  uint8: { code: 0, size: 1, short: "u8" },
  int8: { code: 1, size: 1, short: "i8" },
  int16: { code: 2, size: 2, short: "i16" },
  int32: { code: 3, size: 4, short: "i32" },
  int64: { code: 4, size: 8, short: "i64" },
  float16: { code: 5, size: 2, short: "f16" },
  float32: { code: 6, size: 4, short: "f32" },
  float64: { code: 7, size: 8, short: "f64" },
  complex64: { code: 9, size: 8, short: "c64" },
  complex128: { code: 10, size: 16, short: "c128" },
  bool: { code: 11, size: 1, short: "bool" },
  bfloat16: { code: 15, size: 2, short: "bf16" },
};

const byCode = new Map<number, DType>(
  Object.entries(table).map(([name, info]) => [info.code, name as DType]),
);

/** Every dtype, in c10's order. */
export const dtypes: readonly DType[] = Object.keys(table) as DType[];

/** True if a value is the name of a dtype. */
export function isDType(value: unknown): value is DType {
  return typeof value === "string" && Object.hasOwn(table, value);
}

/** libtorch's number for a dtype. @throws TorchError `torch/argument` for anything else, listing the dtypes. */
export function dtypeCode(dtype: unknown): number {
  if (!isDType(dtype)) {
    throw new TorchError(
      "torch/argument",
      `${typeof dtype === "string" ? JSON.stringify(dtype) : typeof dtype} is not a dtype; accepted: ${dtypes.join(", ")}`,
    );
  }
  return table[dtype].code;
}

/** The dtype libtorch numbers `code`. @throws TorchError for the rarer ones this package does not name. */
export function dtypeOfCode(code: number): DType {
  const dtype = byCode.get(code);
  if (dtype === undefined)
    throw new TorchError(
      "torch/dtype",
      `a tensor has libtorch's dtype number ${code}, which has no name here`,
    );
  return dtype;
}

/** Bytes one element takes. */
export function itemSize(dtype: DType): number {
  return table[dtype].size;
}

/** `f32` for float32, and so on. */
export function shortName(dtype: DType): string {
  return table[dtype].short;
}

/** True if the dtype is float16, bfloat16, float32 or float64. */
export function isFloatingPoint(dtype: DType): boolean {
  return dtype.startsWith("float") || dtype === "bfloat16";
}

/** True if the dtype is complex64 or complex128. */
export function isComplex(dtype: DType): boolean {
  return dtype.startsWith("complex");
}
