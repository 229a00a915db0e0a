// The device that a benchmark program computes on.

import type { Tensor } from "@throughline/torch";

/** BENCH_DEVICE, such as `cuda`; `cpu` unless it is given. */
export const device: string = process.env.BENCH_DEVICE ?? "cpu";

/** A tensor or a module on that device. */
export function there<T extends Tensor | { to(options: { device: string }): unknown }>(value: T): T {
  return value.to({ device }) as T;
}
