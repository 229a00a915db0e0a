// Choice of algorithms for the same equations.
import { refuse } from "./refuse.js";

/**
 * `"direct"`: operator for operator as the equations stand, and as the authors' code has them. `"fast"`: the same maps, with
 * the same gradients, by cheaper ways that differ in rounding; see docs/ocra-models.md for which, and how much.
 */
export type Arithmetic = "direct" | "fast";

/** @throws TorchError unless `value` is an `Arithmetic`. */
export function checkArithmetic(who: string, value: Arithmetic): Arithmetic {
  if (value === "direct" || value === "fast") return value;
  throw refuse(who, `arithmetic is ${JSON.stringify(value)}; accepted: "direct" or "fast"`);
}
