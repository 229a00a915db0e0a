// Finite-time Lyapunov exponents that can be differentiated.
import { scope, type Tensor, TorchError, zeros } from "@throughline/torch";
import { checkOptions, oneOf, optional, type Rules, whole } from "@throughline/torch/checks";
import { aTensor, checkCell, checkDirections, givenTensor } from "../arguments.js";
import type { RecurrentCell } from "../cells/cell.js";
import type { Coordinates } from "../cells/fused.js";
import { advance } from "../systems/advance.js";
import { driven } from "../systems/driven.js";
import { orthonormalFrame } from "./frame.js";

/** Options of `finiteTimeExponents`. */
export interface ExponentOptions {
  /** Number of exponents, the largest first. Default: all, the size of the state. */
  readonly k?: number;
  /**
   * Steps at the beginning that do not count, while the state and the tangent vectors settle. Default: the released code's
   * 10 + ⌈steps / 10⌉, or half of the steps where that is less.
   */
  readonly skip?: number;
  /** Steps between two decompositions; must divide the steps and `skip`. Default 1, the released code's. */
  readonly interval?: number;
  /** The state before the first step, [B, N]. Default: zeros. */
  readonly state?: Tensor;
  /** Orthonormal tangent vectors to start from, [batch or 1, k, stateSize]. Default: `orthonormalFrame`. */
  readonly frame?: Tensor;
  /** Coordinates of tangent vectors, where a cell leaves the choice. Default `state`. */
  readonly coordinates?: Coordinates;
}

export const exponentRules: Rules<ExponentOptions> = {
  k: optional(whole(1, 1)),
  skip: optional(whole(0, 0)),
  interval: optional(whole(1, 1)),
  state: optional(aTensor),
  frame: optional(aTensor),
  coordinates: optional(oneOf(["state", "rate"], "state")),
};

/**
 * The k largest Lyapunov exponents of a driven recurrent net over the steps of `inputs`, in nats per step:
 * λ_i = Σ_s ln R_ii(s) / (steps − skip), over the decompositions Q R ← D Q after `skip` (paper, algorithm 1).
 *
 * Differentiable once through states, Jacobians and decompositions. Cells that the kernels know run there; of others only
 * `step` is needed.
 *
 * @param inputs [T, B, F]; each sequence has exponents of its own
 * @returns [B, k], in the order of the decomposition: descending up to fluctuations; −∞ where Jacobians are singular
 * @throws TorchError if sizes do not fit, or `skip` leaves no steps
 */
export function finiteTimeExponents(
  cell: RecurrentCell,
  inputs: Tensor,
  options: ExponentOptions = {},
): Tensor {
  const who = "finiteTimeExponents";
  checkCell(who, cell);
  checkOptions(who, exponentRules, options);
  if (
    givenTensor(`${who}: inputs`, inputs).ndim !== 3 ||
    inputs.size(0) === 0 ||
    inputs.size(2) !== cell.inputSize
  ) {
    throw new TorchError(
      "torch/argument",
      `${who}: expects inputs [time, batch, ${cell.inputSize}], got [${inputs.shape}]`,
    );
  }
  const [steps = 0, batch = 0] = inputs.shape;
  const { k = cell.stateSize, interval = 1, coordinates = "state" } = options;
  const { skip = defaultSkip(steps, interval) } = options;
  checkDirections(who, k, cell);
  if (skip >= steps || steps % interval !== 0 || skip % interval !== 0) {
    throw new TorchError(
      "torch/argument",
      `${who}: skip (${skip}) must be less than the steps (${steps}), and the interval (${interval}) must divide both`,
    );
  }
  return scope(() => {
    const { dtype, device } = inputs;
    const state = options.state ?? zeros([batch, cell.stateSize], { dtype, device });
    const start =
      options.frame ?? orthonormalFrame(cell.stateSize, k, { dtype: dtype as "float32" | "float64", device });
    const frame = start.expand([batch, k, cell.stateSize]);
    const { logs } = advance(driven(cell, inputs, { coordinates }), state, frame, 0, steps, interval);
    const counted = logs.narrow(0, skip / interval, (steps - skip) / interval);
    return counted.sum({ dim: 0 }).div(steps - skip);
  });
}

function defaultSkip(steps: number, interval: number): number {
  const wanted = Math.min(10 + Math.ceil(steps / 10), Math.floor(steps / 2));
  return Math.ceil(wanted / interval) * interval;
}
