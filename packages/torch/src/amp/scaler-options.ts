// Options and saved state of a gradient scaler.
import { flag, type Rule, type Rules, whole } from "../checks/options.js";

/** Options of `GradScaler`; the defaults are PyTorch's. */
export interface GradScalerOptions {
  /** The first scale. Default 65,536. */
  readonly initScale?: number;
  /** The factor after `growthInterval` steps without an infinity. Default 2. */
  readonly growthFactor?: number;
  /** The factor after a step with one. Default 0.5. */
  readonly backoffFactor?: number;
  /** Default 2,000. */
  readonly growthInterval?: number;
  /** false: do nothing but call the optimiser. Default true. */
  readonly enabled?: boolean;
}

/** Result of `stateDict`: PyTorch's names; empty if the scaler is off. */
export type GradScalerState = Record<string, number>;

const fraction: Rule<number> = {
  initial: 0.5,
  accepted: "a number above 0 and below 1",
  accepts: (value) => typeof value === "number" && value > 0 && value < 1,
};
const growth: Rule<number> = {
  initial: 2,
  accepted: "a number above 1",
  accepts: (value) => typeof value === "number" && value > 1 && Number.isFinite(value),
};
/** A factor or scale. */
export const positive: Rule<number> = {
  initial: 65_536,
  accepted: "a number above 0",
  accepts: (value) => typeof value === "number" && value > 0 && Number.isFinite(value),
};

/** A rule for each option. */
export const rules: Rules<Required<GradScalerOptions>> = {
  initScale: positive,
  growthFactor: growth,
  backoffFactor: fraction,
  growthInterval: whole(1, 2000),
  enabled: flag(true),
};
