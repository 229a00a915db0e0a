// Card of an episode store: the environments, the forms of what they show and accept, and what the recorder has to say.
import { show } from "@throughline/torch/checks";
import type { EnvSpec } from "../env.js";
import { EnvError } from "../errors.js";
import type { Space } from "../spaces.js";

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
  readonly format: 1;
  /** Spec of each level's environment, with all options, from the first level on. */
  readonly levels: readonly EnvSpec[];
  readonly observation: ValueForm;
  readonly action: ValueForm;
  /** Remarks of the recorder, such as its seed and settings: values of JSON. */
  readonly about: Readonly<Record<string, unknown>>;
}

/** What a store is to hold. */
export interface EpisodeSource {
  /** Spec of each level's environment; one for a store without levels. */
  readonly levels: readonly EnvSpec[];
  readonly observationSpace: Space<unknown>;
  readonly actionSpace: Space<unknown>;
  /** Remarks for the card, such as seed and settings: values of JSON. Default: none. */
  readonly about?: Readonly<Record<string, unknown>>;
}

/** The card of a store. @throws EnvError `envs/record` without levels, or for values that cannot be stored */
export function episodeCard({
  levels,
  observationSpace,
  actionSpace,
  about = {},
}: EpisodeSource): EpisodeCard {
  if (levels.length === 0)
    throw new EnvError("record", "EpisodeWriter: no levels, accepted: the spec of at least one environment");
  const card: EpisodeCard = {
    ...{ format: 1, levels },
    observation: formOf("observations", observationSpace),
    action: formOf("actions", actionSpace),
    about,
  };
  // As it will be read: without what JSON leaves out.
  return JSON.parse(JSON.stringify(card)) as EpisodeCard;
}

/** True if a value has the form of a card; its checksum has been compared. */
export function isEpisodeCard(value: unknown): value is EpisodeCard {
  const { format, levels, observation, action } = (value ?? {}) as Partial<EpisodeCard>;
  return (
    format === 1 &&
    Array.isArray(levels) &&
    levels.every((level: Partial<EnvSpec>) => typeof level.id === "string") &&
    [observation, action].every(
      (form) => form !== undefined && form.dtype in arrays && Array.isArray(form.shape),
    )
  );
}

function formOf(what: string, space: Space<unknown>): ValueForm {
  const { dtype, shape } = space;
  if (!isStored(dtype) || !Array.isArray(shape)) {
    const given = `${what} lie in ${show(String(space))}`;
    throw new EnvError(
      "record",
      `EpisodeWriter: ${given}, accepted: arrays of ${Object.keys(arrays).join(", ")}`,
    );
  }
  return { dtype, shape, space: String(space) };
}

const arrays = {
  uint8: Uint8Array,
  float32: Float32Array,
  float64: Float64Array,
  int64: Float64Array,
} as const;

const isStored = (dtype: string): dtype is ValueForm["dtype"] => dtype in arrays;

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
