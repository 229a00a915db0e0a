// Control of the arm: actions become goals of the hand, and these torques, anew in every step of the simulation.
import { ARM_JOINTS, TORQUES } from "../model/panda.js";
import type { JointPlace, World } from "../physics/world.js";
import { operationalSpaceTorques } from "./operational-space.js";
import { after, rotationError, rotationOf } from "./rotations.js";

/** What an action of 1 means: metres, and radians about an axis. */
export const REACH = { position: 0.05, rotation: 0.5 } as const;

const JOINTS = ARM_JOINTS.length;

/** State of the control between actions. */
export interface ArmControlState {
  /** Orientation of the goal [9]. */
  readonly rotation: readonly number[];
  /** Joints that the arm is drawn to, as far as the hand is not moved by it [7]. */
  readonly posture: readonly number[];
}

/**
 * Draws the hand to goals. A goal is the pose that the hand has when the action comes, moved by it: what was not reached is forgotten.
 * One exception is robosuite's 1.2: an action whose three turns are exactly 0 keeps the orientation of the last goal.
 */
export class ArmControl {
  readonly #world: World;
  /** Where the arm's numbers begin: its joints follow each other. */
  readonly #first: JointPlace;
  readonly #site: number;
  readonly #goal = new Float64Array(3);
  #rotation: Float64Array = new Float64Array(9);
  #posture: Float64Array = new Float64Array(JOINTS);

  constructor(world: World) {
    this.#world = world;
    this.#first = world.joint(ARM_JOINTS[0]!);
    this.#site = world.number("site", "grip_site");
  }

  /** Begins an episode: the pose and posture that there are become the goal. */
  begin(): void {
    this.#rotation = this.#world.siteRotation(this.#site).slice();
    this.#posture = this.#positions();
    this.#goal.set(this.#world.sitePosition(this.#site));
  }

  get state(): ArmControlState {
    return { rotation: [...this.#rotation], posture: [...this.#posture] };
  }

  set state({ rotation, posture }: ArmControlState) {
    this.#rotation = Float64Array.from(rotation);
    this.#posture = Float64Array.from(posture);
  }

  /** Sets the goal. @param action six numbers from −1 to 1: a step along x, y and z, and a turn about them, of the world */
  aim(action: ArrayLike<number>): void {
    const position = this.#world.sitePosition(this.#site);
    for (let axis = 0; axis < 3; axis++) this.#goal[axis] = position[axis]! + REACH.position * action[axis]!;
    const turn = [3, 4, 5].map((axis) => REACH.rotation * action[axis]!);
    if (turn.some((angle) => angle !== 0))
      this.#rotation = after(rotationOf(turn), this.#world.siteRotation(this.#site));
  }

  /** Torques of the arm's motors, within their limits. */
  torques(): Float64Array {
    const world = this.#world;
    const position = world.sitePosition(this.#site);
    const joints = this.#positions();
    const jacobian = world.siteJacobian(this.#site);
    const torques = operationalSpaceTorques({
      linear: this.#columns(jacobian.linear, 3),
      angular: this.#columns(jacobian.angular, 3),
      mass: this.#columns(world.massMatrix(), JOINTS, this.#first.velocity),
      bias: this.#pick(world.bias),
      velocities: this.#pick(world.velocities),
      postureError: this.#posture.map((wanted, at) => wanted - joints[at]!),
      positionError: this.#goal.map((wanted, axis) => wanted - position[axis]!),
      rotationError: rotationError(this.#rotation, world.siteRotation(this.#site)),
    });
    return torques.map((torque, at) => Math.max(-TORQUES[at]!, Math.min(TORQUES[at]!, torque)));
  }

  #positions(): Float64Array {
    const { position } = this.#first;
    return this.#world.positions.slice(position, position + JOINTS);
  }

  #pick(values: Float64Array): Float64Array {
    const { velocity } = this.#first;
    return values.slice(velocity, velocity + JOINTS);
  }

  /** The arm's columns of [rows, freedoms], from a row on. */
  #columns(values: Float64Array, rows: number, from = 0): Float64Array {
    const { freedoms } = this.#world;
    const chosen = new Float64Array(rows * JOINTS);
    for (let row = 0; row < rows; row++) {
      const begin = (from + row) * freedoms + this.#first.velocity;
      chosen.set(values.subarray(begin, begin + JOINTS), row * JOINTS);
    }
    return chosen;
  }
}
