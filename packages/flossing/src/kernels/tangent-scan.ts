// flossing::tangent_scan, typed.
import type { Tensor } from "@throughline/torch";
import { knownOptions, type OptionNames } from "@throughline/torch/checks";
import { operators } from "./library.js";

/**
 * One-step Jacobians without the matrices: with P_g = U_g (r ⊙ Q) for each gate's weight U_g,
 *
 * - `gated`: D Q = α ⊙ Q + Σ_g l_g ⊙ P_g
 * - `lstm`, Q = (Q_h, Q_c): C = f ⊙ Q_c + l_i ⊙ P_i + l_f ⊙ P_f + l_g ⊙ P_g, H = l_o ⊙ P_o + m ⊙ C
 */
export interface JacobianFactors {
  readonly kind: "gated" | "lstm";
  /** U: [nets, gates · units, units] */
  readonly weight: Tensor;
  /** l: [time, nets, batch, gates · units] */
  readonly left: Tensor;
  /** α or f: [time, nets, batch, units]; left out: 0 */
  readonly direct?: Tensor;
  /** r or m: [time, nets, batch, units]; left out: 1 */
  readonly extra?: Tensor;
}

/** Result of `tangentScan`. */
export interface TangentScan {
  /** ln R_ii: [time / interval, nets, batch, vectors]; −∞ where vectors have become dependent */
  readonly logs: Tensor;
  /** The tangent vectors after the last step: [nets, batch, size, vectors] */
  readonly frame: Tensor;
}

/** Options of `tangentScan`. */
export interface TangentOptions {
  /** Steps between two decompositions; must divide the steps; 0: none at all. Default 1. */
  readonly interval?: number;
  /** Use one ATen operator after another instead of the kernel, as other devices than the CPU do. Default false. */
  readonly reference?: boolean;
}

const factorNames: OptionNames<JacobianFactors> = {
  kind: true,
  weight: true,
  left: true,
  direct: true,
  extra: true,
};
const names: OptionNames<TangentOptions> = { interval: true, reference: true };

/**
 * Carries tangent vectors along trajectories, Q ← D_t Q, and decomposes them at every `interval`-th step, Q R ← Q, with a
 * positive diagonal of R (Benettin et al. 1980; paper, algorithm 1). Differentiable once with respect to every tensor:
 * the derivative of the decomposition is exact where R is invertible; vectors of length 0 carry no gradient.
 *
 * @param frame [nets, batch, size, vectors], orthonormal columns
 * @throws TorchError if sizes, dtypes or devices do not fit together, or `interval` does not divide the steps
 */
export function tangentScan(
  factors: JacobianFactors,
  frame: Tensor,
  options: TangentOptions = {},
): TangentScan {
  const {
    kind,
    weight,
    left,
    direct = null,
    extra = null,
  } = knownOptions("tangentScan: factors", factorNames, factors);
  knownOptions("tangentScan", names, options);
  const { tangentScan: scan, tangentScanReference } = operators();
  const operator = (options.reference ? tangentScanReference : scan)!;
  const [logs, last] = operator(kind, weight, left, direct, extra, frame, options.interval ?? 1) as [
    Tensor,
    Tensor,
  ];
  return { logs, frame: last };
}
