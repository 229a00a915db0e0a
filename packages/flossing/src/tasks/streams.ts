// Streams of random bits or numbers.
import { rand, randint, type Tensor } from "@throughline/torch";
import type { SampleOptions } from "./task.js";

/** Fair bits, 0 or 1: [length, batch, channels]. */
export function bits(length: number, batch: number, channels: number, options: SampleOptions): Tensor {
  const { generator, dtype = "float32" } = options ?? {};
  return randint(0, 2, [length, batch, channels], { generator, dtype });
}

/** Uniform on [0, 1): [length, batch, channels]. */
export function reals(length: number, batch: number, channels: number, options: SampleOptions): Tensor {
  const { generator, dtype = "float32" } = options ?? {};
  return rand([length, batch, channels], { generator, dtype });
}
