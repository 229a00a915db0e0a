// An object as the hand sees it.
import { conjugate, lastW, quaternionProduct, turned } from "../control/rotations.js";
import type { Situation } from "../tasks/task.js";

/** Position of the object, its quaternion with w last, and both in the frame of the hand, whose origin is between the finger tips [14]. */
export function poseAndRelativePose({ object, objectTurn, grip, handTurn }: Situation): Float64Array {
  const back = conjugate(handTurn);
  const away = [0, 1, 2].map((axis) => object[axis]! - grip[axis]!);
  const turn = quaternionProduct(back, objectTurn);
  // Of the two quaternions of a rotation the one whose w is not negative.
  const sign = turn[0]! < 0 ? -1 : 1;
  const relative = lastW(turn).map((part) => part * sign);
  return Float64Array.of(
    ...[object[0]!, object[1]!, object[2]!],
    ...lastW(objectTurn),
    ...turned(back, away),
    ...relative,
  );
}
