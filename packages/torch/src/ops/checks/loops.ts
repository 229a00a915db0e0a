// Numbers on which libtorch loops for ever, stops the process, or makes more tensors than memory holds.
import { native } from "../../native.js";
import { all, atMostElements, between, isWhole, noNaN, strided, within } from "./conditions.js";
import { type Check, type GivenTensor, refuse } from "./given.js";

/** As many pieces as fit in memory as tensors of their own. */
const MOST_PIECES = 2 ** 20;
const pieces: Check = (given) => {
  const chunks = given.integer("chunks");
  if (chunks !== undefined && chunks <= MOST_PIECES) return; // the usual case, and chunk() is called often
  const self = given.tensor("self");
  if (self === undefined) return;
  const length = self.shape.at(given.integer("dim") ?? 0) ?? 0;
  const step = given.integers("split_size")?.[0];
  const index = given.tensor("tensor_indices_or_sections");
  const sections = index?.shape.length === 0 ? given.range(index)[0] : given.integer("sections");
  if (chunks !== undefined && length > 0 && length <= MOST_PIECES) return;
  const count = Math.max(
    chunks ?? 0,
    sections ?? 0,
    given.value("split_size") === undefined && sections === undefined ? length : 0,
    step ? length / step : 0,
  );
  if (count > MOST_PIECES) refuse("self", `would become ${count} tensors; at most ${MOST_PIECES} are made`);
};

/** Orders of polynomials: libtorch steps up to them one by one, for every element. */
const MOST_ORDER = 100_000;
const order: Check = (given) => {
  between("n", -(2 ** 63), MOST_ORDER)(given);
  within("n", -(2 ** 63), () => MOST_ORDER + 1)(given);
};

/** A step that is cut to an integer by the result's dtype must not become 0. */
const step: Check = (given) => {
  const out = given.tensor("out");
  const dtype = given.value("dtype");
  const whole = out === undefined ? typeof dtype === "string" && /^(u?int|bool)/.test(dtype) : isWhole(out);
  const by = given.value("step");
  if (whole && typeof by === "number" && Math.trunc(by) === 0)
    refuse("step", `${by} is rounded to 0, because the dtype is a whole-number type`);
};

/** The least int64 and int32, whose quotient by −1 does not exist: the processor stops the process there. */
const leastOf = (tensor: GivenTensor): number =>
  ({ 3: -(2 ** 31), 4: -(2 ** 63) })[native.dtype(tensor.handle.handle)] ?? Number.NaN;
const truncation: Check = (given) => {
  if (given.value("rounding_mode") !== "trunc") return;
  const [self, other] = [given.tensor("self"), given.tensor("other")];
  if (self === undefined || self.numel === 0 || !isWhole(self)) return;
  const minusOne =
    other === undefined
      ? given.integer("other") === -1
      : other.numel > 0 && isWhole(other) && given.range(other)[0] <= -1;
  if (minusOne && given.range(self)[0] <= leastOf(self))
    refuse(
      "self",
      `has ${leastOf(self)}, whose quotient by -1 does not fit in ${leastOf(self) < -(2 ** 31) ? "int64" : "int32"}`,
    );
};
const noLeast: Check = (given) => {
  for (const name of ["self", "other"]) {
    const tensor = given.tensor(name);
    if (tensor !== undefined && tensor.numel > 0 && given.range(tensor)[0] <= leastOf(tensor))
      refuse(name, `has ${leastOf(tensor)}, whose absolute value does not exist`);
  }
};

const LARGEST = 2n ** 63n - 2n;
const bounds: Check = (given) => {
  const self = given.tensor("self");
  if (self === undefined || isWhole(self)) return; // integers may go as far as they can
  for (const name of ["from", "to"]) {
    const value = given.value(name);
    if (typeof value === "bigint" && (value > LARGEST || value < -LARGEST))
      refuse(name, `needs to be within ±${LARGEST}, is ${value}`);
  }
};

/** Checks by operator. */
export const loopsChecks: Readonly<Record<string, Check>> = {
  special_chebyshev_polynomial_t: order,
  special_chebyshev_polynomial_u: order,
  special_chebyshev_polynomial_v: order,
  special_chebyshev_polynomial_w: order,
  special_hermite_polynomial_h: order,
  special_hermite_polynomial_he: order,
  special_laguerre_polynomial_l: order,
  special_legendre_polynomial_p: order,
  special_shifted_chebyshev_polynomial_t: order,
  special_shifted_chebyshev_polynomial_u: order,
  special_shifted_chebyshev_polynomial_v: order,
  special_shifted_chebyshev_polynomial_w: order,
  div: truncation,
  divide: truncation,
  gcd: noLeast,
  lcm: noLeast,
  binomial: all(noNaN("count", false), noNaN("prob", true)),
  random: bounds,
  range: step,
  arange: step,
  combinations: between("r", 0, 64),
  resize: strided("self"),
  resize_as: strided("self", "the_template"),
  _resize_output: strided("self"),
  tile: atMostElements("dims", 64),
  repeat: atMostElements("repeats", 64),
  linalg_matrix_power: between("n", -(2 ** 62), 2 ** 62),
  matrix_power: between("n", -(2 ** 62), 2 ** 62),
  tensor_split: pieces,
  split: pieces,
  unsafe_split: pieces,
  split_copy: pieces,
  chunk: pieces,
  unsafe_chunk: pieces,
  hsplit: pieces,
  vsplit: pieces,
  dsplit: pieces,
  unbind: pieces,
  unbind_copy: pieces,
};
