// Right-hand sides as the integrators see them: one matrix of rows that are states and the tangent vectors along them.
import { cat, eye, type Tensor } from "@throughline/torch";
import { pushByJvp } from "../advance.js";
import { refuse } from "../refuse.js";

/** d rows / dt at rows [batch·(1 + k), N]: the states first, then the tangent vectors of each state in succession. */
export type Field = (rows: Tensor, t: number) => Tensor;

/**
 * The vector field ẋ = f(x, t) for `batch` states, with its variational equation v̇ = ∂f/∂x · v for k tangent vectors of
 * each. `derivative` gets every state `repeat` times in succession.
 */
export function fieldOf(
  derivative: (state: Tensor, t: number, repeat: number) => Tensor,
  batch: number,
  k: number,
): Field {
  if (k === 0) return (rows, t) => checked(derivative(rows, t, 1), rows);
  return (rows, t) => {
    const n = rows.shape[1]!;
    const states = rows.narrow(0, 0, batch);
    const frame = rows.narrow(0, batch, batch * k).view([batch, k, n]);
    const pushed = pushByJvp((x, repeat) => checked(derivative(x, t, repeat), x), states, frame);
    return cat([pushed.state, pushed.frame.view([batch * k, n])]);
  };
}

/**
 * ẋ = f(x, t) for `batch` states, and after them as many rows [N] whose rates are the diagonal of ∂f/∂x: the sum of such a row
 * is the integral of the trace.
 */
export function traceFieldOf(
  derivative: (state: Tensor, t: number, repeat: number) => Tensor,
  batch: number,
): Field {
  return (rows, t) => {
    const n = rows.shape[1]!;
    const directions = eye(n, { dtype: rows.dtype, device: rows.device }).expand([batch, n, n]);
    const pushed = pushByJvp((x, repeat) => derivative(x, t, repeat), rows.narrow(0, 0, batch), directions);
    return cat([pushed.state, pushed.frame.diagonal({ dim1: 1, dim2: 2 })]);
  };
}

function checked(rate: Tensor, state: Tensor): Tensor {
  if (rate.shape.join() === state.shape.join()) return rate;
  throw refuse("integrate", `the derivative returned [${rate.shape}] for states [${state.shape}]`);
}
