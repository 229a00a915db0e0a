// One robot and one task: what an action does, what is observed, and the state.
import { Random } from "@throughline/lab/random";
import { EnvError } from "../../errors.js";
import { normal } from "../../normal.js";
import { ArmControl } from "../control/arm-control.js";
import { GripperControl } from "../control/gripper-control.js";
import { lastW } from "../control/rotations.js";
import { STEP_TIME, world as worldOf } from "../model/compose.js";
import { FINGER_JOINTS, START_FINGERS } from "../model/gripper.js";
import { OBJECT } from "../model/objects.js";
import { ARM_JOINTS, START_POSTURE } from "../model/panda.js";
import type { LowDimObservation } from "../observations/low-dim.js";
import type { MuJoCo } from "../physics/mujoco.js";
import { type JointPlace, World } from "../physics/world.js";
import type { ScenePoses, SceneShapes } from "../scene.js";
import type { ManipulationTask, Situation } from "../tasks/task.js";
import { posesOf, shapesOf } from "./scene-of.js";
import type { ManipulationState } from "./state.js";

/** Steps of the simulation in one of control: 20 actions a second. */
export const SUBSTEPS: number = Math.floor(1 / 20 / STEP_TIME);

/** Numbers of an action: a step along three axes, a turn about them, and the fingers. */
export const ACTION_SIZE = 7;

/** Standard deviation of each joint around the start posture, in radians. */
export const START_NOISE = 0.02;

/** Where things of the model are in its arrays. */
interface Places {
  readonly arm: readonly JointPlace[];
  readonly fingers: readonly JointPlace[];
  readonly object: JointPlace;
  readonly objectBody: number;
  readonly hand: number;
  readonly grip: number;
}

/** A world with its controllers. It holds memory of the engine until `free`. */
export class Simulation {
  readonly #mujoco: MuJoCo;
  readonly #task: ManipulationTask;
  #mjcf = "";
  #world: World | undefined;
  #places!: Places;
  #arm!: ArmControl;
  #fingers = new GripperControl();

  constructor(mujoco: MuJoCo, task: ManipulationTask) {
    this.#mujoco = mujoco;
    this.#task = task;
  }

  /** Begins an episode: a function of the task, the seed and the number alone. */
  reset(seed: number, episode: number): void {
    const random = new Random("envs", this.#task.id, seed, episode);
    const { parts, placement } = this.#task.begin(random);
    this.#load(worldOf(parts));
    const world = this.world;
    const { arm, fingers, object } = this.#places;
    const { positions } = world;
    arm.forEach(({ position }, at) => {
      positions[position] = START_POSTURE[at]! + START_NOISE * normal(random);
    });
    fingers.forEach(({ position }, at) => {
      positions[position] = START_FINGERS[at]!;
    });
    const { position, yaw } = placement;
    positions.set([...position, Math.cos(yaw / 2), 0, 0, Math.sin(yaw / 2)], object.position);
    world.observe();
    this.#arm.begin();
    this.#fingers = new GripperControl();
  }

  /** The world of the episode. */
  get world(): World {
    if (this.#world === undefined)
      throw new EnvError("ended", "Simulation: there is no episode yet; call reset first");
    return this.#world;
  }

  /** One action, which is held for `SUBSTEPS` steps. @param action `ACTION_SIZE` numbers; beyond −1 and 1 they count as these */
  step(action: ArrayLike<number>): void {
    const clipped = Array.from(action, (value) => Math.max(-1, Math.min(1, value)));
    this.#arm.aim(clipped);
    const { world } = this;
    for (let substep = 0; substep < SUBSTEPS; substep++) {
      this.#fingers.move(clipped[6]!);
      const torques = this.#arm.torques();
      const { controls } = world;
      controls.set(torques);
      controls.set(this.#fingers.commands, torques.length);
      world.advance();
      world.observe();
    }
  }

  get situation(): Situation {
    const { world } = this;
    const { objectBody, hand, grip } = this.#places;
    return {
      object: world.bodyPosition(objectBody),
      objectTurn: world.bodyQuaternion(objectBody),
      grip: world.sitePosition(grip),
      handTurn: world.bodyQuaternion(hand),
    };
  }

  get isDone(): boolean {
    return this.#task.isDone(this.situation);
  }

  /** Progress of the task, from 0 to below 1. */
  get progress(): number {
    return this.#task.progress(this.situation);
  }

  observation(): LowDimObservation {
    const { world } = this;
    const { arm, fingers, hand, grip } = this.#places;
    const { positions, velocities } = world;
    const joints = Float64Array.from(arm, ({ position }) => positions[position]!);
    const { linear, angular } = world.siteJacobian(grip);
    const { freedoms } = world;
    const speed = (jacobian: Float64Array): Float64Array =>
      Float64Array.from({ length: 3 }, (_, axis) =>
        velocities.reduce((sum, velocity, at) => sum + jacobian[axis * freedoms + at]! * velocity, 0),
      );
    return {
      object: this.#task.observe(this.situation),
      robot0_eef_pos: world.sitePosition(grip).slice(),
      robot0_eef_quat: lastW(world.bodyQuaternion(hand)),
      robot0_eef_vel_lin: speed(linear),
      robot0_eef_vel_ang: speed(angular),
      robot0_gripper_qpos: Float64Array.from(fingers, ({ position }) => positions[position]!),
      robot0_gripper_qvel: Float64Array.from(fingers, ({ velocity }) => velocities[velocity]!),
      robot0_joint_pos: joints,
      robot0_joint_pos_cos: joints.map(Math.cos),
      robot0_joint_pos_sin: joints.map(Math.sin),
      robot0_joint_vel: Float64Array.from(arm, ({ velocity }) => velocities[velocity]!),
    };
  }

  get state(): ManipulationState {
    const { time, positions, velocities, warmStart } = this.world;
    return {
      ...{ time, positions: [...positions], velocities: [...velocities], warmStart: [...warmStart] },
      ...{ arm: this.#arm.state, fingers: this.#fingers.target },
    };
  }

  set state({ time, positions, velocities, warmStart, arm, fingers }: ManipulationState) {
    const { world } = this;
    world.time = time;
    world.positions.set(positions);
    world.velocities.set(velocities);
    world.observe();
    world.warmStart.set(warmStart);
    this.#arm.state = arm;
    this.#fingers.target = fingers;
  }

  /** Seconds, `qpos` and `qvel`, as data sets of demonstrations have them. */
  get flatState(): Float64Array {
    const { time, positions, velocities } = this.world;
    return Float64Array.of(time, ...positions, ...velocities);
  }

  /** Puts the world into a state of which only MuJoCo's part is known; the controllers begin anew, as after a reset. */
  place(time: number, positions: ArrayLike<number>, velocities: ArrayLike<number>): void {
    const { world } = this;
    world.reset();
    world.time = time;
    world.positions.set(positions);
    world.velocities.set(velocities);
    world.observe();
    this.#arm.begin();
    this.#fingers = new GripperControl();
  }

  get shapes(): SceneShapes {
    return shapesOf(this.world);
  }

  /** @param into poses that are written */
  poses(into: ScenePoses): void {
    posesOf(this.world, into);
  }

  /** Gives the engine's memory back. */
  free(): void {
    this.#world?.free();
    this.#world = undefined;
  }

  /** The model, compiled if it is another one than before. */
  #load(mjcf: string): void {
    if (this.#world !== undefined && mjcf === this.#mjcf) {
      this.#world.reset();
      return;
    }
    this.free();
    const world = new World(this.#mujoco, mjcf);
    this.#mjcf = mjcf;
    this.#world = world;
    this.#arm = new ArmControl(world);
    this.#places = {
      arm: ARM_JOINTS.map((name) => world.joint(name)),
      fingers: FINGER_JOINTS.map((name) => world.joint(name)),
      object: world.joint(`${OBJECT} joint`),
      objectBody: world.number("body", OBJECT),
      hand: world.number("body", "right_hand"),
      grip: world.number("site", "grip_site"),
    };
  }
}
