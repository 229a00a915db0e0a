// One look at the dynamics of a recurrent net: what its gradients can and cannot do, in numbers.
import { noGrad, scope, type Tensor, TorchError, zeros } from "@throughline/torch";
import { callback, checkOptions, optional, type Rules, whole, wholeNumber } from "@throughline/torch/checks";
import { aTensor, checkCell, checkDirections, givenTensor, numbers } from "../arguments.js";
import type { RecurrentCell } from "../cells/cell.js";
import { finiteTimeExponents } from "../floss/exponents.js";
import { longTermJacobian } from "../spectrum/long-term.js";
import { driven } from "../systems/driven.js";
import { gradientNorms } from "./gradient-norms.js";

/** Options of `observeDynamics`. */
export interface DynamicsOptions {
  /** The states before the first step, [B, N]. Default: zeros. */
  readonly state?: Tensor;
  /** Steps at the beginning that do not count, while states and tangent vectors settle. Default: as `finiteTimeExponents`. */
  readonly skip?: number;
  /**
   * A loss of the last states [B, N], whose gradient is followed back; its sequences must not mix. Default: the
   * projection on one random direction, the same at every look.
   */
  readonly loss?: (last: Tensor) => Tensor;
  /**
   * Distance to which gradients are followed back and condition numbers forward, in steps. Default: all but the skipped
   * steps.
   */
  readonly horizon?: number;
  /** Numbers of leading directions to compute condition numbers for, in the order of drawing. Default: half, a quarter, all. */
  readonly directions?: readonly number[];
}

const rules: Rules<DynamicsOptions> = {
  state: optional(aTensor),
  skip: optional(whole(0, 0)),
  loss: callback(),
  horizon: optional(whole(1, 1)),
  directions: optional(numbers),
};

/** Measurements. Means over the batch; JSON-safe, with null where a value is infinite. */
export interface Dynamics {
  /** λ₁ … λ_N over the steps that count, in nats per step; null for −∞. */
  readonly exponents: readonly (number | null)[];
  /** Steps back from the last one, from 0. */
  readonly lags: readonly number[];
  /** ‖∂L/∂h_{T−lag}‖ / ‖∂L/∂h_T‖ for a loss L at the last step T; mean over the sequences. */
  readonly gradientNorms: readonly (number | null)[];
  /** t − τ, in steps. */
  readonly horizons: readonly number[];
  /** m: how many leading directions. */
  readonly directions: readonly number[];
  /** ln κ⁽ᵐ⁾ = ln σ₁ − ln σ_m of the long-term Jacobian: [direction][horizon]; null where σ_m is 0. */
  readonly logConditions: readonly (readonly (number | null)[])[];
}

/**
 * Looks at a net under given inputs: its finite-time Lyapunov spectrum, how much of a gradient is left over how many steps,
 * and how differently directions grow, up to which condition number error feedback is squeezed. Changes nothing and draws no
 * random numbers, so that it can be called anywhere in a training loop; give the same inputs each time.
 * @param inputs [T, B, F]; of float64 nets in float64, which loses no small exponents
 * @throws TorchError if sizes do not fit, or there are too few steps
 *
 * @example
 * const looks = [];
 * for (let epoch = 0; epoch < epochs; epoch++) {
 *   if (epoch % 100 === 0) looks.push({ epoch, ...observeDynamics(cell, probe) });
 *   trainingStep();
 * }
 * writeFileSync("dynamics.svg", renderSvg(dynamicsFigure(looks)));
 */
export function observeDynamics(
  cell: RecurrentCell,
  inputs: Tensor,
  options: DynamicsOptions = {},
): Dynamics {
  const who = "observeDynamics";
  checkCell(who, cell);
  checkOptions(who, rules, options);
  const [steps = 0, batch = 0, features] = givenTensor(`${who}: inputs`, inputs).shape;
  if (inputs.ndim !== 3 || steps < 2 || features !== cell.inputSize) {
    throw new TorchError(
      "torch/argument",
      `${who}: expects inputs [time, batch, ${cell.inputSize}] of 2 steps or more, got [${inputs.shape}]`,
    );
  }
  const size = cell.stateSize;
  const { skip = Math.min(10 + Math.ceil(steps / 10), Math.floor(steps / 2)) } = options;
  const { horizon = steps - skip, directions = usualDirections(size) } = options;
  wholeNumber(`${who}: horizon`, horizon, 1);
  if (skip + horizon > steps) {
    throw new TorchError(
      "torch/argument",
      `${who}: skip (${skip}) and horizon (${horizon}) are more than the ${steps} steps of the inputs`,
    );
  }
  for (const m of directions) checkDirections(who, m, cell);
  return noGrad(() =>
    scope(() => {
      const { dtype, device } = inputs;
      const state = options.state?.detach() ?? zeros([batch, size], { dtype, device });
      const exponents = finiteTimeExponents(cell, inputs, { skip, state });
      // A singular value decomposition costs as much as many steps.
      const horizons = spread(horizon, 12);
      const { logCondition } = longTermJacobian(driven(cell, inputs), {
        ...{ initial: state, transient: skip, horizons },
      });
      const norms = gradientNorms(cell, inputs, state, horizon, options.loss);
      const lags = [0, ...spread(horizon, 50)];
      return {
        exponents: meanOver(exponents.toArray() as number[][]),
        lags,
        gradientNorms: meanOver(lags.map((lag) => norms[lag]!).reduce(transposed, [])),
        horizons,
        directions: [...directions],
        logConditions: directions.map((m) => logCondition(m).map((members) => finite(mean(members)))),
      };
    }),
  );
}

function usualDirections(size: number): number[] {
  const some = [Math.ceil(size / 2), Math.ceil(size / 4), size];
  return [...new Set(some)];
}

/** 1, 2, 5, 10, and about `count` more, evenly spread, up to the longest. */
function spread(longest: number, count: number): number[] {
  const every = Math.max(1, Math.ceil(longest / count));
  const even = Array.from({ length: Math.floor(longest / every) }, (_, i) => (i + 1) * every);
  const all = [1, 2, 5, 10, ...even, longest].filter((step) => step <= longest);
  return [...new Set(all)].sort((a, b) => a - b);
}

/** Rows of sequences from rows of lags. */
function transposed(rows: number[][], next: readonly number[]): number[][] {
  return next.map((value, i) => [...(rows[i] ?? []), value]);
}

/** Means over the rows. */
function meanOver(rows: readonly (readonly number[])[]): (number | null)[] {
  return (rows[0] ?? []).map((_, i) => finite(mean(rows.map((row) => row[i]!))));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
