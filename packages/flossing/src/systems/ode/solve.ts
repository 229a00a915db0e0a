// Integration of rows over an interval, with adaptive or fixed steps.
import { scope, type Tensor } from "@throughline/torch";
import type { Field } from "./field.js";
import { type Problem, walkOf } from "./walk.js";

/** Result of an integration. */
export interface Solution {
  readonly rows: Tensor;
  /** Steps that were accepted. */
  readonly steps: number;
  /** Steps that were tried again shorter. */
  readonly rejected: number;
  /** Number of evaluations of the derivative. */
  readonly evaluations: number;
}

/** Integrates d rows / dt = field from `from` to `to`, which may lie before it. */
export function solve(problem: Problem): Solution {
  const { rows, from, to } = problem;
  let evaluations = 0;
  const field: Field = (x, t) => {
    evaluations++;
    return problem.field(x, t);
  };
  if (from === to) return { rows: rows.clone(), steps: 0, rejected: 0, evaluations };
  return scope(() => {
    const walk = walkOf({ ...problem, field });
    while (!walk.isDone) walk.step();
    return { rows: walk.place.rows, steps: walk.steps, rejected: walk.rejected, evaluations };
  });
}
