// Many mazes of one kind, stepped and drawn together in native threads.
import { fromTypedArray, scope, type Tensor, zeros } from "@throughline/torch";
import { show, wholeNumber } from "@throughline/torch/checks";
import type { EnvSpec, ResetOptions } from "../env.js";
import { EnvError } from "../errors.js";
import { Box, Discrete } from "../spaces.js";
import { ACTION_SETS, type Motion } from "./actions.js";
import { Episode, layoutOf, type MazeFacts, wayOf } from "./episode.js";
import type { Complete, MazeKind, ViewOptions } from "./kinds.js";
import { Simulation } from "./simulation.js";

/** The end of one lane's episode. */
export interface LaneEnd {
  readonly lane: number;
  readonly facts: MazeFacts;
  readonly terminated: boolean;
  readonly truncated: boolean;
  /** The last observation of the episode that ended, [height, width, 3]. */
  readonly finalObservation: Uint8Array;
}

/** One step of all lanes. */
export interface VectorStep {
  /** uint8 [lanes, height, width, 3]: the tensor of the vector itself, overwritten by the next step. */
  readonly observations: Tensor;
  readonly rewards: Float32Array;
  /** For each lane 1 if its episode ended by itself. */
  readonly terminated: Uint8Array;
  /** For each lane 1 if its episode was cut off. */
  readonly truncated: Uint8Array;
  /** What ended, in the order of the lanes. */
  readonly ends: readonly LaneEnd[];
}

/**
 * A vector of mazes. Reset is automatic and in the same step (Gymnasium's AutoresetMode.SAME_STEP): when a lane's episode ends,
 * `observations` already holds the first picture of its next one, and `ends` the last of the old one.
 * Lane i plays the sequence of seed + i.
 */
export class MazeVector<Options extends ViewOptions = ViewOptions> {
  readonly spec: EnvSpec;
  readonly lanes: number;
  readonly observationSpace: Box<"uint8">;
  readonly actionSpace: Discrete;
  readonly motions: readonly Motion[];
  readonly options: Complete<Options>;
  readonly #kind: MazeKind<Options>;
  readonly #episodes: readonly Episode[];
  readonly #pictures: Tensor;
  #simulation: Simulation | undefined;

  /** @param lanes how many mazes, at least 1 @throws TorchError `torch/argument` for an option that is not accepted */
  constructor(kind: MazeKind<Options>, lanes: number, options?: Options) {
    this.#kind = kind;
    this.lanes = wholeNumber("MazeVector: lanes", lanes, 1, 65_536);
    this.options = kind.complete(options);
    const { height, width, actions, horizon } = this.options;
    this.motions = ACTION_SETS[actions];
    this.spec = { id: kind.id, options: { ...this.options }, horizon };
    this.observationSpace = new Box(0, 255, [height, width, 3], "uint8");
    this.actionSpace = new Discrete(this.motions.length);
    this.#episodes = Array.from({ length: lanes }, () => new Episode());
    const side = kind.size(this.options);
    const size = { worlds: lanes, rows: side, columns: side, sprites: 2, panels: kind.panels };
    this.#simulation = new Simulation(size, this.motions);
    this.#pictures = zeros([lanes, height, width, 3], { dtype: "uint8" }).keep();
  }

  /** Begins an episode in every lane. @returns `observations` as in a step @throws EnvError `envs/reset` */
  reset(options: ResetOptions = {}): { observations: Tensor; facts: readonly MazeFacts[] } {
    const simulation = this.#open();
    for (let lane = 0; lane < this.lanes; lane++) this.#begin(simulation, lane, options);
    simulation.draw(this.#pictures, this.options.fieldOfView);
    return { observations: this.#pictures, facts: this.#episodes.map(({ facts }) => facts) };
  }

  /**
   * One action in every lane.
   * @param actions a whole number of the action space for each lane
   * @throws EnvError `envs/action`, `envs/ended` before the first reset
   */
  step(actions: ArrayLike<number>): VectorStep {
    const simulation = this.#open();
    this.#check(actions);
    const { actionRepeat, horizon, fieldOfView } = this.options;
    const reached = simulation.advance(actions, actionRepeat);
    const rewards = Float32Array.from(reached, (flag) => flag * this.#kind.reward);
    const [terminated, truncated] = [new Uint8Array(this.lanes), new Uint8Array(this.lanes)];
    this.#episodes.forEach((episode, lane) => {
      const ends = episode.step(simulation.pose(lane), reached[lane] === 1, horizon);
      terminated[lane] = Number(ends.terminated);
      truncated[lane] = Number(ends.truncated);
    });
    simulation.draw(this.#pictures, fieldOfView);
    const ends = this.#finish(simulation, terminated, truncated);
    return { observations: this.#pictures, rewards, terminated, truncated, ends };
  }

  close(): void {
    this.#simulation?.dispose();
    this.#simulation = undefined;
    this.#pictures.dispose();
  }

  #begin(simulation: Simulation, lane: number, options: ResetOptions): void {
    const episode = this.#episodes[lane]!;
    const { seed, episode: number } = episode.begin(this.spec.id, options, lane);
    const layout = layoutOf(this.#kind, this.options, seed, number);
    simulation.load(lane, layout);
    episode.start(wayOf(layout), simulation.pose(lane));
  }

  /** Keeps the last pictures of lanes that have ended, and begins and draws their next episodes. */
  #finish(simulation: Simulation, terminated: Uint8Array, truncated: Uint8Array): LaneEnd[] {
    const [height, width] = this.observationSpace.shape as [number, number, number];
    const bytes = height * width * 3;
    const pixels = this.#pictures.memory() as Uint8Array;
    const wanted = terminated.map((flag, lane) => flag | truncated[lane]!);
    const ends = Array.from(wanted.keys())
      .filter((lane) => wanted[lane] === 1)
      .map(
        (lane): LaneEnd => ({
          ...{ lane, facts: this.#episodes[lane]!.facts },
          ...{ terminated: terminated[lane] === 1, truncated: truncated[lane] === 1 },
          finalObservation: pixels.slice(lane * bytes, (lane + 1) * bytes),
        }),
      );
    if (ends.length === 0) return ends;
    for (const { lane } of ends) this.#begin(simulation, lane, {});
    scope(() => {
      const flags = fromTypedArray(wanted, [this.lanes], { dtype: "bool" });
      simulation.draw(this.#pictures, this.options.fieldOfView, flags);
    });
    return ends;
  }

  #check(actions: ArrayLike<number>): void {
    const { id } = this.spec;
    if (!this.#episodes[0]!.isRunning)
      throw new EnvError("ended", `${id}: there is no episode yet; call reset first`);
    if (actions.length !== this.lanes)
      throw new EnvError(
        "action",
        `${id}: ${actions.length} actions, accepted: one for each of ${this.lanes} lanes`,
      );
    const wrong = Array.from(actions).find((action) => !this.actionSpace.contains(action));
    if (wrong !== undefined) {
      const most = this.actionSpace.n - 1;
      throw new EnvError(
        "action",
        `${id}: an action is ${show(wrong)}, accepted: whole numbers from 0 to ${most}`,
      );
    }
  }

  #open(): Simulation {
    if (this.#simulation === undefined) throw new EnvError("closed", `${this.spec.id}: the vector is closed`);
    return this.#simulation;
  }
}
