// Properties of the processor, and of the kernels that libtorch chooses on it, that decide about numbers.
import { existsSync, readFileSync } from "node:fs";

const flags = "/proc/cpuinfo";

/**
 * True where libtorch draws normals eight at a time and fuses products with sums, as where the fixtures come from: with AVX2,
 * unless `ATEN_CPU_CAPABILITY` chooses other kernels. Elsewhere the last bits of numbers differ.
 */
export const hasAvx2Kernels: boolean =
  process.env.ATEN_CPU_CAPABILITY !== "default" &&
  existsSync(flags) &&
  /\bavx2\b/.test(readFileSync(flags, "utf8"));
