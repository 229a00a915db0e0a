// Forms of what episodes are made of, and the card that says them. Without the engine: threads that only read files load it.
import type { EnvSpec } from "../env.js";

/** Form of an observation or an action. */
export interface ValueForm {
  readonly dtype: "uint8" | "float32" | "float64" | "int64";
  /** Size of each dimension; [] for a number. */
  readonly shape: readonly number[];
  /** The space in words. */
  readonly space: string;
}

/** Arrays of values of a form; whole numbers are stored as float64, exact up to 2⁵³. */
export type ValueArray = Uint8Array | Float32Array | Float64Array;

/** Card of an episode store. */
export interface EpisodeCard {
  /** 1: an observation is one value. 2: it is several by name, and states may be kept beside it. */
  readonly format: 1 | 2;
  /** Spec of each level's environment, with all options, from the first level on. */
  readonly levels: readonly EnvSpec[];
  /** Of format 1: the form of an observation. */
  readonly observation?: ValueForm;
  /** Of format 2: the form of each part of an observation, by its key. */
  readonly observations?: Readonly<Record<string, ValueForm>>;
  /** Of format 2: the form of the simulator's state before each action; left out if none are kept. */
  readonly state?: ValueForm;
  readonly action: ValueForm;
  /** Remarks of the recorder, such as its seed and settings: values of JSON. */
  readonly about: Readonly<Record<string, unknown>>;
}

/** Arrays in which values are stored, by their type. */
const arrays = {
  uint8: Uint8Array,
  float32: Float32Array,
  float64: Float64Array,
  int64: Float64Array,
} as const;

/** Types of numbers that can be stored. */
export const STORED: readonly string[] = Object.keys(arrays);

/** Numbers of a value. */
export function sizeOf({ shape }: ValueForm): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Bytes of a value as it is stored. */
export function bytesOf(form: ValueForm): number {
  return sizeOf(form) * arrays[form.dtype].BYTES_PER_ELEMENT;
}

/** An array of `count` values, all zero. */
export function valuesOf(form: ValueForm, count: number): ValueArray {
  return new arrays[form.dtype](count * sizeOf(form));
}

/** True if a value has the form of a card; its checksum has been compared. */
export function isEpisodeCard(value: unknown): value is EpisodeCard {
  const { format, levels, observation, observations, state, action } = (value ?? {}) as Partial<EpisodeCard>;
  const isForm = (form: ValueForm | undefined): boolean =>
    form !== undefined && form !== null && form.dtype in arrays && Array.isArray(form.shape);
  return (
    Array.isArray(levels) &&
    levels.every((level: Partial<EnvSpec>) => typeof level?.id === "string") &&
    isForm(action) &&
    ((format === 1 && isForm(observation)) ||
      (format === 2 &&
        typeof observations === "object" &&
        observations !== null &&
        Object.values(observations).every(isForm) &&
        (state === undefined || isForm(state))))
  );
}

/** One kind of values that an episode has a row of. */
export interface TrackForm {
  /** Key of a part of the observations; "" for observations of one value. */
  readonly key: string;
  readonly form: ValueForm;
  readonly isState: boolean;
}

/** What a store keeps of an episode beside actions and rewards, in the order in which it lies on disk. */
export function tracksOf({ observation, observations = {}, state }: EpisodeCard): readonly TrackForm[] {
  return [
    ...(state === undefined ? [] : [{ key: "", form: state, isState: true }]),
    ...(observation === undefined ? [] : [{ key: "", form: observation, isState: false }]),
    ...Object.entries(observations).map(([key, form]) => ({ key, form, isState: false })),
  ];
}
