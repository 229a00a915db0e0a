// HDF5 in robomimic's form as an episode store: files that `episodesToHdf5` wrote, and others with pictures and actions.
import { rmSync } from "node:fs";
import { ThroughlineError } from "@throughline/torch/errors";
import type { Dataset, Group } from "h5wasm/node";
import { EnvError } from "../errors.js";
import { type EpisodeCard, isEpisodeCard, sizeOf, type ValueArray, type ValueForm } from "./card.js";
import type { EpisodeRecord } from "./episode-record.js";
import { attributes, hdf5Reason, isPicture, keyOf, openHdf5 } from "./hdf5-form.js";
import { EpisodeWriter } from "./writer.js";

/** Options of `episodesFromHdf5`. */
export interface FromHdf5Options {
  /** Key of the observations below `obs`. Default: the only one with pictures. */
  readonly key?: string;
}

/**
 * Writes a store of the episodes of an HDF5 file. What `episodesToHdf5` wrote comes back as it was. Of other files in robomimic's
 * form the pictures under one key are taken, the final one from `next_obs`; an episode counts as a success if its rewards sum up to
 * more than 0, all are of level 0, and seed 0 stands for what such files do not tell.
 * @param folder a new one
 * @throws EnvError `envs/store` for a file of another form, or a folder that holds anything
 */
export async function episodesFromHdf5(
  file: string,
  folder: string,
  { key }: FromHdf5Options = {},
): Promise<void> {
  const input = await openHdf5(file, "r");
  try {
    const refuse = (problem: string): EnvError => new EnvError("store", `${file}: ${problem}`);
    const data = groupOf(input, "data", refuse);
    const demos = data
      .keys()
      .filter((name) => /^demo_\d+$/.test(name))
      .sort((a, b) => Number(a.slice(5)) - Number(b.slice(5)));
    if (demos.length === 0) throw refuse("it has no data/demo_0, accepted: episodes in robomimic's form");
    const layout = layoutOf(data, demos, key, refuse);
    const writer = new EpisodeWriter(folder, layout.card);
    try {
      for (const [index, name] of demos.entries())
        copyDemo(writer, groupOf(data, name, refuse), index, layout, refuse);
      writer.close();
    } catch (error) {
      // Half of a file is no store.
      writer.close();
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  } catch (cause) {
    if (cause instanceof ThroughlineError) throw cause;
    throw new EnvError("store", `${file} cannot be read: ${hdf5Reason(cause)}`, { cause });
  } finally {
    input.close();
  }
}

type Refuse = (problem: string) => EnvError;

/** Forms of a file's values. */
interface Layout {
  readonly card: EpisodeCard;
  readonly key: string | undefined;
  /** True if the file has the records of a store. */
  readonly isOwn: boolean;
}

function layoutOf(data: Group, demos: readonly string[], key: string | undefined, refuse: Refuse): Layout {
  const card = jsonOf(data, attributes.card, refuse);
  if (card !== undefined) {
    if (!isEpisodeCard(card)) throw refuse(`its ${attributes.card} is of another form`);
    return { card, key: keyOf(card.observation), isOwn: true };
  }
  const first = groupOf(data, demos[0]!, refuse);
  const { observation, name } = foreignKey(groupOf(first, "obs", refuse), key, refuse);
  const actions = datasetOf(first, "actions", refuse);
  const args = (jsonOf(data, "env_args", refuse) ?? {}) as {
    env_name?: string;
    env_kwargs?: Record<string, unknown>;
  };
  const lengths = demos.map((demo) => datasetOf(groupOf(data, demo, refuse), "actions", refuse).shape![0]!);
  const level = {
    ...{ id: String(args.env_name ?? "unknown"), options: args.env_kwargs ?? {} },
    horizon: Math.max(...lengths),
  };
  return {
    card: {
      ...{ format: 1, levels: [level], observation, action: formOf(actions, "actions", refuse) },
      about: { from: "HDF5 in robomimic's form", key: name },
    },
    ...{ key: name, isOwn: false },
  };
}

/** The key of pictures that is meant. */
function foreignKey(
  obs: Group,
  key: string | undefined,
  refuse: Refuse,
): { observation: ValueForm; name: string } {
  const keys = obs.keys();
  const forms = keys.map((name) => ({
    name,
    observation: formOf(datasetOf(obs, name, refuse), name, refuse),
  }));
  const wanted = forms.filter(({ name, observation }) =>
    key === undefined ? isPicture(observation) : name === key,
  );
  if (wanted.length === 1) return wanted[0]!;
  const found = `obs has ${keys.join(", ") || "nothing"}`;
  if (key !== undefined) throw refuse(`${found}, and not ${key}`);
  throw refuse(
    wanted.length === 0
      ? `${found}, none of them pictures; robomimic's dataset_states_to_obs.py draws them`
      : `${found}, of which ${wanted.map(({ name }) => name).join(", ")} are pictures; choose one by key`,
  );
}

function copyDemo(
  writer: EpisodeWriter,
  demo: Group,
  index: number,
  { card, key, isOwn }: Layout,
  refuse: Refuse,
): void {
  const name = demo.path;
  const actions = numbersOf(datasetOf(demo, "actions", refuse), refuse);
  const rewards = Float64Array.from(numbersOf(datasetOf(demo, "rewards", refuse), refuse));
  const dones = numbersOf(datasetOf(demo, "dones", refuse), refuse);
  const length = rewards.length;
  const width = sizeOf(card.action);
  if (length === 0 || actions.length !== length * width || dones.length !== length)
    throw refuse(
      `${name} has ${actions.length} numbers of actions, ${length} rewards and ${dones.length} dones`,
    );
  const hasObservations = demo.keys().includes("obs");
  const seen = hasObservations ? seenIn(demo, key!, length, card, refuse) : undefined;
  const sum = rewards.reduce((total, reward) => total + reward, 0);
  const record = isOwn ? recordOf(demo, refuse) : undefined;
  const { level, ordinal, policy, seed, episode, update, success, terminated } = record ?? {
    ...{ level: 0, ordinal: index, policy: "", seed: 0, episode: index, update: 0 },
    ...{ success: sum > 0, terminated: dones[length - 1] !== 0 },
  };
  const draft = writer.begin({ level, ordinal, policy, hasObservations });
  const size = sizeOf(card.observation);
  const see = (at: number): void => {
    if (seen !== undefined) draft.see(seen.subarray(at * size, (at + 1) * size));
  };
  see(0);
  for (let at = 0; at < length; at++) {
    draft.step(actions.subarray(at * width, (at + 1) * width), rewards[at]!);
    see(at + 1);
  }
  writer.end(draft, { seed, episode, update, success, terminated });
}

/** All observations of a demo: those before each step and the final one. */
function seenIn(demo: Group, key: string, length: number, card: EpisodeCard, refuse: Refuse): ValueArray {
  const before = numbersOf(datasetOf(groupOf(demo, "obs", refuse), key, refuse), refuse);
  if (!demo.keys().includes("next_obs"))
    throw refuse(`${demo.path} has no next_obs, and so no final observation; write it with next_obs`);
  const after = datasetOf(groupOf(demo, "next_obs", refuse), key, refuse);
  const size = sizeOf(card.observation);
  const last = after.shape?.[0] === length ? after.slice([[length - 1, length]]) : undefined;
  if (before.length !== length * size || (last as ValueArray | undefined)?.length !== size)
    throw refuse(
      `${demo.path} has not ${length} values of ${card.observation.shape.join(" × ")} in obs and next_obs`,
    );
  const all = new (before.constructor as new (count: number) => ValueArray)((length + 1) * size);
  all.set(before);
  all.set(last as ValueArray, length * size);
  return all;
}

function recordOf(demo: Group, refuse: Refuse): EpisodeRecord {
  const record = jsonOf(demo, attributes.record, refuse);
  if (record === undefined) throw refuse(`${demo.path} has no ${attributes.record}`);
  return record as EpisodeRecord;
}

function jsonOf({ attrs, path }: Group, name: string, refuse: Refuse): unknown {
  const text = attrs[name]?.value;
  if (text === undefined || text === null) return undefined;
  try {
    return JSON.parse(String(text));
  } catch {
    throw refuse(`the attribute ${name} of ${path} is not JSON`);
  }
}

function groupOf(parent: Group, name: string, refuse: Refuse): Group {
  const found = parent.keys().includes(name) ? parent.get(name) : null;
  if (found !== null && "type" in found && found.type === "Group") return found as Group;
  throw refuse(`it has no group ${inside(parent, name)}, accepted: episodes in robomimic's form`);
}

function datasetOf(parent: Group, name: string, refuse: Refuse): Dataset {
  const found = parent.keys().includes(name) ? parent.get(name) : null;
  if (found !== null && "type" in found && found.type === "Dataset") return found as Dataset;
  throw refuse(`it has no data set ${inside(parent, name)}, accepted: episodes in robomimic's form`);
}

const inside = ({ path }: Group, name: string): string => `${path === "/" ? "" : path}/${name}`;

const dtypes: Readonly<Record<string, ValueForm["dtype"]>> = {
  "<B": "uint8",
  "<f": "float32",
  "<d": "float64",
};

/** The form of a row of a data set; whole numbers of other kinds as int64. */
function formOf({ dtype, shape }: Dataset, name: string, refuse: Refuse): ValueForm {
  const kind =
    dtypes[String(dtype).replace("|", "<")] ?? (/^<[bhHiIlLqQ]$/.test(String(dtype)) ? "int64" : undefined);
  if (kind === undefined || shape === null || shape.length === 0)
    throw refuse(`${name} is of type ${JSON.stringify(dtype)}, accepted: rows of numbers`);
  return { dtype: kind, shape: shape.slice(1), space: `${name} [${shape.slice(1).join(", ")}]` };
}

/** The numbers of a data set. */
function numbersOf(dataset: Dataset, refuse: Refuse): ValueArray {
  const { value } = dataset;
  if (!ArrayBuffer.isView(value)) throw refuse(`${dataset.path} holds no numbers`);
  if (value instanceof Uint8Array || value instanceof Float32Array || value instanceof Float64Array)
    return value;
  return Float64Array.from(value as unknown as ArrayLike<number | bigint>, Number);
}
