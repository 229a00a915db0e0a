/** Strides, in elements, of a row-major array. */
export function rowMajor(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let dim = shape.length - 1; dim >= 0; dim--) {
    strides[dim] = step;
    step *= Math.max(shape[dim]!, 1);
  }
  return strides;
}

/** Strides, in elements, of a column-major (Fortran) array. */
export function columnMajor(shape: readonly number[]): number[] {
  return rowMajor(shape.toReversed()).reverse();
}

/** True if the elements lie one after the other; the strides of dimensions of size 1 do not matter. */
export function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  const wanted = rowMajor(shape);
  return shape.includes(0) || shape.every((size, dim) => size === 1 || strides[dim] === wanted[dim]);
}

/** Extent of a view in elements, from the start of its storage; 0 for an empty one. Infinity on overflow. */
export function reach(shape: readonly number[], strides: readonly number[], offset: number): number {
  if (shape.includes(0)) return 0;
  const last = shape.reduce((sum, size, dim) => sum + (size - 1) * strides[dim]!, offset);
  return Number.isSafeInteger(last) ? last + 1 : Number.POSITIVE_INFINITY;
}

/**
 * The elements of a strided view, row-major. Contiguous views share the memory of `storage`.
 * The caller has checked that `reach(…)` lies inside the storage.
 * @param itemSize bytes per element: 1, 2, 4, 8 or 16
 * @param strides non-negative, in elements, as is `offset`
 * @param make allocates the result of a view that has to be copied
 */
export function gather(
  storage: Uint8Array,
  itemSize: number,
  shape: readonly number[],
  strides: readonly number[],
  offset: number,
  make: (length: number) => Uint8Array<ArrayBuffer>,
): Uint8Array {
  const length = shape.reduce((product, size) => product * size, itemSize);
  if (length === 0) return storage.subarray(0, 0);
  if (isContiguous(shape, strides)) return storage.subarray(offset * itemSize, offset * itemSize + length);
  // Elements wider than a 32-bit word get one more dimension of words; the bytes are never read as floats.
  const words = Math.max(itemSize / 4, 1);
  const out = make(length);
  const sizes = words > 1 ? [...shape, words] : [...shape];
  const steps = words > 1 ? [...strides.map((s) => s * words), 1] : [...strides];
  const width = Math.min(itemSize, 4);
  copyStrided(asWords(storage, width), asWords(out, width), sizes, steps, offset * words);
  return out;
}

type Words = Uint8Array | Uint16Array | Uint32Array;

function asWords(bytes: Uint8Array, width: number): Words {
  if (width === 1) return bytes;
  const aligned = bytes.byteOffset % width === 0 ? bytes : new Uint8Array(bytes);
  const count = Math.floor(aligned.length / width);
  return width === 2
    ? new Uint16Array(aligned.buffer, aligned.byteOffset, count)
    : new Uint32Array(aligned.buffer, aligned.byteOffset, count);
}

function copyStrided(
  from: Words,
  to: Words,
  shape: readonly number[],
  strides: readonly number[],
  offset: number,
): void {
  const inner = shape.length - 1;
  const size = shape[inner]!;
  const step = strides[inner]!;
  const index = new Array<number>(inner).fill(0);
  let base = offset;
  for (let at = 0; at < to.length; ) {
    for (let i = 0, source = base; i < size; i++, source += step) to[at++] = from[source]!;
    base = advance(index, shape, strides, base);
  }
}

/** Advances the counters to the next row, as an odometer does; returns the row's offset. */
function advance(
  index: number[],
  shape: readonly number[],
  strides: readonly number[],
  base: number,
): number {
  let at = base;
  for (let dim = index.length - 1; dim >= 0; dim--) {
    index[dim]!++;
    at += strides[dim]!;
    if (index[dim]! < shape[dim]!) return at;
    at -= strides[dim]! * shape[dim]!;
    index[dim] = 0;
  }
  return at;
}
