// Classic flows, for tests, pages and first steps.
import { stack, type Tensor } from "@throughline/torch";
import { anyNumber, checkOptions, optional, positive, type Rules, whole } from "@throughline/torch/checks";
import { type FlowOptions, flow } from "../flow.js";
import { integratorRules } from "../ode/settings.js";
import type { System } from "../system.js";
import { near } from "./start.js";

/** Options of integration; see `flow`. */
export type FlowSettings = Pick<FlowOptions, "dt" | "method" | "rtol" | "atol" | "stepSize" | "maxSteps">;

const settingRules: Rules<FlowSettings> = { ...integratorRules, dt: optional(positive(0.1)) };

/** Options of a flow with parameters of its own. */
type With<P> = FlowSettings & P;

const lorenzRules: Rules<With<{ readonly sigma: number; readonly rho: number; readonly beta: number }>> = {
  ...settingRules,
  sigma: anyNumber(10),
  rho: anyNumber(28),
  beta: anyNumber(8 / 3),
};

const rosslerRules: Rules<With<{ readonly a: number; readonly b: number; readonly c: number }>> = {
  ...settingRules,
  a: anyNumber(0.2),
  b: anyNumber(0.2),
  c: anyNumber(5.7),
};

const lorenz96Rules: Rules<With<{ readonly dimension: number; readonly forcing: number }>> = {
  ...settingRules,
  dimension: whole(4, 40),
  forcing: anyNumber(8),
};

/** Lorenz 1963: ẋ = σ(y − x), ẏ = x(ρ − z) − y, ż = xy − βz (10, 28, 8/3); the exponents sum to −(σ + 1 + β) exactly. */
export function lorenz(
  options: FlowSettings & { readonly sigma?: number; readonly rho?: number; readonly beta?: number } = {},
): System {
  const { sigma, rho, beta, ...settings } = checkOptions("lorenz", lorenzRules, options);
  return flow({
    ...settings,
    dimension: 3,
    initial: near([1, 1, 20], [1, 1, 2]),
    derivative: (state) => {
      const [x, y, z] = state.unbind(1) as [Tensor, Tensor, Tensor];
      return stack([y.sub(x).mul(sigma), x.mul(z.rsub(rho)).sub(y), x.mul(y).sub(z, { alpha: beta })], 1);
    },
  });
}

/** Rössler 1976: ẋ = −y − z, ẏ = x + ay, ż = b + z(x − c) (0.2, 0.2, 5.7). */
export function rossler(
  options: FlowSettings & { readonly a?: number; readonly b?: number; readonly c?: number } = {},
): System {
  const { a, b, c, ...settings } = checkOptions("rossler", rosslerRules, options);
  return flow({
    ...settings,
    dimension: 3,
    initial: near([0, 0, 0.02], [6, 6, 0.01]),
    derivative: (state) => {
      const [x, y, z] = state.unbind(1) as [Tensor, Tensor, Tensor];
      return stack([y.add(z).neg(), x.add(y, { alpha: a }), z.mul(x.sub(c)).add(b)], 1);
    },
  });
}

/**
 * Lorenz 1996: ẋᵢ = (xᵢ₊₁ − xᵢ₋₂) xᵢ₋₁ − xᵢ + F on a ring of `dimension` (40) sites, `forcing` F = 8; the mean exponent is −1
 * exactly.
 */
export function lorenz96(
  options: FlowSettings & { readonly dimension?: number; readonly forcing?: number } = {},
): System {
  const { dimension, forcing, ...settings } = checkOptions("lorenz96", lorenz96Rules, options);
  return flow({
    ...settings,
    dimension,
    initial: near(new Array<number>(dimension).fill(forcing), 1),
    derivative: (x) => x.roll(-1, 1).sub(x.roll(2, 1)).mul(x.roll(1, 1)).sub(x).add(forcing),
  });
}
