// Small dense matrices, row by row.

/** a b, of [m, n] and [n, p]. */
export function multiply(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  [m, n, p]: readonly [number, number, number],
): Float64Array {
  const product = new Float64Array(m * p);
  for (let i = 0; i < m; i++)
    for (let j = 0; j < p; j++) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += a[i * n + k]! * b[k * p + j]!;
      product[i * p + j] = sum;
    }
  return product;
}

/** The transpose of [m, n]. */
export function transpose(a: ArrayLike<number>, m: number, n: number): Float64Array {
  const turned = new Float64Array(m * n);
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) turned[j * m + i] = a[i * n + j]!;
  return turned;
}

/** The inverse of a symmetric positive definite matrix [n, n], by Cholesky's factors. NaN where it is none. */
export function inverse(a: ArrayLike<number>, n: number): Float64Array {
  const lower = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= lower[i * n + k]! * lower[j * n + k]!;
      lower[i * n + j] = i === j ? Math.sqrt(sum) : sum / lower[j * n + j]!;
    }
  const result = new Float64Array(n * n);
  const column = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    for (let i = 0; i < n; i++) {
      let sum = i === j ? 1 : 0;
      for (let k = 0; k < i; k++) sum -= lower[i * n + k]! * column[k]!;
      column[i] = sum / lower[i * n + i]!;
    }
    for (let i = n - 1; i >= 0; i--) {
      let sum = column[i]!;
      for (let k = i + 1; k < n; k++) sum -= lower[k * n + i]! * result[k * n + j]!;
      result[i * n + j] = sum / lower[i * n + i]!;
    }
  }
  return result;
}
