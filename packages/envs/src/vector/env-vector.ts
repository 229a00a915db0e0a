// Any environments with pictures and numbered actions, stepped one after the other.
import { type Tensor, zeros } from "@throughline/torch";
import { checkActions, checkLanes } from "../checks.js";
import type { Env, EnvSpec, ResetOptions, Step } from "../env.js";
import { EnvError } from "../errors.js";
import { Box, Discrete, type Space } from "../spaces.js";
import type { EpisodeFacts, LaneEnd, VectorEnv, VectorStep } from "./vector-env.js";

/** An environment that a vector can hold. */
export interface PictureEnv extends Env<Uint8Array, number, EpisodeFacts> {
  /** Begins a step, whose result `endStep` waits for: environments with both compute side by side. */
  beginStep?(action: number): void;
  endStep?(): Step<Uint8Array, EpisodeFacts>;
}

/** Actions of one lane in its episode. */
interface LaneState {
  readonly seed: number;
  readonly episode: number;
  readonly actions: number[];
}

/** A vector of environments of one spec, made by the caller and closed by `close`. */
export class EnvVector implements VectorEnv {
  readonly spec: EnvSpec;
  readonly lanes: number;
  readonly observationSpace: Space<Uint8Array>;
  readonly actionSpace: Discrete;
  readonly #envs: readonly PictureEnv[];
  readonly #observations: Tensor;
  readonly #states: LaneState[] = [];

  /** @throws EnvError `envs/option` without any, if their specs differ, and for other spaces than pictures and numbered actions */
  constructor(envs: readonly PictureEnv[]) {
    const [first] = envs;
    if (first === undefined)
      throw new EnvError("option", "EnvVector: no environments, accepted: at least one");
    const spec = JSON.stringify(first.spec);
    const other = envs.find((env) => JSON.stringify(env.spec) !== spec);
    if (other !== undefined)
      throw new EnvError(
        "option",
        `EnvVector: ${JSON.stringify(other.spec)} beside ${spec}, accepted: one spec`,
      );
    const { observationSpace, actionSpace } = first;
    const isPicture = observationSpace instanceof Box && observationSpace.dtype === "uint8";
    if (!isPicture || !(actionSpace instanceof Discrete && actionSpace.start === 0)) {
      const accepted = "a Box of uint8 and a Discrete from 0";
      const given = `observations ${observationSpace} and actions ${actionSpace}`;
      throw new EnvError("option", `EnvVector: ${first.spec.id} has ${given}, accepted: ${accepted}`);
    }
    this.#envs = envs;
    this.lanes = envs.length;
    this.spec = first.spec;
    this.observationSpace = observationSpace;
    this.actionSpace = actionSpace;
    this.#observations = zeros([envs.length, ...observationSpace.shape], { dtype: "uint8" }).keep();
  }

  reset({ seed, options }: ResetOptions = {}): { observations: Tensor; facts: readonly EpisodeFacts[] } {
    const facts = this.#envs.map((env, lane) => {
      const begun = env.reset({
        ...(seed === undefined ? {} : { seed: seed + lane }),
        ...(options && { options }),
      });
      return this.#begin(lane, begun);
    });
    return { observations: this.#observations, facts };
  }

  step(actions: ArrayLike<number>): VectorStep {
    checkActions(this.spec.id, this.actionSpace, this.lanes, actions, String(this.actionSpace));
    const { lanes } = this;
    const [rewards, terminated, truncated] = [
      new Float32Array(lanes),
      new Uint8Array(lanes),
      new Uint8Array(lanes),
    ];
    const ends: LaneEnd[] = [];
    for (const [lane, env] of this.#envs.entries()) env.beginStep?.(actions[lane]!);
    for (const [lane, env] of this.#envs.entries()) {
      const step = env.endStep?.() ?? env.step(actions[lane]!);
      this.#states[lane]!.actions.push(actions[lane]!);
      rewards[lane] = step.reward;
      terminated[lane] = Number(step.terminated);
      truncated[lane] = Number(step.truncated);
      if (!step.terminated && !step.truncated) {
        this.#show(lane, step.observation);
        continue;
      }
      const { terminated: isDone, truncated: isCut, info: facts, observation: finalObservation } = step;
      ends.push({ lane, facts, terminated: isDone, truncated: isCut, finalObservation });
      this.#begin(lane, env.reset());
    }
    return { observations: this.#observations, rewards, terminated, truncated, ends };
  }

  /** Seed, number and actions of each lane's episode: an episode is a function of them. */
  stateDict(): readonly LaneState[] {
    return this.#states.map((state) => ({ ...state, actions: [...state.actions] }));
  }

  /** Plays the episodes again as far as they had come. */
  loadStateDict(states: readonly LaneState[]): Tensor {
    checkLanes(this.spec.id, states.length, this.lanes);
    for (const [lane, { seed, episode, actions }] of states.entries()) {
      const env = this.#envs[lane]!;
      this.#begin(lane, env.reset({ seed, options: { episode } }));
      for (const action of actions) this.#show(lane, env.step(action).observation);
      this.#states[lane]!.actions.push(...actions);
    }
    return this.#observations;
  }

  close(): void {
    for (const env of this.#envs) env.close();
    this.#observations.dispose();
  }

  #begin(lane: number, { observation, info }: { observation: Uint8Array; info: EpisodeFacts }): EpisodeFacts {
    this.#states[lane] = { seed: info.seed, episode: info.episode, actions: [] };
    this.#show(lane, observation);
    return info;
  }

  #show(lane: number, observation: Uint8Array): void {
    (this.#observations.memory() as Uint8Array).set(observation, lane * observation.length);
  }
}
