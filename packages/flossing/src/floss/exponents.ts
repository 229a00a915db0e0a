// Finite-time Lyapunov exponents that can be differentiated.
import { scope, stack, type Tensor, TorchError, zeros } from "@throughline/torch";
import type { RecurrentCell } from "../cells/cell.js";
import { checkCount, checkDirections } from "../cells/check.js";
import { type Coordinates, type FusedCell, isFused } from "../cells/fused.js";
import { orthonormalise, pushforward } from "../cells/pushforward.js";
import { tangentScan } from "../kernels/tangent-scan.js";
import { orthonormalFrame } from "./frame.js";

/** Options of `finiteTimeExponents`. */
export interface ExponentOptions {
  /** How many exponents, the largest first. Default: all, the size of the state. */
  readonly k?: number;
  /**
   * Steps at the beginning that do not count, while the state and the tangent vectors settle. Default: the released code's
   * 10 + ⌈steps / 10⌉, or half of the steps where that is less.
   */
  readonly skip?: number;
  /** Steps between two decompositions; must divide the steps and `skip`. Default 1, the released code's. */
  readonly interval?: number;
  /** The state before the first step, [batch, stateSize]. Default: zeros. */
  readonly state?: Tensor;
  /** Orthonormal tangent vectors to start from, [batch or 1, stateSize, k]. Default: `orthonormalFrame`. */
  readonly frame?: Tensor;
  /** Which tangent vectors, where a cell leaves the choice. Default `state`. */
  readonly coordinates?: Coordinates;
}

/**
 * The k largest Lyapunov exponents of a driven recurrent net over the steps of `inputs`, in nats per step:
 * λ_i = Σ_s ln R_ii(s) / (steps − skip), over the decompositions Q R ← D Q after `skip` (paper, algorithm 1).
 *
 * Differentiable once through states, Jacobians and decompositions. Cells that the kernels know run there; of others only
 * `step` is needed.
 *
 * @param inputs [time, batch, inputSize]; each sequence has exponents of its own
 * @returns [batch, k], in the order of the decomposition: descending up to fluctuations; −∞ where Jacobians are singular
 * @throws TorchError if sizes do not fit, or `skip` leaves no steps
 */
export function finiteTimeExponents(
  cell: RecurrentCell,
  inputs: Tensor,
  options: ExponentOptions = {},
): Tensor {
  const who = "finiteTimeExponents";
  if (inputs.ndim !== 3 || inputs.size(0) === 0 || inputs.size(2) !== cell.inputSize) {
    throw new TorchError(
      "torch/argument",
      `${who}: expects inputs [time, batch, ${cell.inputSize}], got [${inputs.shape}]`,
    );
  }
  const [steps = 0, batch = 0] = inputs.shape;
  const { k = cell.stateSize, interval = 1, coordinates = "state" } = options;
  const { skip = defaultSkip(steps, interval) } = options;
  checkDirections(who, k, cell);
  checkCount(who, "interval", interval);
  checkCount(who, "skip", skip, 0);
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
    const frame = start.expand([batch, cell.stateSize, k]);
    const logs = isFused(cell)
      ? fused(cell, inputs, state, frame, interval, coordinates)
      : stepwise(cell, inputs, state, frame, interval);
    return logs
      .narrow(0, skip / interval, (steps - skip) / interval)
      .sum({ dim: 0 })
      .div(steps - skip);
  });
}

function defaultSkip(steps: number, interval: number): number {
  const wanted = Math.min(10 + Math.ceil(steps / 10), Math.floor(steps / 2));
  return Math.ceil(wanted / interval) * interval;
}

/** ln R_ii of each decomposition, [time / interval, batch, k], by the kernels. */
function fused(
  cell: FusedCell,
  inputs: Tensor,
  state: Tensor,
  frame: Tensor,
  interval: number,
  coordinates: Coordinates,
): Tensor {
  const states = cell.scan(inputs, state);
  const factors = cell.jacobians(inputs, state, states, coordinates);
  return tangentScan(factors, frame.unsqueeze(0), { interval }).logs.squeeze(1);
}

/** The same from `step` alone. */
function stepwise(
  cell: RecurrentCell,
  inputs: Tensor,
  start: Tensor,
  frame: Tensor,
  interval: number,
): Tensor {
  const logs: Tensor[] = [];
  let now = { state: start, frame };
  for (const [t, input] of inputs.unbind(0).entries()) {
    now = pushforward(cell, input, now);
    if ((t + 1) % interval !== 0) continue;
    const { frame: orthonormal, logs: row } = orthonormalise(now.frame);
    now = { state: now.state, frame: orthonormal };
    logs.push(row);
  }
  return stack(logs, 0);
}
