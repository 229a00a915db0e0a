// An environment whose episodes are recorded.
import type { Env, EnvSpec, Frame, ResetOptions, Step } from "../env.js";
import type { Space } from "../spaces.js";
import type { EpisodeFacts } from "../vector/vector-env.js";
import type { EpisodeDraft } from "./draft.js";
import type { Recording } from "./recording.js";

/** An environment whose episodes are recorded; otherwise it is the one that it is given, which it closes. */
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
    this.#draft.see(begun.observation as ArrayLike<number>);
    return begun;
  }

  step(action: Action): Step<Observation, Facts> {
    const step = this.#env.step(action);
    const draft = this.#draft!;
    draft.step(action as ArrayLike<number>, step.reward);
    draft.see(step.observation as ArrayLike<number>);
    if (step.terminated || step.truncated) this.#recording.end(draft, step.info, step.terminated);
    return step;
  }

  render(): Frame {
    return this.#env.render();
  }

  close(): void {
    this.#env.close();
  }
}
