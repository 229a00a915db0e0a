// Names of precisions, without the engine, for options.

/** What products are computed in; `bfloat16` is mixed precision, for GPUs. */
export const precisions = ["float32", "bfloat16"] as const;
export type Precision = (typeof precisions)[number];
