// Line search for the strong Wolfe conditions (Nocedal and Wright 2006, algorithms 3.5 and 3.6), with the safeguards of
// Schmidt's minFunc, so that steps are those of `torch.optim.LBFGS`.
import type { Tensor } from "../tensor/index.js";

/** The function at one place along the line. */
export interface Point {
  /** Distance from the start, in lengths of the direction. */
  readonly t: number;
  readonly loss: number;
  readonly gradient: Tensor;
  /** The derivative along the line. */
  readonly slope: number;
}

// The loss has to fall by at least this part of what the first slope promises, and the slope to this part of itself.
const ENOUGH_FALL = 1e-4;
const ENOUGH_FLATNESS = 0.9;

/** A place between two points, or within `bounds`, where a cubic through their values and slopes is smallest. */
function cubicMinimum(a: Point, b: Point, bounds?: readonly [number, number]): number {
  const [left, right] = a.t <= b.t ? [a, b] : [b, a];
  const [low, high] = bounds ?? [left.t, right.t];
  const theta = a.slope + b.slope - (3 * (a.loss - b.loss)) / (a.t - b.t);
  const square = theta * theta - a.slope * b.slope;
  if (!(square >= 0)) return (low + high) / 2;
  const root = Math.sqrt(square);
  const share = (right.slope + root - theta) / (right.slope - left.slope + 2 * root);
  return Math.min(Math.max(right.t - (right.t - left.t) * share, low), high);
}

/** A point that meets the conditions or, after `most` tries, the best; and the number of evaluations. */
export function strongWolfe(
  evaluate: (t: number) => Point,
  start: Point,
  firstStep: number,
  limits: { readonly most: number; readonly size: number; readonly toleranceChange: number },
): { point: Point; evaluations: number } {
  const { most, size, toleranceChange } = limits;
  const tooHigh = (point: Point): boolean => point.loss > start.loss + ENOUGH_FALL * point.t * start.slope;
  const flat = (point: Point): boolean => Math.abs(point.slope) <= -ENOUGH_FLATNESS * start.slope;

  let before = start;
  let now = evaluate(firstStep);
  let tries = 0;
  let bracket: [Point, Point] | undefined;
  for (; tries < most; tries++) {
    if (tooHigh(now) || (tries > 1 && now.loss >= before.loss)) bracket = [before, now];
    else if (flat(now)) return { point: now, evaluations: tries + 1 };
    else if (now.slope >= 0) bracket = [before, now];
    if (bracket !== undefined) break;
    const next = cubicMinimum(before, now, [now.t + 0.01 * (now.t - before.t), now.t * 10]);
    before = now;
    now = evaluate(next);
  }
  bracket ??= [start, now];
  let [low, high] = bracket[0].loss <= bracket[1].loss ? bracket : [bracket[1], bracket[0]];
  let stuck = false;
  while (tries < most && Math.abs(high.t - low.t) * size >= toleranceChange) {
    const [least, greatest] = [Math.min(low.t, high.t), Math.max(low.t, high.t)];
    let t = cubicMinimum(low, high);
    const margin = 0.1 * (greatest - least);
    if (Math.min(greatest - t, t - least) >= margin) stuck = false;
    else if (stuck || t >= greatest || t <= least) {
      t = Math.abs(t - greatest) < Math.abs(t - least) ? greatest - margin : least + margin;
      stuck = false;
    } else stuck = true;
    const tried = evaluate(t);
    tries++;
    if (tooHigh(tried) || tried.loss >= low.loss) {
      high = tried;
      if (high.loss < low.loss) [low, high] = [high, low];
      continue;
    }
    const found = flat(tried);
    if (!found && tried.slope * (high.t - low.t) >= 0) high = low;
    low = tried;
    if (found) break;
  }
  return { point: low, evaluations: tries + 1 };
}
