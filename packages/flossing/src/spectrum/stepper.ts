// Lyapunov exponents step by step, for loops of one's own; `lyapunovSpectrum` is built on it.
import { noGrad, scope, type Tensor } from "@throughline/torch";
import { refuse, whole } from "../systems/refuse.js";
import type { FloatType, System } from "../systems/system.js";
import { boundFor, divisorUpTo, IntervalControl } from "./interval.js";
import { RankCount } from "./rank.js";
import { defaultRecords, Series } from "./series.js";
import { type StepperOptions, startOf } from "./setup.js";
import { type Spectrum, summarise } from "./summary.js";
import { Trajectory } from "./trajectory.js";

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
/** The same while the interval is being found. */
const probe = 8;

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
  readonly #trajectory: Trajectory;
  readonly #control: IntervalControl;
  readonly #series: Series;
  #rank: RankCount;
  #record = 0;

  constructor(system: System, options: StepperOptions = {}) {
    const { interval = "auto", maxRecords } = options;
    if (interval !== "auto") whole("LyapunovStepper", "interval", interval);
    if (maxRecords !== undefined) whole("LyapunovStepper", "maxRecords", maxRecords, 2);
    const start = noGrad(() => scope(() => startOf("LyapunovStepper", system, options)));
    this.system = system;
    this.k = start.k;
    this.batch = start.batch;
    this.dtype = start.dtype;
    this.#trajectory = new Trajectory(system, start);
    this.#control = new IntervalControl(interval, boundFor(system, start.dtype));
    const width = this.batch * this.k;
    this.#series = new Series(width, 2 * Math.ceil((maxRecords ?? defaultRecords(width)) / 2));
    this.#rank = this.#newRank();
  }

  /** Number of the next step. */
  get t(): number {
    return this.#trajectory.t;
  }

  /** Steps between QRs now. */
  get interval(): number {
    return this.#control.current;
  }

  /** A copy of the states [batch, N]. */
  get state(): Tensor {
    return this.#trajectory.state.clone();
  }

  /** A copy of the orthonormal tangent vectors [batch, k, N]. */
  get frame(): Tensor {
    return this.#trajectory.frame.clone();
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
    return this.#byMember(rates).map((own) => Array.from(own));
  }

  /** Takes the states `steps` steps further, and leaves the tangent vectors as they are. */
  settle(steps: number): this {
    this.#trajectory.checkLength(whole("settle", "steps", steps, 0));
    for (let left = steps; left > 0; left -= chunk) this.#trajectory.settle(Math.min(chunk, left));
    return this;
  }

  /** Takes states and tangent vectors `steps` steps further without measuring, and finds the interval between QRs. */
  align(steps: number): this {
    this.#trajectory.checkLength(whole("align", "steps", steps, 0));
    for (let left = steps; left > 0; ) {
      const interval = Math.min(left, this.#control.current);
      const count = interval * Math.min(this.#control.auto ? probe : chunk, Math.floor(left / interval));
      this.#control.observe(this.#trajectory.advance(count, interval), this.k, interval, true);
      left -= count;
    }
    this.#control.worst = 0;
    return this;
  }

  /** Measures over `steps` steps more; default: one interval. */
  step(steps: number = this.#nextRecord): this {
    this.#trajectory.checkLength(whole("step", "steps", steps));
    this.#record = this.#nextRecord;
    for (let left = steps; left > 0; ) {
      const record = Math.min(left, this.#record);
      const interval = divisorUpTo(record, this.#control.current);
      const most = Math.max(1, Math.floor((chunk * interval) / record));
      const records = Math.min(most, Math.floor(left / record));
      const logs = this.#trajectory.advance(records * record, interval);
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
    this.#rank = this.#newRank();
    this.#control.worst = 0;
    this.#record = 0;
    return this;
  }

  /** Forgets what was measured and goes back to the first states, tangent vectors and step number. */
  restart(): this {
    this.#trajectory.restart();
    return this.reset();
  }

  /** Measures an interval at each turn, without end, or as long as a finite system lasts. */
  *[Symbol.iterator](): Iterator<LyapunovRecord> {
    const { length = Number.POSITIVE_INFINITY } = this.system;
    while (this.t + this.#nextRecord <= length) {
      this.step();
      const duration = this.#series.durations.at(-1)!;
      const last = this.#series.records.at(-1)!.map((sum) => sum / duration);
      yield { time: this.time, exponents: this.exponents, local: this.#byMember(last) };
    }
  }

  /** Releases states and tangent vectors. */
  dispose(): void {
    this.#trajectory.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Steps of a record: the interval when measuring began. */
  get #nextRecord(): number {
    return this.#record || this.#control.current;
  }

  #newRank(): RankCount {
    return new RankCount(this.batch, this.k, this.system.dimension, this.dtype);
  }

  #measured(): Series {
    if (this.#series.records.length > 0) return this.#series;
    throw refuse("LyapunovStepper", "nothing has been measured yet; call step() first");
  }

  #byMember(numbers: Float64Array): Float64Array[] {
    return Array.from({ length: this.batch }, (_, b) => numbers.subarray(b * this.k, (b + 1) * this.k));
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
