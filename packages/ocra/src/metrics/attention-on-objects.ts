// Share of each slot's attention on each object of a picture.
import type { Tensor } from "@throughline/torch";
import type { PlacedObject } from "../datasets/types.js";

/**
 * Attention of each slot within `reach` of each object's centre, down and across.
 * @param attention [slots][rows · columns] of one picture, each slot's by rows
 * @param reach as a fraction of the picture; a cell is within it if its centre is
 */
export function attentionOnObjects(
  attention: readonly ArrayLike<number>[],
  [rows, columns]: readonly [number, number],
  objects: readonly PlacedObject[],
  reach: number,
): number[][] {
  return objects.map(({ row, column }) => {
    const near: number[] = [];
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) {
        const [down, across] = [(r + 0.5) / rows - row, (c + 0.5) / columns - column];
        if (Math.abs(down) < reach && Math.abs(across) < reach) near.push(r * columns + c);
      }
    }
    return attention.map((map) => near.reduce((total, at) => total + map[at]!, 0));
  });
}

/** Each slot's map of one picture, [K, h, w] on any device, by rows. */
export function slotMaps(attention: Tensor): Float32Array[] {
  const maps = attention.flatten(1).to({ dtype: "float32", device: "cpu" });
  return maps.unbind(0).map((map) => map.contiguous().toTypedArray() as Float32Array);
}
