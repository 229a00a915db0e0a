// What the data of a curriculum are, and the refusal of others.
import { ENV_IDS, type EnvSpec, MANIPULATION_IDS, makeEnv, type ValueForm } from "@throughline/envs";
import { show } from "@throughline/torch/checks";
import type { Curriculum } from "../curricula/curriculum.js";
import type { StoreRef } from "../curricula/episode.js";
import { CecError } from "../errors.js";

/** Form of actions: numbers 0 … count − 1, or arrays of `dimensions` numbers. */
export type ActionForm =
  | { readonly kind: "numbered"; readonly count: number }
  | { readonly kind: "continuous"; readonly dimensions: number };

/** Form of one part of an observation. */
export interface ObservationForm {
  readonly dtype: ValueForm["dtype"];
  /** Pictures are [height, width, 3]. */
  readonly shape: readonly number[];
}

/** What the data of a curriculum are, as plain values: a model's checkpoint keeps it. */
export interface DataCard {
  /** Environment of each level, with its version and all options. */
  readonly envs: readonly EnvSpec[];
  /** Parts of an observation by their key in `Steps.observations`. */
  readonly observations: Readonly<Record<string, ObservationForm>>;
  readonly actions: ActionForm;
  /** SHA-256 of each store, in the curriculum's order. */
  readonly hashes: readonly string[];
}

/** What data must be; what is left out may be anything. Names of environments are compared, not their options. */
export type DataNeeds = { readonly env?: string } & Partial<Omit<DataCard, "envs">>;

/**
 * The card of a curriculum's data.
 * @param keys parts of observations that are wanted, where these have several, by default all; else the one name of what is observed, by
 * default `image` for pictures and `observation` for others
 * @throws CecError `cec/data` if its stores do not go together, a part is missing, or observations of an episode were not kept
 */
export function dataCard(curriculum: Curriculum, keys?: readonly string[]): DataCard {
  const { stores } = curriculum;
  const [first, ...others] = stores as [StoreRef, ...StoreRef[]];
  const forms = observationForms(first, keys);
  for (const other of others) {
    const [mine, theirs] = [first, other].map(({ card }) => card.action) as [ValueForm, ValueForm];
    const theirForms = observationForms(other, keys);
    for (const [key, form] of Object.entries(forms))
      checkAlike("observation", [first, form], [other, theirForms[key]!]);
    checkAlike("action", [first, mine], [other, theirs]);
  }
  checkKept(curriculum);
  return {
    envs: envsOf(curriculum),
    observations: Object.fromEntries(
      Object.entries(forms).map(([key, { dtype, shape }]) => [key, { dtype, shape }]),
    ),
    actions: actionForm(first),
    hashes: stores.map(({ hash }) => hash),
  };
}

/** @throws CecError `cec/data` if two stores have values of other forms */
function checkAlike(
  what: "observation" | "action",
  [one, mine]: readonly [StoreRef, ValueForm],
  [other, theirs]: readonly [StoreRef, ValueForm],
): void {
  if (formText(mine) === formText(theirs) && (what === "observation" || mine.space === theirs.space)) return;
  throw refusal(`${what}s of ${one.folder} are ${mine.space}, those of ${other.folder} ${theirs.space}`);
}

/** Forms of observations by key. @throws CecError `cec/data` that names all parts that are missing */
function observationForms(
  { folder, card: { observation, observations = {} } }: StoreRef,
  keys?: readonly string[],
): Readonly<Record<string, ValueForm>> {
  if (observation !== undefined) {
    const [key = isPicture(observation) ? "image" : "observation", ...more] = keys ?? [];
    if (more.length === 0) return { [key]: observation };
    throw refusal(`observations of ${folder} are one value, and not ${keys!.join(", ")}`);
  }
  const wanted = keys ?? Object.keys(observations);
  const missing = wanted.filter((key) => !Object.hasOwn(observations, key));
  if (missing.length === 0) return Object.fromEntries(wanted.map((key) => [key, observations[key]!]));
  const has = Object.keys(observations).join(", ") || "nothing";
  throw refusal(`observations of ${folder} have ${has}, and not ${missing.join(", ")}`);
}

/** True for pictures: [height, width, 3] of bytes. */
export function isPicture({ dtype, shape }: ObservationForm): boolean {
  return dtype === "uint8" && shape.length === 3;
}

/**
 * Refuses data that are not what is needed, such as those of another model, in one sentence.
 * @throws CecError `cec/data`
 */
export function checkData(card: DataCard, needs: DataNeeds): void {
  const { env, observations, actions, hashes } = needs;
  const stray = card.envs.find(({ id }) => env !== undefined && id !== env);
  if (stray !== undefined) throw refusal(`they are of ${stray.id}, accepted: ${env}`);
  if (observations !== undefined) {
    const [given, wanted] = [card.observations, observations].map(observationText);
    if (given !== wanted) throw refusal(`observations are ${given}, accepted: ${wanted}`);
  }
  if (actions !== undefined && actionText(card.actions) !== actionText(actions))
    throw refusal(`actions are ${actionText(card.actions)}, accepted: ${actionText(actions)}`);
  if (hashes !== undefined && hashes.join() !== card.hashes.join())
    throw refusal(
      `they are other episodes than before: their hashes are ${short(card.hashes)}, accepted: ${short(hashes)}`,
    );
}

const known: readonly string[] = [...ENV_IDS, ...MANIPULATION_IDS];

/**
 * Refuses data of an environment of which this package has another version, or which it no longer makes as it was recorded.
 * Environments that it does not know pass, as those of others do whose names have no version.
 * @throws CecError `cec/data`
 */
export function checkEnvs({ envs }: DataCard): void {
  for (const spec of envs) {
    const { id, options } = spec;
    if (!known.includes(id)) {
      const other = known.find((one) => nameOf(one) === nameOf(id));
      if (other !== undefined && id !== nameOf(id))
        throw refusal(`they were recorded in ${id}, accepted: ${other}`);
      continue;
    }
    const env = makeEnv(id, options);
    const now = JSON.stringify(env.spec);
    env.close();
    if (now !== JSON.stringify(spec)) throw refusal(`${JSON.stringify(spec)} was recorded, now it is ${now}`);
  }
}

/** Observations in words, in the order of their keys. */
function observationText(observations: DataCard["observations"]): string {
  return Object.entries(observations)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, { dtype, shape }]) => `${key}, ${dtype} of ${shape.join(" × ")}`)
    .join("; ");
}

/** Actions in words. */
export function actionText(form: ActionForm): string {
  return form.kind === "numbered" ? `numbers below ${form.count}` : `arrays of ${form.dimensions} numbers`;
}

function checkKept({ stores, levels }: Curriculum): void {
  for (const { name, episodes } of levels) {
    const missing = episodes.filter(({ hasObservations }) => !hasObservations);
    if (missing.length === 0) continue;
    const { folder } = stores[missing[0]!.store]!;
    const advice =
      `choose among those that have them (kept: true), or draw them again: throughline data convert ${folder} FILE.hdf5, ` +
      "and throughline data convert FILE.hdf5 FOLDER";
    throw refusal(
      `${missing.length} of ${episodes.length} episodes of ${name} have no observations; ${advice}`,
    );
  }
}

function envsOf({ levels, stores }: Curriculum): EnvSpec[] {
  return levels.map(({ episodes }) => {
    const [{ store, storeLevel }] = episodes as [(typeof episodes)[number]];
    return stores[store]!.card.levels[storeLevel]!;
  });
}

function actionForm({ folder, card: { action } }: StoreRef): ActionForm {
  const { dtype, shape, space } = action;
  if (dtype !== "int64" && shape.length === 1) return { kind: "continuous", dimensions: shape[0]! };
  const count = /^Discrete\((\d+)\)$/.exec(space)?.[1];
  if (dtype === "int64" && shape.length === 0 && count !== undefined)
    return { kind: "numbered", count: Number(count) };
  throw refusal(
    `actions of ${folder} lie in ${space}, accepted: Discrete(n) that begins with 0, and arrays of one dimension`,
  );
}

const formText = ({ dtype, shape }: ValueForm): string => `${dtype} ${show(shape)}`;
const nameOf = (id: string): string => id.replace(/-v\d+$/, "");
const short = (hashes: readonly string[]): string => hashes.map((hash) => hash.slice(0, 8)).join(", ");
const refusal = (problem: string): CecError => new CecError("data", `the data do not fit: ${problem}`);
