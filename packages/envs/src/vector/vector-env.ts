// Many environments that are stepped together, whatever they are.
import type { Tensor } from "@throughline/torch";
import type { EnvSpec, Info, ResetOptions } from "../env.js";
import type { Discrete, Space } from "../spaces.js";

/** Facts about episodes that every environment of this package gives. */
export interface EpisodeFacts extends Info {
  readonly seed: number;
  /** Number of the episode in the seed's sequence. */
  readonly episode: number;
  /** Steps taken. */
  readonly length: number;
  /** True if the goal was reached. */
  readonly success: boolean;
}

/** The end of one lane's episode. */
export interface LaneEnd<Facts extends Info = EpisodeFacts> {
  readonly lane: number;
  readonly facts: Facts;
  readonly terminated: boolean;
  readonly truncated: boolean;
  /** The last observation of the episode that ended. */
  readonly finalObservation: Uint8Array;
}

/** One step of all lanes. */
export interface VectorStep<Facts extends Info = EpisodeFacts> {
  /** uint8 [lanes, …]: the tensor of the vector itself, overwritten by the next step. */
  readonly observations: Tensor;
  readonly rewards: Float32Array;
  /** 1 for each lane whose episode ended by itself. */
  readonly terminated: Uint8Array;
  /** 1 for each lane whose episode was cut off. */
  readonly truncated: Uint8Array;
  /** Episodes that ended, in the order of the lanes. */
  readonly ends: readonly LaneEnd<Facts>[];
}

/**
 * A vector of environments with pictures and numbered actions. Reset is automatic and in the same step (Gymnasium's
 * AutoresetMode.SAME_STEP): when a lane's episode ends, `observations` already holds the first picture of its next one, and
 * `ends` the last of the old one. Lane i plays the sequence of seed + i.
 */
export interface VectorEnv<Facts extends Info = EpisodeFacts> {
  readonly spec: EnvSpec;
  readonly lanes: number;
  readonly observationSpace: Space<Uint8Array>;
  readonly actionSpace: Discrete;
  /** Begins an episode in every lane. @throws EnvError `envs/reset` */
  reset(options?: ResetOptions): { readonly observations: Tensor; readonly facts: readonly Facts[] };
  /** One action in every lane. @throws EnvError `envs/action`, `envs/ended` before the first reset */
  step(actions: ArrayLike<number>): VectorStep<Facts>;
  /** State of every lane, as plain values, for checkpoints. */
  stateDict(): unknown;
  /** Continues from a state of a vector with the same spec and lanes; `observations` are drawn anew. @returns them */
  loadStateDict(state: never): Tensor;
  close(): void;
}
