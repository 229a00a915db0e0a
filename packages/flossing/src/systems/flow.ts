// Continuous-time systems: ẋ = f(x, t, parameters), with tangent vectors along the variational equation.
import { cat, scope, type Tensor } from "@throughline/torch";
import { membersOf, type Parameters, repeatParameters } from "./map.js";
import { fieldOf } from "./ode/field.js";
import { defaultTolerance, type IntegratorOptions, settingsOf } from "./ode/settings.js";
import { solve } from "./ode/solve.js";
import { finite, positive, whole } from "./refuse.js";
import type { FloatType, InitialOptions, System, Tangent } from "./system.js";

/** What a flow is made of, and how it is integrated. */
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
  /** Default initial states, [batch, N]; default: standard normal ones. */
  initial?(batch: number, options: InitialOptions): Tensor;
  /** The dtype of tensors that `derivative` uses; default: it works in any. */
  readonly dtype?: FloatType;
  /** Where those tensors are. Default `cpu`. */
  readonly device?: string;
}

/**
 * A continuous-time system; exponents are in nats per unit of time. States and tangent vectors are integrated together,
 * and the step size heeds both.
 * @throws TorchError for options that are not accepted.
 *
 * @example
 * const oscillator = flow({ dimension: 2, derivative: (x) => x.roll(1, 1).mul(tensor([1, -1])) });
 */
export function flow(options: FlowOptions): System {
  const { derivative, initial, parameters = [], start = 0, dtype, device } = options;
  const dimension = whole("flow", "dimension", options.dimension);
  const checked = settingsOf("flow", options, dtype ?? "float64");
  const fixed = checked.method !== "dop853";
  const dt = positive("flow", "dt", options.dt ?? (fixed ? checked.stepSize : 0.1));
  finite("flow", "start", start);
  const batch = membersOf("flow", parameters);

  const run = (rows: Tensor, states: number, k: number, from: number, steps: number): Tensor => {
    const rate = (x: Tensor, t: number, repeat: number): Tensor =>
      derivative(x, t, ...repeatParameters(parameters, repeat));
    const settings = settingsOf("flow", options, rows.dtype);
    const times = [start + from * dt, start + (from + steps) * dt] as const;
    return solve(fieldOf(rate, states, k), rows, ...times, settings, states).rows;
  };

  return {
    dimension,
    dt,
    unit: "time",
    step: (state, t) => scope(() => run(state, state.shape[0]!, 0, t, 1)),
    pushForward: (state, frame, from, steps) => scope(() => pushRows(run, state, frame, from, steps)),
    ...(initial && { initial: (size: number, how: InitialOptions) => initial(size, how) }),
    ...(dtype && { dtype }),
    ...(device && { device }),
    ...(batch !== undefined && { batch }),
    ...(!fixed && { tangentError: (type: FloatType) => options.rtol ?? defaultTolerance(type) }),
  };
}

type Run = (rows: Tensor, states: number, k: number, from: number, steps: number) => Tensor;

function pushRows(run: Run, state: Tensor, frame: Tensor, from: number, steps: number): Tangent {
  const [batch, k, n] = frame.shape as [number, number, number];
  const rows = run(cat([state, frame.reshape([batch * k, n])]), batch, k, from, steps);
  return {
    state: rows.narrow(0, 0, batch).contiguous(),
    frame: rows.narrow(0, batch, batch * k).view([batch, k, n]),
  };
}
