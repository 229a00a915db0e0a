// Initial value problems ẋ = f(x, t), with or without the variational equation along the solution.
import { cat, dispose, noGrad, scope, stack, type Tensor } from "@throughline/torch";
import { checkOptions, finiteNumber, notAccepted, optional, type Rules } from "@throughline/torch/checks";
import { aTensor, givenTensor, returnedTensor, rule } from "../../arguments.js";
import { diverged, refuse } from "../refuse.js";
import { type Field, fieldOf } from "./field.js";
import { type IntegratorOptions, integratorRules, type Settings, settingsOf } from "./settings.js";
import { solve } from "./solve.js";

/** Options of `integrate`. */
export interface IntegrateOptions extends IntegratorOptions {
  /** Times, in order from the start to the end of the span, at which to return the states too. */
  readonly times?: readonly number[];
  /** Tangent vectors [B, k, N] (of a single state [k, N]) to be carried along by v̇ = ∂f/∂x · v. */
  readonly frame?: Tensor;
}

const rules: Rules<IntegrateOptions> = {
  ...integratorRules,
  times: optional(rule("a list of times", Array.isArray)),
  frame: optional(aTensor),
};

/** Result of `integrate`. */
export interface Integrated {
  /** At the end of the span, shaped as the start. */
  readonly state: Tensor;
  /** The tangent vectors at the end, where some were given. */
  readonly frame?: Tensor;
  /** The states at `times`, [times, …], where some were given. */
  readonly states?: Tensor;
  /** Steps that were accepted. */
  readonly steps: number;
  /** Steps that were tried again shorter. */
  readonly rejected: number;
  /** Number of evaluations of the derivative. */
  readonly evaluations: number;
}

/**
 * Solves ẋ = f(x, t) from `state`, [B, N] or [N], over `span` = [start, end] (backwards if the end lies before the
 * start). All members of a batch take the same steps, as short as the most demanding of them needs.
 * @param derivative f: gets states [rows, N] and the time, returns rates of the same shape; rows must not influence each
 * other. With `frame`, its operators need forward-mode derivatives.
 * @throws TorchError `flossing/diverged` if the solution runs to infinity or the steps never end, naming the time;
 * `flossing/argument` for options that are not accepted.
 *
 * @example
 * const { state } = integrate((x) => x.neg(), ones([1], { dtype: "float64" }), [0, 1]); // 1/e
 */
export function integrate(
  derivative: (state: Tensor, t: number) => Tensor,
  state: Tensor,
  span: readonly [number, number],
  options: IntegrateOptions = {},
): Integrated {
  checkOptions("integrate", rules, options);
  if (typeof derivative !== "function")
    throw notAccepted("integrate: the derivative", derivative, "a function");
  const settings = settingsOf("integrate", options, givenTensor("integrate: the state", state).dtype);
  const stops = stopsOf(span, options.times ?? []);
  return scope(() =>
    noGrad(() => {
      const { rows, batch, k } = stackRows(state, options.frame);
      const rate = (x: Tensor, t: number): Tensor =>
        returnedTensor("integrate: the derivative", derivative(x, t));
      const field = fieldOf(rate, batch, k);
      const run = runThrough(field, rows, span[0], stops, settings, batch);
      return unstack(run, state, options, batch);
    }),
  );
}

function stopsOf(span: readonly [number, number], times: readonly number[]): number[] {
  if (!Array.isArray(span) || span.length !== 2)
    throw notAccepted("integrate: the span", span, "two times, [start, end]");
  const [from, to] = span;
  const stops = [...times, to].map((time) => finiteNumber("integrate: a time", time));
  const direction = Math.sign(to - finiteNumber("integrate: the start", from));
  stops.reduce((before, time) => {
    if ((time - before) * direction >= 0 && (direction !== 0 || time === from)) return time;
    throw refuse("integrate", `times must go from ${from} to ${to} in order; ${time} comes after ${before}`);
  }, from);
  return stops;
}

/** States and tangent vectors as one matrix of rows. */
export function stackRows(state: Tensor, frame?: Tensor): { rows: Tensor; batch: number; k: number } {
  const n = state.shape.at(-1) ?? 0;
  if ((state.ndim !== 1 && state.ndim !== 2) || state.numel === 0) {
    throw refuse("integrate", `the state is [${state.shape}]; give [batch, variables] or [variables]`);
  }
  const states = state.detach().reshape([-1, n]);
  const batch = states.shape[0]!;
  if (frame === undefined) return { rows: states, batch, k: 0 };
  const k = frame.shape.at(-2) ?? 0;
  const expected = state.ndim === 1 ? [k, n] : [batch, k, n];
  if (frame.shape.join() !== expected.join() || k === 0) {
    throw refuse(
      "integrate",
      `tangent vectors are [${frame.shape}] for states [${state.shape}]; give [batch, k, ${n}]`,
    );
  }
  return { rows: cat([states, frame.detach().reshape([batch * k, n])]), batch, k };
}

interface Run {
  readonly rows: Tensor;
  readonly states: readonly Tensor[];
  readonly counts: { steps: number; rejected: number; evaluations: number };
}

/** Integrates from stop to stop; the last is the end. */
function runThrough(
  field: Field,
  start: Tensor,
  from: number,
  stops: readonly number[],
  settings: Settings,
  batch: number,
): Run {
  const counts = { steps: 0, rejected: 0, evaluations: 0 };
  const states: Tensor[] = [];
  let rows = start;
  let t = from;
  stops.forEach((stop, i) => {
    const before = rows;
    const part = solve({ field, rows, from: t, to: stop, settings, batch });
    rows = part.rows;
    t = stop;
    counts.steps += part.steps;
    counts.rejected += part.rejected;
    counts.evaluations += part.evaluations;
    if (scope(() => !rows.isfinite().all().item())) {
      throw diverged(
        "integrate",
        `the solution is no longer finite at t = ${t}; take shorter steps or start elsewhere`,
      );
    }
    if (i < stops.length - 1) states.push(rows.narrow(0, 0, batch).clone());
    if (before !== start) dispose(before);
  });
  return { rows, states, counts };
}

function unstack(
  { rows, states, counts }: Run,
  like: Tensor,
  options: IntegrateOptions,
  batch: number,
): Integrated {
  const { frame, times } = options;
  return {
    state: rows.narrow(0, 0, batch).clone().reshape(like.shape),
    ...(frame && {
      frame: rows
        .narrow(0, batch, rows.shape[0]! - batch)
        .clone()
        .reshape(frame.shape),
    }),
    ...(states.length > 0 && times && { states: stack(states).view([times.length, ...like.shape]) }),
    ...counts,
  };
}
