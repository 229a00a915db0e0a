// One step of the Runge–Kutta method DOP853, and how far off it is.
import { cat, empty, fromTypedArray, stack, type Tensor } from "@throughline/torch";
import type { Field } from "./field.js";
import type { Settings } from "./settings.js";
import { fifthOrderError, matrix, nodes, stages, thirdOrderError, weights } from "./tableau.js";

/** The coefficients as tensors of one dtype on one device. */
export interface Coefficients {
  /** Row i: a of stage i. */
  readonly rows: readonly Tensor[];
  readonly weights: Tensor;
  /** [2, stages]: the error estimates of order 5 and 3. */
  readonly errors: Tensor;
}

/** The coefficients for rows like `like`. */
export function coefficientsFor(like: Tensor): Coefficients {
  const { dtype, device } = like;
  const vector = (values: readonly number[]): Tensor =>
    fromTypedArray(Float64Array.from(values)).to({ dtype, device });
  return {
    rows: matrix.slice(1).map(vector),
    weights: vector(weights),
    errors: stack([vector(fifthOrderError), vector(thirdOrderError)]),
  };
}

/** Result of a step. */
export interface Trial {
  readonly rows: Tensor;
  /** Error in units of the tolerance, the greatest over all states and tangent vectors; accepted up to 1. */
  readonly error: number;
}

/**
 * A step of length h from rows [R, N] at time t, where their derivative is `rate`; the first `batch` rows are states, the
 * others tangent vectors.
 */
export function tryStep(
  field: Field,
  coefficients: Coefficients,
  { rows, rate, t, h }: { rows: Tensor; rate: Tensor; t: number; h: number },
  settings: Settings,
  batch: number,
): Trial {
  const { shape, dtype, device } = rows;
  const flat = rows.reshape([-1]);
  const slopes = empty([stages, flat.numel], { dtype, device });
  slopes.select(0, 0).copy_(rate.reshape([-1]));
  const combine = (count: number, factors: Tensor): Tensor =>
    flat.addmv(slopes.narrow(0, 0, count).t(), factors, { alpha: h }).view(shape);
  for (let i = 1; i < stages; i++) {
    const slope = field(combine(i, coefficients.rows[i - 1]!), t + nodes[i]! * h);
    slopes.select(0, i).copy_(slope.reshape([-1]));
  }
  const next = combine(stages, coefficients.weights);
  const errors = coefficients.errors.mm(slopes).view([2, ...shape]);
  return { rows: next, error: errorNorm(errors, rows, next, h, settings, batch) };
}

/** Hairer's combination of the two estimates, |h| e₅² / √(e₅² + 0.01 e₃²), for each row; the greatest of them. */
function errorNorm(
  errors: Tensor,
  before: Tensor,
  after: Tensor,
  h: number,
  settings: Settings,
  batch: number,
): number {
  const scale = scaleOf(before, after, settings, batch);
  const squares = errors.div(scale).square().mean({ dim: -1 }).to("float64").toTypedArray();
  const rows = squares.length / 2;
  let worst = 0;
  for (let row = 0; row < rows; row++) {
    const fifth = Number(squares[row]);
    const third = Number(squares[rows + row]);
    if (fifth === 0) continue;
    const error = (Math.abs(h) * fifth) / Math.sqrt(fifth + 0.01 * third);
    if (!(error <= worst)) worst = error; // NaN wins, and stays
    if (Number.isNaN(worst)) break;
  }
  return worst;
}

/** Scale of an error of 1 tolerance: for each variable of a state, and for a tangent vector by its length. */
function scaleOf(before: Tensor, after: Tensor, { atol, rtol }: Settings, batch: number): Tensor {
  const states = before
    .narrow(0, 0, batch)
    .abs()
    .maximum(after.narrow(0, 0, batch).abs())
    .mul(rtol)
    .add(atol);
  const tangents = before.shape[0]! - batch;
  if (tangents === 0) return states;
  const length = (rows: Tensor): Tensor =>
    rows.narrow(0, batch, tangents).square().mean({ dim: 1, keepdim: true }).sqrt();
  const lengths = length(before).maximum(length(after)).mul(rtol).clamp({ min: Number.MIN_VALUE });
  return cat([states, lengths.expand([tangents, before.shape[1]!])]);
}
