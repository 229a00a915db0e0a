// One maze with the interface of `Env`.
import { zeros } from "@throughline/torch";
import { checkAction } from "../checks.js";
import type { Env, Frame, ResetOptions, Step } from "../env.js";
import { EnvError } from "../errors.js";
import { Episode, type MazeFacts } from "./episode.js";
import { dialOf, type MazeKind, type ViewOptions } from "./kinds.js";
import type { Layout } from "./layout.js";
import { Mazes } from "./mazes.js";
import type { Way } from "./planner.js";
import type { Pose } from "./simulation.js";

/** A first-person maze. Observations are uint8 pictures of [height, width, 3], a new array at each step. */
export class MazeEnv<Options extends ViewOptions = ViewOptions>
  extends Mazes<Options>
  implements Env<Uint8Array, number, MazeFacts>
{
  readonly #episode = new Episode();
  #world: { readonly layout: Layout; readonly way: Way } | undefined;

  /** @throws TorchError `torch/argument` for an option that is not accepted */
  constructor(kind: MazeKind<Options>, options?: Options) {
    super("environment", kind, 1, options);
  }

  reset(options: ResetOptions = {}): { observation: Uint8Array; info: MazeFacts } {
    const simulation = this.open();
    this.#world = this.load(0, this.#episode.begin(this.spec.id, options));
    this.#episode.start(this.#world.way, simulation.pose(0));
    return { observation: this.#look(), info: this.#episode.facts };
  }

  step(action: number): Step<Uint8Array, MazeFacts> {
    const simulation = this.open();
    if (!this.#episode.isRunning)
      throw new EnvError("ended", `${this.spec.id}: step after the end of an episode; call reset first`);
    checkAction(this.spec.id, this.actionSpace, action);
    const [reached] = simulation.advance([action], this.options.actionRepeat);
    const ends = this.#episode.step(simulation.pose(0), reached === 1, this.options.horizon);
    const reward = reached === 1 ? this.kind.reward : 0;
    return { observation: this.#look(), reward, ...ends, info: this.#episode.facts };
  }

  /** The agent's view, at least 240 rows high. */
  render(): Frame {
    const scale = Math.ceil(240 / this.options.height);
    return this.picture(this.options.height * scale, this.options.width * scale);
  }

  /** The agent's view, at any size. */
  picture(height: number, width: number): Frame {
    const simulation = this.open();
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
    return this.#begun().layout;
  }

  /** The planner's way through the episode's world. @throws EnvError `envs/ended` before the first reset */
  get way(): Way {
    return this.#begun().way;
  }

  /** The agent's place. */
  get pose(): Pose {
    return this.open().pose(0);
  }

  /** Puts the agent somewhere else, to look from there: `picture` shows what it sees. The episode's counts do not change. */
  place(pose: Pose): void {
    this.open().place(0, pose);
  }

  /** Reward for reaching the goal. */
  get reward(): number {
    return this.kind.reward;
  }

  /** Name of the option that makes the maze hard, such as `rooms`. */
  get dial(): string {
    return dialOf(this.kind);
  }

  #look(): Uint8Array {
    return this.draw().toTypedArray() as Uint8Array;
  }

  #begun(): { readonly layout: Layout; readonly way: Way } {
    if (this.#world === undefined)
      throw new EnvError("ended", `${this.spec.id}: there is no episode yet; call reset first`);
    return this.#world;
  }
}
