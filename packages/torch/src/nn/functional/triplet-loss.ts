// Triplet loss with a distance of one's own.
import { positiveNumber } from "../../checks/index.js";
import { scope } from "../../memory.js";
import type { Tensor } from "../../tensor/index.js";
import { refuse } from "../options.js";
import { pairwiseDistance } from "./embedding-loss.js";
import { type LossOptions, reduce } from "./reduction.js";

/** Options of `tripletMarginWithDistanceLoss`. */
export interface TripletDistanceOptions extends LossOptions {
  /** The distance of examples, at least 0. Default: `pairwiseDistance`. */
  readonly distanceFunction?: ((x: Tensor, y: Tensor) => Tensor) | null;
  /** Above 0. Default 1. */
  readonly margin?: number;
  /** Use the smaller of d(anchor, negative) and d(positive, negative). Default false. */
  readonly swap?: boolean;
}

/**
 * max(0, d(anchor, positive) − d(anchor, negative) + margin); all three of one shape
 * @throws TorchError if the numbers of dimensions differ or the margin is not above 0.
 */
export function tripletMarginWithDistanceLoss(
  anchor: Tensor,
  positive: Tensor,
  negative: Tensor,
  options: TripletDistanceOptions = {},
): Tensor {
  const name = "tripletMarginWithDistanceLoss";
  const margin = positiveNumber(`${name}: margin`, options.margin ?? 1);
  if (anchor.ndim !== positive.ndim || anchor.ndim !== negative.ndim)
    throw refuse(name, `dimensions differ: ${anchor.ndim}, ${positive.ndim} and ${negative.ndim}`);
  const distance = options.distanceFunction ?? pairwiseDistance;
  return scope(() => {
    const near = distance(anchor, positive);
    let far = distance(anchor, negative);
    if (options.swap) far = far.minimum(distance(positive, negative));
    return reduce(near.sub(far).add(margin).clamp({ min: 0 }), options);
  });
}
