// Continuous-time systems: ẋ = f(x, t, parameters), with tangent vectors along the variational equation.
import { cat, scope, type Tensor, zerosLike } from "@throughline/torch";
import {
  anyNumber,
  callback,
  checkOptions,
  oneOf,
  optional,
  positive,
  type Rules,
  required,
  whole,
} from "@throughline/torch/checks";
import { aFunction, aText, returnedTensor, rule } from "../arguments.js";
import { conditionBound } from "./condition.js";
import { areParameters, membersOf, type Parameters, repeatParameters } from "./map.js";
import { type Field, fieldOf, traceFieldOf } from "./ode/field.js";
import { solveOrthonormal } from "./ode/orthonormal.js";
import { defaultTolerance, type IntegratorOptions, integratorRules, settingsOf } from "./ode/settings.js";
import { solve } from "./ode/solve.js";
import type { Problem } from "./ode/walk.js";
import type { FloatType, InitialOptions, System, Tangent } from "./system.js";

/** Steps that adaptive integration may take in one step of a flow, if nothing else is said. */
const usualSteps = 10_000;

/** Definition of a flow and its integration. */
export interface FlowOptions extends IntegratorOptions {
  /** N, numbers in a state. */
  readonly dimension: number;
  /**
   * f: rates of change [rows, N] at states [rows, N] and time t. `parameters` come with as many rows as the states (or
   * one). Rows must not influence each other; the operators used need forward-mode derivatives.
   */
  derivative(state: Tensor, t: number, ...parameters: Tensor[]): Tensor;
  /** Tensors with a row for each member of the batch, [batch, …] or [1, …], borrowed. Default: none. */
  readonly parameters?: Parameters;
  /**
   * Time of one step of the system: how finely QRs can be placed. Default 0.1, or `stepSize` of fixed steps, and steps of
   * the integrator may be longer or shorter.
   */
  readonly dt?: number;
  /** The time of step 0, for derivatives that depend on it. Default 0. */
  readonly start?: number;
  /** Default initial states, [B, N]; default: standard normal ones. */
  initial?(batch: number, options: InitialOptions): Tensor;
  /** The dtype of tensors that `derivative` uses; default: it works in any. */
  readonly dtype?: FloatType;
  /** Device of those tensors. Default `cpu`. */
  readonly device?: string;
}

const rules: Rules<FlowOptions> = {
  ...integratorRules,
  dimension: required(whole(1, 1)),
  derivative: aFunction(),
  parameters: optional(rule("a list of tensors", areParameters)),
  dt: optional(positive(0.1)),
  start: optional(anyNumber(0)),
  initial: callback(),
  dtype: optional(oneOf(["float32", "float64"], "float64")),
  device: aText,
};

/**
 * A continuous-time system; exponents are in nats per unit of time. States and tangent vectors are integrated together,
 * and the step size heeds both.
 * @throws TorchError for options that are not accepted.
 *
 * @example
 * const oscillator = flow({ dimension: 2, derivative: (x) => x.roll(1, 1).mul(tensor([1, -1])) });
 */
export function flow(options: FlowOptions): System {
  const {
    dimension,
    derivative,
    initial,
    parameters = [],
    start = 0,
    dtype,
    device,
  } = checkOptions("flow", rules, options);
  const checked = settingsOf("flow", options, dtype ?? "float64");
  const fixed = checked.method !== "dop853";
  const dt = options.dt ?? (fixed ? checked.stepSize : 0.1);
  const batch = membersOf("flow", parameters);

  const rate = (x: Tensor, t: number, repeat: number): Tensor =>
    returnedTensor("flow: derivative", derivative(x, t, ...repeatParameters(parameters, repeat)));
  const problem: ProblemOf = (field, rows, states, from, steps) => ({
    field,
    rows,
    from: start + from * dt,
    to: start + (from + steps) * dt,
    settings: settingsOf(
      "flow",
      { ...options, maxSteps: (options.maxSteps ?? usualSteps) * steps },
      rows.dtype,
    ),
    batch: states,
  });
  const tangentError = fixed
    ? undefined
    : (type: FloatType): number => options.rtol ?? defaultTolerance(type);

  return {
    dimension,
    dt,
    unit: "time",
    step: (state, t) =>
      scope(() => {
        const states = state.shape[0]!;
        return solve(problem(fieldOf(rate, states, 0), state, states, t, 1)).rows;
      }),
    pushForward: (state, frame, from, steps) =>
      scope(() => {
        const [states, k] = frame.shape as [number, number];
        const { rows } = solve(problem(fieldOf(rate, states, k), stacked(state, frame), states, from, steps));
        return unstacked(rows, frame.shape);
      }),
    pushOrthonormal: (state, frame, from, steps) =>
      scope(() => {
        const [states, k] = frame.shape as [number, number];
        const whole = problem(fieldOf(rate, states, k), stacked(state, frame), states, from, steps);
        const bound = conditionBound(state.dtype as FloatType, tangentError?.(state.dtype as FloatType));
        const { rows, ...found } = solveOrthonormal(whole, bound);
        return { ...unstacked(rows, frame.shape), ...found };
      }),
    ...(!fixed && {
      logDeterminant: (state: Tensor, from: number, steps: number) =>
        integratedTrace(rate, problem, state, from, steps),
    }),
    ...(initial && { initial: (size: number, how: InitialOptions) => initial(size, how) }),
    ...(dtype && { dtype }),
    ...(device && { device }),
    ...(batch !== undefined && { batch }),
    ...(tangentError && { tangentError }),
  };
}

/** The problem of rows with `states` states, from step number `from` on. */
type ProblemOf = (field: Field, rows: Tensor, states: number, from: number, steps: number) => Problem;

/** Liouville's formula: ln |det| of the Jacobian is the integral of the trace of ∂f/∂x. */
function integratedTrace(
  rate: (x: Tensor, t: number, repeat: number) => Tensor,
  problem: ProblemOf,
  state: Tensor,
  from: number,
  steps: number,
): Tensor {
  return scope(() => {
    const states = state.shape[0]!;
    const rows = cat([state, zerosLike(state)]);
    const end = solve(problem(traceFieldOf(rate, states), rows, states, from, steps)).rows;
    return end.narrow(0, states, states).sum({ dim: 1 });
  });
}

function stacked(state: Tensor, frame: Tensor): Tensor {
  const [batch, k, n] = frame.shape as [number, number, number];
  return cat([state, frame.reshape([batch * k, n])]);
}

function unstacked(rows: Tensor, [batch, k, n]: readonly number[]): Tangent {
  return {
    state: rows.narrow(0, 0, batch!).contiguous(),
    frame: rows.narrow(0, batch!, batch! * k!).view([batch!, k!, n!]),
  };
}
