// Names of instructions that the kernels are compiled for, without the engine, for options.

/** From the least to the best. */
export const kernelLevels = ["baseline", "avx2", "avx512"] as const;
export type KernelLevel = (typeof kernelLevels)[number];
