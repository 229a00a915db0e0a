// The length of adaptive steps.
import type { Tensor } from "@throughline/torch";
import type { Field } from "./field.js";
import type { Settings } from "./settings.js";

const order = 8;

/** Factor by which to change a step whose error was `error` tolerances: at most 6, at least 1/3, with 10 % in reserve. */
export function stepFactor(error: number, rejectedBefore: boolean): number {
  if (!Number.isFinite(error)) return 0.1;
  const wanted = error === 0 ? 6 : 0.9 * error ** (-1 / order);
  return Math.min(rejectedBefore ? 1 : 6, Math.max(1 / 3, wanted));
}

/**
 * A first step: short enough that the state hardly changes and that a Taylor term of the method's order, guessed from the
 * change of the derivative over a small Euler step, stays below the tolerance (Hairer et al. 1993, II.4). Costs one evaluation.
 */
export function firstStep(
  field: Field,
  { rows, rate, t, span }: { rows: Tensor; rate: Tensor; t: number; span: number },
  { rtol, atol }: Settings,
): number {
  const scale = rows.abs().mul(rtol).add(atol);
  const size = (values: Tensor): number => values.div(scale).square().mean({ dim: 1 }).sqrt().max().item();
  const position = size(rows);
  const speed = size(rate);
  const length = Math.abs(span);
  const euler = Math.min(length, position > 1e-5 && speed > 1e-5 ? (0.01 * position) / speed : 1e-6);
  const step = Math.sign(span) * euler;
  const bend = size(field(rows.add(rate, { alpha: step }), t + step).sub(rate)) / euler;
  const fastest = Math.max(speed, bend);
  const allowed = fastest > 1e-15 ? (0.01 / fastest) ** (1 / order) : Math.max(1e-6, euler * 1e-3);
  const found = Math.min(length, 100 * euler, allowed);
  return Number.isFinite(found) && found > 0 ? found : Math.min(length, 1e-6);
}
