// States and tangent vectors on their way, watched for leaving the finite numbers.
import { dispose, keep, noGrad, scope, type Tensor, type TorchError } from "@throughline/torch";
import { advance } from "../systems/advance.js";
import { diverged, refuse } from "../systems/refuse.js";
import type { System } from "../systems/system.js";
import type { Start } from "./setup.js";

/** Trajectories of a batch with their tangent vectors. Holds its tensors until `dispose()`. */
export class Trajectory {
  readonly system: System;
  readonly batch: number;
  readonly k: number;
  /** [batch, N] */
  state: Tensor;
  /** [batch, k, N], orthonormal rows. */
  frame: Tensor;
  /** Number of the next step. */
  t: number;
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
    this.#take(state, this.frame, steps);
    const lost = finiteRows(state).indexOf(false);
    if (lost >= 0) throw this.#lost(lost, this.t);
  }

  #statesAfter(steps: number): Tensor {
    let state = this.state.clone();
    for (let i = 0; i < steps; i++) {
      const before = state;
      state = scope(() => this.system.step(before, this.t + i));
      if (before !== state) dispose(before);
    }
    return state;
  }

  /** Takes everything further, with QRs `interval` steps apart; ln R_ii, k for each member and QR. */
  advance(steps: number, interval: number): Float64Array {
    const from = this.t;
    const next = noGrad(() =>
      scope(() => {
        const { state, frame, logs } = advance(this.system, this.state, this.frame, from, steps, interval);
        return { state, frame, logs: Float64Array.from(logs.toTypedArray() as Float64Array) };
      }),
    );
    this.#take(next.state, next.frame, steps);
    const bad = next.logs.findIndex((log) => Number.isNaN(log) || log === Number.POSITIVE_INFINITY);
    const width = this.batch * this.k;
    if (bad >= 0) {
      throw this.#lost(Math.floor((bad % width) / this.k), from + (Math.floor(bad / width) + 1) * interval);
    }
    const lost = finiteRows(next.state).indexOf(false);
    if (lost >= 0) throw this.#lost(lost, this.t);
    return next.logs;
  }

  /** Goes back to the start. */
  restart(): void {
    this.#take(this.#start.state.clone(), this.#start.frame.clone(), this.#start.from - this.t);
  }

  /** Releases the tensors. */
  dispose(): void {
    dispose([this.state, this.frame, this.#start.state, this.#start.frame]);
  }

  #take(state: Tensor, frame: Tensor, steps: number): void {
    if (state !== this.state) dispose(this.state);
    if (frame !== this.frame) dispose(this.frame);
    this.state = keep(state);
    this.frame = keep(frame);
    this.t += steps;
  }

  #lost(member: number, step: number): TorchError {
    const { unit, dt } = this.system;
    const who = this.batch === 1 ? "the trajectory" : `the trajectory of member ${member}`;
    const when = unit === "time" ? `step ${step} (time ${step * dt})` : `step ${step}`;
    const remedy = `start elsewhere, or look at the system's parameters${unit === "time" ? " and the integrator's step" : ""}`;
    return diverged("LyapunovStepper", `${who} was no longer finite at ${when}; ${remedy}`);
  }
}

/** For each row, whether all its numbers are finite. */
function finiteRows(state: Tensor): boolean[] {
  return scope(() => Array.from(state.isfinite().all({ dim: 1 }).toTypedArray(), Boolean));
}
