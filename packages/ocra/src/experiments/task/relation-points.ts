// Relation embeddings of pairs of held-out objects, on their first two principal components.
import { fromTypedArray, linalg, noGrad, scope, type Tensor } from "@throughline/torch";
import type { PlacedObject } from "../../datasets/types.js";
import { slotMaps } from "../../metrics/attention-on-objects.js";
import type { RelationPoint } from "./explanation-file.js";
import { slotsOfObjects } from "./placed-slots.js";

/** The row of pair (i, j), i ≤ j, among the pairs of `count` slots: (0, 0), (0, 1), …, (1, 1), … */
export function pairIndex(i: number, j: number, count: number): number {
  const [first, second] = i <= j ? [i, j] : [j, i];
  return first * count - (first * (first - 1)) / 2 + (second - first);
}

/**
 * One point for each two objects of a picture that have the same role and slots of their own.
 * @param tokens relation embeddings of pictures, [B, P, D]; @param attention [B, K, h, w]
 * @param objects of each picture
 */
export function relationPoints(
  tokens: Tensor,
  attention: Tensor,
  objects: readonly (readonly PlacedObject[])[],
): RelationPoint[] {
  return scope(() =>
    noGrad(() => {
      const [, slots, height, width] = attention.shape as [number, number, number, number];
      const pairs = tokens.size(1);
      const rows: bigint[] = [];
      const isSame: boolean[] = [];
      for (const [at, placed] of objects.entries()) {
        const own = slotMaps(attention.select(0, at));
        const held = slotsOfObjects(own, [height, width], placed);
        for (const [a, b] of pairsOf(placed)) {
          if (held[a] === held[b]) continue;
          rows.push(BigInt(at * pairs + pairIndex(held[a]!, held[b]!, slots)));
          isSame.push(placed[a]!.object === placed[b]!.object);
        }
      }
      if (rows.length < 2) return [];
      const all = tokens.flatten(0, 1).to({ device: "cpu", dtype: "float32" });
      const some = all.indexSelect(0, fromTypedArray(BigInt64Array.from(rows)));
      const centred = some.sub(some.mean({ dim: 0, keepdim: true }));
      const { Vh } = linalg.svd(centred, { fullMatrices: false });
      const points = centred.matmul(Vh.narrow(0, 0, 2).t()).toArray() as number[][];
      return points.map(([x, y], i) => ({ x: x!, y: y!, isSame: isSame[i]! }));
    }),
  );
}

/** Places of any two objects of the same role. */
function pairsOf(placed: readonly PlacedObject[]): [number, number][] {
  return placed.flatMap(({ role }, a) =>
    placed.flatMap((other, b): [number, number][] => (a < b && other.role === role ? [[a, b]] : [])),
  );
}
