// What a thread does with its simulation, call by call. All that is given back is a copy.
import type { LowDimObservation } from "../observations/low-dim.js";
import { emptyPoses, type ScenePoses, type SceneShapes } from "../scene.js";
import type { Simulation } from "../simulation/simulation.js";
import type { ManipulationState } from "../simulation/state.js";

/** What follows from a state. */
export interface Outcome {
  readonly observation: LowDimObservation;
  readonly isDone: boolean;
  /** From 0 to below 1. */
  readonly progress: number;
  /** Seconds, `qpos` and `qvel`. */
  readonly state: Float64Array;
}

const outcomeOf = (simulation: Simulation): Outcome => ({
  observation: simulation.observation(),
  isDone: simulation.isDone,
  progress: simulation.progress,
  state: simulation.flatState,
});

/** Calls by name. The first argument is the thread's simulation. */
export const handlers = {
  reset(simulation: Simulation, seed: number, episode: number): Outcome {
    simulation.reset(seed, episode);
    return outcomeOf(simulation);
  },
  step(simulation: Simulation, action: Float32Array): Outcome {
    simulation.step(action);
    return outcomeOf(simulation);
  },
  state(simulation: Simulation): ManipulationState {
    return simulation.state;
  },
  restore(simulation: Simulation, state: ManipulationState): Outcome {
    simulation.state = state;
    return outcomeOf(simulation);
  },
  place(simulation: Simulation, time: number, positions: Float64Array, velocities: Float64Array): Outcome {
    simulation.place(time, positions, velocities);
    return outcomeOf(simulation);
  },
  shapes(simulation: Simulation): SceneShapes {
    return simulation.shapes;
  },
  poses(simulation: Simulation): ScenePoses {
    const poses = emptyPoses(simulation.shapes);
    simulation.poses(poses);
    return poses;
  },
};

type Handlers = typeof handlers;

/** Name of a call. */
export type CallName = keyof Handlers;

/** Arguments of a call. */
export type CallArguments<Name extends CallName> =
  Parameters<Handlers[Name]> extends [unknown, ...infer Rest] ? Rest : never;

/** Result of a call. */
export type CallResult<Name extends CallName> = ReturnType<Handlers[Name]>;
