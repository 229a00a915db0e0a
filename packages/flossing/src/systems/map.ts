// Discrete-time systems: x(t+1) = f(x(t), t, parameters).
import { scope, Tensor } from "@throughline/torch";
import {
  callback,
  checkOptions,
  oneOf,
  optional,
  type Rules,
  required,
  whole,
} from "@throughline/torch/checks";
import { aFunction, aText, returnedTensor, rule } from "../arguments.js";
import { pushByJvp, repeated, repeatRows } from "./advance.js";
import { refuse } from "./refuse.js";
import type { FloatType, InitialOptions, System } from "./system.js";

/** Tensors that differ between members of a batch: each [batch, …], or [1, …] for all members alike. */
export type Parameters = readonly Tensor[];

/** Definition of a map. */
export interface MapOptions {
  /** N, numbers in a state. */
  readonly dimension: number;
  /**
   * The states after step number `t`, from states [rows, N]. `parameters` come with as many rows as the states (or one).
   * Rows must not influence each other; the operators used need forward-mode derivatives unless `jacobian` is given.
   */
  step(state: Tensor, t: number, ...parameters: Tensor[]): Tensor;
  /**
   * Tensors with a row for each member of the batch: a batch of different systems, or a different drive for each. A
   * function of the step number and the size of the batch where they change; it must return the same each time it is
   * asked for the same step. They are borrowed, not copied. Default: none.
   */
  readonly parameters?: Parameters | ((t: number, batch: number) => Parameters);
  /** ∂ stepᵢ / ∂ stateⱼ, [B, N, N]. Default: `step` is differentiated in forward mode. */
  jacobian?(state: Tensor, t: number, ...parameters: Tensor[]): Tensor;
  /** Default initial states, [B, N]; default: standard normal ones. */
  initial?(batch: number, options: InitialOptions): Tensor;
  /** The dtype of tensors that `step` uses; default: it works in any. */
  readonly dtype?: FloatType;
  /** Device of those tensors. Default `cpu`. */
  readonly device?: string;
  /** Number of steps there are. Default: any number. */
  readonly length?: number;
}

/** True if a value may be the parameters of a system. */
export function areParameters(value: unknown): boolean {
  return Array.isArray(value) && value.every((parameter) => parameter instanceof Tensor);
}

const rules: Rules<MapOptions> = {
  dimension: required(whole(1, 1)),
  step: aFunction(),
  parameters: optional(
    rule("a list of tensors, or a function", (value) => areParameters(value) || typeof value === "function"),
  ),
  jacobian: callback(),
  initial: callback(),
  dtype: optional(oneOf(["float32", "float64"], "float64")),
  device: aText,
  length: optional(whole(1, 1)),
};

/**
 * A discrete-time system; exponents are in nats per step.
 * @throws TorchError if `dimension` is not a whole number above 0, or parameters have different numbers of rows.
 *
 * @example
 * const logistic = map({ dimension: 1, step: (x) => x.mul(x.rsub(1)).mul(4) });
 */
export function map(options: MapOptions): System {
  const {
    dimension,
    parameters = [],
    initial,
    jacobian,
    dtype,
    device,
    length,
  } = checkOptions("map", rules, options);
  const step: MapOptions["step"] = (...given) => returnedTensor("map: step", options.step(...given));
  const at = typeof parameters === "function" ? parameters : () => parameters;
  const batch = typeof parameters === "function" ? undefined : membersOf("map", parameters);

  const system: System = {
    dt: 1,
    unit: "step",
    dimension,
    ...(dtype && { dtype }),
    ...(device && { device }),
    ...(length !== undefined && { length }),
    step: (state, t) => scope(() => step(state, t, ...at(t, state.shape[0]!))),
    ...(initial && { initial: (size: number, how: InitialOptions) => initial(size, how) }),
    ...(batch !== undefined && { batch }),
  };
  if (jacobian !== undefined) {
    return {
      ...system,
      jacobian: (state, t) =>
        scope(() => returnedTensor("map: jacobian", jacobian(state, t, ...at(t, state.shape[0]!)))),
    };
  }
  return {
    ...system,
    pushForward: (state, frame, from, steps) =>
      repeated(steps, { state, frame }, (now, i) => {
        const given = at(from + i, now.state.shape[0]!);
        return pushByJvp(
          (rows, repeat) => step(rows, from + i, ...repeatParameters(given, repeat)),
          now.state,
          now.frame,
        );
      }),
  };
}

/** Number of members that the parameters are for; undefined if any number will do. */
export function membersOf(who: string, parameters: Parameters): number | undefined {
  const rows = parameters.map((parameter) => parameter.shape[0] ?? 0);
  const several = new Set(rows.filter((count) => count !== 1));
  if (several.size > 1 || several.has(0)) {
    throw refuse(
      who,
      `parameters have ${rows.join(" and ")} rows; give each [batch, …] with one batch, or [1, …]`,
    );
  }
  return several.values().next().value;
}

/** Each member's parameters `times` times in succession, as the rows of `pushByJvp` are. */
export function repeatParameters(parameters: Parameters, times: number): Tensor[] {
  return parameters.map((parameter) => (parameter.shape[0] === 1 ? parameter : repeatRows(parameter, times)));
}
