// Alternatives to flossing: penalties on the weights or on one-step Jacobians, added to the task's loss.

import { eye, linalg, noGrad, scope, type Tensor, TorchError } from "@throughline/torch";
import { notAccepted } from "@throughline/torch/checks";
import type { RecurrentCell } from "../cells/cell.js";
import { VanillaCell } from "../cells/vanilla.js";

/** A trajectory that penalties may look at. */
export interface Trajectory {
  /** A cell with its recurrent weights as `weight_hh`, as in PyTorch. */
  readonly cell: RecurrentCell & { readonly weight_hh?: Tensor };
  /** [T, B, F] */
  readonly inputs: Tensor;
  /** [B, N], before the first step */
  readonly start: Tensor;
  /** [T, B, N] */
  readonly states: Tensor;
  /** The gradient of the task's loss at each step's drive, [T, B, N]; only for `gradientNormPenalty`. */
  readonly driveGradient?: Tensor;
}

export type PenaltyKind = "spectral-norm" | "orthogonality" | "jacobian-norm" | "gradient-norm";

export const penaltyKinds: readonly PenaltyKind[] = [
  "spectral-norm",
  "orthogonality",
  "jacobian-norm",
  "gradient-norm",
];

/** The penalty of a name. @throws TorchError for a cell that it is not defined for */
export function penaltyOf(kind: PenaltyKind, trajectory: Trajectory): Tensor {
  if (!penaltyKinds.includes(kind)) throw notAccepted("the penalty's kind", kind, penaltyKinds.join(", "));
  if (kind === "spectral-norm") return spectralNormPenalty(trajectory);
  if (kind === "orthogonality") return orthogonalityPenalty(trajectory);
  if (!(trajectory.cell instanceof VanillaCell)) {
    throw new TorchError(
      "torch/argument",
      `the penalty ${kind} is defined for vanilla nets; use spectral-norm or orthogonality`,
    );
  }
  return kind === "jacobian-norm" ? jacobianNormPenalty(trajectory) : gradientNormPenalty(trajectory);
}

/** (‖W‖₂ − 1)²: the largest singular value of the recurrent weights at 1; of a gated cell, the mean over its gates. */
export function spectralNormPenalty({ cell }: Trajectory): Tensor {
  return scope(() => linalg.svdvals(gatesOf(cell)).amax({ dim: -1 }).sub(1).square().mean());
}

/** ‖WᵀW − I‖²_F / N: orthogonal recurrent weights; of a gated cell, the mean over its gates. */
export function orthogonalityPenalty({ cell }: Trajectory): Tensor {
  return scope(() => {
    const weights = gatesOf(cell);
    const [, units = 1] = weights.shape;
    const { dtype, device } = weights;
    const identity = eye(units, { dtype, device });
    return weights
      .transpose(1, 2)
      .matmul(weights)
      .sub(identity)
      .square()
      .sum({ dim: [1, 2] })
      .div(units)
      .mean();
  });
}

/** The recurrent weights gate by gate: [gates, units, units]. */
function gatesOf({ weight_hh: weight }: Trajectory["cell"]): Tensor {
  if (weight === undefined) {
    throw new TorchError(
      "torch/argument",
      "penalties on weights need a cell whose recurrent weights are named weight_hh",
    );
  }
  const units = weight.size(1);
  return weight.view([weight.size(0) / units, units, units]);
}

/**
 * The mean over time of (‖D_t‖_F² / N − 1)²: each one-step Jacobian keeps the mean squared length of vectors. It sees one
 * step at a time, and none of the correlations between steps that exponents are made of.
 */
export function jacobianNormPenalty(trajectory: Trajectory): Tensor {
  return scope(() => {
    const { cell, inputs, start, states } = trajectory;
    if (!(cell instanceof VanillaCell))
      throw new TorchError("torch/argument", "jacobianNormPenalty: needs a vanilla net");
    const { weight, left, direct, extra } = cell.jacobians(inputs, start, states);
    // ‖diag(a) + diag(l) W diag(r)‖²_F = l²ᵀ (W ⊙ W) r² + Σ_i (a_i + 2 l_i W_ii r_i) a_i for a net with one gate.
    const matrix = weight.squeeze(0);
    const squares = matrix.square();
    const units = squares.size(0);
    const rows = extra === undefined ? squares.sum({ dim: 1 }) : extra.square().matmul(squares.t());
    let terms = left.square().mul(rows);
    if (direct !== undefined) {
      const own = left.mul(matrix.diagonal()).mul(2);
      terms = terms.add((extra === undefined ? own : own.mul(extra)).add(direct).mul(direct));
    }
    return terms.sum({ dim: -1 }).div(units).sub(1).square().mean();
  });
}

/**
 * Ω = mean_t (‖g_{t+1} D_t‖ / ‖g_{t+1}‖ − 1)² with g_{t+1} = ∂L/∂x_{t+1}, the norm-preserving regulariser of Pascanu et al.
 * 2013, eq. 9. As there, g and the states count as constants: only W in D_t is differentiated. For nets of
 * form `pre`, whose drive has the gradient of the state, up to a factor.
 */
export function gradientNormPenalty(trajectory: Trajectory): Tensor {
  return scope(() => {
    const { cell, inputs, start, states, driveGradient } = trajectory;
    if (driveGradient === undefined || !(cell instanceof VanillaCell && cell.form === "pre"))
      throw new TorchError(
        "torch/argument",
        'gradientNormPenalty: needs a vanilla net of form "pre" and its drive gradient',
      );
    const { left, direct, extra } = noGrad(() => cell.jacobians(inputs, start, states.detach()));
    const gradient = driveGradient;
    const norm = gradient.square().sum({ dim: -1 }).sqrt();
    let back = gradient.mul(left.squeeze(1)).matmul(cell.weight_hh);
    if (extra !== undefined) back = back.mul(extra.squeeze(1));
    if (direct !== undefined) back = back.add(gradient.mul(direct.squeeze(1)));
    const ratio = back.square().sum({ dim: -1 }).add(1e-30).sqrt().div(norm.add(1e-15));
    // A gradient that has vanished already is not counted.
    const counts = norm.gt(1e-12).to(norm.dtype);
    return ratio
      .sub(1)
      .square()
      .mul(counts)
      .sum()
      .div(counts.sum().clamp({ min: 1 }));
  });
}
