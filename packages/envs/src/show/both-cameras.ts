// A robot's task as it is shown to people: what both cameras see, side by side.
import type { Env, EnvSpec, Frame, ResetOptions, Step } from "../env.js";
import { ScriptedDemonstrator } from "../manipulation/demonstrators/scripted.js";
import type { Skill } from "../manipulation/demonstrators/skills.js";
import type { ManipulationEnv } from "../manipulation/manipulation-env.js";
import type { LowDimObservation } from "../manipulation/observations/low-dim.js";
import {
  CAMERAS,
  type ManipulationObservation,
  Photographer,
} from "../manipulation/observations/pictures.js";
import type { ManipulationId } from "../manipulation/tasks/tasks.js";
import type { Space } from "../spaces.js";
import type { EpisodeFacts } from "../vector/vector-env.js";
import type { Actor } from "./rendered.js";

/** An environment that it is given, which it closes, with both cameras' pictures as `render()`. */
export class BothCameras implements Env<ManipulationObservation, Float32Array, EpisodeFacts> {
  readonly spec: EnvSpec;
  readonly observationSpace: Space<ManipulationObservation>;
  readonly actionSpace: Space<Float32Array>;
  readonly #env: ManipulationEnv;
  readonly #side: number;
  readonly #photographer: Photographer;

  /** @param side of each picture, in pixels */
  constructor(env: ManipulationEnv, side: number) {
    this.#env = env;
    this.#side = side;
    this.spec = env.spec;
    this.observationSpace = env.observationSpace;
    this.actionSpace = env.actionSpace;
    this.#photographer = new Photographer(CAMERAS, side, side);
  }

  reset(options?: ResetOptions): {
    readonly observation: ManipulationObservation;
    readonly info: EpisodeFacts;
  } {
    return this.#env.reset(options);
  }

  step(action: Float32Array): Step<ManipulationObservation, EpisodeFacts> {
    return this.#env.step(action);
  }

  render(): Frame {
    const side = this.#side;
    const frames = this.#photographer.take(this.#env.shapes, this.#env.poses);
    const pixels = new Uint8Array(side * side * frames.length * 3);
    for (let row = 0; row < side; row++)
      frames.forEach((frame, at) => {
        pixels.set(
          frame.pixels.subarray(row * side * 3, (row + 1) * side * 3),
          (row * frames.length + at) * side * 3,
        );
      });
    return { width: side * frames.length, height: side, pixels };
  }

  close(): void {
    this.#photographer.close();
    this.#env.close();
  }
}

/** A scripted demonstrator, to be shown. */
export function scriptedActor(id: ManipulationId, skill: Skill): Actor {
  const scripted = new ScriptedDemonstrator(id, skill);
  return {
    name: `scripted, ${skill}`,
    begin: (seed, episode) => scripted.begin(seed, episode),
    act: (observation) => scripted.act(observation as LowDimObservation),
  };
}
