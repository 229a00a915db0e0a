// An environment of Python's Gymnasium as one of ours.
import { seed32 } from "@throughline/lab/random";
import { show, wholeNumber } from "@throughline/torch/checks";
import type { Env, EnvSpec, Frame, Info, ResetOptions, Step } from "../env.js";
import { EnvError } from "../errors.js";
import { EpisodeSequence } from "../sequence.js";
import { ARRAYS, type Space } from "../spaces.js";
import { EnvVector } from "../vector/env-vector.js";
import type { EpisodeFacts } from "../vector/vector-env.js";
import { toGymnasiumId } from "./id.js";
import { completeOptions, type GymnasiumOptions } from "./options.js";
import { type Answer, PythonChild } from "./python-child.js";
import { type Codec, codecOf, type WireSpace } from "./wire.js";

/** Facts of a step: what Python's `info` has that JSON can hold, and ours, which come before those of the same name. */
export type GymnasiumFacts = EpisodeFacts & Info;

/** What Python says of a new environment. */
interface About {
  readonly id: string;
  readonly horizon: number | null;
  readonly observations: WireSpace;
  readonly actions: WireSpace;
}

/** JSON beside an observation. */
type Beside = { readonly texts?: string[]; readonly info?: Info } | undefined;

/**
 * An environment of Python's Gymnasium, in a process of its own. Observations are arrays and numbers of this package's spaces, new
 * ones at each step.
 *
 * Episode 0 of a seed is that of `reset(seed=seed)` in Python. Episode n of it is `reset(seed=…)` with a seed of its own, a function
 * of both, so that every episode can be played again; in Python alone, the second episode would depend on the whole first. This
 * holds for environments that take their randomness from Gymnasium's generator, `self.np_random`, alone.
 * @typeParam Observation what the environment's space holds; nothing checks it @typeParam Action likewise
 */
export class GymnasiumEnv<Observation = unknown, Action = unknown>
  implements Env<Observation, Action, GymnasiumFacts>
{
  readonly spec: EnvSpec;
  readonly observationSpace: Space<Observation>;
  readonly actionSpace: Space<Action>;
  readonly #child: PythonChild;
  readonly #observations: Codec;
  readonly #actions: Codec;
  readonly #success: "info" | "reward";
  readonly #sequence = new EpisodeSequence();
  #steps = 0;
  #isRunning = false;
  #isClosed = false;
  #isStepping = false;

  /**
   * @throws TorchError `torch/argument` for an option that is not accepted, EnvError `envs/python` without Python, Gymnasium or a
   *   package, `envs/id` for an unknown id, `envs/space` for a space that there is not here, `envs/raised`, `envs/died`, `envs/hung`
   */
  constructor(id: string, options?: GymnasiumOptions) {
    const { python, timeout, ...wanted } = completeOptions(`gymnasium(${show(id)})`, options);
    this.#success = wanted.success;
    const { imports, kwargs, horizon, wrappers } = wanted;
    const list = wrappers.map((one) => (typeof one === "string" ? [one, {}] : one));
    this.#child = new PythonChild(id, python, timeout);
    try {
      const make = { id, imports, kwargs, horizon: horizon ?? null, wrappers: list };
      const about = this.#child.call("make", make).message as About;
      this.#observations = codecOf(about.observations);
      this.#actions = codecOf(about.actions);
      const steps = about.horizon ?? Number.POSITIVE_INFINITY;
      // An episode without end has no horizon among its options either, so that the spec makes the environment again.
      const { horizon: _, ...others } = wanted;
      const complete = Number.isFinite(steps) ? { ...others, horizon: steps } : others;
      this.spec = { id: toGymnasiumId(about.id), options: complete, horizon: steps };
    } catch (error) {
      this.#child.close();
      throw error;
    }
    this.observationSpace = this.#observations.space as Space<Observation>;
    this.actionSpace = this.#actions.space as Space<Action>;
  }

  /** Begins an episode. Options beside `episode` are given to Python's `reset`. */
  reset({ seed, options = {} }: ResetOptions = {}): { observation: Observation; info: GymnasiumFacts } {
    this.#open();
    if (this.#isStepping) this.endStep();
    const { episode, ...others } = options;
    const own = episode === undefined ? {} : { options: { episode } };
    const place = this.#sequence.next(this.spec.id, { ...(seed === undefined ? {} : { seed }), ...own });
    this.#isRunning = false;
    const wanted = {
      seed: place.episode === 0 ? place.seed : seed32(place.seed, `gymnasium/${place.episode}`) >>> 1,
      options: Object.keys(others).length === 0 ? null : others,
    };
    const answer = this.#child.call("reset", wanted);
    this.#steps = 0;
    this.#isRunning = true;
    return { observation: this.#observation(answer), info: this.#facts(answer, false) };
  }

  step(action: Action): Step<Observation, GymnasiumFacts> {
    this.beginStep(action);
    return this.endStep();
  }

  /**
   * Sends an action to the environment, which then computes while this process does something else, such as the same with other
   * environments. `endStep` waits for the result.
   * @throws EnvError as `step` does, and `envs/ended` if a step has begun and not ended
   */
  beginStep(action: Action): void {
    this.#open();
    const { id } = this.spec;
    if (this.#isStepping) throw new EnvError("ended", `${id}: a step has begun; call endStep first`);
    if (!this.#isRunning)
      throw new EnvError("ended", `${id}: step after the end of an episode; call reset first`);
    if (!this.actionSpace.contains(action)) {
      const accepted = `a value of ${this.actionSpace}${arrayName(this.actionSpace)}`;
      throw new EnvError("action", `${id}: the action is ${show(action)}, accepted: ${accepted}`);
    }
    const values = new DataView(new ArrayBuffer(this.#actions.bytes));
    const texts: string[] = [];
    this.#actions.write(action, values, 0, texts);
    this.#isRunning = false; // should the environment fail
    this.#child.send("step", texts.length > 0 ? { texts } : undefined, new Uint8Array(values.buffer));
    this.#isStepping = true;
  }

  /** The result of the step that has begun. @throws EnvError `envs/ended` if none has */
  endStep(): Step<Observation, GymnasiumFacts> {
    this.#open();
    if (!this.#isStepping)
      throw new EnvError("ended", `${this.spec.id}: no step has begun; call beginStep first`);
    this.#isStepping = false;
    const answer = this.#child.receive();
    const { reward, terminated, truncated } = answer;
    this.#steps++;
    this.#isRunning = !terminated && !truncated;
    const info = this.#facts(answer, terminated && reward > 0);
    return { observation: this.#observation(answer), reward, terminated, truncated, info };
  }

  /** The environment's own picture, `render()` in Python. @throws EnvError `envs/space` if it has none */
  render(): Frame {
    this.#open();
    if (this.#isStepping)
      throw new EnvError("ended", `${this.spec.id}: a step has begun; call endStep first`);
    const { message, values } = this.#child.call("render");
    const { width, height } = message as { width: number; height: number };
    return { width, height, pixels: new Uint8Array(values) };
  }

  /** Ends the Python process and waits for its end. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#child.close();
  }

  #observation({ message, values }: Answer): Observation {
    return this.#observations.read(values, 0, (message as Beside)?.texts ?? []) as Observation;
  }

  #facts({ message }: Answer, isRewarded: boolean): GymnasiumFacts {
    const info = (message as Beside)?.info ?? {};
    const success = this.#success === "reward" ? isRewarded : Boolean(info.success ?? info.is_success);
    return { ...info, ...this.#sequence.place, length: this.#steps, success };
  }

  #open(): void {
    if (this.#isClosed) throw new EnvError("closed", `${this.spec.id}: the environment is closed`);
  }
}

/** The class of an action's array in words. */
function arrayName({ dtype, shape }: Space<unknown>): string {
  if (dtype === "object" || shape.length === 0) return "";
  return `, as ${/^[aeiou]/i.test(ARRAYS[dtype].name) ? "an" : "a"} ${ARRAYS[dtype].name}`;
}

/**
 * An environment of Python's Gymnasium (Towers et al. 2024) as one of ours, in a process of its own.
 * @param id as for `gymnasium.make`, such as `CartPole-v1`
 * @example const env = gymnasium<Float64Array, Float32Array>("HalfCheetah-v5"); env.reset({ seed: 1 });
 * @throws as the constructor of `GymnasiumEnv`
 */
export function gymnasium<Observation = unknown, Action = unknown>(
  id: string,
  options?: GymnasiumOptions,
): GymnasiumEnv<Observation, Action> {
  return new GymnasiumEnv<Observation, Action>(id, options);
}

/**
 * Several environments of Python's Gymnasium as one vector, each in a process of its own; they compute side by side.
 * @param lanes how many, at least 1
 * @throws as `gymnasium`; EnvError `envs/option` unless observations are a box of uint8 and actions numbered from 0
 */
export function gymnasiumVector(id: string, lanes: number, options?: GymnasiumOptions): EnvVector {
  wholeNumber("gymnasiumVector: lanes", lanes, 1, 1024);
  const envs: GymnasiumEnv<Uint8Array, number>[] = [];
  try {
    while (envs.length < lanes) envs.push(gymnasium<Uint8Array, number>(id, options));
    return new EnvVector(envs);
  } catch (error) {
    for (const env of envs) env.close();
    throw error;
  }
}
