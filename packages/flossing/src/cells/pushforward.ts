// Tangent vectors through one step of any cell, by forward-mode derivatives.
import { jvp, linalg, scope, type Tensor, where } from "@throughline/torch";
import type { RecurrentCell } from "./cell.js";

/** A state and tangent vectors at it. */
export interface Pushed {
  /** [batch, stateSize] */
  readonly state: Tensor;
  /** [batch, stateSize, vectors] */
  readonly frame: Tensor;
}

/**
 * The next state and D · frame, without D: every vector is a row of one batch, and one forward-mode pass serves all.
 * Differentiable with respect to the cell's parameters, the input, the state and the frame.
 * @param input [batch, inputSize]
 */
export function pushforward(cell: RecurrentCell, input: Tensor, { state, frame }: Pushed): Pushed {
  const [batch = 0, size = 0, vectors = 0] = frame.shape;
  return scope(() => {
    const inputs = repeatRows(input, vectors);
    const tangents = frame.transpose(1, 2).reshape([batch * vectors, size]);
    const { output, tangent } = jvp(
      (rows) => cell.step(inputs, rows),
      [repeatRows(state, vectors)],
      [tangents],
    );
    return {
      state: output.view([batch, vectors, size]).select(1, 0),
      frame: tangent.view([batch, vectors, size]).transpose(1, 2),
    };
  });
}

function repeatRows(rows: Tensor, times: number): Tensor {
  // Of a single row `reshape` alone would make a view whose rows share memory, which forward mode refuses.
  return rows
    .unsqueeze(1)
    .expand([-1, times, -1])
    .reshape([rows.size(0) * times, rows.size(1)])
    .contiguous();
}

/** Q R = frame with a positive diagonal of R; its logarithms [batch, vectors]. */
export function orthonormalise(frame: Tensor): { readonly frame: Tensor; readonly logs: Tensor } {
  return scope(() => {
    const { Q, R } = linalg.qr(frame);
    const diagonal = R.diagonal({ dim1: -2, dim2: -1 });
    const signs = where(diagonal.lt(0), -1, 1).to(Q.dtype);
    return { frame: Q.mul(signs.unsqueeze(-2)), logs: diagonal.abs().log() };
  });
}
