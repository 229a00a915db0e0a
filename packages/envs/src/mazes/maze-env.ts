// One maze with the interface of `Env`.
import { type Tensor, zeros } from "@throughline/torch";
import { show } from "@throughline/torch/checks";
import type { Env, EnvSpec, Frame, ResetOptions, Step } from "../env.js";
import { EnvError } from "../errors.js";
import { Box, Discrete } from "../spaces.js";
import { ACTION_SETS, type Motion } from "./actions.js";
import { Episode, layoutOf, type MazeFacts, wayOf } from "./episode.js";
import type { Complete, MazeKind, ViewOptions } from "./kinds.js";
import type { Layout } from "./layout.js";
import type { Way } from "./planner.js";
import { type Pose, Simulation } from "./simulation.js";

/** A first-person maze. Observations are uint8 pictures of [height, width, 3], a new array at each step. */
export class MazeEnv<Options extends ViewOptions = ViewOptions>
  implements Env<Uint8Array, number, MazeFacts>
{
  readonly spec: EnvSpec;
  readonly observationSpace: Box<"uint8">;
  readonly actionSpace: Discrete;
  /** What each action does. */
  readonly motions: readonly Motion[];
  readonly options: Complete<Options>;
  readonly #kind: MazeKind<Options>;
  readonly #episode = new Episode();
  readonly #picture: Tensor;
  #simulation: Simulation | undefined;
  #layout: Layout | undefined;
  #way: Way | undefined;

  /** @throws TorchError `torch/argument` for an option that is not accepted */
  constructor(kind: MazeKind<Options>, options?: Options) {
    this.#kind = kind;
    this.options = kind.complete(options);
    const { height, width, actions, horizon } = this.options;
    this.motions = ACTION_SETS[actions];
    this.spec = { id: kind.id, options: { ...this.options }, horizon };
    this.observationSpace = new Box(0, 255, [height, width, 3], "uint8");
    this.actionSpace = new Discrete(this.motions.length);
    const side = kind.size(this.options);
    const size = { worlds: 1, rows: side, columns: side, sprites: 2, panels: kind.panels };
    this.#simulation = new Simulation(size, this.motions);
    this.#picture = zeros([1, height, width, 3], { dtype: "uint8" }).keep();
  }

  reset(options: ResetOptions = {}): { observation: Uint8Array; info: MazeFacts } {
    const simulation = this.#open();
    const { seed, episode } = this.#episode.begin(this.spec.id, options);
    this.#layout = layoutOf(this.#kind, this.options, seed, episode);
    this.#way = wayOf(this.#layout);
    simulation.load(0, this.#layout);
    this.#episode.start(this.#way, simulation.pose(0));
    return { observation: this.#look(simulation), info: this.#episode.facts };
  }

  step(action: number): Step<Uint8Array, MazeFacts> {
    const simulation = this.#open();
    if (!this.#episode.isRunning)
      throw new EnvError("ended", `${this.spec.id}: step after the end of an episode; call reset first`);
    if (!this.actionSpace.contains(action)) {
      const most = this.actionSpace.n - 1;
      throw new EnvError(
        "action",
        `${this.spec.id}: the action is ${show(action)}, accepted: a whole number from 0 to ${most}`,
      );
    }
    const [reached] = simulation.advance([action], this.options.actionRepeat);
    const ends = this.#episode.step(simulation.pose(0), reached === 1, this.options.horizon);
    const reward = reached === 1 ? this.#kind.reward : 0;
    return { observation: this.#look(simulation), reward, ...ends, info: this.#episode.facts };
  }

  /** What the agent sees, at least 240 rows high. */
  render(): Frame {
    const scale = Math.ceil(240 / this.options.height);
    return this.picture(this.options.height * scale, this.options.width * scale);
  }

  /** What the agent sees, at any size. */
  picture(height: number, width: number): Frame {
    const simulation = this.#open();
    const pictures = zeros([1, height, width, 3], { dtype: "uint8" });
    try {
      simulation.draw(pictures, this.options.fieldOfView);
      return { width, height, pixels: pictures.toTypedArray() as Uint8Array };
    } finally {
      pictures.dispose();
    }
  }

  /** The episode's world. @throws EnvError `envs/ended` before the first reset */
  get layout(): Layout {
    return this.#begun(this.#layout);
  }

  /** The planner's way through the episode's world. @throws EnvError `envs/ended` before the first reset */
  get way(): Way {
    return this.#begun(this.#way);
  }

  /** Where the agent is. */
  get pose(): Pose {
    return this.#open().pose(0);
  }

  close(): void {
    this.#simulation?.dispose();
    this.#simulation = undefined;
    this.#picture.dispose();
  }

  #look(simulation: Simulation): Uint8Array {
    simulation.draw(this.#picture, this.options.fieldOfView);
    return this.#picture.toTypedArray() as Uint8Array;
  }

  #begun<Value>(value: Value | undefined): Value {
    if (value === undefined)
      throw new EnvError("ended", `${this.spec.id}: there is no episode yet; call reset first`);
    return value;
  }

  #open(): Simulation {
    if (this.#simulation === undefined)
      throw new EnvError("closed", `${this.spec.id}: the environment is closed`);
    return this.#simulation;
  }
}
