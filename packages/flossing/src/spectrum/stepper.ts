// Lyapunov exponents step by step, for loops of one's own; `lyapunovSpectrum` is built on it.
import { dispose, keep, noGrad, scope, type Tensor } from "@throughline/torch";
import { advance } from "../systems/advance.js";
import { diverged, refuse, whole } from "../systems/refuse.js";
import type { FloatType, System } from "../systems/system.js";
import { boundFor, divisorUpTo, IntervalControl } from "./interval.js";
import { RankCount } from "./rank.js";
import { defaultRecords, Series } from "./series.js";
import { type StepperOptions, startOf } from "./setup.js";
import { type Spectrum, summarise } from "./summary.js";

/** What an iteration of a `LyapunovStepper` yields. */
export interface LyapunovRecord {
  /** Time measured so far. */
  readonly time: number;
  /** Running exponents, means over the batch. */
  readonly exponents: readonly number[];
  /** Exponents of the last interval alone, [batch] of k. */
  readonly local: readonly Float64Array[];
}

/** QRs between two looks at whether everything is still finite. */
const chunk = 64;

/**
 * Measures Lyapunov exponents of a system along its trajectories: `settle` lets the states reach the attractor, `align` lets
 * the tangent vectors find their directions, `step` measures. QRs are `interval` steps apart, and at the end of each call.
 * Holds its states and tangent vectors until `dispose()`.
 *
 * @example
 * using stepper = new LyapunovStepper(henon(), { batch: 10 });
 * stepper.settle(100).align(100).step(1000);
 * console.log(stepper.exponents);
 *
 * @throws TorchError `flossing/argument` for options that do not fit the system; `flossing/diverged`, naming member and step,
 * if a trajectory leaves the finite numbers.
 */
export class LyapunovStepper implements Iterable<LyapunovRecord>, Disposable {
  readonly system: System;
  /** How many exponents are measured. */
  readonly k: number;
  /** Independent trajectories. */
  readonly batch: number;
  readonly dtype: FloatType;
  readonly #control: IntervalControl;
  readonly #start: { state: Tensor; frame: Tensor; t: number };
  readonly #series: Series;
  #rank: RankCount;
  #state: Tensor;
  #frame: Tensor;
  #t: number;
  #record = 0;

  constructor(system: System, options: StepperOptions = {}) {
    const start = noGrad(() => scope(() => startOf("LyapunovStepper", system, options)));
    const interval = options.interval ?? "auto";
    if (interval !== "auto") whole("LyapunovStepper", "interval", interval);
    this.system = system;
    this.k = start.k;
    this.batch = start.batch;
    this.dtype = start.dtype;
    this.#start = keep({ state: start.state, frame: start.frame, t: start.from });
    this.#state = keep(start.state.clone());
    this.#frame = keep(start.frame.clone());
    this.#t = start.from;
    this.#control = new IntervalControl(interval, boundFor(system, start.dtype));
    const width = this.batch * this.k;
    const most = whole("LyapunovStepper", "maxRecords", options.maxRecords ?? defaultRecords(width), 2);
    this.#series = new Series(width, 2 * Math.ceil(most / 2));
    this.#rank = new RankCount(this.batch, this.k, this.dtype);
  }

  /** Number of the next step. */
  get t(): number {
    return this.#t;
  }

  /** Steps between QRs now. */
  get interval(): number {
    return this.#control.current;
  }

  /** A copy of the states [batch, N]. */
  get state(): Tensor {
    return this.#state.clone();
  }

  /** A copy of the orthonormal tangent vectors [batch, k, N]. */
  get frame(): Tensor {
    return this.#frame.clone();
  }

  /** Time measured so far, of each member. */
  get time(): number {
    return this.#series.duration;
  }

  /** The exponents so far, means over the batch: nats per step or per unit of time. */
  get exponents(): number[] {
    const members = this.memberExponents;
    return Array.from(
      { length: this.k },
      (_, i) => members.reduce((sum, own) => sum + own[i]!, 0) / this.batch,
    );
  }

  /** The exponents so far, [batch][k]. */
  get memberExponents(): number[][] {
    const { duration } = this.#measured();
    const rates = this.#series.total().map((sum, place) => {
      return this.#rank.isMinusInfinity(place) ? Number.NEGATIVE_INFINITY : sum / duration;
    });
    return Array.from({ length: this.batch }, (_, b) =>
      Array.from(rates.subarray(b * this.k, (b + 1) * this.k)),
    );
  }

  /** Takes the states `steps` steps further, and leaves the tangent vectors as they are. */
  settle(steps: number): this {
    this.#check(whole("settle", "steps", steps, 0));
    for (let done = 0; done < steps; done += chunk) {
      const count = Math.min(chunk, steps - done);
      const next = noGrad(() => scope(() => this.#statesAfter(count)));
      this.#take(next, this.#frame, count);
      if (!finiteRows(this.#state).every(Boolean))
        throw this.#lost(finiteRows(this.#state).indexOf(false), count);
    }
    return this;
  }

  /** Takes states and tangent vectors `steps` steps further without measuring, and finds the interval between QRs. */
  align(steps: number): this {
    this.#check(whole("align", "steps", steps, 0));
    for (let left = steps; left > 0; ) {
      const interval = divisorUpTo(Math.min(left, this.#control.current), this.#control.current);
      const count =
        interval * Math.max(1, Math.min(this.#control.auto ? 8 : chunk, Math.floor(left / interval)));
      this.#control.observe(this.#advance(count, interval), this.k, interval, true);
      left -= count;
    }
    this.#control.worst = 0;
    return this;
  }

  /** Measures over `steps` steps more; default: one interval. */
  step(steps: number = this.#record || this.#control.current): this {
    this.#check(whole("step", "steps", steps));
    this.#record ||= this.#control.current;
    for (let left = steps; left > 0; ) {
      const record = Math.min(left, this.#record);
      const interval = divisorUpTo(record, this.#control.current);
      const most = Math.max(1, Math.floor((chunk * interval) / record));
      const records = Math.min(most, Math.floor(left / record));
      const logs = this.#advance(records * record, interval);
      this.#control.observe(logs, this.k, interval, false);
      this.#rank.observe(logs, interval);
      this.#collect(logs, record / interval, record * this.system.dt);
      left -= records * record;
    }
    return this;
  }

  /** What has been measured so far, with errors, trace, dimension and verdict. */
  spectrum(): Spectrum {
    const { system, batch, k } = this;
    return summarise({
      system,
      batch,
      k,
      series: this.#measured(),
      rank: this.#rank,
      interval: this.#control,
    });
  }

  /** Forgets what was measured; states, tangent vectors and interval stay. */
  reset(): this {
    this.#series.clear();
    this.#rank = new RankCount(this.batch, this.k, this.dtype);
    this.#control.worst = 0;
    this.#record = 0;
    return this;
  }

  /** Forgets what was measured and goes back to the first states, tangent vectors and step number. */
  restart(): this {
    const { state, frame, t } = this.#start;
    this.#take(state.clone(), frame.clone(), t - this.#t);
    return this.reset();
  }

  /** Measures an interval at each turn, without end, or as long as a finite system lasts. */
  *[Symbol.iterator](): Iterator<LyapunovRecord> {
    const { length = Number.POSITIVE_INFINITY } = this.system;
    while (this.#t + (this.#record || this.#control.current) <= length) {
      this.step();
      const duration = this.#series.durations.at(-1)!;
      const last = this.#series.records.at(-1)!.map((sum) => sum / duration);
      const local = Array.from({ length: this.batch }, (_, b) => last.subarray(b * this.k, (b + 1) * this.k));
      yield { time: this.time, exponents: this.exponents, local };
    }
  }

  /** Releases states and tangent vectors. */
  dispose(): void {
    dispose([this.#state, this.#frame, this.#start]);
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #measured(): Series {
    if (this.#series.records.length > 0) return this.#series;
    throw refuse("LyapunovStepper", "nothing has been measured yet; call step() first");
  }

  #check(steps: number): void {
    const { length } = this.system;
    if (length === undefined || this.#t + steps <= length) return;
    throw refuse(
      "LyapunovStepper",
      `the system has ${length} steps; ${steps} more after ${this.#t} are too many`,
    );
  }

  #statesAfter(steps: number): Tensor {
    let state = this.#state;
    for (let i = 0; i < steps; i++) {
      const before = state;
      state = scope(() => this.system.step(before, this.#t + i));
      if (before !== this.#state && before !== state) dispose(before);
    }
    return state === this.#state ? state.clone() : state;
  }

  /** Takes the system further with QRs `interval` steps apart; ln R_ii, k for each member and QR. */
  #advance(steps: number, interval: number): Float64Array {
    const next = noGrad(() =>
      scope(() => {
        const { state, frame, logs } = advance(
          this.system,
          this.#state,
          this.#frame,
          this.#t,
          steps,
          interval,
        );
        return { state, frame, logs: Float64Array.from(logs.toTypedArray() as Float64Array) };
      }),
    );
    const bad = next.logs.findIndex((log) => Number.isNaN(log) || log === Number.POSITIVE_INFINITY);
    const finite = finiteRows(next.state);
    this.#take(next.state, next.frame, steps);
    const width = this.batch * this.k;
    if (bad >= 0)
      throw this.#lost(Math.floor((bad % width) / this.k), steps, (Math.floor(bad / width) + 1) * interval);
    if (!finite.every(Boolean)) throw this.#lost(finite.indexOf(false), steps);
    return next.logs;
  }

  #take(state: Tensor, frame: Tensor, steps: number): void {
    if (state !== this.#state) dispose(this.#state);
    if (frame !== this.#frame) dispose(this.#frame);
    this.#state = keep(state);
    this.#frame = keep(frame);
    this.#t += steps;
  }

  #lost(member: number, steps: number, found: number = steps): Error {
    const step = this.#t - steps + found;
    return diverged(
      "LyapunovStepper",
      `the trajectory${this.batch === 1 ? "" : ` of member ${member}`} was no longer finite at step ${step}` +
        `${this.system.unit === "time" ? ` (time ${step * this.system.dt})` : ""}; start elsewhere, or look at the system's parameters` +
        `${this.system.unit === "time" ? " and the integrator's step" : ""}`,
    );
  }

  /** Adds up the logs of the QRs of each record. */
  #collect(logs: Float64Array, perRecord: number, duration: number): void {
    const width = this.batch * this.k;
    for (let at = 0; at < logs.length; at += width * perRecord) {
      const sums = logs.slice(at, at + width);
      for (let i = width; i < width * perRecord; i++) sums[i % width]! += logs[at + i]!;
      this.#series.add(duration, sums);
    }
  }
}

/** For each row, whether all its numbers are finite. */
function finiteRows(state: Tensor): boolean[] {
  return scope(() => Array.from(state.isfinite().all({ dim: 1 }).toTypedArray(), Boolean));
}
