// Numbers for tests.
import { Random } from "@throughline/lab/random";

/** So many numbers from −1 to 1, the same whenever they are asked for. */
export function random(count: number, seed: number): Float64Array {
  const stream = new Random("manipulation tests", seed);
  return Float64Array.from({ length: count }, () => stream.uniform(-1, 1));
}
