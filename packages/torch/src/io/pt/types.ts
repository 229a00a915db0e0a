import { dtypes } from "../../dtype.js";

/** Names of `torch.dtype` objects that may stand in a checkpoint; tensors are read for those in `DType` only. */
export const dtypeNames: readonly string[] = [
  ...dtypes,
  "uint16",
  "uint32",
  "uint64",
  "complex32",
  "float8_e4m3fn",
  "float8_e4m3fnuz",
  "float8_e5m2",
  "float8_e5m2fnuz",
  "float8_e8m0fnu",
  "float4_e2m1fn_x2",
];
