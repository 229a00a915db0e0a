// Lyapunov exponents step by step, for loops of one's own; `lyapunovSpectrum` is built on it.
import { noGrad, scope, type Tensor } from "@throughline/torch";
import { checkOptions, wholeNumber } from "@throughline/torch/checks";
import { checkSystem } from "../arguments.js";
import { refuse } from "../systems/refuse.js";
import type { FloatType, System } from "../systems/system.js";
import { controlFor, divisorUpTo, type IntervalControl } from "./interval.js";
import { looksSuperstable, unresolvedByOrbit } from "./orbit-noise.js";
import { RankCount } from "./rank.js";
import { defaultRecords, Series } from "./series.js";
import { type StepperOptions, startOf, stepperRules } from "./setup.js";
import { SumCheck } from "./sum-rule.js";
import { type Spectrum, summarise } from "./summary.js";
import { Trajectory } from "./trajectory.js";

/** Value of an iteration of a `LyapunovStepper`. */
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

/** Stretches per check: one of so many is checked. */
const checked = 8;

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
  /** Number of measured exponents. */
  readonly k: number;
  /** Independent trajectories. */
  readonly batch: number;
  readonly dtype: FloatType;
  readonly #trajectory: Trajectory;
  readonly #control: IntervalControl;
  readonly #series: Series;
  #rank: RankCount;
  #sums: SumCheck;
  #record = 0;
  #stretches = 0;
  #suspicious = 0;

  constructor(system: System, options: StepperOptions = {}) {
    checkSystem("LyapunovStepper", system);
    const { interval = "auto", maxRecords } = checkOptions("LyapunovStepper", stepperRules, options);
    const start = noGrad(() => scope(() => startOf("LyapunovStepper", system, options)));
    this.system = system;
    this.k = start.k;
    this.batch = start.batch;
    this.dtype = start.dtype;
    this.#trajectory = new Trajectory(system, start);
    this.#control = controlFor(interval, system, start.dtype);
    const width = this.batch * this.k;
    this.#series = new Series(width, 2 * Math.ceil((maxRecords ?? defaultRecords(width)) / 2));
    this.#rank = this.#newRank();
    this.#sums = this.#newSums();
  }

  /** Number of the next step. */
  get t(): number {
    return this.#trajectory.t;
  }

  /** Steps between QRs now. */
  get interval(): number {
    return this.#control.current;
  }

  /** A copy of the states [B, N]. */
  get state(): Tensor {
    return this.#trajectory.state.clone();
  }

  /** A copy of the orthonormal tangent vectors [B, k, N]. */
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
    this.#trajectory.checkLength(wholeNumber("settle: steps", steps, 0));
    for (let left = steps; left > 0; left -= chunk) this.#trajectory.settle(Math.min(chunk, left));
    return this;
  }

  /** Takes states and tangent vectors `steps` steps further without measuring, and finds the interval between QRs. */
  align(steps: number): this {
    this.#trajectory.checkLength(wholeNumber("align: steps", steps, 0));
    for (let left = steps; left > 0; ) {
      const interval = Math.min(left, this.#control.current);
      const count = interval * Math.min(this.#control.auto ? probe : chunk, Math.floor(left / interval));
      const { logs, worst } = this.#trajectory.advance(count, interval);
      this.#control.observe(logs, this.k, interval, true, worst);
      left -= count;
    }
    this.#control.worst = 0;
    return this;
  }

  /** Measures over `steps` steps more; default: one interval. */
  step(steps: number = this.#nextRecord): this {
    this.#trajectory.checkLength(wholeNumber("step: steps", steps, 1));
    this.#record = this.#nextRecord;
    for (let left = steps; left > 0; ) {
      const record = Math.min(left, this.#record);
      const interval = divisorUpTo(record, this.#control.current);
      const most = Math.max(1, Math.floor((chunk * interval) / record));
      const records = Math.min(most, Math.floor(left / record));
      const { logs, worst } = this.#trajectory.advance(records * record, interval);
      if (!this.#control.observe(logs, this.k, interval, false, worst)) {
        this.#trajectory.undo();
        continue;
      }
      this.#rank.observe(logs, interval, worst !== undefined);
      this.#examine(logs, records * record, interval);
      this.#collect(logs, record / interval, record * this.system.dt);
      left -= records * record;
    }
    return this;
  }

  /** Spectrum measured so far, with errors, trace, dimension and verdict. */
  spectrum(): Spectrum {
    const { system, batch, k } = this;
    return summarise({
      system,
      batch,
      k,
      series: this.#measured(),
      rank: this.#rank,
      interval: this.#control,
      sumRule: this.#sums.result,
    });
  }

  /** Forgets what was measured; states, tangent vectors and interval stay. */
  reset(): this {
    this.#series.clear();
    this.#rank = this.#newRank();
    this.#sums = this.#newSums();
    this.#control.worst = 0;
    this.#record = 0;
    this.#stretches = 0;
    this.#suspicious = 0;
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

  #newSums(): SumCheck {
    return new SumCheck(this.system, this.batch, this.dtype);
  }

  /** Checks some of the stretches: the sum of all exponents, and factors close to 0. */
  #examine(logs: Float64Array, steps: number, interval: number): void {
    const { before } = this.#trajectory;
    if (this.k === this.system.dimension && this.#stretches++ % checked === 0) {
      this.#sums.check(before, before.t, interval, logs.subarray(0, this.batch * this.k));
    }
    if (!looksSuperstable(logs, this.system, this.dtype)) return;
    this.#suspicious++;
    if (this.#suspicious > checked && !Number.isInteger(Math.log2(this.#suspicious))) return;
    this.#rank.observeOrbit(unresolvedByOrbit(this.system, before, before.t, steps, this.dtype));
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
