// Cells whose steps and Jacobians run in the kernels.
import type { nn, Tensor } from "@throughline/torch";
import type { JacobianFactors } from "../kernels/tangent-scan.js";
import type { RecurrentCell } from "./cell.js";

/**
 * Coordinates of tangent vectors: those of the state itself, or, for a net whose state x is what enters the activation,
 * those of r = φ(x), as in the paper's released code. Their exponents agree for long times; over few steps they differ by
 * what happens at the two ends.
 */
export type Coordinates = "state" | "rate";

/** A cell that the kernels know: the same results as by `step`, many times as fast. */
export interface FusedCell extends RecurrentCell, nn.RecurrentCell {
  /** The states [T, B, N] for inputs [T, B, F] from `state` [B, N]. */
  scan(inputs: Tensor, state: Tensor, options?: { readonly drive?: Tensor }): Tensor;
  /**
   * The Jacobian of each step along a trajectory, ready for `tangentScan` (one net).
   * @param inputs [T, B, F]
   * @param state [B, N], before the first step
   * @param states [T, B, N], what `scan` gave
   */
  jacobians(inputs: Tensor, state: Tensor, states: Tensor, coordinates?: Coordinates): JacobianFactors;
}

/** True if the kernels know a cell. */
export function isFused(cell: RecurrentCell): cell is FusedCell {
  const { scan, jacobians } = (cell ?? {}) as Partial<FusedCell>;
  return typeof scan === "function" && typeof jacobians === "function";
}
