// Schedules of flossing: the steps of training at which it takes place.
import {
  anyNumber,
  checkOptions,
  notAccepted,
  oneOf,
  optional,
  type Rules,
  required,
  whole,
  wholeNumber,
} from "@throughline/torch/checks";
import { rule } from "../arguments.js";

/** Observations for a schedule; each is computed only if it is asked for. */
export interface Observations {
  /** ‖∂L/∂h₀‖: the norm of the gradient that reached the initial state in the last training step. */
  readonly gradient?: () => number;
  /** Finite-time exponents now, descending, in nats per step. */
  readonly exponents?: () => ArrayLike<number>;
}

/** Schedule of flossing: the number of flossing steps before each training epoch. */
export interface FlossingSchedule {
  /** @param epoch counted from 0: the training epochs done so far */
  due(epoch: number, observed?: Observations): number;
}

/** `steps` before the first epoch: preflossing. The released code's 500. */
export function before(steps: number): FlossingSchedule {
  return at([0], wholeNumber("schedules.before: steps", steps));
}

/** `steps` before each of the given epochs. The released code: 500 before the epochs that have 99 and 199 before them. */
export function at(epochs: readonly number[], steps: number): FlossingSchedule {
  if (!Array.isArray(epochs)) throw notAccepted("schedules.at: epochs", epochs, "a list of whole numbers");
  const chosen = new Set(epochs.map((epoch) => wholeNumber("schedules.at: an epoch", epoch)));
  wholeNumber("schedules.at: steps", steps);
  return { due: (epoch) => (chosen.has(epoch) ? steps : 0) };
}

/** `steps` after every `every` epochs, at most `times` times. */
export function periodic(
  every: number,
  steps: number,
  times: number = Number.POSITIVE_INFINITY,
): FlossingSchedule {
  wholeNumber("schedules.periodic: every", every, 1);
  wholeNumber("schedules.periodic: steps", steps);
  if (times !== Number.POSITIVE_INFINITY) wholeNumber("schedules.periodic: times", times);
  return { due: (epoch) => (epoch > 0 && epoch % every === 0 && epoch / every <= times ? steps : 0) };
}

/** Combines schedules: their steps are added up. */
export function combined(...schedules: readonly FlossingSchedule[]): FlossingSchedule {
  for (const schedule of schedules) {
    if (typeof schedule?.due !== "function")
      throw notAccepted("schedules.combined: a schedule", schedule, "an object with `due`");
  }
  return {
    due: (epoch, observed) => schedules.reduce((total, schedule) => total + schedule.due(epoch, observed), 0),
  };
}

/** Options of `AdaptiveSchedule`. */
export interface AdaptiveOptions {
  /**
   * Watched quantity: `gradient`, the norm of the gradient at the initial state; or `exponents`, the median of the
   * flossed exponents, which need no training step.
   */
  readonly watch: "gradient" | "exponents";
  /** Threshold below which flossing is due. Default: 1e-5 for the gradient, −0.1 nats per step for exponents. */
  readonly low?: number;
  /** Above this flossing is due. Default: 10 for the gradient, 0.1 nats per step for exponents. */
  readonly high?: number;
  /** Epochs between two looks. Default 50. */
  readonly every?: number;
  /** Flossing steps when it is due. Default 100. */
  readonly steps?: number;
  /** Flossing steps in all, so that schedules can be compared at equal cost. Default: without bound. */
  readonly budget?: number;
}

const rules: Rules<AdaptiveOptions> = {
  watch: required(oneOf(["gradient", "exponents"], "gradient")),
  low: optional(anyNumber(0)),
  high: optional(anyNumber(0)),
  every: optional(whole(1, 50)),
  steps: optional(whole(0, 100)),
  budget: optional(
    rule(
      "a whole number of at least 0",
      (value) => value === Number.POSITIVE_INFINITY || (Number.isSafeInteger(value) && Number(value) >= 0),
    ),
  ),
};

/** Flosses when what is watched leaves a band, and only then (our choice; the paper flosses at given epochs). */
export class AdaptiveSchedule implements FlossingSchedule {
  readonly low: number;
  readonly high: number;
  readonly every: number;
  readonly steps: number;
  readonly watch: "gradient" | "exponents";
  #left: number;

  constructor(options: AdaptiveOptions) {
    const {
      watch,
      low,
      high,
      every = 50,
      steps = 100,
      budget,
    } = checkOptions("AdaptiveSchedule", rules, options);
    const isGradient = watch === "gradient";
    this.watch = watch;
    this.low = low ?? (isGradient ? 1e-5 : -0.1);
    this.high = high ?? (isGradient ? 10 : 0.1);
    if (this.low > this.high) {
      throw notAccepted("AdaptiveSchedule: low", this.low, `a number no larger than high, ${this.high}`);
    }
    this.every = every;
    this.steps = steps;
    this.#left = budget ?? Number.POSITIVE_INFINITY;
  }

  /** Flossing steps that may still be spent. */
  get left(): number {
    return this.#left;
  }

  due(epoch: number, observed: Observations = {}): number {
    if (epoch === 0 || epoch % this.every !== 0 || this.#left === 0) return 0;
    const value = this.look(observed);
    if (value === undefined || (value >= this.low && value <= this.high)) return 0;
    const steps = Math.min(this.steps, this.#left);
    this.#left -= steps;
    return steps;
  }

  private look(observed: Observations): number | undefined {
    if (this.watch === "gradient") return observed.gradient?.();
    const exponents = observed.exponents?.();
    return exponents === undefined ? undefined : median(Array.from(exponents));
  }

  /** Steps spent so far, for checkpoints. */
  stateDict(): unknown {
    return { left: Number.isFinite(this.#left) ? this.#left : null };
  }

  loadStateDict(state: { readonly left: number | null }): void {
    this.#left = state.left ?? Number.POSITIVE_INFINITY;
  }
}

function median(values: number[]): number {
  const sorted = values.sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
