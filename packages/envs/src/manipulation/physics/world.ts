// A simulated world: a typed view of one MuJoCo model and its data, which it owns.
import type { MjData, MjModel } from "@mujoco/mujoco";
import { EnvError } from "../../errors.js";
import type { MuJoCo } from "./mujoco.js";

/** Kinds of things that have names, by MuJoCo's numbers. */
const KINDS = { body: 1, joint: 3, geom: 5, site: 6, camera: 7 } as const;

/** Places of a joint's numbers in `qpos` and `qvel`. */
export interface JointPlace {
  readonly position: number;
  readonly velocity: number;
}

/**
 * A model, its state and what follows from it. All arrays are views of the engine's memory: read them at once, and ask again after
 * the next call.
 */
export class World {
  readonly #mujoco: MuJoCo;
  readonly #model: MjModel;
  readonly #data: MjData;
  readonly #mass: InstanceType<MuJoCo["DoubleBuffer"]>;
  readonly #linear: InstanceType<MuJoCo["DoubleBuffer"]>;
  readonly #angular: InstanceType<MuJoCo["DoubleBuffer"]>;
  #isFreed = false;

  /** @param mjcf the model as MJCF @throws Error of MuJoCo for a model that is none */
  constructor(mujoco: MuJoCo, mjcf: string) {
    this.#mujoco = mujoco;
    this.#model = mujoco.MjModel.from_xml_string(mjcf);
    this.#data = new mujoco.MjData(this.#model);
    const { nv } = this.#model;
    this.#mass = new mujoco.DoubleBuffer(nv * nv);
    this.#linear = new mujoco.DoubleBuffer(3 * nv);
    this.#angular = new mujoco.DoubleBuffer(3 * nv);
  }

  /** Degrees of freedom. */
  get freedoms(): number {
    return this.#model.nv;
  }

  /** Seconds of a step. */
  get stepTime(): number {
    return this.#model.opt.timestep;
  }

  get time(): number {
    return this.#data.time;
  }

  set time(seconds: number) {
    this.#data.time = seconds;
  }

  get positions(): Float64Array {
    return this.#data.qpos;
  }

  get velocities(): Float64Array {
    return this.#data.qvel;
  }

  /** Commands of the actuators. */
  get controls(): Float64Array {
    return this.#data.ctrl;
  }

  /** Forces of gravity, Coriolis and centrifugal forces [freedoms]. */
  get bias(): Float64Array {
    return this.#data.qfrc_bias;
  }

  /** Accelerations with which the solver begins: part of what the next step depends on. */
  get warmStart(): Float64Array {
    return this.#data.qacc_warmstart;
  }

  /** Number of contacts. */
  get contacts(): number {
    return this.#data.ncon;
  }

  /** Everything as in the model. */
  reset(): void {
    this.#mujoco.mj_resetData(this.#model, this.#data);
  }

  /** First half of a step: all that follows from positions and velocities. */
  observe(): void {
    this.#mujoco.mj_step1(this.#model, this.#data);
  }

  /** Second half: forces of the `controls`, contacts, and the state one step on. What follows from it waits for `observe`. */
  advance(): void {
    this.#mujoco.mj_step2(this.#model, this.#data);
  }

  /** Number of a named thing. @throws EnvError `envs/physics` if there is none */
  number(kind: keyof typeof KINDS, name: string): number {
    const found = this.#mujoco.mj_name2id(this.#model, KINDS[kind], name);
    if (found < 0) throw new EnvError("physics", `the model has no ${kind} ${name}`);
    return found;
  }

  joint(name: string): JointPlace {
    const joint = this.number("joint", name);
    return { position: this.#model.jnt_qposadr[joint], velocity: this.#model.jnt_dofadr[joint] };
  }

  /** Position [3] of a body's frame. */
  bodyPosition(body: number): Float64Array {
    return row(this.#data.xpos, body, 3);
  }

  /** Orientation of a body's frame as a quaternion, w first. */
  bodyQuaternion(body: number): Float64Array {
    return row(this.#data.xquat, body, 4);
  }

  sitePosition(site: number): Float64Array {
    return row(this.#data.site_xpos, site, 3);
  }

  /** Rotation of a site, row by row [9]. */
  siteRotation(site: number): Float64Array {
    return row(this.#data.site_xmat, site, 9);
  }

  /** Velocities of a site by those of all freedoms, each [3, freedoms] row by row. */
  siteJacobian(site: number): { linear: Float64Array; angular: Float64Array } {
    this.#mujoco.mj_jacSite(this.#model, this.#data, this.#linear, this.#angular, site);
    return { linear: this.#linear.GetView(), angular: this.#angular.GetView() };
  }

  /** Inertia of all freedoms [freedoms, freedoms]. */
  massMatrix(): Float64Array {
    this.#mujoco.mj_fullM(this.#model, this.#data, this.#mass);
    return this.#mass.GetView();
  }

  /** Shapes of the model: number of MuJoCo's type, sizes, colours, groups, and names. */
  get geoms(): {
    readonly count: number;
    readonly types: Int32Array;
    readonly sizes: Float64Array;
    readonly colors: Float32Array;
    readonly groups: Int32Array;
  } {
    const { ngeom, geom_type, geom_size, geom_rgba, geom_group } = this.#model;
    return { count: ngeom, types: geom_type, sizes: geom_size, colors: geom_rgba, groups: geom_group };
  }

  geomName(geom: number): string {
    return this.#mujoco.mj_id2name(this.#model, KINDS.geom, geom);
  }

  /** Where shapes and cameras are: positions [count, 3] and rotations [count, 9]. */
  get places(): Readonly<
    Record<"geomPositions" | "geomRotations" | "cameraPositions" | "cameraRotations", Float64Array>
  > {
    const { geom_xpos, geom_xmat, cam_xpos, cam_xmat } = this.#data;
    return {
      geomPositions: geom_xpos,
      geomRotations: geom_xmat,
      cameraPositions: cam_xpos,
      cameraRotations: cam_xmat,
    };
  }

  /** Names and vertical fields of view, in degrees, of the cameras. */
  get cameras(): readonly { readonly name: string; readonly fieldOfView: number }[] {
    return Array.from({ length: this.#model.ncam }, (_, camera) => ({
      name: this.#mujoco.mj_id2name(this.#model, KINDS.camera, camera),
      fieldOfView: this.#model.cam_fovy[camera] as number,
    }));
  }

  /** Gives the engine its memory back; a second call does nothing. */
  free(): void {
    if (this.#isFreed) return;
    this.#isFreed = true;
    for (const handle of [this.#mass, this.#linear, this.#angular, this.#data, this.#model]) handle.delete();
  }
}

function row(values: Float64Array, at: number, size: number): Float64Array {
  return values.subarray(at * size, (at + 1) * size);
}
