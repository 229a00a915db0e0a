// Slot attention from several starts: what a start left in disorder another one has put right.
import { linspace, scope, type Tensor, where } from "@throughline/torch";
import type { AttendedSlots } from "./slot-attention.js";

/**
 * Margin by which another start must be more compact to be kept, in squares of the picture's side. A slot with two of six
 * objects next to each other costs about 0.007; an object cut in two by spare slots saves some 0.0004, and is not to be
 * preferred.
 */
const MARGIN = 0.001;

/**
 * Restarts slot attention and keeps, for each image, the slots of the first start, unless a later start is more compact
 * than the best before it by `MARGIN`.
 * @param run attends from a new start; @param weights of the places, [B, N], default 1
 */
export function mostCompact(
  starts: number,
  grid: readonly [height: number, width: number],
  weights: Tensor | undefined,
  run: () => AttendedSlots,
): AttendedSlots {
  return scope(() => {
    let best = run();
    let least = spread(best.shares, grid, weights);
    for (let start = 1; start < starts; start++) {
      const other = run();
      const found = spread(other.shares, grid, weights);
      const wins = found.lt(least.sub(MARGIN));
      const pick = (part: keyof AttendedSlots): Tensor =>
        where(wins.view([-1, 1, 1]), other[part], best[part]);
      least = where(wins, found, least);
      const [slots, z, m] = [pick("slots"), pick("z"), pick("m")];
      best = { slots, z, m, attention: pick("attention"), shares: pick("shares") };
    }
    return best;
  });
}

/**
 * The mean squared distance of the places from the centres of the slots that share them, by their weights: what k-means
 * makes small. Distances are in sides of the picture.
 * @param shares [B, K, N], over the slots they sum to 1; @returns [B]
 */
export function spread(
  shares: Tensor,
  [height, width]: readonly [height: number, width: number],
  weights?: Tensor,
): Tensor {
  return scope(() => {
    const { dtype, device } = shares;
    const mass = weights === undefined ? shares : shares.mul(weights.unsqueeze(1));
    const whole = mass.sum({ dim: 2, keepdim: true }).clamp({ min: 1e-12 });
    const centres = (cells: number) => linspace(0.5 / cells, 1 - 0.5 / cells, cells, { dtype, device });
    const rows = centres(height).view([height, 1]).expand([height, width]).reshape([1, 1, -1]);
    const columns = centres(width).view([1, width]).expand([height, width]).reshape([1, 1, -1]);
    const [down, across] = [rows, columns].map((at) => {
      const centre = mass.mul(at).sum({ dim: 2, keepdim: true }).div(whole);
      return mass.mul(at.sub(centre).square()).sum({ dim: [1, 2] });
    });
    return down!.add(across!).div(mass.sum({ dim: [1, 2] }));
  });
}
