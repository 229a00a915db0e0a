// Assignment of slots to the objects of a picture.
import type { PlacedObject } from "../../datasets/types.js";
import { attentionOnObjects } from "../../metrics/attention-on-objects.js";

/**
 * Distance from an object's centre within which attention counts, as a fraction of the picture: about half an object of
 * ART.
 */
const REACH = 0.1;

/**
 * The slot that attends most to the place of each object.
 * @param attention [slots][rows · columns] of one picture, each slot's by rows
 */
export function slotsOfObjects(
  attention: readonly ArrayLike<number>[],
  size: readonly [rows: number, columns: number],
  objects: readonly PlacedObject[],
): number[] {
  const masses = attentionOnObjects(attention, size, objects, REACH);
  return masses.map((mass) => mass.indexOf(Math.max(...mass)));
}
