// flossing::kernel_level and flossing::peak_rate, typed.
import { TorchError } from "@throughline/torch";
import type { KernelLevel } from "./levels.js";
import { operators } from "./library.js";

/**
 * Floating-point operations per second that one core does at most with the instructions that the kernels use, measured for
 * some 50 ms. What the benchmarks' shares of the peak are shares of.
 */
export function peakRate(dtype: "float32" | "float64" = "float32"): number {
  return operators().peakRate!(dtype === "float64") as number;
}

/**
 * The instructions that the kernels use on this processor: `avx512`, `avx2` or `baseline`. THROUGHLINE_KERNELS asks for
 * lesser ones.
 * @throws TorchError `torch/library` if the kernels have not been compiled
 */
export function kernelLevel(): string {
  return operators().kernelLevel!() as string;
}

/**
 * Has the kernels of this process use these instructions; `auto` leaves them as they are. Must come before anything that
 * runs kernels. @returns what they use
 * @throws TorchError `torch/library` if the processor does not have them, or kernels have run with others
 */
export function chooseKernels(wanted: KernelLevel | "auto"): string {
  const { THROUGHLINE_KERNELS: before } = process.env;
  if (wanted !== "auto") process.env.THROUGHLINE_KERNELS = wanted;
  try {
    const level = kernelLevel();
    if (wanted === "auto" || level === wanted) return level;
    throw new TorchError(
      "torch/library",
      `the kernels of this process use ${level} already; start another process for ${wanted}`,
    );
  } finally {
    if (before === undefined) delete process.env.THROUGHLINE_KERNELS;
    else process.env.THROUGHLINE_KERNELS = before;
  }
}
