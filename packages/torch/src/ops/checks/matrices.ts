// Factorised matrices, distances between rows, and Fourier transforms.
import type { Handle } from "../../handle.js";
import {
  all,
  between,
  contiguous,
  likeForward,
  noNaN,
  rank,
  rows,
  type Size,
  sameShape,
  vectors,
  within,
} from "./conditions.js";
import { type Check, refuse, text } from "./given.js";

const pivots = (lu: string, name: string): Check =>
  all(rank(lu, 2, 64), (given) => {
    const [matrix, found] = [given.tensor(lu), given.tensor(name)];
    if (!matrix || !found) return;
    const wanted = [...matrix.shape.slice(0, -2), Math.min(...matrix.shape.slice(-2))];
    if (text(found.shape) !== text(wanted))
      refuse(name, `needs shape ${text(wanted)}, has ${text(found.shape)}`);
  });

/** LDL's pivots, per matrix: rows from 1 to n, or a negative one twice for each block of two rows. */
const blockPivots: Check = (given) => {
  const [matrix, found] = [given.tensor("LD"), given.tensor("pivots")];
  const n = matrix?.shape.at(-1) ?? 0;
  if (found === undefined || n === 0) return;
  const list = given.elements({
    ...found,
    handle: given.call("aten::flatten.using_ints", found.handle) as Handle,
    shape: [found.numel],
  });
  for (let i = 0; i < list.length; i++) {
    const row = list[i]!;
    const pair = row < 0 && i % n < n - 1 && list[i + 1] === row;
    if (row === 0 || Math.abs(row) > n || (row < 0 && !pair))
      refuse("pivots", `do not belong to a factorisation: element ${i} is ${row}`);
    if (pair) i++;
  }
};

const pairs: Size = (given) => {
  const n = given.tensor("self")?.shape[0] ?? 0;
  return (n * (n - 1)) / 2;
};

/** Matrices in equal batches: the kernel does not broadcast the pivots. */
const sameBatches =
  (a: string, b: string): Check =>
  (given) => {
    const [left, right] = [given.tensor(a)?.shape, given.tensor(b)?.shape];
    if (left && right && text(left.slice(0, -2)) !== text(right.slice(0, -2))) {
      refuse(b, `of shape ${text(right)} is not in the batches of ${a}, of shape ${text(left)}`);
    }
  };

const transform: Check = (given) => {
  const shape = given.tensor("self")?.shape;
  const dims = given.integers("dim");
  if (shape === undefined || dims === undefined) return;
  if (dims.some((dim) => !(dim >= 0 && dim < shape.length)) || new Set(dims).size !== dims.length) {
    refuse("dim", `needs different dimensions from 0 to ${shape.length - 1}, is ${text(dims)}`);
  }
};
const transformToReal: Check = all(transform, between("last_dim_size", 1, 2 ** 40), (given) => {
  const shape = given.tensor("self")?.shape;
  const length = given.integer("last_dim_size");
  const last = given.integers("dim")?.at(-1);
  if (shape === undefined || length === undefined || last === undefined) return;
  if (shape[last] !== Math.floor(length / 2) + 1)
    refuse("last_dim_size", `${length} does not belong to ${shape[last]} frequencies`);
});

/** A matrix and a vector as long as its rows; the kernel for compressed sparse matrices does not look. */
const rowsFit =
  (matrix: string): Check =>
  (given) => {
    const [mat, vec] = [given.tensor(matrix)?.shape, given.tensor("vec")?.shape];
    if (mat && vec && (mat.length !== 2 || vec.length !== 1 || mat[1] !== vec[0])) {
      refuse("vec", `of shape ${text(vec)} does not fit a matrix of shape ${text(mat)}`);
    }
  };

/** Checks by operator. */
export const matricesChecks: Readonly<Record<string, Check>> = {
  mv: rowsFit("self"),
  addmv: rowsFit("mat"),
  lu_unpack: pivots("LU_data", "LU_pivots"),
  lu_solve: all(
    pivots("LU_data", "LU_pivots"),
    within("LU_pivots", 1, (given) => (given.tensor("LU_data")?.shape.at(-2) ?? 0) + 1),
  ),
  linalg_lu_solve: all(
    pivots("LU", "pivots"),
    within("pivots", 1, (given) => (given.tensor("LU")?.shape.at(-2) ?? 0) + 1),
  ),
  linalg_ldl_solve: all(sameBatches("LD", "B"), contiguous("pivots"), pivots("LD", "pivots"), blockPivots),
  _cdist_backward: all(sameShape("grad", "cdist"), likeForward("grad", "aten::cdist", "x1", "x2", "p")),
  _pdist_backward: all(rank("self", 2), rows("self", 1), vectors(pairs, "grad", "pdist")),
  _fft_c2c: transform,
  _fft_r2c: transform,
  _fft_c2r: transformToReal,
  linalg_eig: noNaN("self", false),
  linalg_eigvals: noNaN("self", false),
  _linalg_eigvals: noNaN("self", false),
};
