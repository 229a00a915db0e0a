// The way of a solution from step to step of the integrator, adaptive or fixed.
import { dispose, scope, type Tensor } from "@throughline/torch";
import { diverged } from "../refuse.js";
import { firstStep, stepFactor } from "./control.js";
import { type Coefficients, coefficientsFor, tryStep } from "./dop853.js";
import type { Field } from "./field.js";
import { euler, rk4 } from "./fixed-steps.js";
import type { Settings } from "./settings.js";

/** A place on the way. */
export interface Place {
  readonly rows: Tensor;
  /** d rows / dt there; fixed steps do without. */
  readonly rate: Tensor | undefined;
  readonly t: number;
}

/** Problem that a walk solves. */
export interface Problem {
  readonly field: Field;
  readonly rows: Tensor;
  readonly from: number;
  readonly to: number;
  readonly settings: Settings;
  /** Number of rows that are states; the others are tangent vectors. */
  readonly batch: number;
}

/** Goes from `from` to `to`, step by step. Run it in a scope: it disposes only of what it has left behind. */
export interface Walk {
  readonly place: Place;
  readonly isDone: boolean;
  /** Length of the last step. */
  readonly lastLength: number;
  /** True if steps can be made shorter. */
  readonly isAdaptive: boolean;
  /** Steps that were accepted. */
  readonly steps: number;
  /** Steps that were tried again shorter. */
  readonly rejected: number;
  /** One step further; the place before is kept if it is `kept`. */
  step(kept?: Place): void;
  /** Goes on with other rows at the same time, or from a place before, by steps of at most `length`. */
  goOn(rows: Tensor, t: number, length?: number): void;
}

/** The walk of a method. */
export function walkOf(problem: Problem): Walk {
  return problem.settings.method === "dop853" ? new AdaptiveWalk(problem) : new FixedWalk(problem);
}

/** Tries after which a walk that gets nowhere is given up; shorter spells of tiny steps are part of many solutions. */
const patience = 500;

class AdaptiveWalk implements Walk {
  readonly isAdaptive = true;
  place: Place & { readonly rate: Tensor };
  lastLength = 0;
  steps = 0;
  rejected = 0;
  readonly #problem: Problem;
  readonly #coefficients: Coefficients;
  #h: number;
  #again = false;
  #markedTime: number;

  constructor(problem: Problem) {
    const { field, rows, from, to, settings } = problem;
    this.#problem = problem;
    this.#coefficients = coefficientsFor(rows);
    const rate = field(rows, from);
    this.place = { rows, rate, t: from };
    this.#h = scope(() => firstStep(field, { rows, rate, t: from, span: to - from }, settings));
    this.#markedTime = from;
  }

  get isDone(): boolean {
    return this.place.t === this.#problem.to;
  }

  step(kept?: Place): void {
    while (!this.#try(kept)) this.rejected++;
    this.steps++;
    this.#refuseEndless();
  }

  goOn(rows: Tensor, t: number, length = Number.POSITIVE_INFINITY): void {
    this.place = { rows, rate: this.#problem.field(rows, t), t };
    this.#h = Math.min(this.#h, length);
    this.#refuseEndless();
  }

  /** True if a step was accepted. */
  #try(kept: Place | undefined): boolean {
    const { field, to, from, settings, batch } = this.#problem;
    const { t } = this.place;
    const left = Math.abs(to - t);
    const isLast = this.#h >= left * (1 - 1e-12);
    const length = isLast ? left : Math.min(this.#h, left / Math.ceil(left / this.#h - 1e-9)); // the last steps are equal
    const end = isLast ? to : t + Math.sign(to - from) * length;
    const trial = scope(() =>
      tryStep(field, this.#coefficients, { ...this.place, h: end - t }, settings, batch),
    );
    const accepted = trial.error <= 1;
    this.#h = length * stepFactor(trial.error, this.#again || !accepted);
    this.#again = !accepted;
    if (!accepted) {
      trial.rows.dispose();
      this.#refuseEndless();
      return false;
    }
    const old = this.place;
    const rate = end === to ? old.rate : field(trial.rows, end);
    this.place = { rows: trial.rows, rate, t: end };
    if (old.rows !== kept?.rows && old.rows !== this.#problem.rows) {
      dispose([old.rows, old.rate].filter((tensor) => tensor !== rate && tensor !== kept?.rate));
    }
    this.lastLength = length;
    return true;
  }

  #refuseEndless(): void {
    const { to, settings } = this.#problem;
    const { t } = this.place;
    if (t === to) return;
    if (this.#h < 16 * Number.EPSILON * Math.max(Math.abs(t), Math.abs(to))) {
      throw diverged(
        "integrate",
        `at t = ${t} even steps of ${this.#h.toPrecision(2)} are too long: the solution runs to infinity, or its derivative ` +
          "jumps or is not finite there; start elsewhere, look at the derivative, or loosen rtol",
      );
    }
    const tries = this.steps + this.rejected;
    if (tries >= settings.maxSteps) {
      throw diverged(
        "integrate",
        `${settings.maxSteps} steps reached only t = ${t}, not ${to}: the system is stiff, its derivative jumps, or maxSteps ` +
          "or rtol are too small",
      );
    }
    if (tries > 0 && tries % patience === 0) this.#refuseStanding(tries);
  }

  /** Refuses where the last steps were so short that many times `maxSteps` of them would be needed. */
  #refuseStanding(tries: number): void {
    const { to, settings } = this.#problem;
    const { t } = this.place;
    const progress = Math.abs(t - this.#markedTime);
    this.#markedTime = t;
    const needed = (Math.abs(to - t) / progress) * patience;
    if (needed < 2 * (settings.maxSteps - tries)) return;
    throw diverged(
      "integrate",
      `around t = ${t} the last ${patience} steps advanced only by ${progress.toPrecision(2)}, and ${needed.toPrecision(2)} more ` +
        `of them would be needed to reach ${to}: the derivative jumps there, or the system is too stiff; look at the derivative, ` +
        "loosen rtol, or give larger maxSteps if it is worth the time",
    );
  }
}

class FixedWalk implements Walk {
  readonly isAdaptive = false;
  place: Place;
  steps = 0;
  readonly rejected = 0;
  readonly #problem: Problem;
  readonly #count: number;
  readonly #h: number;

  constructor(problem: Problem) {
    const { rows, from, to, settings } = problem;
    this.#problem = problem;
    this.#count = Math.max(1, Math.ceil(Math.abs(to - from) / settings.stepSize - 1e-9));
    this.#h = (to - from) / this.#count;
    this.place = { rows, rate: undefined, t: from };
  }

  get isDone(): boolean {
    return this.place.t === this.#problem.to;
  }

  get lastLength(): number {
    return Math.abs(this.#h);
  }

  step(kept?: Place): void {
    const { field, from, to, settings } = this.#problem;
    const take = settings.method === "rk4" ? rk4 : euler;
    const old = this.place;
    const index = Math.round((old.t - from) / this.#h);
    const rows = scope(() => take(field, old.rows, from + index * this.#h, this.#h));
    this.place = { rows, rate: undefined, t: index + 1 === this.#count ? to : from + (index + 1) * this.#h };
    if (old.rows !== kept?.rows && old.rows !== this.#problem.rows) old.rows.dispose();
    this.steps++;
  }

  goOn(rows: Tensor, t: number): void {
    this.place = { rows, rate: undefined, t };
  }
}
