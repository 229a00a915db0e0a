// A dynamical system as the spectrum sees it: something that takes states one step further.
import type { Generator, Tensor } from "@throughline/torch";

/** The dtypes that spectra are computed in. */
export type FloatType = "float32" | "float64";

/** States and the tangent vectors that travel with them. */
export interface Tangent {
  /** [B, N] */
  readonly state: Tensor;
  /** Tangent vectors as rows, [B, k, N]: the transpose of the matrix Q of the literature. */
  readonly frame: Tensor;
}

/** Result of `advance`. */
export interface Advanced extends Tangent {
  /** ln |R_ii| of each re-orthonormalisation, [steps / interval, batch, k]. */
  readonly logs: Tensor;
  /**
   * Logarithm of the greatest condition number that tangent vectors had at a QR between these, where there are such QRs.
   */
  readonly worst?: number;
}

/** Result of `pushOrthonormal`: orthonormal tangent vectors, and the R of the QRs on the way. */
export interface Orthonormalised extends Tangent {
  /** R of every QR on the way, [B, k, k] with R_ii ≥ 0, first to last. */
  readonly factors: readonly Tensor[];
  /** ln of the greatest condition number that tangent vectors had at a QR. */
  readonly worst: number;
}

/** Options of a system's default initial states. */
export interface InitialOptions {
  readonly dtype: FloatType;
  readonly device: string;
  readonly generator: Generator;
}

/**
 * A dynamical system of N variables. `map`, `flow` and `driven` make one; an object with the first four members is one.
 * States are rows, [B, N]: a batch is as many independent trajectories, and rows must not influence each other.
 */
export interface System {
  /** N, numbers in a state. */
  readonly dimension: number;
  /** Time of one step in the unit that exponents are given in: 1 for maps and recurrent nets. */
  readonly dt: number;
  /** Unit of the exponents: nats per step or nats per unit of time. */
  readonly unit: "step" | "time";
  /**
   * The states [B, N] after step number `t` (a count from 0). Unless `jacobian`, `pushForward` or `advance` is given,
   * it is differentiated in forward mode, for which it gets every row k times: it must take any number of rows.
   */
  step(state: Tensor, t: number): Tensor;

  /** ∂ step(state, t)ᵢ / ∂ stateⱼ, [B, N, N], where forward mode is impossible or slower. */
  jacobian?(state: Tensor, t: number): Tensor;
  /** States and tangent vectors taken through steps `from` … `from + steps − 1`, without any QR. */
  pushForward?(state: Tensor, frame: Tensor, from: number, steps: number): Tangent;
  /**
   * Same as `pushForward` for orthonormal tangent vectors, with a QR at the end and as many on the way as keep them
   * well-conditioned: for systems that have something between two steps.
   */
  pushOrthonormal?(state: Tensor, frame: Tensor, from: number, steps: number): Orthonormalised;
  /** ln |det| of the Jacobian of these steps, [batch], where that is known without tangent vectors. */
  logDeterminant?(state: Tensor, from: number, steps: number): Tensor;
  /** Same as the function `advance`, fused. Used in its place where present. */
  advance?(state: Tensor, frame: Tensor, from: number, steps: number, interval: number): Advanced;

  /** Default initial states [B, N]; else standard normal ones. */
  initial?(batch: number, options: InitialOptions): Tensor;
  /** The dtype of the system's own tensors, which states must share; absent: any. */
  readonly dtype?: FloatType;
  /** Device of the system's own tensors; absent: `cpu`. */
  readonly device?: string;
  /** Number of members, for systems with a parameter or an input for each; absent: any. */
  readonly batch?: number;
  /** Number of steps; absent: any number. */
  readonly length?: number;
  /** Relative error of a tangent vector after one interval, where it is above rounding (adaptive integration). */
  tangentError?(dtype: FloatType): number;
}
