// Many mazes of one kind, stepped and drawn together in native threads.
import { fromTypedArray, scope, type Tensor, zeros } from "@throughline/torch";
import { show, wholeNumber } from "@throughline/torch/checks";
import type { EnvSpec, ResetOptions } from "../env.js";
import { EnvError } from "../errors.js";
import { Box, Discrete } from "../spaces.js";
import type { LaneEnd, VectorEnv, VectorStep } from "../vector/vector-env.js";
import { ACTION_SETS, type Motion } from "./actions.js";
import { Episode, type EpisodeState, layoutOf, type MazeFacts, wayOf } from "./episode.js";
import type { Complete, MazeKind, ViewOptions } from "./kinds.js";
import { type Pose, Simulation } from "./simulation.js";

/** Where a vector of mazes stands. */
interface State {
  readonly episodes: readonly EpisodeState[];
  readonly poses: readonly Pose[];
}

/** A vector of mazes. Observations are [lanes, height, width, 3]. */
export class MazeVector<Options extends ViewOptions = ViewOptions> implements VectorEnv<MazeFacts> {
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
  step(actions: ArrayLike<number>): VectorStep<MazeFacts> {
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

  stateDict(): State {
    const simulation = this.#open();
    return {
      episodes: this.#episodes.map((episode) => episode.state()),
      poses: this.#episodes.map((_, lane) => simulation.pose(lane)),
    };
  }

  /** @throws EnvError `envs/option` for a state of another number of lanes */
  loadStateDict({ episodes, poses }: State): Tensor {
    const simulation = this.#open();
    if (episodes.length !== this.lanes) {
      const given = `${episodes.length} lanes, accepted: ${this.lanes}`;
      throw new EnvError("option", `${this.spec.id}: the state has ${given}`);
    }
    for (const [lane, state] of episodes.entries()) {
      const layout = layoutOf(this.#kind, this.options, state.seed, state.number);
      simulation.load(lane, layout);
      this.#episodes[lane]!.restore(state, wayOf(layout), poses[lane]!);
      simulation.place(lane, poses[lane]!);
    }
    simulation.draw(this.#pictures, this.options.fieldOfView);
    return this.#pictures;
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
  #finish(simulation: Simulation, terminated: Uint8Array, truncated: Uint8Array): LaneEnd<MazeFacts>[] {
    const [height, width] = this.observationSpace.shape as [number, number, number];
    const bytes = height * width * 3;
    const pixels = this.#pictures.memory() as Uint8Array;
    const wanted = terminated.map((flag, lane) => flag | truncated[lane]!);
    const ends = Array.from(wanted.keys())
      .filter((lane) => wanted[lane] === 1)
      .map(
        (lane): LaneEnd<MazeFacts> => ({
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
