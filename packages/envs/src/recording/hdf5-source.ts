// A file of robomimic's form, as the thread of hdf5-thread.ts reads it: what `episodesToHdf5` wrote, and files of others.
import type { Dataset, File, Group } from "h5wasm/node";
import { SKILLS } from "../manipulation/demonstrators/skills.js";
import type { EpisodeEnd, EpisodeRecord, EpisodeStart } from "./episode-record.js";
import {
  type EpisodeCard,
  isEpisodeCard,
  sizeOf,
  tracksOf,
  type ValueArray,
  type ValueForm,
} from "./forms.js";
import { attributes, keyOf, openHdf5, Refusal } from "./hdf5-form.js";

/** Which observations are wanted. */
export interface SourceOptions {
  readonly key?: string;
  readonly keys?: readonly string[];
}

/** An episode of a file. */
export interface SourceEpisode {
  readonly start: EpisodeStart;
  readonly end: EpisodeEnd;
  /** Numbers of all actions, one after the other. */
  readonly actions: ValueArray;
  readonly rewards: Float64Array;
  /** Values by the key of a track, "" for observations of one value, one after the other; undefined without observations. */
  readonly seen: Readonly<Record<string, ValueArray>> | undefined;
  readonly states: ValueArray | undefined;
}

/** Calls that the thread answers. */
export interface SourceCalls {
  readonly describe: { readonly card: EpisodeCard; readonly episodes: number };
  readonly episode: SourceEpisode;
  readonly masks: Readonly<Record<string, readonly number[]>>;
}

/** Bytes that one set of data may have: more than any episode has, less than a damaged size may say. */
const MOST_BYTES = 2 ** 31;

/** Forms of a file's values. */
interface Layout {
  readonly card: EpisodeCard;
  /** Name below `obs` of each track. */
  readonly names: Readonly<Record<string, string>>;
  /** True if the file has the records of a store. */
  readonly isOwn: boolean;
  /** Skills that masks give episodes, by number. */
  readonly skills: ReadonlyMap<number, string>;
}

/** A file in robomimic's form. Every refusal names file and place. */
export class Hdf5Source {
  readonly #file: string;
  readonly #input: File;
  readonly #options: SourceOptions;
  #layout: Layout | undefined;

  private constructor(file: string, input: File, options: SourceOptions) {
    this.#file = file;
    this.#input = input;
    this.#options = options;
  }

  static async open(file: string, options: SourceOptions): Promise<Hdf5Source> {
    return new Hdf5Source(file, await openHdf5(file, "r"), options);
  }

  describe(): SourceCalls["describe"] {
    return { card: this.#forms().card, episodes: this.#demos().length };
  }

  episode(index: number): SourceEpisode {
    const { card, isOwn, skills } = this.#forms();
    const demo = this.#group(this.#data(), this.#demos()[index]!);
    const { actions, rewards, dones } = this.#moves(demo, card);
    const length = rewards.length;
    const record = isOwn ? this.#record(demo) : undefined;
    const obs = demo.keys().includes("obs") ? this.#group(demo, "obs") : undefined;
    const parts = tracksOf(card).filter(({ isState }) => !isState);
    const hasObservations = record?.hasObservations ?? (obs !== undefined && parts.length > 0);
    const next = demo.keys().includes("next_obs") ? this.#group(demo, "next_obs") : undefined;
    const isEmpty = hasObservations && obs === undefined;
    if (isEmpty) throw this.#refusal(`${demo.path} has no obs, though its record says that it has`);
    const seen = hasObservations
      ? Object.fromEntries(
          parts.map(({ key, form }) => [key, this.#seen(demo, obs!, next, key, form, length)]),
        )
      : undefined;
    const sum = rewards.reduce((total, reward) => total + reward, 0);
    const start = {
      ...{ level: 0, ordinal: index, policy: skills.get(index) ?? "" },
      ...only(record, ["level", "ordinal", "policy"]),
      hasObservations,
    };
    const end = {
      ...{ seed: 0, episode: index, update: 0, success: sum > 0, terminated: dones[length - 1] !== 0 },
      ...only(record, ["seed", "episode", "update", "success", "terminated"]),
      ...(hasObservations && next === undefined ? { hasFinal: false as const } : {}),
    };
    return { start, end, actions, rewards, seen, states: this.#states(demo, card, length) };
  }

  masks(): SourceCalls["masks"] {
    const numbers = new Map(this.#demos().map((name, number) => [name, number]));
    const mask = this.#input.keys().includes("mask") ? this.#input.get("mask") : null;
    if (mask === null || !("keys" in mask)) return {};
    return Object.fromEntries(
      mask.keys().map((name) => {
        const { value } = this.#dataset(mask as Group, name);
        if (!Array.isArray(value)) throw this.#refusal(`mask/${name} is no list of names`);
        return [name, value.map((demo) => this.#numberOf(name, numbers, String(demo)))];
      }),
    );
  }

  close(): void {
    this.#input.close();
  }

  #refusal(problem: string): Refusal {
    return new Refusal(`${this.#file}: ${problem}`);
  }

  #data(): Group {
    if (this.#input.keys().includes("data")) return this.#group(this.#input, "data");
    throw this.#refusal("it has no data, accepted: episodes in robomimic's form");
  }

  /** Names of the demonstrations by their numbers: `demo_10` comes after `demo_9`. */
  #demos(): readonly string[] {
    return this.#data()
      .keys()
      .filter((name) => /^demo_\d+$/.test(name))
      .sort((a, b) => Number(a.slice(5)) - Number(b.slice(5)));
  }

  #forms(): Layout {
    this.#layout ??= this.#ownForms() ?? this.#foreignForms();
    return this.#layout;
  }

  #ownForms(): Layout | undefined {
    const card = this.#json(this.#data(), attributes.card);
    if (card === undefined) return undefined;
    if (!isEpisodeCard(card)) throw this.#refusal(`its ${attributes.card} is of another form`);
    const names = Object.fromEntries(
      tracksOf(card).map(({ key }) => [key, card.observation === undefined ? key : keyOf(card.observation)]),
    );
    return { card, names, isOwn: true, skills: new Map() };
  }

  #foreignForms(): Layout {
    const data = this.#data();
    const demos = this.#demos();
    if (demos.length === 0)
      throw this.#refusal("it has no data/demo_0, accepted: episodes in robomimic's form");
    const first = this.#group(data, demos[0]!);
    const action = this.#form(this.#dataset(first, "actions"), "actions");
    const args = (this.#json(data, "env_args") ?? {}) as {
      env_name?: string;
      env_kwargs?: Record<string, unknown>;
    };
    const lengths = demos.map((demo) => this.#dataset(this.#group(data, demo), "actions").shape?.[0] ?? 0);
    const level = {
      ...{ id: String(args?.env_name ?? "unknown"), options: args?.env_kwargs ?? {} },
      horizon: Math.max(...lengths),
    };
    const obs = first.keys().includes("obs") ? this.#group(first, "obs") : undefined;
    const forms = Object.fromEntries(
      (obs?.keys() ?? []).map((key) => [key, this.#form(this.#dataset(obs!, key), key)]),
    );
    const from = "HDF5 in robomimic's form";
    const shared = { isOwn: false, skills: this.#skills() };
    const { key } = this.#options;
    if (key !== undefined) {
      this.#need([key], forms);
      const card = {
        format: 1 as const,
        levels: [level],
        observation: forms[key]!,
        action,
        about: { from, key },
      };
      return { ...shared, card, names: { "": key } };
    }
    const keys = this.#options.keys ?? Object.keys(forms);
    this.#need(keys, forms);
    const state = first.keys().includes("states")
      ? this.#form(this.#dataset(first, "states"), "states")
      : undefined;
    if (obs === undefined && state === undefined)
      throw this.#refusal(
        `${first.path} has neither obs nor states; ${MAKE_OBSERVATIONS} makes observations`,
      );
    const observations = Object.fromEntries(keys.map((one) => [one, forms[one]!]));
    const card: EpisodeCard = {
      ...{ format: 2, levels: [level], observations, action, about: { from } },
      ...(state === undefined ? {} : { state }),
    };
    return { ...shared, card, names: Object.fromEntries(keys.map((one) => [one, one])) };
  }

  /** Refuses a file that lacks keys, all of them at once, with the command that makes them. */
  #need(keys: readonly string[], forms: Readonly<Record<string, ValueForm>>): void {
    const missing = keys.filter((key) => forms[key] === undefined);
    if (missing.length === 0) return;
    const has = Object.keys(forms).join(", ") || "nothing";
    const cameras = missing.filter((key) => key.endsWith("_image")).map((key) => key.slice(0, -6));
    const how =
      cameras.length === 0
        ? MAKE_OBSERVATIONS
        : `${MAKE_OBSERVATIONS} --camera_names ${cameras.join(" ")} --camera_height 84 --camera_width 84`;
    throw this.#refusal(`obs has ${has}, and not ${missing.join(", ")}; robomimic's ${how} makes them`);
  }

  /** Skills of operators, by the lists that robomimic's multi-human data have. */
  #skills(): ReadonlyMap<number, string> {
    const masks = this.masks();
    return new Map(SKILLS.flatMap((skill) => (masks[skill] ?? []).map((number) => [number, skill] as const)));
  }

  #moves(
    demo: Group,
    card: EpisodeCard,
  ): { readonly actions: ValueArray; readonly rewards: Float64Array; readonly dones: ValueArray } {
    const names = demo.keys();
    const missing = ["actions", "rewards", "dones"].filter((name) => !names.includes(name));
    if (missing.length > 0) {
      const how = names.includes("states") ? `; robomimic's ${MAKE_OBSERVATIONS} makes them` : "";
      throw this.#refusal(
        `${demo.path} has no ${missing.join(", ")}, accepted: episodes in robomimic's form${how}`,
      );
    }
    const actions = this.#numbers(this.#dataset(demo, "actions"));
    const rewards = Float64Array.from(this.#numbers(this.#dataset(demo, "rewards")));
    const dones = this.#numbers(this.#dataset(demo, "dones"));
    const length = rewards.length;
    if (length > 0 && actions.length === length * sizeOf(card.action) && dones.length === length)
      return { actions, rewards, dones };
    throw this.#refusal(
      `${demo.path} has ${actions.length} numbers of actions, ${length} rewards and ${dones.length} dones`,
    );
  }

  /** All values of a key: those before each step and, if there are `next_obs`, the final one. */
  #seen(
    demo: Group,
    obs: Group,
    next: Group | undefined,
    key: string,
    form: ValueForm,
    length: number,
  ): ValueArray {
    const name = this.#forms().names[key]!;
    const size = sizeOf(form);
    const before = this.#numbers(this.#dataset(obs, name));
    const where = next === undefined ? "obs" : "obs and next_obs";
    const wrong = this.#refusal(
      `${demo.path} has not ${length} values of ${name} [${form.shape.join(", ")}] in ${where}`,
    );
    if (before.length !== length * size) throw wrong;
    if (next === undefined) return before;
    const after = this.#numbers(this.#dataset(next, name));
    if (after.length !== length * size) throw wrong;
    const all = new (before.constructor as new (count: number) => ValueArray)((length + 1) * size);
    all.set(before);
    all.set(after.subarray((length - 1) * size), length * size);
    return all;
  }

  #states(demo: Group, { state }: EpisodeCard, length: number): ValueArray | undefined {
    if (state === undefined) return undefined;
    const states = this.#numbers(this.#dataset(demo, "states"));
    if (states.length === length * sizeOf(state)) return states;
    throw this.#refusal(`${demo.path} has not ${length} states of ${sizeOf(state)} numbers`);
  }

  #record(demo: Group): EpisodeRecord {
    const record = this.#json(demo, attributes.record);
    if (typeof record !== "object" || record === null)
      throw this.#refusal(`${demo.path} has no ${attributes.record}`);
    return record as EpisodeRecord;
  }

  #numberOf(mask: string, numbers: ReadonlyMap<string, number>, demo: string): number {
    const number = numbers.get(demo.replace(/\0+$/, ""));
    if (number !== undefined) return number;
    throw this.#refusal(`mask/${mask} names ${demo}, which is not among its ${numbers.size} demonstrations`);
  }

  #json({ attrs, path }: Group, name: string): unknown {
    const text = attrs[name]?.value;
    if (text === undefined || text === null) return undefined;
    try {
      return JSON.parse(String(text));
    } catch {
      throw this.#refusal(`the attribute ${name} of ${path} is not JSON`);
    }
  }

  #group(parent: Group, name: string): Group {
    const found = parent.keys().includes(name) ? parent.get(name) : null;
    if (found !== null && "type" in found && found.type === "Group") return found as Group;
    throw this.#refusal(`it has no group ${inside(parent, name)}, accepted: episodes in robomimic's form`);
  }

  #dataset(parent: Group, name: string): Dataset {
    const found = parent.keys().includes(name) ? parent.get(name) : null;
    if (found === null || !("type" in found) || found.type !== "Dataset")
      throw this.#refusal(
        `it has no data set ${inside(parent, name)}, accepted: episodes in robomimic's form`,
      );
    const { shape, metadata } = found as Dataset;
    const bytes = (shape ?? []).reduce((product, side) => product * side, metadata?.size ?? 8);
    if (bytes <= MOST_BYTES) return found as Dataset;
    throw this.#refusal(
      `${inside(parent, name)} is said to have ${bytes} bytes, accepted: at most ${MOST_BYTES}`,
    );
  }

  /** The form of a row of a data set; whole numbers of other kinds as int64. */
  #form({ dtype, shape }: Dataset, name: string): ValueForm {
    const text = String(dtype);
    const kind = dtypes[text.replace("|", "<")] ?? (/^<[bhHiIlLqQ]$/.test(text) ? "int64" : undefined);
    if (kind === undefined || shape === null || shape.length === 0)
      throw this.#refusal(`${name} is of type ${JSON.stringify(dtype)}, accepted: rows of numbers`);
    return { dtype: kind, shape: shape.slice(1), space: `${name} [${shape.slice(1).join(", ")}]` };
  }

  #numbers(dataset: Dataset): ValueArray {
    const { value } = dataset;
    if (!ArrayBuffer.isView(value)) throw this.#refusal(`${dataset.path} holds no numbers`);
    if (value instanceof Uint8Array || value instanceof Float32Array || value instanceof Float64Array)
      return value;
    return Float64Array.from(value as unknown as ArrayLike<number | bigint>, Number);
  }
}

/** robomimic's command that plays states again. */
const MAKE_OBSERVATIONS = "dataset_states_to_obs.py --dataset FILE --output_name NEW --done_mode 2";

const inside = ({ path }: Group, name: string): string => `${path === "/" ? "" : path}/${name}`;

const dtypes: Readonly<Record<string, ValueForm["dtype"]>> = {
  "<B": "uint8",
  "<f": "float32",
  "<d": "float64",
};

/** Some values of a record, if there is one. */
function only<Key extends keyof EpisodeRecord>(
  record: EpisodeRecord | undefined,
  names: readonly Key[],
): Partial<Pick<EpisodeRecord, Key>> {
  if (record === undefined) return {};
  return Object.fromEntries(names.map((name) => [name, record[name]])) as Partial<Pick<EpisodeRecord, Key>>;
}
