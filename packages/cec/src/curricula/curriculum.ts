// Curricula: levels of episodes in order, and a rule by which training sequences are drawn from them.
import { Random } from "@throughline/lab/random";
import { choice, show, wholeNumber } from "@throughline/torch/checks";
import { CecError } from "../errors.js";
import type { CurriculumEpisode, CurriculumLevel, OrderedEpisodes, StoreRef } from "./episode.js";
import { levelNames } from "./names.js";
import { type CurriculumOrder, ORDERS, ordered } from "./order.js";
import { checkRule, drawn, type SamplingRule, samplesOf } from "./sampling.js";
import { curriculumTable } from "./table.js";

/** Options of a curriculum. */
export interface CurriculumOptions {
  /** Rule by which a sequence is drawn; `sampling` makes it. */
  readonly sampling: SamplingRule;
  /** Order of a sequence's episodes. Default: `rising`; the others are controls with the same episodes. */
  readonly order?: CurriculumOrder;
}

/** Place of a sample: its content is a function of these three and the curriculum. */
export interface SamplePlace {
  readonly seed: number;
  readonly epoch: number;
  /** Number of the sample in its epoch, below `Curriculum.samples`. */
  readonly index: number;
}

/** Everything that a curriculum is, as plain values: for worker threads and checkpoints. */
export interface CurriculumState {
  readonly stores: readonly StoreRef[];
  readonly levels: readonly CurriculumLevel[];
  readonly sampling: SamplingRule;
  readonly order: CurriculumOrder;
}

/**
 * A curriculum as a value (Shi et al. 2023): levels from the easiest to the hardest, each with episodes in order, and a rule by which
 * sequences are drawn. It holds no open file.
 * @example
 * const levels = spacedLevels([0, 1, 2].map((level) => new LearningHistory(store, { level })), { episodes: 300, kept: true });
 * const curriculum = new Curriculum(levels, { sampling: sampling.taskDifficulty() });
 * curriculum.sequence({ seed: 1, epoch: 0, index: 0 }).map(({ level, place }) => [level, place]);
 */
export class Curriculum {
  readonly stores: readonly StoreRef[];
  readonly levels: readonly CurriculumLevel[];
  readonly sampling: SamplingRule;
  readonly order: CurriculumOrder;
  /** Samples of an epoch: one for each episode; by expertise so many that each episode is expected once; of windows one for each step. */
  readonly samples: number;
  /** Orders of places of the epoch that was asked for last. */
  #orders = { key: "", lists: new Map<string, readonly number[]>() };

  /**
   * @param levels from the easiest to the hardest; for `learningProgress` one is usual
   * @throws CecError `cec/curriculum` without levels or episodes, or if a rule asks for more episodes than there are
   */
  constructor(levels: readonly OrderedEpisodes[] | CurriculumState, options?: CurriculumOptions) {
    const state = "stores" in levels ? levels : stateOf(levels, options);
    this.stores = state.stores;
    this.levels = state.levels;
    this.sampling = state.sampling;
    this.order = choice("Curriculum: order", state.order, ORDERS);
    if (this.order !== "rising" && this.sampling.kind === "grouped")
      throw new CecError(
        "curriculum",
        `Curriculum: order is ${this.order}, accepted for grouped: rising, which is by return`,
      );
    checkRule(this.sampling, this.levels);
    this.samples = samplesOf(this.sampling, this.levels);
  }

  /** Number of all episodes. */
  get episodes(): number {
    return this.levels.reduce((sum, { episodes }) => sum + episodes.length, 0);
  }

  /**
   * Episodes of a sample, in the order in which they become one sequence.
   * @throws TorchError `torch/argument` unless the numbers are whole, and `index` is below `samples`
   */
  sequence({ seed, epoch, index }: SamplePlace): readonly CurriculumEpisode[] {
    wholeNumber("Curriculum.sequence: seed", seed);
    wholeNumber("Curriculum.sequence: epoch", epoch);
    wholeNumber("Curriculum.sequence: index", index, 0, this.samples - 1);
    const sequence = drawn(this.sampling, {
      ...{ levels: this.levels, index, random: new Random("cec/curriculum", seed, epoch, index) },
      places: (list, round, length) => this.#places([seed, epoch, list, round], length),
    });
    return ordered(sequence, this.order, new Random("cec/order", seed, epoch, index));
  }

  /** The same curriculum with other options. */
  with(options: Partial<CurriculumOptions>): Curriculum {
    return new Curriculum({ ...this.toJSON(), ...options });
  }

  /** The curriculum as plain values; `new Curriculum` takes them. */
  toJSON(): CurriculumState {
    const { stores, levels, sampling, order } = this;
    return { stores, levels, sampling, order };
  }

  /** Levels with counts, steps, and success by quarter, and how sequences are drawn. */
  toString(): string {
    return curriculumTable(this);
  }

  #places(stream: readonly [seed: number, epoch: number, list: number, round: number], length: number) {
    const [seed, epoch, list, round] = stream;
    const key = `${seed}/${epoch}`;
    if (this.#orders.key !== key) this.#orders = { key, lists: new Map() };
    const { lists } = this.#orders;
    const known = lists.get(`${list}/${round}`);
    if (known !== undefined) return known;
    const places = Array.from({ length }, (_, place) => place);
    new Random("cec/places", ...stream).shuffle(places);
    lists.set(`${list}/${round}`, places);
    return places;
  }
}

function stateOf(
  levels: readonly OrderedEpisodes[],
  options: CurriculumOptions | undefined,
): CurriculumState {
  if (levels.length === 0)
    throw new CecError(
      "curriculum",
      "Curriculum: no levels, accepted: at least one, such as a LearningHistory",
    );
  if (options?.sampling === undefined)
    throw new CecError(
      "curriculum",
      `Curriculum: sampling is ${show(options?.sampling)}, accepted: a rule, such as sampling.taskDifficulty()`,
    );
  const names = levelNames(levels);
  const empty = levels.findIndex(({ episodes }) => episodes.length === 0);
  if (empty >= 0)
    throw new CecError("curriculum", `Curriculum: level ${empty} (${names[empty]}) has no episodes`);
  const readers = [...new Map(levels.map(({ store }) => [store.folder, store])).values()];
  return {
    stores: readers.map(({ folder, hash, card }) => ({ folder, hash, card })),
    levels: levels.map(({ store, episodes }, level) => ({
      name: names[level]!,
      episodes: episodes.map((episode, place) => ({
        ...{ store: readers.findIndex(({ folder }) => folder === store.folder), number: episode.number },
        ...{ level, place, storeLevel: episode.level, hasObservations: episode.hasObservations },
        ...{ length: episode.length, return: episode.return, success: episode.success },
      })),
    })),
    ...{ sampling: options.sampling, order: options.order ?? "rising" },
  };
}
