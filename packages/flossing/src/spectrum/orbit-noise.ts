// Growth factors of single steps that the rounding of the orbit cannot tell from 0, as on superstable cycles.
import { dispose, noGrad, scope, type Tensor, tensor } from "@throughline/torch";
import { advance } from "../systems/advance.js";
import { logsOf } from "../systems/condition.js";
import type { FloatType, System, Tangent } from "../systems/system.js";
import { roundings } from "./rank.js";

/** Largest growth of an orbit's rounding errors, in roundings; beyond it, the orbit is no stable cycle. */
const mostNoise = 256;
/** Roundings that a single step may add. */
const ofOneStep = 4;

/**
 * ln of the growth factor below which the rounding of the orbit may be all that it consists of. Systems with QRs between their
 * steps have small factors that mean something.
 */
export function leastResolved(system: System, dtype: FloatType): number {
  if (system.pushOrthonormal !== undefined) return Number.NEGATIVE_INFINITY;
  return Math.log(16 * mostNoise * roundings[dtype]);
}

/** True if any of these ln R_ii is so small that it should be looked at. */
export function looksSuperstable(logs: Float64Array, system: System, dtype: FloatType): boolean {
  const least = leastResolved(system, dtype);
  return logs.some((log) => log < least && log !== Number.NEGATIVE_INFINITY);
}

/**
 * Counts, for each member and exponent, steps whose R_ii changes by half of itself or more when the state is moved by as much
 * as rounding has moved it: |f′(x)| ≲ |f″(x)| δx. The noise δx is at first that of a few roundings of the orbit's scale (the
 * greatest |x| of each variable along the way), grows with the first growth factor and gets new roundings at each step. On a
 * superstable cycle such steps recur, and the exponent is −∞.
 */
export function unresolvedByOrbit(
  system: System,
  start: Tangent,
  from: number,
  steps: number,
  dtype: FloatType,
): Float64Array {
  const [batch, k] = start.frame.shape as [number, number];
  const hits = new Float64Array(batch * k);
  const noise = new Float64Array(batch).fill(ofOneStep);
  const least = leastResolved(system, dtype);
  noGrad(() =>
    scope(() => {
      let now = start;
      let scale = start.state.abs();
      for (let i = 0; i < steps; i++) {
        const { state, frame, logs } = advance(system, now.state, now.frame, from + i, 1, 1);
        const own = logsOf(logs);
        if (own.some((log) => log < least)) {
          const moved = moves(scale, noise, roundings[dtype]).map((move) =>
            scope(() => logsOf(advance(system, now.state.add(move), now.frame, from + i, 1, 1).logs)),
          );
          countHits(hits, own, moved, least);
        }
        grow(noise, own, k);
        const wider = scale.maximum(state.abs());
        dispose([scale, ...(i > 0 ? [now.state, now.frame] : []), logs]);
        scale = wider;
        now = { state, frame };
      }
    }),
  );
  return hits;
}

/** Two displacements as large as the noise, one with all signs alike and one with alternating signs. */
function moves(scale: Tensor, noise: Float64Array, rounding: number): Tensor[] {
  const { dtype, device } = scale;
  const factors = tensor(
    Array.from(noise, (value) => [value * rounding]),
    { dtype, device },
  );
  const size = scale.mul(factors);
  const signs = tensor(
    Array.from({ length: scale.shape[1]! }, (_, i) => (i % 2 === 0 ? 1 : -1)),
    { dtype, device },
  );
  return [size, size.mul(signs)];
}

function countHits(
  hits: Float64Array,
  own: Float64Array,
  moved: readonly Float64Array[],
  least: number,
): void {
  own.forEach((log, place) => {
    if (!(log < least)) return;
    const isNoise = moved.some((logs) => Math.abs(Math.exp(logs[place]! - log) - 1) >= 0.5);
    if (isNoise || log === Number.NEGATIVE_INFINITY) hits[place]!++;
  });
}

function grow(noise: Float64Array, logs: Float64Array, k: number): void {
  noise.forEach((value, member) => {
    const first = logs.subarray(member * k, (member + 1) * k).reduce((a, b) => Math.max(a, b));
    noise[member] = Math.min(mostNoise, value * Math.exp(first) + ofOneStep);
  });
}
