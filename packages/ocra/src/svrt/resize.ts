// SVRT's pictures at smaller sizes.
import { side } from "./drawing.js";

/** Weights of the 128 old pixels that each of `size` new ones covers; they sum to 1. */
interface Cover {
  readonly first: number;
  readonly weights: Float64Array;
}

const covers = new Map<number, readonly Cover[]>();

function coversOf(size: number): readonly Cover[] {
  const known = covers.get(size);
  if (known !== undefined) return known;
  const ratio = side / size;
  const made = Array.from({ length: size }, (_, i): Cover => {
    const first = Math.floor(i * ratio);
    const last = Math.min(side, Math.ceil((i + 1) * ratio - 1e-9));
    const weights = Float64Array.from({ length: last - first }, (_, j) => {
      const [from, to] = [Math.max(first + j, i * ratio), Math.min(first + j + 1, (i + 1) * ratio)];
      return (to - from) / ratio;
    });
    return { first, weights };
  });
  covers.set(size, made);
  return made;
}

/** Calls `visit` for each new pixel with each old one that it covers, and by how much. */
function eachCover(size: number, visit: (at: number, old: number, weight: number) => void): void {
  const cover = coversOf(size);
  for (let row = 0; row < size; row++) {
    const down = cover[row]!;
    for (let column = 0; column < size; column++) {
      const across = cover[column]!;
      for (let i = 0; i < down.weights.length; i++) {
        const start = (down.first + i) * side + across.first;
        for (let j = 0; j < across.weights.length; j++) {
          visit(row * size + column, start + j, down.weights[i]! * across.weights[j]!);
        }
      }
    }
  }
}

/**
 * A picture of 128 × 128 bytes as size × size numbers from 0 to 1: the mean over the area that each new pixel covers, so
 * that a line one pixel wide stays visible, as a paler one.
 */
export function shrink(pixels: Uint8Array, size: number): Float32Array {
  if (size === side) return Float32Array.from(pixels, (value) => value / 255);
  const sums = new Float64Array(size * size);
  eachCover(size, (at, old, weight) => {
    sums[at]! += weight * pixels[old]!;
  });
  return Float32Array.from(sums, (sum) => sum / 255);
}

/** The same for who owns each pixel: whoever has the largest share of the area. */
export function shrinkOwners(owners: Uint8Array, size: number): Uint8Array {
  if (size === side) return owners;
  const count = owners.reduce((most, owner) => Math.max(most, owner), 0) + 1;
  const shares = new Float64Array(size * size * count);
  eachCover(size, (at, old, weight) => {
    shares[at * count + owners[old]!]! += weight;
  });
  const largest = new Uint8Array(size * size);
  for (let at = 0; at < largest.length; at++) {
    for (let owner = 1; owner < count; owner++) {
      if (shares[at * count + owner]! > shares[at * count + largest[at]!]!) largest[at] = owner;
    }
  }
  return largest;
}
