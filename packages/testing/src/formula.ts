// Reference weights that are not stored but follow a formula, as the README of their folder states it.
import { readFileSync } from "node:fs";
import { fromTypedArray, type Tensor } from "@throughline/torch";

interface Rule {
  readonly shape: number[];
  readonly salt: number;
  readonly lo: number;
  readonly hi: number;
}

/** A 32-bit mix of an index and a salt. */
function hash(index: number, salt: number): number {
  let x = (Math.imul(index, 2654435761) + salt) >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d) >>> 0;
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b) >>> 0;
  return (x ^ (x >>> 16)) >>> 0;
}

/** The tensors of a `.formula.json`, by name. */
export function formulaTensors(path: string): Record<string, Tensor> {
  const { tensors } = JSON.parse(readFileSync(path, "utf8")) as { tensors: Record<string, Rule> };
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { shape, salt, lo, hi }]) => {
      const count = shape.reduce((product, size) => product * size, 1);
      const values = new Float32Array(count);
      // A loop: `Float32Array.from` takes seconds for the millions of weights of a residual network.
      for (let i = 0; i < count; i++) values[i] = lo + ((hi - lo) * hash(i, salt)) / 2 ** 32;
      return [name, fromTypedArray(values, shape)];
    }),
  );
}
