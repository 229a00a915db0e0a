import { anyNumber, type Rule, required, whole } from "../../checks/options.js";
import { show } from "../../checks/show.js";
import { TorchError } from "../../errors.js";
import type { Optimizer } from "../optimizer.js";
import { FormulaScheduler, type ScheduleOptions } from "./formula.js";

/** Options of `CosineAnnealingWarmRestarts`. */
export interface WarmRestartsOptions extends ScheduleOptions {
  /** Factor of the length of each period to the one before, at least 1. Default 1. */
  readonly tMult?: number;
  /** The lowest rate, η. Default 0. */
  readonly etaMin?: number;
}

interface Options {
  t0: number;
  tMult: number;
  etaMin: number;
}

/**
 * Half a cosine wave down from the base rate, then back to the base rate at once; the first period lasts `t0` epochs,
 * each further one `tMult` times as long (SGDR, Loshchilov and Hutter 2017):
 * lr = η + (base − η)(1 + cos(π·tCur/tI))/2. `torch.optim.lr_scheduler.CosineAnnealingWarmRestarts`.
 *
 * @throws TorchError `torch/argument` for an unknown option or a value out of range.
 */
export class CosineAnnealingWarmRestarts extends FormulaScheduler<Options> {
  #current: number;
  #period: number;

  constructor(optimizer: Optimizer, t0: number, options: WarmRestartsOptions = {}) {
    super(
      "CosineAnnealingWarmRestarts",
      optimizer,
      { t0: required(whole(1, 1)), tMult: whole(1, 1), etaMin: anyNumber(0) },
      { ...options, t0 } as Options,
    );
    this.#current = this.lastEpoch;
    this.#period = t0;
    this.start();
  }

  /** @internal */
  protected override getLr(): number[] {
    const { etaMin } = this.options;
    const wave = (1 + Math.cos((Math.PI * this.#current) / this.#period)) / 2;
    return this.baseLrs.map((base) => etaMin + (base - etaMin) * wave);
  }

  /** @param epoch where to go instead of to the next epoch; may be a fraction, to step after every batch. */
  override step(epoch?: number): void {
    if (epoch === undefined && this.lastEpoch >= 0) {
      this.lastEpoch++;
      this.#current++;
      if (this.#current >= this.#period) {
        this.#current %= this.#period;
        this.#period *= this.options.tMult;
      }
    } else this.#goToEpoch(epoch ?? 0);
    this.stepCount++;
    this.apply(this.getLr());
  }

  #goToEpoch(epoch: number): void {
    if (!(epoch >= 0 && Number.isFinite(epoch))) {
      throw new TorchError(
        "torch/argument",
        `CosineAnnealingWarmRestarts: epoch is ${show(epoch)}, accepted: a number of at least 0`,
      );
    }
    const { t0, tMult } = this.options;
    this.#period = t0;
    this.#current = epoch;
    if (tMult === 1) this.#current = epoch % t0;
    else {
      while (this.#current >= this.#period) {
        this.#current -= this.#period;
        this.#period *= tMult;
      }
    }
    this.lastEpoch = Math.floor(epoch);
  }

  /** @internal */
  protected override position(): Record<string, unknown> {
    return { tCur: this.#current, tI: this.#period };
  }

  /** @internal */
  protected override positionRules(): Record<string, Rule<unknown>> {
    return { tCur: anyNumber(0), tI: anyNumber(0) };
  }

  /** @internal */
  protected override goTo(values: Readonly<Record<string, unknown>>): void {
    this.#current = values.tCur as number;
    this.#period = values.tI as number;
  }
}
