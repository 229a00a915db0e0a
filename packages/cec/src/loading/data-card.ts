// What the data of a curriculum are, and the refusal of others.
import { ENV_IDS, type EnvSpec, makeEnv, type ValueForm } from "@throughline/envs";
import { show } from "@throughline/torch/checks";
import type { Curriculum } from "../curricula/curriculum.js";
import type { StoreRef } from "../curricula/episode.js";
import { CecError } from "../errors.js";

/** Form of actions: numbers 0 … count − 1, or arrays of `dimensions` numbers. */
export type ActionForm =
  | { readonly kind: "numbered"; readonly count: number }
  | { readonly kind: "continuous"; readonly dimensions: number };

/** What the data of a curriculum are, as plain values: a model's checkpoint keeps it. */
export interface DataCard {
  /** Environment of each level, with its version and all options. */
  readonly envs: readonly EnvSpec[];
  readonly observation: {
    /** Key in `Steps.observations`. */
    readonly key: string;
    readonly dtype: ValueForm["dtype"];
    /** Pictures are [height, width, 3]. */
    readonly shape: readonly number[];
  };
  readonly actions: ActionForm;
  /** SHA-256 of each store, in the curriculum's order. */
  readonly hashes: readonly string[];
}

/** What data must be; what is left out may be anything. Names of environments are compared, not their options. */
export type DataNeeds = { readonly env?: string } & Partial<Omit<DataCard, "envs">>;

/**
 * The card of a curriculum's data.
 * @param key of the observations; it names the part that is wanted where they have several. Default: `image` for pictures, else `observation`
 * @throws CecError `cec/data` if its stores do not go together, or observations of an episode were not kept
 */
export function dataCard(curriculum: Curriculum, key?: string): DataCard {
  const { stores } = curriculum;
  const [first, ...others] = stores as [StoreRef, ...StoreRef[]];
  for (const other of others) {
    for (const what of ["observation", "action"] as const) {
      const [mine, theirs] = [first, other].map((store) =>
        what === "action" ? store.card.action : observationForm(store, key),
      ) as [ValueForm, ValueForm];
      if (formText(mine) === formText(theirs) && (what === "observation" || mine.space === theirs.space))
        continue;
      throw refusal(
        `${what}s of ${first.folder} are ${mine.space}, those of ${other.folder} ${theirs.space}`,
      );
    }
  }
  checkKept(curriculum);
  const { dtype, shape } = observationForm(first, key);
  const isPicture = dtype === "uint8" && shape.length === 3;
  return {
    envs: envsOf(curriculum),
    observation: { key: key ?? (isPicture ? "image" : "observation"), dtype, shape },
    actions: actionForm(first),
    hashes: stores.map(({ hash }) => hash),
  };
}

/** The form of observations, of which a key names a part where they have several. @throws CecError `cec/data` without such a part */
function observationForm(
  { folder, card: { observation, observations = {} } }: StoreRef,
  key?: string,
): ValueForm {
  const form = observation ?? observations[key ?? ""];
  if (form !== undefined) return form;
  const keys = Object.keys(observations).join(", ");
  throw refusal(
    `observations of ${folder} have ${keys}; ${key === undefined ? "name one" : `and not ${key}`}`,
  );
}

/**
 * Refuses data that are not what is needed, such as those of another model, in one sentence.
 * @throws CecError `cec/data`
 */
export function checkData(card: DataCard, needs: DataNeeds): void {
  const { env, observation, actions, hashes } = needs;
  const stray = card.envs.find(({ id }) => env !== undefined && id !== env);
  if (stray !== undefined) throw refusal(`they are of ${stray.id}, accepted: ${env}`);
  if (observation !== undefined) {
    const [given, wanted] = [card.observation, observation].map(
      ({ key, dtype, shape }) => `${key}, ${dtype} of ${shape.join(" × ")}`,
    );
    if (given !== wanted) throw refusal(`observations are ${given}, accepted: ${wanted}`);
  }
  if (actions !== undefined && actionText(card.actions) !== actionText(actions))
    throw refusal(`actions are ${actionText(card.actions)}, accepted: ${actionText(actions)}`);
  if (hashes !== undefined && hashes.join() !== card.hashes.join())
    throw refusal(
      `they are other episodes than before: their hashes are ${short(card.hashes)}, accepted: ${short(hashes)}`,
    );
}

/**
 * Refuses data of an environment of which this package has another version, or which it no longer makes as it was recorded.
 * Environments that it does not know pass.
 * @throws CecError `cec/data`
 */
export function checkEnvs({ envs }: DataCard): void {
  for (const spec of envs) {
    const { id, options } = spec;
    if (!ENV_IDS.includes(id)) {
      const other = ENV_IDS.find((known) => nameOf(known) === nameOf(id));
      if (other !== undefined) throw refusal(`they were recorded in ${id}, accepted: ${other}`);
      continue;
    }
    const env = makeEnv(id, options);
    const now = JSON.stringify(env.spec);
    env.close();
    if (now !== JSON.stringify(spec)) throw refusal(`${JSON.stringify(spec)} was recorded, now it is ${now}`);
  }
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
