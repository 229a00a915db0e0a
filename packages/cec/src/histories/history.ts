// Learning histories: the episodes of one agent on one level, in the order in which it learned.
import { type EnvSpec, type EpisodeReader, type EpisodeRecord, evenIndices } from "@throughline/envs";
import { show } from "@throughline/torch/checks";
import { CecError } from "../errors.js";
import { curveText, means } from "./curve.js";

/** Card of a learning history. */
export interface HistoryCard {
  /** Environment, with its version and all options. */
  readonly env: EnvSpec;
  readonly level: number;
  readonly episodes: number;
  /** Steps of all episodes. */
  readonly steps: number;
  /** Mean of the measure in each quarter, from the first to the last. */
  readonly quarters: readonly number[];
  readonly measure: "success" | "return";
  /** Remarks of the recorder: seed and settings. */
  readonly about: Readonly<Record<string, unknown>>;
  /** SHA-256 of the whole store. */
  readonly hash: string;
}

/** Options of a history. */
export interface HistoryOptions {
  /** Level whose episodes it has. Default: 0. */
  readonly level?: number;
  /** Measure of quality. Default: `success`. */
  readonly measure?: "success" | "return";
  /** Refuses a history without progress. Default: true; false makes a history that is only looked at. */
  readonly gate?: boolean;
}

/** Least number of episodes in which progress can be told. */
const LEAST = 8;

/**
 * A learning history as a value: episodes in the order of learning, and a card. It is refused if its last quarter is not better than
 * its first, since whoever imitates it would learn no learning from it.
 * @example
 * const history = new LearningHistory(store, { level: 1 });
 * for (const episode of history.evenSpacing(100)) replayObservations(store, episode, env);
 */
export class LearningHistory implements Iterable<EpisodeRecord> {
  readonly store: EpisodeReader;
  readonly card: HistoryCard;
  /** Episodes by progress. */
  readonly episodes: readonly EpisodeRecord[];

  /** @throws CecError `cec/history` without enough episodes, and with the curve if they show no progress */
  constructor(store: EpisodeReader, { level = 0, measure = "success", gate = true }: HistoryOptions = {}) {
    const env = store.card.levels[level];
    if (env === undefined) {
      const accepted = `0 to ${store.card.levels.length - 1}`;
      throw new CecError("history", `${store.folder}: the level is ${show(level)}, accepted: ${accepted}`);
    }
    this.store = store;
    this.episodes = store.find({ level }).sort((a, b) => a.ordinal - b.ordinal);
    const values = this.episodes.map((episode) => Number(episode[measure]));
    this.card = {
      ...{ env, level, measure, about: store.card.about, hash: store.hash },
      episodes: this.episodes.length,
      steps: this.episodes.reduce((sum, { length }) => sum + length, 0),
      quarters: this.episodes.length < 4 ? [] : means(values, 4),
    };
    if (gate) this.#check(values);
  }

  [Symbol.iterator](): Iterator<EpisodeRecord> {
    return this.episodes[Symbol.iterator]();
  }

  /** The curve of learning as text: means of the measure, from the first episode to the last. */
  curve(options?: { readonly width?: number; readonly height?: number }): string {
    return curveText(
      this.episodes.map((episode) => Number(episode[this.card.measure])),
      options,
    );
  }

  /**
   * `count` episodes evenly spaced over the whole training, from the first to the last, in their order (Shi et al. 2023, `even_spacing`).
   * @param options `kept`: take those whose observations were kept, each the nearest to its place. Default: false
   * @throws CecError `cec/history` if there are fewer
   */
  evenSpacing(count: number, { kept = false }: { readonly kept?: boolean } = {}): EpisodeRecord[] {
    const all = this.episodes;
    const candidates = [...all.keys()].filter((place) => !kept || all[place]!.hasObservations);
    if (!Number.isSafeInteger(count) || count < 1 || count > candidates.length) {
      const accepted = `1 to ${candidates.length}${kept ? ", those with observations" : ""}`;
      throw new CecError(
        "history",
        `evenSpacing: ${show(count)} episodes are asked for, accepted: ${accepted}`,
      );
    }
    const places = evenIndices(all.length, count);
    return nearestPlaces(candidates, places).map((place) => all[place]!);
  }

  #check(values: readonly number[]): void {
    const { level, measure, quarters } = this.card;
    const where = `level ${level} of ${this.store.folder}`;
    if (values.length < LEAST)
      throw new CecError("history", `${where} has ${values.length} episodes, accepted: ${LEAST} or more`);
    const [first, last] = [quarters[0]!, quarters[3]!];
    if (last > first) return;
    const said = `${measure} is ${number(first)} in its first quarter and ${number(last)} in its last`;
    throw new CecError("history", `${where} shows no learning: ${said}\n${this.curve()}`);
  }
}

/** The candidates nearest to each place, none twice and in order; both lists rise, and there are as many candidates or more. */
function nearestPlaces(candidates: readonly number[], places: readonly number[]): number[] {
  let at = 0;
  return places.map((place, index) => {
    const last = candidates.length - (places.length - index);
    while (at < last && Math.abs(candidates[at + 1]! - place) <= Math.abs(candidates[at]! - place)) at++;
    return candidates[at++]!;
  });
}

const number = (value: number): string => String(Number(value.toPrecision(3)));
