// Every hand-written differentiable method, with the inputs its derivative is checked at. The derivatives test calls the
// method under its own name on the first input, and its in-place form (`exp_` of `exp`) on a copy of it.
import { slice, type Tensor } from "@throughline/torch";
import type { Inputs } from "./derivative-inputs.js";

/** One call: the tensors it starts from, and the arguments made of all but the first. */
export interface MethodCall {
  readonly inputs: (make: Inputs) => Tensor[];
  readonly args?: (...others: Tensor[]) => readonly unknown[];
  /** Makes of the first input what the method is for, such as a symmetric matrix. */
  readonly before?: (x: Tensor) => Tensor;
}

const at = (
  inputs: MethodCall["inputs"],
  args?: MethodCall["args"],
  before?: MethodCall["before"],
): MethodCall => ({
  inputs,
  args,
  before,
});

const square: MethodCall["inputs"] = (m) => [m.normal(2, 3)];
const cube: MethodCall["inputs"] = (m) => [m.distinct(2, 3, 2)];
const vector: MethodCall["inputs"] = (m) => [m.normal(4)];
const pair: MethodCall["inputs"] = (m) => [m.normal(2, 3), m.normal(3)];
const given =
  (...args: unknown[]): MethodCall["args"] =>
  () =>
    args;

/** The same call for several names. */
function each(names: string, ...calls: MethodCall[]): Record<string, MethodCall[]> {
  return Object.fromEntries(names.split(" ").map((name) => [name, calls]));
}

const pointwise = {
  ...each(
    "abs neg sgn square exp sin cos tan sinh cosh tanh atan asinh sigmoid positive conj conjPhysical",
    at(square),
    at((m) => [m.complex(2, 2).mul(0.5)]),
  ),
  ...each(
    "sign exp2 expm1 floor ceil trunc frac erf erfc relu sinc i0 deg2rad rad2deg round nanToNum",
    at(square),
  ),
  ...each(
    "sqrt rsqrt reciprocal log log2 log10 log1p",
    at((m) => [m.positive(2, 3)]),
    at((m) => [m.complex(3)]),
  ),
  ...each(
    "lgamma digamma",
    at((m) => [m.positive(2, 3)]),
  ),
  ...each(
    "asin acos atanh",
    at((m) => [m.between(-0.9, 0.9, 2, 3)]),
  ),
  erfinv: [at((m) => [m.between(-0.9, 0.9, 2, 3)])],
  acosh: [at((m) => [m.between(1.2, 3, 2, 3)])],
  logit: [at((m) => [m.between(0.1, 0.9, 2, 3)]), at((m) => [m.between(0.1, 0.9, 2, 3)], given(0.2))],
  polygamma: [at((m) => [m.positive(3)], given(1))],
  mvlgamma: [at((m) => [m.between(2, 3, 3)], given(2))],
  ...each("softmax logSoftmax", at(square, given(-1)), at(square, given(0))),
  ...each(
    "real angle",
    at(square),
    at((m) => [m.complex(3)]),
  ),
  imag: [at((m) => [m.complex(3)])],
};

const arithmetic = {
  ...each(
    "add sub",
    at(pair),
    at(pair, (y) => [y, { alpha: 2.5 }]),
    at(square, given(1.5)),
    at((m) => [m.complex(2), m.normal(2)]),
  ),
  rsub: [at(pair), at(square, given(1.5, { alpha: 2 }))],
  mul: [at(pair), at(square, given(-1.5)), at((m) => [m.complex(2), m.complex(2)])],
  div: [
    at((m) => [m.normal(2, 3), m.positive(3)]),
    at(square, given(0.3)),
    at(
      (m) => [m.normal(2, 3), m.positive(3)],
      (y) => [y, { roundingMode: "floor" }],
    ),
    at((m) => [m.complex(2), m.complex(2)]),
  ],
  ...each(
    "remainder fmod",
    at((m) => [m.normal(2, 3), m.positive(3)]),
    at(square, given(0.7)),
  ),
  pow: [
    at((m) => [m.positive(2, 3), m.normal(3)]),
    at(square, given(3)),
    at((m) => [m.positive(3)], given(0.5)),
  ],
  floatPower: [at((m) => [m.positive(2, 3), m.normal(3)])],
  ...each(
    "copysign atan2 hypot maximum minimum fmax fmin",
    at((m) => [m.normal(2, 3), m.normal(2, 1)]),
  ),
  ...each("logaddexp logaddexp2", at(pair)),
  xlogy: [at((m) => [m.positive(2, 3), m.positive(3)]), at((m) => [m.positive(3)], given(2))],
  ldexp: [at(pair)],
  clamp: [
    at(square, given({ min: -0.5, max: 0.5 })),
    at(
      (m) => [m.normal(2, 3), m.between(-1, 0, 3)],
      (low) => [{ min: low, max: 0.6 }],
    ),
  ],
  lerp: [
    at(
      (m) => [m.normal(2, 3), m.normal(2, 3)],
      (end) => [end, 0.3],
    ),
    at((m) => [m.normal(2, 3), m.normal(2, 3), m.normal(3)]),
  ],
  addcmul: [
    at(
      (m) => [m.normal(2, 3), m.normal(3), m.normal(2, 1)],
      (a, b) => [a, b, { value: 0.5 }],
    ),
  ],
  addcdiv: [
    at(
      (m) => [m.normal(2, 3), m.normal(3), m.positive(2, 1)],
      (a, b) => [a, b, { value: 0.5 }],
    ),
  ],
};

const dims = [given({}), given({ dim: 1 }), given({ dim: -1, keepdim: true })];
const reductions = {
  ...each("sum mean nansum nanmean", ...dims.map((args) => at(cube, args)), at(cube, given({ dim: [0, 2] }))),
  ...each("var std varMean stdMean", at(cube), at(cube, given({ dim: [0, 1], correction: 0 }))),
  ...each("prod max min median nanmedian", ...dims.map((args) => at(cube, args))),
  ...each("amax amin", ...dims.map((args) => at(cube, args)), at(cube, given({ dim: [0, 2] }))),
  aminmax: [at(cube), at(cube, given({ dim: 1 }))],
  logsumexp: [at(cube, given(1)), at(cube, given([0, 2], { keepdim: true }))],
  norm: [
    at(cube),
    at(cube, given({ p: 1, dim: 1 })),
    at(cube, given({ p: Number.POSITIVE_INFINITY, dim: 0 })),
    at(cube, given({ p: 3 })),
  ],
  dist: [
    at((m) => [m.normal(3), m.normal(3)]),
    at(
      (m) => [m.normal(3), m.normal(3)],
      (y) => [y, { p: 1 }],
    ),
  ],
  mode: [at(cube)],
  ...each(
    "quantile nanquantile",
    at(cube, given(0.3)),
    at(cube, given(0.5, { dim: 1, keepdim: true, interpolation: "midpoint" })),
  ),
  kthvalue: [at(cube, given(2, { dim: 1 }))],
  ...each("cumsum cumprod logcumsumexp cummax cummin", at(cube, given(1))),
  ...each(
    "cov corrcoef",
    at((m) => [m.normal(2, 4)]),
  ),
  diff: [
    at(cube, given({ dim: 1 })),
    at(
      (m) => [m.normal(4), m.normal(1)],
      (first) => [{ n: 2, prepend: first }],
    ),
  ],
  trapezoid: [
    at(cube, given({ dx: 0.5 })),
    at(
      (m) => [m.normal(2, 4), m.normal(4)],
      (x) => [{ x }],
    ),
  ],
  renorm: [at((m) => [m.normal(3, 4)], given(2, 0, 1))],
};

const reading = (name: string, ...calls: MethodCall[]): Record<string, MethodCall[]> => each(name, ...calls);

const shapes = {
  ...each("reshape view", at(square, given([3, -1]))),
  ...each(
    "viewAs reshapeAs",
    at((m) => [m.normal(2, 3), m.normal(6)]),
  ),
  viewAsReal: [at((m) => [m.complex(3)])],
  viewAsComplex: [at((m) => [m.normal(3, 2)])],
  permute: [at(cube, given([2, 0, 1]))],
  transpose: [at(cube, given(0, -1))],
  t: [at(square)],
  ...reading(
    "mT mH",
    at(cube),
    at((m) => [m.complex(2, 2)]),
  ),
  movedim: [at(cube, given(0, 2)), at(cube, given([0, 1], [2, 0]))],
  squeeze: [
    at((m) => [m.normal(1, 2, 1)]),
    at((m) => [m.normal(1, 2, 1)], given(0)),
    at((m) => [m.normal(1, 2, 1)], given([0, 2])),
  ],
  unsqueeze: [at(square, given(-1))],
  ...each(
    "expand broadcastTo",
    at((m) => [m.normal(3, 1)], given([2, 3, 2])),
  ),
  expandAs: [at((m) => [m.normal(3, 1), m.normal(3, 2)])],
  repeat: [at(square, given([2, 1, 2]))],
  tile: [at(square, given([2]))],
  repeatInterleave: [
    at(square, given(2, { dim: 1 })),
    at(
      (m) => [m.normal(2, 3), m.index([2, 0])],
      (n) => [n, { dim: 0 }],
    ),
  ],
  flatten: [at(cube), at(cube, given(1))],
  ravel: [at(square)],
  unflatten: [at(cube, given(1, [3, -1]))],
  unfold: [at(vector, given(0, 2, 1))],
  asStrided: [at((m) => [m.normal(6)], given([2, 2], [1, 2], 1))],
  flip: [at(cube, given([0, 2]))],
  ...each("fliplr flipud clone contiguous", at(square)),
  roll: [at(square, given(1)), at(cube, given([1, -1], [0, 2]))],
  rot90: [at(square)],
};

const parts = {
  select: [at(cube, given(1, -1))],
  narrow: [at(cube, given(1, 1, 2))],
  split: [at(vector, given(3)), at(vector, given([1, 3]))],
  chunk: [at(vector, given(3))],
  tensorSplit: [at(vector, given(3)), at(vector, given([1, 2]))],
  unbind: [at(square, given(1))],
  ...each(
    "tril triu",
    at((m) => [m.normal(3, 3)], given(1)),
  ),
  diagonal: [at(cube, given({ offset: 1, dim1: 0, dim2: 1 }))],
  diag: [at(vector), at((m) => [m.normal(3, 3)], given(1))],
  diagEmbed: [at(square, given({ offset: -1 }))],
  diagflat: [at(square)],
  diagonalScatter: [at((m) => [m.normal(3, 3), m.normal(3)])],
  selectScatter: [
    at(
      (m) => [m.normal(3, 2), m.normal(2)],
      (x) => [x, 0, 1],
    ),
  ],
  sliceScatter: [
    at(
      (m) => [m.normal(4, 2), m.normal(2, 2)],
      (x) => [x, { start: 0, end: 4, step: 2 }],
    ),
  ],
  combinations: [at(vector, given({ r: 2 }))],
  maskedFill: [
    at(
      (m) => [m.normal(3), m.mask([true, false, true])],
      (mask) => [mask, 2],
    ),
    at((m) => [m.normal(3), m.mask([true, false, true]), m.normal()]),
  ],
  maskedSelect: [at((m) => [m.normal(3), m.mask([true, false, true])])],
  maskedScatter: [at((m) => [m.normal(3), m.mask([true, false, true]), m.normal(2)])],
  at: [
    at(cube, given(1, slice(0, 3, 2), null)),
    at((m) => [m.normal(3, 2), m.index([2, 0, 2])]),
    at((m) => [m.normal(3, 2), m.mask([true, false, true])]),
    at((m) => [m.normal(3, 2), m.index([2, 0]), m.index([1, 1])]),
  ],
};

const places: MethodCall["inputs"] = (m) => [
  m.normal(3, 2),
  m.index([
    [0, 2],
    [1, 0],
  ]),
  m.normal(2, 2),
];
const rows: MethodCall["inputs"] = (m) => [m.normal(3, 2), m.index([2, 0]), m.normal(2, 2)];
const scattering = {
  gather: [
    at(
      (m) => [
        m.normal(3, 2),
        m.index([
          [0, 2],
          [1, 1],
        ]),
      ],
      (index) => [0, index],
    ),
  ],
  scatter: [at(places, (index, x) => [0, index, x]), at(places, (index) => [0, index, 1.5])],
  scatterAdd: [at(places, (index, x) => [0, index, x])],
  scatterReduce: [
    ...["sum", "prod", "mean"].map((kind) => at(places, (index, x) => [0, index, x, kind])),
    ...["amax", "amin"].map((kind) => at(places, (index, x) => [0, index, x, kind, { includeSelf: false }])),
  ],
  indexSelect: [at(rows, (index) => [0, index])],
  indexAdd: [at(rows, (index, x) => [0, index, x, { alpha: 2 }])],
  indexCopy: [at(rows, (index, x) => [0, index, x])],
  indexFill: [
    at(rows, (index) => [0, index, 1.5]),
    at(
      (m) => [m.normal(3, 2), m.index([2]), m.normal()],
      (index, x) => [0, index, x],
    ),
  ],
  indexReduce: [
    ...["prod", "mean", "amax", "amin"].map((kind) => at(rows, (index, x) => [0, index, x, kind])),
  ],
  indexPut: [
    at(rows, (index, x) => [[index], x]),
    at(
      (m) => [m.normal(3, 2), m.index([2, 2]), m.normal(2, 2)],
      (index, x) => [[index], x, { accumulate: true }],
    ),
  ],
  take: [at((m) => [m.normal(3, 2), m.index([5, 0, 5])])],
  takeAlongDim: [
    at(
      (m) => [m.normal(3, 2), m.index([[2], [0], [1]])].map((x, i) => (i === 0 ? x.t() : x.t())),
      (index) => [index, 1],
    ),
  ],
  put: [
    at((m) => [m.normal(3, 2), m.index([5, 0]), m.normal(2)]),
    at(
      (m) => [m.normal(3, 2), m.index([5, 5]), m.normal(2)],
      (i, x) => [i, x, { accumulate: true }],
    ),
  ],
  sort: [at(cube, given({ dim: 1, descending: true, stable: true }))],
  msort: [at(cube)],
  topk: [at(cube, given(2, { dim: 1 }))],
};

const products = {
  matmul: [
    at((m) => [m.normal(2, 2, 3), m.normal(3, 2)]),
    at((m) => [m.normal(3), m.normal(3, 2)]),
    at((m) => [m.complex(2, 2), m.complex(2)]),
  ],
  mm: [at((m) => [m.normal(2, 3), m.normal(3, 2)])],
  bmm: [at((m) => [m.normal(2, 2, 3), m.normal(2, 3, 2)])],
  mv: [at((m) => [m.normal(2, 3), m.normal(3)])],
  ...each(
    "dot inner vdot",
    at((m) => [m.normal(3), m.normal(3)]),
  ),
  ...each(
    "outer kron",
    at((m) => [m.normal(2), m.normal(3)]),
  ),
  ...each(
    "addmm",
    at(
      (m) => [m.normal(2, 2), m.normal(2, 3), m.normal(3, 2)],
      (a, b) => [a, b, { beta: 0.5, alpha: 2 }],
    ),
  ),
  addmv: [at((m) => [m.normal(2), m.normal(2, 3), m.normal(3)])],
  addr: [at((m) => [m.normal(2, 3), m.normal(2), m.normal(3)])],
  baddbmm: [at((m) => [m.normal(2, 2, 2), m.normal(2, 2, 3), m.normal(2, 3, 2)])],
  addbmm: [at((m) => [m.normal(2, 2), m.normal(2, 2, 3), m.normal(2, 3, 2)])],
  cross: [at((m) => [m.normal(2, 3), m.normal(1, 3)])],
  cdist: [
    ...[1, 2, 3].map((p) =>
      at(
        (m) => [m.normal(3, 2), m.normal(2, 2)],
        (y) => [y, { p }],
      ),
    ),
  ],
  trace: [at((m) => [m.normal(3, 3)])],
  tensordot: [
    at(
      (m) => [m.normal(2, 2, 3), m.normal(2, 3, 2)],
      (y) => [y, 2],
    ),
    at(
      (m) => [m.normal(2, 3), m.normal(2, 2)],
      (y) => [y, [[0], [1]]],
    ),
  ],
};

const casts = {
  to: [at(square, given({ dtype: "complex128" })), at(square, given({ copy: true }))],
  typeAs: [at((m) => [m.normal(3), m.normal(1)])],
  ...each("cpu double", at(square)),
};

/** Calls by method name. A name ending in `_` stands for itself; the in-place forms of all others are derived. */
export const methods: Readonly<Record<string, readonly MethodCall[]>> = {
  ...pointwise,
  ...arithmetic,
  ...reductions,
  ...shapes,
  ...parts,
  ...scattering,
  ...products,
  ...casts,
  setAt_: [
    at(
      (m) => [m.normal(3, 2), m.normal(2)],
      (x) => [[1], x],
    ),
    at(
      (m) => [m.normal(3, 2), m.normal(2)],
      (x) => [[[2, 0]], x],
    ),
    at(
      (m) => [m.normal(3, 2), m.mask([true, false, true]), m.normal(2)],
      (mask, x) => [[mask], x],
    ),
  ],
  cumulativeTrapezoid: [
    at(square),
    at(
      (m) => [m.normal(3), m.normal(3)],
      (x) => [{ x }],
    ),
  ],
  dsplit: [at((m) => [m.normal(1, 2, 4)], given(2))],
  ...each(
    "hsplit",
    at((m) => [m.normal(2, 4)], given([1])),
  ),
  ...each(
    "vsplit",
    at((m) => [m.normal(4, 2)], given(2)),
  ),
  fill: [at((m) => [m.normal(2, 3), m.normal()])],
  frexp: [at((m) => [m.between(0.55, 0.95, 5)])],
  narrowCopy: [at((m) => [m.normal(4)], given(0, 1, 2))],
  sumToSize: [at(square, given([1, 3]))],
  fillDiagonal_: [at((m) => [m.normal(3, 3)], given(1.5))],
  copy_: [at((m) => [m.normal(2, 3), m.normal(3)])],
  fill_: [at((m) => [m.normal(2, 3), m.normal()]), at(square, given(2))],
  zero_: [at(square)],
};

/** Methods without a derivative, and why. */
export const notDifferentiable: Readonly<Record<string, string>> = {
  // what a tensor is, not what it holds
  ...reason(
    "identity and metadata",
    "self shape size strides ndim numel dtype device layout isContiguous isSame version dataPointer isDisposed toString",
  ),
  ...reason("data in JavaScript", "item itemBigInt itemComplex toBytes toTypedArray memory toArray toJSON"),
  ...reason("ownership", "keep share dispose setData pinMemory"),
  ...reason(
    "autograd itself",
    "requiresGrad requiresGrad_ isLeaf isInference gradFn grad retainGrad backward registerHook detach detach_",
  ),
  ...reason(
    "the result is bool or a JavaScript boolean",
    "eq ne lt le gt ge isclose allclose equal isin isnan isinf isposinf isneginf isfinite isreal signbit any all " +
      "logicalAnd logicalOr logicalXor logicalNot bool",
  ),
  ...reason(
    "0 or 1 in the tensor's dtype",
    "eq_ ne_ lt_ le_ gt_ ge_ logicalAnd_ logicalOr_ logicalXor_ logicalNot_",
  ),
  ...reason(
    "the result is whole numbers",
    "argmax argmin countNonzero argsort searchsorted bucketize bincount nonzero nonzeroTuple argwhere oneHot long int short byte",
  ),
  ...reason(
    "whole numbers only",
    "gcd gcd_ lcm lcm_ bitwiseAnd bitwiseAnd_ bitwiseOr bitwiseOr_ bitwiseXor bitwiseXor_ bitwiseNot bitwiseNot_ " +
      "bitwiseLeftShift bitwiseLeftShift_ bitwiseRightShift bitwiseRightShift_",
  ),
  ...reason(
    "metadata, or a tensor that does not depend on this one's elements",
    "isNonzero isSameSize isSigned storageOffset newEmpty newFull newOnes newZeros nonzeroStatic",
  ),
  ...reason(
    "not differentiable in this tensor, but in x, which rarer.test.ts checks",
    "igamma igamma_ igammac igammac_",
  ),
  ...reason("libtorch has no derivative for it: counts", "histogram"),
  ...reason("too coarse for differences of 1e-6", "float half bfloat16"),
  ...reason(
    "libtorch has no derivative for it",
    "nextafter nextafter_ heaviside heaviside_ histc floorDivide floorDivide_ viewDtype asinh_ acosh_ atanh_",
  ),
  ...reason(
    "random",
    "normal_ uniform_ bernoulli_ exponential_ geometric_ cauchy_ logNormal_ random_ bernoulli poisson multinomial",
  ),
  ...reason("libtorch has no derivative for it", "unique uniqueConsecutive"),
};

function reason(why: string, names: string): Record<string, string> {
  return Object.fromEntries(names.split(" ").map((name) => [name, why]));
}
