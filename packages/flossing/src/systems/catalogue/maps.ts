// Classic maps, for tests, pages and first steps. Parameters may be numbers or, for a batch of different systems, tensors
// [batch, 1].
import { cat, stack, Tensor, where } from "@throughline/torch";
import { anyNumber, checkOptions, type Rule } from "@throughline/torch/checks";
import { rule } from "../../arguments.js";
import { type MapOptions, map } from "../map.js";
import type { System } from "../system.js";
import { near } from "./start.js";

/** A parameter: one number for all members of a batch, or a tensor [batch, 1] with one for each. */
export type Parameter = number | Tensor;

/** A rule for a parameter with a default. */
function aParameter(initial: Parameter): Rule<Parameter> {
  const accepts = (value: unknown): boolean => Number.isFinite(value) || value instanceof Tensor;
  return { ...rule<Parameter>("a number, or a tensor [batch, 1]", accepts), initial };
}

/** A map with one parameter, which becomes a tensor of `map`'s parameters where it is one. */
function withParameter(
  parameter: Parameter,
  step: (state: Tensor, parameter: Parameter) => Tensor,
  rest: Omit<MapOptions, "step" | "parameters">,
): System {
  return parameter instanceof Tensor
    ? map({ ...rest, parameters: [parameter], step: (x, _t, p) => step(x, p!) })
    : map({ ...rest, step: (x) => step(x, parameter) });
}

/** x′ = r x (1 − x), |x| ≤ 1. At r = 4 (the default) λ = ln 2 exactly; at r = 1 + √5 the cycle of two is superstable. */
export function logistic(options: { readonly r?: Parameter } = {}): System {
  const { r } = checkOptions("logistic", { r: aParameter(4) }, options);
  return withParameter(r, (x, rate) => x.mul(x.rsub(1)).mul(rate), {
    dimension: 1,
    initial: near([0.5], 0.4),
  });
}

/** x′ = α min(x, 1 − x); λ = ln α exactly. `slope` α: default 1.9 (at 2, binary floating point ends at 0 in 53 steps). */
export function tent(options: { readonly slope?: Parameter } = {}): System {
  const { slope } = checkOptions("tent", { slope: aParameter(1.9) }, options);
  return withParameter(slope, (x, alpha) => where(x.lt(0.5), x, x.rsub(1)).mul(alpha), {
    dimension: 1,
    initial: near([0.5], 0.3),
  });
}

/** Arnold's cat (x′, y′) = (2x + y, x + y) mod 1; λ = ±ln((3 + √5)/2) exactly. */
export function catMap(): System {
  return map({
    dimension: 2,
    initial: near([0.5, 0.5], 0.5),
    step: (state) => {
      const [x, y] = state.unbind(1) as [Tensor, Tensor];
      const both = x.add(y);
      return stack([x.add(both), both], 1).remainder(1);
    },
  });
}

/** Hénon's map x′ = 1 − a x² + y, y′ = b x (a = 1.4, b = 0.3); the exponents sum to ln |b| exactly. */
export function henon(options: { readonly a?: number; readonly b?: number } = {}): System {
  const { a, b } = checkOptions("henon", { a: anyNumber(1.4), b: anyNumber(0.3) }, options);
  return map({
    dimension: 2,
    initial: near([0, 0], 0.1),
    step: (state) => {
      const [x, y] = state.unbind(1) as [Tensor, Tensor];
      return stack([x.square().mul(-a).add(y).add(1), x.mul(b)], 1);
    },
  });
}

/** Chirikov's standard map p′ = p + K sin θ, θ′ = θ + p′, both mod 2π (K = 6); it keeps areas: λ₂ = −λ₁ exactly. */
export function standardMap(options: { readonly K?: Parameter } = {}): System {
  const { K } = checkOptions("standardMap", { K: aParameter(6) }, options);
  const step = (state: Tensor, kick: Parameter): Tensor => {
    const angle = state.narrow(1, 0, 1);
    const momentum = angle
      .sin()
      .mul(kick)
      .add(state.narrow(1, 1, 1));
    return cat([angle.add(momentum), momentum], 1).remainder(2 * Math.PI);
  };
  return withParameter(K, step, { dimension: 2, initial: near([Math.PI, Math.PI], Math.PI) });
}
