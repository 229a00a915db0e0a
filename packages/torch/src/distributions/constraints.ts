// Values that parameters and samples may have (`torch.distributions.constraints`).
import { noGrad } from "../autograd.js";
import { show } from "../checks/show.js";
import { full } from "../creation.js";
import { TorchError } from "../errors.js";
import { cat as concatenate, stack as pile } from "../joining.js";
import { choleskyEx, eigvalsh } from "../linalg.js";
import { scope } from "../memory.js";
import type { Tensor } from "../tensor/index.js";
import { isTensor } from "../tensor/operand.js";
import { floatInfo } from "./float-info.js";

/** A set of values. */
export interface Constraint {
  /** Description of the set, for the error. */
  readonly accepted: string;
  /** Number of last dimensions that are judged together, as a vector or a matrix. Default 0. */
  readonly eventDim?: number;
  /** True for sets of separate values. Default false. */
  readonly isDiscrete?: boolean;
  /**
   * The elements of `value` that are in the set, as bools of its shape without the event's dimensions, or [] if only the
   * whole can be judged.
   */
  holds(value: Tensor): Tensor;
}

/** A bound of an interval: a number, or a tensor that broadcasts with the values. */
export type Bound = number | Tensor;

interface IntervalKind {
  /** The lower bound itself is left out. */
  readonly openBelow?: boolean;
  /** The upper bound itself is left out. */
  readonly openAbove?: boolean;
  /** Whole numbers only. */
  readonly whole?: boolean;
}

/** Numbers between two bounds, of which either may be missing. */
export class Interval implements Constraint {
  readonly isDiscrete: boolean;
  /** True if `lowerBound` itself is left out. */
  readonly isOpenBelow: boolean;
  /** True if `upperBound` itself is left out. */
  readonly isOpenAbove: boolean;

  readonly lowerBound: Bound | undefined;
  readonly upperBound: Bound | undefined;

  constructor(
    lowerBound: Bound | undefined,
    upperBound: Bound | undefined,
    { openBelow = false, openAbove = false, whole = false }: IntervalKind = {},
  ) {
    this.lowerBound = lowerBound;
    this.upperBound = upperBound;
    this.isOpenBelow = openBelow;
    this.isOpenAbove = openAbove;
    this.isDiscrete = whole;
  }

  get accepted(): string {
    const [low, high] = [boundText(this.lowerBound), boundText(this.upperBound)];
    const what = this.isDiscrete ? "whole numbers" : "numbers";
    const top = high === undefined ? "" : this.isOpenAbove ? `below ${high}` : `at most ${high}`;
    if (low === undefined) return `${what} ${top}`;
    if (high === undefined) return `${what} ${this.isOpenBelow ? "above" : "of at least"} ${low}`;
    if (this.isOpenBelow) return `${what} above ${low} and ${top}`;
    return this.isOpenAbove ? `${what} from ${low} to below ${high}` : `${what} from ${low} to ${high}`;
  }

  holds(value: Tensor): Tensor {
    const { lowerBound, upperBound } = this;
    let inside = this.isDiscrete ? value.remainder(1).eq(0) : value.isnan().logicalNot();
    if (lowerBound !== undefined)
      inside = inside.logicalAnd(this.isOpenBelow ? value.gt(lowerBound) : value.ge(lowerBound));
    if (upperBound !== undefined)
      inside = inside.logicalAnd(this.isOpenAbove ? value.lt(upperBound) : value.le(upperBound));
    return inside;
  }
}

/** A bound as the error shows it; several different ones as their tensor. */
function boundText(bound: Bound | undefined): string | undefined {
  if (!isTensor(bound)) return bound === undefined ? undefined : String(bound);
  return scope(() => {
    if (bound.numel === 0) return show(bound);
    const { min, max } = bound.detach().aminmax();
    return min.item() === max.item() ? String(min.item()) : `the bounds ${show(bound)}`;
  });
}

/** Arrays of a base constraint's values, judged as one event. */
export class IndependentConstraint implements Constraint {
  readonly eventDim: number;
  readonly base: Constraint;
  readonly reinterpretedBatchNdims: number;

  constructor(base: Constraint, reinterpretedBatchNdims: number) {
    this.base = base;
    this.reinterpretedBatchNdims = reinterpretedBatchNdims;
    this.eventDim = (base.eventDim ?? 0) + reinterpretedBatchNdims;
  }

  get accepted(): string {
    return this.base.accepted;
  }

  get isDiscrete(): boolean {
    return this.base.isDiscrete ?? false;
  }

  holds(value: Tensor): Tensor {
    return allOfLast(this.base.holds(value), this.reinterpretedBatchNdims);
  }
}

/** Parts along a dimension, each in a set of its own. */
export class PartsConstraint implements Constraint {
  readonly parts: readonly Constraint[];
  readonly dim: number;
  /** Sizes of the parts along `dim`; undefined if each is one place of it, which has no dimension of its own. */
  readonly lengths: readonly number[] | undefined;

  constructor(parts: readonly Constraint[], dim: number, lengths: readonly number[] | undefined) {
    this.parts = parts;
    this.dim = dim;
    this.lengths = lengths;
  }

  get accepted(): string {
    return `along dimension ${this.dim}: ${this.parts.map(({ accepted }) => accepted).join("; ")}`;
  }

  get isDiscrete(): boolean {
    return this.parts.some(({ isDiscrete }) => isDiscrete);
  }

  get eventDim(): number {
    const largest = Math.max(...this.parts.map(({ eventDim = 0 }) => eventDim));
    return this.lengths === undefined && this.dim + largest < 0 ? largest + 1 : largest;
  }

  holds(value: Tensor): Tensor {
    const { lengths, dim, parts } = this;
    if (lengths === undefined) {
      const judged = parts.map((part, i) => part.holds(value.select(dim, i)));
      const inner = dim < 0 ? value.ndim + dim : dim;
      return inner < judged[0]!.ndim + 1 ? pile(judged, inner) : pile(judged, -1).all({ dim: -1 });
    }
    let start = 0;
    const judged = parts.map((part, i) => {
      const length = lengths[i]!;
      start += length;
      return part.holds(value.narrow(dim, start - length, length));
    });
    return concatenate(judged, dim);
  }
}

/** All numbers, infinite ones too. */
export const real: Constraint = {
  accepted: "numbers, not NaN",
  holds: (value) => value.isnan().logicalNot(),
};
export const boolean: Constraint = {
  accepted: "0 and 1",
  isDiscrete: true,
  holds: (value) => value.eq(0).logicalOr(value.eq(1)),
};

/** Numbers above `lowerBound`. */
export const greaterThan = (lowerBound: Bound): Interval =>
  new Interval(lowerBound, undefined, { openBelow: true });
/** Numbers of at least `lowerBound`. */
export const greaterThanEq = (lowerBound: Bound): Interval => new Interval(lowerBound, undefined);
/** Numbers below `upperBound`. */
export const lessThan = (upperBound: Bound): Interval =>
  new Interval(undefined, upperBound, { openAbove: true });
/** Numbers from `lowerBound` to `upperBound`. */
export const interval = (lowerBound: Bound, upperBound: Bound): Interval =>
  new Interval(lowerBound, upperBound);
/** Numbers from `lowerBound` up to but not `upperBound`. */
export const halfOpenInterval = (lowerBound: Bound, upperBound: Bound): Interval =>
  new Interval(lowerBound, upperBound, { openAbove: true });
/** Whole numbers from `lowerBound` to `upperBound`. */
export const integerInterval = (lowerBound: Bound, upperBound: Bound): Interval =>
  new Interval(lowerBound, upperBound, { whole: true });

export const positive: Constraint = greaterThan(0);
export const nonnegative: Constraint = greaterThanEq(0);
export const unitInterval: Constraint = interval(0, 1);
export const nonnegativeInteger: Constraint = new Interval(0, undefined, { whole: true });
export const positiveInteger: Constraint = new Interval(1, undefined, { whole: true });

/** `base` for each place of that many last dimensions, judged together; `base` itself for none. */
export function independent(base: Constraint, reinterpretedBatchNdims: number): Constraint {
  return reinterpretedBatchNdims === 0 ? base : new IndependentConstraint(base, reinterpretedBatchNdims);
}
export const realVector: Constraint = independent(real, 1);

/** The parts of a tensor along `dim`, of given lengths, each in a set of its own. */
export function cat(parts: readonly Constraint[], dim = 0, lengths?: readonly number[]): Constraint {
  return new PartsConstraint(parts, dim, lengths ?? parts.map(() => 1));
}

/** The places of dimension `dim`, each in a set of its own. */
export function stack(parts: readonly Constraint[], dim = 0): Constraint {
  return new PartsConstraint(parts, dim, undefined);
}

/** Vectors with a single 1 among zeros. */
export const oneHot: Constraint = {
  accepted: "vectors with a single 1 among zeros",
  eventDim: 1,
  isDiscrete: true,
  holds: (value) =>
    boolean
      .holds(value)
      .all({ dim: -1 })
      .logicalAnd(value.sum({ dim: -1 }).eq(1)),
};

/** Vectors of at least 0 with the sum 1, to 10⁻⁶. */
export const simplex: Constraint = {
  accepted: "vectors of numbers of at least 0 with the sum 1",
  eventDim: 1,
  holds: (value) =>
    value
      .ge(0)
      .all({ dim: -1 })
      .logicalAnd(value.sum({ dim: -1 }).sub(1).abs().lt(1e-6)),
};

/** Vectors of whole numbers of at least 0 with the sum `count`. */
export function multinomial(count: number): Constraint {
  return {
    accepted: `vectors of whole numbers of at least 0 with the sum ${count}`,
    eventDim: 1,
    isDiscrete: true,
    holds: (value) =>
      nonnegativeInteger
        .holds(value)
        .all({ dim: -1 })
        .logicalAnd(value.sum({ dim: -1 }).eq(count)),
  };
}

const square = (value: Tensor): boolean => value.ndim >= 2 && value.size(-1) === value.size(-2);

/** A matrix constraint, which holds for no matrix that is not square. */
function ofSquares(accepted: string, holds: (value: Tensor) => Tensor): Constraint {
  return {
    accepted,
    eventDim: 2,
    holds: (value) =>
      square(value)
        ? holds(value)
        : full(value.shape.slice(0, -2), false, { dtype: "bool", device: value.device }),
  };
}

const isLower = (value: Tensor): Tensor =>
  value
    .tril()
    .eq(value)
    .all({ dim: [-2, -1] });
const hasPositiveDiagonal = (value: Tensor): Tensor =>
  value.diagonal({ dim1: -2, dim2: -1 }).gt(0).all({ dim: -1 });
const isSymmetric = (value: Tensor): Tensor => value.isclose(value.mT, { atol: 1e-6 }).all({ dim: [-2, -1] });

export const lowerTriangular: Constraint = ofSquares("lower triangular matrices", isLower);
export const lowerCholesky: Constraint = ofSquares(
  "lower triangular matrices with a diagonal above 0",
  (value) => isLower(value).logicalAnd(hasPositiveDiagonal(value)),
);
/** Cholesky factors of correlation matrices: rows of length 1. */
export const corrCholesky: Constraint = ofSquares(
  "lower triangular matrices with a diagonal above 0 and rows of length 1",
  (value) => {
    const room = floatInfo(value.dtype).eps * value.size(-1) * 10;
    const lengths = value.square().sum({ dim: -1 }).sqrt();
    return lowerCholesky.holds(value).logicalAnd(lengths.sub(1).abs().le(room).all({ dim: -1 }));
  },
);
export const symmetric: Constraint = ofSquares("symmetric matrices", isSymmetric);
export const positiveSemidefinite: Constraint = ofSquares(
  "symmetric matrices without a negative eigenvalue",
  (value) => isSymmetric(value).logicalAnd(eigvalsh(value).ge(0).all({ dim: -1 })),
);
export const positiveDefinite: Constraint = ofSquares("symmetric, positive definite matrices", (value) =>
  isSymmetric(value).logicalAnd(choleskyEx(value).info.eq(0)),
);

/** True where all of the last `count` dimensions are. */
export function allOfLast(x: Tensor, count: number): Tensor {
  return count === 0 ? x : x.all({ dim: Array.from({ length: count }, (_, i) => -1 - i) });
}

/** @throws TorchError `torch/argument`, with the first value that is not in the set */
export function checkHolds(what: string, value: Tensor, constraint: Constraint): void {
  if (constraint instanceof IndependentConstraint) {
    checkHolds(what, value, constraint.base);
    return;
  }
  const wrong = scope(() =>
    noGrad(() => {
      const holds = constraint.holds(value);
      if (holds.all().item()) return undefined;
      const event = value.shape.slice(value.ndim - (constraint.eventDim ?? 0));
      const all = event.length === 0 ? value.broadcastTo(holds.shape) : value;
      const place = holds.flatten().logicalNot().nonzero().at(0, 0).item();
      return show(
        all
          .reshape([-1, ...event])
          .select(0, Number(place))
          .toArray(),
      );
    }),
  );
  if (wrong === undefined) return;
  throw new TorchError(
    "torch/argument",
    `${what} is ${show(value)} and holds ${wrong}, accepted: ${constraint.accepted}`,
  );
}
