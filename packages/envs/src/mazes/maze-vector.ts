// Many mazes of one kind, stepped and drawn together in native threads.
import { fromTypedArray, scope, type Tensor } from "@throughline/torch";
import { wholeNumber } from "@throughline/torch/checks";
import { checkActions, checkLanes } from "../checks.js";
import type { ResetOptions } from "../env.js";
import { EnvError } from "../errors.js";
import type { LaneEnd, VectorEnv, VectorStep } from "../vector/vector-env.js";
import { Episode, type EpisodeState, type MazeFacts } from "./episode.js";
import type { MazeKind, ViewOptions } from "./kinds.js";
import { Mazes } from "./mazes.js";
import type { Pose } from "./simulation.js";

/** Episodes of a vector of mazes, and the agents' places in them. */
interface State {
  readonly episodes: readonly EpisodeState[];
  readonly poses: readonly Pose[];
}

/** A vector of mazes. Observations are [lanes, height, width, 3]. */
export class MazeVector<Options extends ViewOptions = ViewOptions>
  extends Mazes<Options>
  implements VectorEnv<MazeFacts>
{
  readonly lanes: number;
  readonly #episodes: readonly Episode[];

  /** @param lanes how many mazes, at least 1 @throws TorchError `torch/argument` for an option that is not accepted */
  constructor(kind: MazeKind<Options>, lanes: number, options?: Options) {
    super("vector", kind, wholeNumber("MazeVector: lanes", lanes, 1, 65_536), options);
    this.lanes = lanes;
    this.#episodes = Array.from({ length: lanes }, () => new Episode());
  }

  /** Begins an episode in every lane. @returns `observations` as in a step @throws EnvError `envs/reset` */
  reset(options: ResetOptions = {}): { observations: Tensor; facts: readonly MazeFacts[] } {
    this.open();
    for (let lane = 0; lane < this.lanes; lane++) this.#begin(lane, options);
    return { observations: this.draw(), facts: this.#episodes.map(({ facts }) => facts) };
  }

  /**
   * One action in every lane.
   * @param actions a whole number of the action space for each lane
   * @throws EnvError `envs/action`, `envs/ended` before the first reset
   */
  step(actions: ArrayLike<number>): VectorStep<MazeFacts> {
    const simulation = this.open();
    const { id } = this.spec;
    if (!this.#episodes[0]!.isRunning)
      throw new EnvError("ended", `${id}: there is no episode yet; call reset first`);
    const accepted = `whole numbers from 0 to ${this.actionSpace.n - 1}`;
    checkActions(id, this.actionSpace, this.lanes, actions, accepted);
    const { actionRepeat, horizon } = this.options;
    const reached = simulation.advance(actions, actionRepeat);
    const rewards = Float32Array.from(reached, (flag) => flag * this.kind.reward);
    const [terminated, truncated] = [new Uint8Array(this.lanes), new Uint8Array(this.lanes)];
    this.#episodes.forEach((episode, lane) => {
      const ends = episode.step(simulation.pose(lane), reached[lane] === 1, horizon);
      terminated[lane] = Number(ends.terminated);
      truncated[lane] = Number(ends.truncated);
    });
    const observations = this.draw();
    const ends = this.#finish(terminated, truncated);
    return { observations, rewards, terminated, truncated, ends };
  }

  stateDict(): State {
    const simulation = this.open();
    return {
      episodes: this.#episodes.map((episode) => episode.state()),
      poses: this.#episodes.map((_, lane) => simulation.pose(lane)),
    };
  }

  /** @throws EnvError `envs/option` for a state of another number of lanes */
  loadStateDict({ episodes, poses }: State): Tensor {
    const simulation = this.open();
    checkLanes(this.spec.id, episodes.length, this.lanes);
    for (const [lane, state] of episodes.entries()) {
      const { way } = this.load(lane, { seed: state.seed, episode: state.number });
      this.#episodes[lane]!.restore(state, way, poses[lane]!);
      simulation.place(lane, poses[lane]!);
    }
    return this.draw();
  }

  #begin(lane: number, options: ResetOptions): void {
    const episode = this.#episodes[lane]!;
    const { way } = this.load(lane, episode.begin(this.spec.id, options, lane));
    episode.start(way, this.open().pose(lane));
  }

  /** Keeps the last pictures of lanes that have ended, and begins and draws their next episodes. */
  #finish(terminated: Uint8Array, truncated: Uint8Array): LaneEnd<MazeFacts>[] {
    const wanted = terminated.map((flag, lane) => flag | truncated[lane]!);
    // A view of the pictures is not made at every step: the collector counts all their bytes each time.
    if (!wanted.includes(1)) return [];
    const pixels = this.pictures.memory() as Uint8Array;
    const bytes = pixels.length / this.lanes;
    const ends = Array.from(wanted.keys())
      .filter((lane) => wanted[lane] === 1)
      .map(
        (lane): LaneEnd<MazeFacts> => ({
          ...{ lane, facts: this.#episodes[lane]!.facts },
          ...{ terminated: terminated[lane] === 1, truncated: truncated[lane] === 1 },
          finalObservation: pixels.slice(lane * bytes, (lane + 1) * bytes),
        }),
      );
    for (const { lane } of ends) this.#begin(lane, {});
    scope(() => this.draw(fromTypedArray(wanted, [this.lanes], { dtype: "bool" })));
    return ends;
  }
}
