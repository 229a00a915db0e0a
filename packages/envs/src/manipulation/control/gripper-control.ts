// Control of the fingers: an action says in which direction they move, and they keep going as long as it does.
import { FINGER_RANGE } from "../model/gripper.js";

/** Change of the target in one step of the simulation. */
const SPEED = 0.01;

/** The fingers' target between −1 (open) and 1 (closed). Only the sign of an action counts; 0 stops where the target is. */
export class GripperControl {
  #target = 0;

  get target(): number {
    return this.#target;
  }

  set target(value: number) {
    this.#target = value;
  }

  /** Moves the target for one step of the simulation. @param action above 0 closes, below 0 opens */
  move(action: number): void {
    this.#target = Math.min(1, Math.max(-1, this.#target + SPEED * Math.sign(action)));
  }

  /** Positions of both fingers that their motors are to reach, in m. */
  get commands(): readonly [number, number] {
    const opening = ((1 - this.#target) * FINGER_RANGE) / 2;
    return [opening, -opening];
  }
}
