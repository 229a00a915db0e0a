// Episodes as a curriculum knows them: where they are, and what is known of them without their steps.
import type { EpisodeCard, EpisodeReader, EpisodeRecord } from "@throughline/envs";

/** Episodes of a store, in the order that is to be imitated. A `LearningHistory` is one. */
export interface OrderedEpisodes {
  readonly store: EpisodeReader;
  readonly episodes: readonly EpisodeRecord[];
  /** Name of the level in tables and figures. Default: what its environment has otherwise than the other levels'. */
  readonly name?: string;
}

/** A store of episodes that a curriculum names; it is opened by whoever reads the steps. */
export interface StoreRef {
  readonly folder: string;
  /** SHA-256 of the store, as `EpisodeReader.hash`. */
  readonly hash: string;
  readonly card: EpisodeCard;
}

/** An episode of a curriculum. */
export interface CurriculumEpisode {
  /** Number of its store in `Curriculum.stores`. */
  readonly store: number;
  /** Its number in that store. */
  readonly number: number;
  /** Number of its level in the curriculum, from 0, the easiest. */
  readonly level: number;
  /** Its place in the level, from 0. */
  readonly place: number;
  /** Number of its level in that store. */
  readonly storeLevel: number;
  /** True if its observations were kept. */
  readonly hasObservations: boolean;
  /** Steps. */
  readonly length: number;
  /** Sum of the rewards as they were recorded. */
  readonly return: number;
  readonly success: boolean;
  /** Of an episode in a sequence: the steps that the sequence has of it. Left out: all. */
  readonly part?: { readonly from: number; readonly steps: number };
}

/** A level of a curriculum. */
export interface CurriculumLevel {
  readonly name: string;
  /** In order: by progress, or by expertise. */
  readonly episodes: readonly CurriculumEpisode[];
}
