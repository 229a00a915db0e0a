// flossing::kernel_level and flossing::peak_rate, typed.
import { chooseLevel, type KernelLevel, levelInUse } from "@throughline/torch/kernels";
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
export function kernelLevel(): KernelLevel {
  return levelInUse(operators());
}

/** `chooseLevel` of these kernels. @throws TorchError `torch/library` as there, or if they have not been compiled */
export function chooseKernels(wanted: KernelLevel | "auto"): KernelLevel {
  return chooseLevel(operators(), wanted);
}
