// Which slot holds which object of a picture.
import type { PlacedObject } from "../../datasets/types.js";

/** How far from an object's centre attention counts, as a fraction of the picture: about half an object of ART. */
const REACH = 0.1;

/**
 * The slot that attends most to the place of each object.
 * @param attention [slots][rows · columns] of one picture, each slot's by rows
 */
export function slotsOfObjects(
  attention: readonly ArrayLike<number>[],
  [rows, columns]: readonly [number, number],
  objects: readonly PlacedObject[],
): number[] {
  return objects.map(({ row, column }) => {
    const near: number[] = [];
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) {
        const [down, across] = [(r + 0.5) / rows - row, (c + 0.5) / columns - column];
        if (Math.abs(down) < REACH && Math.abs(across) < REACH) near.push(r * columns + c);
      }
    }
    const mass = attention.map((map) => near.reduce((total, at) => total + map[at]!, 0));
    return mass.indexOf(Math.max(...mass));
  });
}
