// An environment whose episodes are recorded.
import type { Env, EnvSpec, Frame, ResetOptions, Step } from "../env.js";
import type { Space } from "../spaces.js";
import type { EpisodeFacts } from "../vector/vector-env.js";
import type { EpisodeDraft, Seen } from "./draft.js";
import type { Recording } from "./recording.js";

/** An environment that says the state of its simulator, as numbers from which an episode can be played again. */
export interface Stateful {
  /** Numbers of a state. */
  readonly stateSize: number;
  /** The state now: a new array. */
  readonly flatState: Float64Array;
}

/**
 * An environment whose episodes are recorded; otherwise it is the one that it is given, which it closes. In stores that keep states it must be
 * `Stateful`.
 */
export class RecordedEnv<Observation, Action, Facts extends EpisodeFacts>
  implements Env<Observation, Action, Facts>
{
  readonly spec: EnvSpec;
  readonly observationSpace: Space<Observation>;
  readonly actionSpace: Space<Action>;
  readonly #env: Env<Observation, Action, Facts>;
  readonly #recording: Recording;
  readonly #level: number;
  #draft: EpisodeDraft | undefined;

  /** @param level whose episodes they are @throws EnvError `envs/record` if the store is of other environments */
  constructor(env: Env<Observation, Action, Facts>, recording: Recording, level = 0) {
    recording.check(level, env.spec);
    this.#env = env;
    this.#recording = recording;
    this.#level = level;
    this.spec = env.spec;
    this.observationSpace = env.observationSpace;
    this.actionSpace = env.actionSpace;
  }

  /** Begins an episode; one that has not ended is not recorded. */
  reset(options?: ResetOptions): { readonly observation: Observation; readonly info: Facts } {
    const begun = this.#env.reset(options);
    this.#draft = this.#recording.begin(this.#level);
    this.#draft.see(begun.observation as Seen, this.#state());
    return begun;
  }

  step(action: Action): Step<Observation, Facts> {
    const step = this.#env.step(action);
    const draft = this.#draft!;
    draft.step(action as ArrayLike<number>, step.reward);
    const isOver = step.terminated || step.truncated;
    draft.see(step.observation as Seen, isOver ? undefined : this.#state());
    if (isOver) this.#recording.end(draft, step.info, step.terminated);
    return step;
  }

  render(): Frame {
    return this.#env.render();
  }

  close(): void {
    this.#env.close();
  }

  /** The state before the next action, if the store keeps states. */
  #state(): Float64Array | undefined {
    if (this.#recording.writer.card.state === undefined) return undefined;
    return (this.#env as unknown as Stateful).flatState;
  }
}
