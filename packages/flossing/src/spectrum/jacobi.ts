// Singular values of matrices whose rows differ in size by any number of orders of magnitude.

/** Rows xᵢ · 2^eᵢ, so that nothing overflows. */
export interface ScaledRows {
  /** xᵢ, of moderate size. */
  readonly rows: readonly Float64Array[];
  /** eᵢ, whole numbers. */
  readonly exponents: Float64Array;
}

const mostSweeps = 40;

/**
 * ln of the singular values, descending; −∞ for rows of 0. One-sided Jacobi: plane rotations make the rows orthogonal, pair
 * by pair, and their lengths are the singular values. Each has a relative error of rounding times the condition number of
 * the matrix of *normalised* rows, however small it is (Demmel and Veselić 1992). Changes the rows in place.
 */
export function logSingularValues(matrix: ScaledRows): Float64Array {
  const rows = [...matrix.rows];
  const exponents = Array.from(matrix.exponents);
  const tolerance = rows.length * 2 ** -53;
  for (let sweep = 0; sweep < mostSweeps; sweep++) {
    sortBySize(rows, exponents);
    let rotated = false;
    for (let i = 0; i < rows.length; i++) {
      for (let j = i + 1; j < rows.length; j++) rotated = rotate(rows, exponents, i, j, tolerance) || rotated;
    }
    if (!rotated) break;
  }
  return Float64Array.from(rows, (row, i) => exponents[i]! * Math.LN2 + Math.log(Math.sqrt(dot(row, row))))
    .sort()
    .reverse();
}

function sortBySize(rows: Float64Array[], exponents: number[]): void {
  const size = rows.map((row, i) => exponents[i]! + 0.5 * Math.log2(dot(row, row)));
  const order = size.map((_, i) => i).sort((a, b) => (size[a] === size[b] ? 0 : size[b]! - size[a]!));
  const oldRows = [...rows];
  const oldExponents = [...exponents];
  order.forEach((from, to) => {
    rows[to] = oldRows[from]!;
    exponents[to] = oldExponents[from]!;
  });
}

/** Makes rows i and j orthogonal; false if they already were, up to `tolerance` in the cosine of their angle. */
function rotate(rows: Float64Array[], exponents: number[], i: number, j: number, tolerance: number): boolean {
  const forward = exponents[i]! >= exponents[j]!;
  const [big, small] = forward ? [i, j] : [j, i]; // by exponent alone: all that matters is that `scale` is at most 1
  const x = rows[big]!;
  const y = rows[small]!;
  const a = dot(x, x);
  const b = dot(y, y);
  const d = dot(x, y);
  if (a === 0 || b === 0 || Math.abs(d) <= tolerance * Math.sqrt(a) * Math.sqrt(b)) return false;
  const scale = 2 ** (exponents[small]! - exponents[big]!);
  // With u = x, v = scale · y: tan of the angle is t = scale · slope, without ever dividing by scale.
  const p = 2 * d;
  const q = b * scale * scale - a;
  const sign = q * p < 0 ? -1 : 1;
  const slope = (sign * Math.abs(p)) / (Math.abs(q) + Math.hypot(q, p * scale));
  const t = slope * scale;
  const cosine = 1 / Math.hypot(1, t);
  for (let at = 0; at < x.length; at++) {
    const u = x[at]!;
    const v = y[at]!;
    x[at] = cosine * (u - t * scale * v);
    y[at] = cosine * (slope * u + v);
  }
  rescale(rows, exponents, small);
  rescale(rows, exponents, big);
  return true;
}

/** Keeps the numbers of a row in the middle of the range of floating-point numbers. */
function rescale(rows: Float64Array[], exponents: number[], i: number): void {
  const row = rows[i]!;
  const size = Math.sqrt(dot(row, row));
  if (size === 0 || (size > 1e-3 && size < 1e3)) return;
  const shift = Math.round(Math.log2(size));
  const factor = 2 ** -shift;
  for (let at = 0; at < row.length; at++) row[at]! *= factor;
  exponents[i]! += shift;
}

function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < x.length; at++) sum += x[at]! * y[at]!;
  return sum;
}
