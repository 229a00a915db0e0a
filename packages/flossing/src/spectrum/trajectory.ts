// States and tangent vectors on their way, watched for leaving the finite numbers.
import { dispose, keep, noGrad, scope, type Tensor, type TorchError } from "@throughline/torch";
import { returnedTensor } from "../arguments.js";
import { advance } from "../systems/advance.js";
import { logsOf } from "../systems/condition.js";
import { diverged, refuse } from "../systems/refuse.js";
import type { System, Tangent } from "../systems/system.js";
import type { Start } from "./setup.js";

/** States and tangent vectors at a step. */
export interface Moment extends Tangent {
  /** Number of the next step. */
  readonly t: number;
}

/** Result of a stretch of the trajectory. */
export interface Stretch {
  /** ln R_ii, k for each member and QR. */
  readonly logs: Float64Array;
  /** ln of the greatest condition number, where QRs were also made between these. */
  readonly worst?: number;
}

/** Trajectories of a batch with their tangent vectors. Holds its tensors until `dispose()`. */
export class Trajectory {
  readonly system: System;
  readonly batch: number;
  readonly k: number;
  /** [B, N] */
  state: Tensor;
  /** [B, k, N], orthonormal rows. */
  frame: Tensor;
  /** Number of the next step. */
  t: number;
  /** Start of the last stretch. */
  #before: Moment | undefined;
  readonly #start: Start;

  /** Takes over the start's tensors. */
  constructor(system: System, start: Start) {
    this.system = system;
    this.batch = start.batch;
    this.k = start.k;
    this.#start = keep(start);
    this.state = keep(start.state.clone());
    this.frame = keep(start.frame.clone());
    this.t = start.from;
  }

  /** @throws TorchError if the system ends before `steps` more steps. */
  checkLength(steps: number): void {
    const { length } = this.system;
    if (length === undefined || this.t + steps <= length) return;
    throw refuse(
      "LyapunovStepper",
      `the system has ${length} steps; ${steps} more after ${this.t} are too many`,
    );
  }

  /** Takes the states `steps` steps further, and leaves the tangent vectors as they are. */
  settle(steps: number): void {
    const state = noGrad(() => scope(() => this.#statesAfter(steps)));
    const frame = this.frame.clone();
    this.#take({ state, frame, t: this.t + steps });
    if (!finiteRows(state).every(Boolean)) throw this.#lost(steps);
  }

  #statesAfter(steps: number): Tensor {
    let state = this.state.clone();
    for (let i = 0; i < steps; i++) {
      const before = state;
      state = scope(() => returnedTensor("settle: the system's step", this.system.step(before, this.t + i)));
      if (before !== state) dispose(before);
    }
    return state;
  }

  /** Takes everything further, with QRs `interval` steps apart. */
  advance(steps: number, interval: number): Stretch {
    const next = noGrad(() =>
      scope(() => {
        const found = advance(this.system, this.state, this.frame, this.t, steps, interval);
        return { ...found, logs: logsOf(found.logs) };
      }),
    );
    const { state, frame, logs, worst } = next;
    this.#take({ state, frame, t: this.t + steps });
    const isLost = logs.some((log) => Number.isNaN(log) || log === Number.POSITIVE_INFINITY);
    if (isLost || !finiteRows(state).every(Boolean)) throw this.#lost(steps);
    return { logs, ...(worst !== undefined && { worst }) };
  }

  /** Start of the last stretch; its tensors live until the next one. */
  get before(): Moment {
    if (this.#before === undefined) throw new Error("nothing has moved yet");
    return this.#before;
  }

  /** Goes back to where the last stretch began. */
  undo(): void {
    const { state, frame, t } = this.before;
    this.#take({ state: state.clone(), frame: frame.clone(), t });
  }

  /** Goes back to the start. */
  restart(): void {
    const { state, frame, from } = this.#start;
    this.#take({ state: state.clone(), frame: frame.clone(), t: from });
  }

  /** Releases the tensors. */
  dispose(): void {
    dispose([this.state, this.frame, this.#start.state, this.#start.frame]);
    if (this.#before !== undefined) dispose([this.#before.state, this.#before.frame]);
  }

  #take({ state, frame, t }: Moment): void {
    if (this.#before !== undefined) dispose([this.#before.state, this.#before.frame]);
    this.#before = { state: this.state, frame: this.frame, t: this.t };
    this.state = keep(state);
    this.frame = keep(frame);
    this.t = t;
  }

  /** The error that names the first step after which a state of the last stretch was no longer finite. */
  #lost(steps: number): TorchError {
    const { unit, dt } = this.system;
    const found = firstLoss(this.system, this.before, steps);
    const step = found?.step ?? this.t;
    const member = found?.member ?? 0;
    const what =
      found === undefined
        ? "the tangent vectors were"
        : this.batch === 1
          ? "the trajectory was"
          : `the trajectory of member ${member} was`;
    const when = unit === "time" ? `step ${step} (time ${step * dt})` : `step ${step}`;
    const remedy = `start elsewhere, or look at the system's parameters${unit === "time" ? " and the integrator's step" : ""}`;
    return diverged("LyapunovStepper", `${what} no longer finite at ${when}; ${remedy}`);
  }
}

/** The first member whose state is not finite, and the number of steps after which it is not; undefined if all remain finite. */
function firstLoss(
  system: System,
  { state, t }: Moment,
  steps: number,
): { readonly member: number; readonly step: number } | undefined {
  return noGrad(() =>
    scope(() => {
      let now = state;
      for (let step = t + 1; step <= t + steps; step++) {
        now = system.step(now, step - 1);
        const member = finiteRows(now).indexOf(false);
        if (member >= 0) return { member, step };
      }
      return undefined;
    }),
  );
}

/** Bools, one a row: true if all its numbers are finite. */
function finiteRows(state: Tensor): boolean[] {
  return scope(() => Array.from(state.isfinite().all({ dim: 1 }).toTypedArray(), Boolean));
}
