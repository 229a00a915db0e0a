// A robot arm and a task with the interface of `Env`.
import { show } from "@throughline/torch/checks";
import type { Env, EnvSpec, Frame, ResetOptions, Step } from "../env.js";
import { EnvError } from "../errors.js";
import { Dict } from "../more-spaces.js";
import { EpisodeSequence } from "../sequence.js";
import { Box, type Space } from "../spaces.js";
import type { EpisodeFacts } from "../vector/vector-env.js";
import { lowDimSpaces } from "./observations/low-dim.js";
import {
  type CameraName,
  type ManipulationObservation,
  Photographer,
  pictureSpaces,
} from "./observations/pictures.js";
import { completeOptions, type ManipulationOptions } from "./options.js";
import type { ScenePoses, SceneShapes } from "./scene.js";
import { ACTION_SIZE } from "./simulation/simulation.js";
import type { ManipulationState } from "./simulation/state.js";
import { type ManipulationId, TASKS } from "./tasks/tasks.js";
import type { Outcome } from "./thread/handlers.js";
import { SimulationHost } from "./thread/simulation-host.js";

/** Numbers of `qpos` and `qvel`: joints, fingers, and the object's free joint. */
const POSITIONS = 7 + 2 + 7;
const VELOCITIES = 7 + 2 + 6;

/** What `reset` gives. */
interface Begun {
  readonly observation: ManipulationObservation;
  readonly info: EpisodeFacts;
}

/** State of an environment between two steps, as plain values. */
export interface ManipulationEnvState {
  readonly seed: number;
  readonly episode: number;
  /** Steps taken. */
  readonly length: number;
  readonly simulation: ManipulationState;
}

/**
 * A Panda arm with a gripper, controlled 20 times a second (Zhu et al. 2020). Actions are seven numbers from −1 to 1: a step of up to
 * 5 cm along x, y and z, a turn of up to 0.5 rad about them, and the fingers, above 0 to close and below 0 to open. The physics run in
 * a thread of their own.
 */
export class ManipulationEnv implements Env<ManipulationObservation, Float32Array, EpisodeFacts> {
  readonly spec: EnvSpec;
  readonly observationSpace: Dict & Space<ManipulationObservation>;
  readonly actionSpace: Box<"float32"> = new Box(-1, 1, [ACTION_SIZE], "float32");
  readonly options: Required<ManipulationOptions>;
  readonly #id: ManipulationId;
  readonly #sequence = new EpisodeSequence();
  readonly #photographer: Photographer;
  #host: SimulationHost | undefined;
  /** The state after the last call. */
  #flat: Float64Array = new Float64Array(0);
  #shapes: SceneShapes | undefined;
  #steps = 0;
  #success = false;
  #isRunning = false;
  #isStepping = false;

  /** @throws TorchError `torch/argument` for an option that is not accepted */
  constructor(id: ManipulationId, options?: ManipulationOptions) {
    this.#id = id;
    this.options = completeOptions(id, options);
    this.spec = { id, options: { ...this.options }, horizon: this.options.horizon };
    const { cameras, height, width } = this.options;
    this.#photographer = new Photographer(cameras, height, width);
    this.observationSpace = new Dict({
      ...lowDimSpaces(TASKS[id].objectSize),
      ...pictureSpaces(cameras, height, width),
    }) as Dict & Space<ManipulationObservation>;
    this.#host = new SimulationHost(id);
  }

  reset(options: ResetOptions = {}): Begun {
    const host = this.#open();
    if (this.#isStepping) this.endStep();
    const { seed, episode } = this.#sequence.next(this.#id, options);
    return this.#begin(host.call("reset", seed, episode), 0);
  }

  step(action: Float32Array): Step<ManipulationObservation, EpisodeFacts> {
    this.beginStep(action);
    return this.endStep();
  }

  /**
   * Begins a step, whose result `endStep` waits for: several environments compute side by side, each in its thread.
   * @throws EnvError as `step` does, and `envs/ended` if a step has begun and not ended
   */
  beginStep(action: Float32Array): void {
    const host = this.#open();
    if (this.#isStepping) throw new EnvError("ended", `${this.#id}: a step has begun; call endStep first`);
    if (!this.#isRunning)
      throw new EnvError("ended", `${this.#id}: step after the end of an episode; call reset first`);
    if (!this.actionSpace.contains(action)) {
      const accepted = `a Float32Array of ${ACTION_SIZE} numbers from -1 to 1`;
      throw new EnvError("action", `${this.#id}: the action is ${show(action)}, accepted: ${accepted}`);
    }
    host.begin("step", action);
    this.#isStepping = true;
  }

  /** The result of the step that has begun. @throws EnvError `envs/ended` if none has */
  endStep(): Step<ManipulationObservation, EpisodeFacts> {
    const host = this.#open();
    if (!this.#isStepping)
      throw new EnvError("ended", `${this.#id}: no step has begun; call beginStep first`);
    this.#isStepping = false;
    const outcome = host.end<"step">();
    const { isDone, progress } = outcome;
    const { horizon, endOnSuccess, reward: kind } = this.options;
    this.#steps++;
    this.#success = isDone;
    const terminated = isDone && endOnSuccess;
    const truncated = !terminated && this.#steps >= horizon;
    this.#isRunning = !terminated && !truncated;
    const without = kind === "dense" ? progress : 0;
    const observation = this.#see(outcome);
    return { observation, reward: isDone ? 1 : without, terminated, truncated, info: this.#facts() };
  }

  /** State between two steps: with it, another environment of the same spec goes on bit for bit. @throws EnvError `envs/ended` before the first reset */
  get state(): ManipulationEnvState {
    const host = this.#between();
    return { ...this.#sequence.place, length: this.#steps, simulation: host.call("state") };
  }

  /** Goes on from a state. @returns as `reset` */
  restore({ seed, episode, length, simulation }: ManipulationEnvState): Begun {
    const host = this.#open();
    host.call("reset", seed, episode);
    this.#sequence.place = { seed, episode };
    return this.#begin(host.call("restore", simulation), length);
  }

  /**
   * Puts the world of the episode into a state as data sets of demonstrations have it: seconds, then MuJoCo's `qpos` and `qvel`. The
   * controllers begin anew, as after a reset; steps are not counted.
   * @param state 32 numbers: time, 7 joints, 2 fingers, position and quaternion (w first) of the object, then the 15 velocities
   * @returns as `reset`
   * @throws EnvError `envs/option` for a state of another length, `envs/ended` before the first reset
   */
  place(state: ArrayLike<number>): Begun {
    const host = this.#between();
    if (state.length !== this.stateSize) {
      const accepted = `${this.stateSize}: time, qpos and qvel`;
      throw new EnvError(
        "option",
        `${this.#id}: the state has ${state.length} numbers, accepted: ${accepted}`,
      );
    }
    const numbers = Float64Array.from(state);
    const positions = numbers.slice(1, 1 + POSITIONS);
    const outcome = host.call("place", numbers[0]!, positions, numbers.slice(1 + POSITIONS));
    return this.#begin(outcome, this.#steps);
  }

  /** The visible shapes of the episode's world. @throws EnvError `envs/ended` before the first reset */
  get shapes(): SceneShapes {
    this.#shapes ??= this.#between().call("shapes");
    return this.#shapes;
  }

  /** Where the shapes and cameras are. @throws EnvError `envs/ended` before the first reset */
  get poses(): ScenePoses {
    return this.#between().call("poses");
  }

  /** Numbers of `flatState`. */
  readonly stateSize: number = 1 + POSITIONS + VELOCITIES;

  /** The state as data sets of demonstrations have it, for `place`: a new array. @throws EnvError `envs/ended` before the first reset */
  get flatState(): Float64Array {
    this.#between();
    return this.#flat.slice();
  }

  /** The whole scene, 480 × 480. @throws EnvError `envs/ended` before the first reset */
  render(): Frame {
    return this.picture("agentview", 480, 480);
  }

  /** What a camera sees, at any size. @throws EnvError `envs/ended` before the first reset */
  picture(camera: CameraName, height: number, width: number): Frame {
    const photographer = new Photographer([camera], height, width);
    try {
      return photographer.take(this.shapes, this.poses)[0]!;
    } finally {
      photographer.close();
    }
  }

  /** Ends the thread. */
  close(): void {
    if (this.#isStepping) this.endStep();
    this.#host?.close();
    this.#host = undefined;
    this.#photographer.close();
  }

  /** An episode that begins or goes on. */
  #begin(outcome: Outcome, steps: number): Begun {
    this.#shapes = undefined;
    this.#steps = steps;
    this.#success = outcome.isDone;
    this.#isRunning = true;
    return { observation: this.#see(outcome), info: this.#facts() };
  }

  /** The observation with its pictures. */
  #see({ observation, state }: Outcome): ManipulationObservation {
    this.#flat = state;
    const { cameras } = this.options;
    if (cameras.length === 0) return observation;
    const frames = this.#photographer.take(this.shapes, this.poses);
    return {
      ...observation,
      ...Object.fromEntries(cameras.map((name, at) => [`${name}_image`, frames[at]!.pixels])),
    };
  }

  #facts(): EpisodeFacts {
    return { ...this.#sequence.place, length: this.#steps, success: this.#success };
  }

  #open(): SimulationHost {
    if (this.#host === undefined) throw new EnvError("closed", `${this.#id}: the environment is closed`);
    return this.#host;
  }

  /** @throws EnvError `envs/ended` before the first reset and during a step */
  #between(): SimulationHost {
    const host = this.#open();
    if (this.#isStepping) throw new EnvError("ended", `${this.#id}: a step has begun; call endStep first`);
    if (this.#sequence.place.episode < 0)
      throw new EnvError("ended", `${this.#id}: there is no episode yet; call reset first`);
    return host;
  }
}
