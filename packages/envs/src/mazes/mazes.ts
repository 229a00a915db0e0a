// The part that one maze and a vector of them share: complete options, spaces, worlds and their pictures.
import { type Tensor, zeros } from "@throughline/torch";
import type { EnvSpec } from "../env.js";
import { EnvError } from "../errors.js";
import type { SequencePlace } from "../sequence.js";
import { Box, Discrete } from "../spaces.js";
import { ACTION_SETS, type Motion } from "./actions.js";
import { layoutOf, wayOf } from "./episode.js";
import type { Complete, MazeKind, ViewOptions } from "./kinds.js";
import type { Layout } from "./layout.js";
import type { Way } from "./planner.js";
import { Simulation } from "./simulation.js";

/** Mazes of one kind with the same options. */
export abstract class Mazes<Options extends ViewOptions> {
  readonly spec: EnvSpec;
  readonly observationSpace: Box<"uint8">;
  readonly actionSpace: Discrete;
  /** Motion of each action. */
  readonly motions: readonly Motion[];
  readonly options: Complete<Options>;
  protected readonly kind: MazeKind<Options>;
  /** uint8 [worlds, height, width, 3] */
  protected readonly pictures: Tensor;
  readonly #what: string;
  #simulation: Simulation | undefined;

  /** @param what name of the whole, for messages @throws TorchError `torch/argument` for an option that is not accepted */
  constructor(what: string, kind: MazeKind<Options>, worlds: number, options: Options | undefined) {
    this.#what = what;
    this.kind = kind;
    this.options = kind.complete(options);
    const { height, width, actions, horizon } = this.options;
    this.motions = ACTION_SETS[actions];
    this.spec = { id: kind.id, options: { ...this.options }, horizon };
    this.observationSpace = new Box(0, 255, [height, width, 3], "uint8");
    this.actionSpace = new Discrete(this.motions.length);
    const side = kind.size(this.options);
    const size = { worlds, rows: side, columns: side, sprites: 2, panels: kind.panels };
    this.#simulation = new Simulation(size, this.motions);
    this.pictures = zeros([worlds, height, width, 3], { dtype: "uint8" }).keep();
  }

  /** The worlds. @throws EnvError `envs/closed` after `close` */
  protected open(): Simulation {
    if (this.#simulation === undefined)
      throw new EnvError("closed", `${this.spec.id}: the ${this.#what} is closed`);
    return this.#simulation;
  }

  /** Puts an episode's layout into a world, with the agent at its start. */
  protected load(world: number, { seed, episode }: SequencePlace): { layout: Layout; way: Way } {
    const layout = layoutOf(this.kind, this.options, seed, episode);
    this.open().load(world, layout, this.options.pitch);
    return { layout, way: wayOf(layout) };
  }

  /** Draws all pictures, or those of the worlds that are `wanted`. @returns them */
  protected draw(wanted?: Tensor): Tensor {
    this.open().draw(this.pictures, this.options.fieldOfView, wanted);
    return this.pictures;
  }

  close(): void {
    this.#simulation?.dispose();
    this.#simulation = undefined;
    this.pictures.dispose();
  }
}
