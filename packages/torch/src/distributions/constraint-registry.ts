// From all numbers to the values of a constraint (`torch.distributions.constraint_registry`).
import { show } from "../checks/show.js";
import { TorchError } from "../errors.js";
import { isTensor } from "../tensor/operand.js";
import {
  type Constraint,
  corrCholesky,
  IndependentConstraint,
  Interval,
  lowerCholesky,
  PartsConstraint,
  positiveDefinite,
  positiveSemidefinite,
  real,
  simplex,
} from "./constraints.js";
import type { Transform } from "./transform.js";
import { AffineTransform } from "./transform-affine.js";
import {
  CorrCholeskyTransform,
  LowerCholeskyTransform,
  PositiveDefiniteTransform,
} from "./transform-cholesky.js";
import { ComposeTransform, identityTransform } from "./transform-compose.js";
import { ExpTransform, SigmoidTransform } from "./transform-elementwise.js";
import { IndependentTransform } from "./transform-independent.js";
import { CatTransform, StackTransform } from "./transform-parts.js";
import { SoftmaxTransform, StickBreakingTransform } from "./transform-simplex.js";

/** How one constraint is reached from all numbers. */
export interface ConstraintTransforms {
  /** One value for one value, so that densities can be carried over. */
  bijectTo?(): Transform;
  /** Not necessarily one to one, for optimisation. Default: as `bijectTo`. */
  transformTo?(): Transform;
}

type Purpose = keyof ConstraintTransforms;

const registered = new Map<Constraint, ConstraintTransforms>([
  [real, { bijectTo: () => identityTransform }],
  [simplex, { bijectTo: () => new StickBreakingTransform(), transformTo: () => new SoftmaxTransform() }],
  [corrCholesky, { bijectTo: () => new CorrCholeskyTransform() }],
  [lowerCholesky, { transformTo: () => new LowerCholeskyTransform() }],
  [positiveDefinite, { transformTo: () => new PositiveDefiniteTransform() }],
  [positiveSemidefinite, { transformTo: () => new PositiveDefiniteTransform() }],
]);

/** Adds a constraint of one's own, or other transforms for one that is known. */
export function registerConstraint(constraint: Constraint, transforms: ConstraintTransforms): void {
  registered.set(constraint, transforms);
}

/**
 * A bijective transform from all numbers to the values of `constraint`: exp for numbers above a bound, sigmoid for an
 * interval, stick breaking for the simplex. `torch.distributions.biject_to`.
 * @throws TorchError `torch/distribution` if there is none, as for whole numbers; `lowerCholesky` and `positiveDefinite` have
 * only `transformTo`
 */
export function bijectTo(constraint: Constraint): Transform {
  return reach("bijectTo", constraint);
}

/**
 * A transform from all numbers to the values of `constraint`, not necessarily one to one: softmax for the simplex,
 * otherwise as `bijectTo`. `torch.distributions.transform_to`.
 * @example
 * const scale = transformTo(constraints.positive).forward(parameter);
 * @throws TorchError `torch/distribution` if there is none, as for whole numbers
 */
export function transformTo(constraint: Constraint): Transform {
  return reach("transformTo", constraint);
}

function reach(purpose: Purpose, constraint: Constraint): Transform {
  const own = registered.get(constraint);
  const make = own?.[purpose] ?? own?.bijectTo;
  if (make !== undefined && (purpose === "transformTo" || own?.bijectTo === make)) return make();
  const found = composite(purpose, constraint);
  if (found !== undefined) return found;
  throw new TorchError(
    "torch/distribution",
    `${purpose}: there is no transform to ${constraint?.accepted ?? show(constraint)}; registerConstraint adds one`,
  );
}

function composite(purpose: Purpose, constraint: Constraint): Transform | undefined {
  if (constraint instanceof IndependentConstraint)
    return new IndependentTransform(reach(purpose, constraint.base), constraint.reinterpretedBatchNdims);
  if (constraint instanceof PartsConstraint) {
    const { parts, dim, lengths } = constraint;
    const transforms = parts.map((part) => reach(purpose, part));
    return lengths === undefined
      ? new StackTransform(transforms, { dim })
      : new CatTransform(transforms, { dim, lengths });
  }
  return constraint instanceof Interval && !constraint.isDiscrete ? toInterval(constraint) : undefined;
}

/** e to the power of x from one bound, or sigmoid between both. */
function toInterval({ lowerBound: low, upperBound: high }: Interval): Transform {
  if (low !== undefined && high !== undefined) {
    if (low === 0 && high === 1) return new SigmoidTransform();
    const width = isTensor(high) ? high.sub(low) : isTensor(low) ? low.rsub(high) : high - low;
    return new ComposeTransform([new SigmoidTransform(), new AffineTransform(low, width)]);
  }
  if (low === 0) return new ExpTransform();
  return new ComposeTransform([
    new ExpTransform(),
    low === undefined ? new AffineTransform(high!, -1) : new AffineTransform(low, 1),
  ]);
}
