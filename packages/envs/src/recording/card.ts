// Card of an episode store: the environments, the forms of what they show and accept, and what the recorder has to say.
import { show } from "@throughline/torch/checks";
import type { EnvSpec } from "../env.js";
import { EnvError } from "../errors.js";
import { Dict } from "../more-spaces.js";
import type { Space } from "../spaces.js";
import { type EpisodeCard, STORED, type ValueForm } from "./forms.js";

/** What a store is to hold. */
export interface EpisodeSource {
  /** Spec of each level's environment; one for a store without levels. */
  readonly levels: readonly EnvSpec[];
  /** Arrays of one shape, or a `Dict` of such. */
  readonly observationSpace: Space<unknown>;
  readonly actionSpace: Space<unknown>;
  /** Numbers of a state of the simulator, from which an episode can be played again. Default: states are not kept. */
  readonly stateSize?: number;
  /** Remarks for the card, such as seed and settings: values of JSON. Default: none. */
  readonly about?: Readonly<Record<string, unknown>>;
}

/** The card of a store. @throws EnvError `envs/record` without levels, or for values that cannot be stored */
export function episodeCard({
  levels,
  observationSpace,
  actionSpace,
  stateSize,
  about = {},
}: EpisodeSource): EpisodeCard {
  if (levels.length === 0)
    throw new EnvError("record", "EpisodeWriter: no levels, accepted: the spec of at least one environment");
  const action = formOf("actions", actionSpace);
  const card: EpisodeCard =
    observationSpace instanceof Dict || stateSize !== undefined
      ? {
          format: 2,
          levels,
          observations: namedForms(observationSpace),
          ...stateForm(stateSize),
          action,
          about,
        }
      : { format: 1, levels, observation: formOf("observations", observationSpace), action, about };
  // As it will be read: without what JSON leaves out.
  return JSON.parse(JSON.stringify(card)) as EpisodeCard;
}

function namedForms(space: Space<unknown>): Readonly<Record<string, ValueForm>> {
  if (!(space instanceof Dict)) {
    const given = `observations lie in ${show(String(space))}`;
    throw new EnvError("record", `EpisodeWriter: ${given}, accepted beside states: a Dict of arrays`);
  }
  return Object.fromEntries(Object.entries(space.spaces).map(([key, one]) => [key, formOf(key, one)]));
}

function stateForm(size: number | undefined): { readonly state?: ValueForm } {
  if (size === undefined) return {};
  return { state: { dtype: "float64", shape: [size], space: `states [${size}]` } };
}

function formOf(what: string, space: Space<unknown>): ValueForm {
  const { dtype, shape } = space;
  if (!STORED.includes(dtype) || !Array.isArray(shape)) {
    const given = `${what} lie in ${show(String(space))}`;
    throw new EnvError("record", `EpisodeWriter: ${given}, accepted: arrays of ${STORED.join(", ")}`);
  }
  return { dtype: dtype as ValueForm["dtype"], shape, space: String(space) };
}
