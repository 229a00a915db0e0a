// HDF5 in robomimic's form as an episode store: files that `episodesToHdf5` wrote, and those of others.
import { rmSync } from "node:fs";
import { EnvError } from "../errors.js";
import type { Seen } from "./draft.js";
import { type EpisodeCard, sizeOf, tracksOf, type ValueArray } from "./forms.js";
import { Hdf5Client } from "./hdf5-client.js";
import type { SourceEpisode } from "./hdf5-source.js";
import { EpisodeWriter } from "./writer.js";

/** Options of `episodesFromHdf5`. */
export interface FromHdf5Options {
  /** Key below `obs` whose values become the observations, as single values instead of named ones. */
  readonly key?: string;
  /** Keys below `obs` that are taken, in this order. Default: all. */
  readonly keys?: readonly string[];
}

/**
 * Writes a store of the episodes of an HDF5 file. What `episodesToHdf5` wrote comes back as it was. Of other files in robomimic's
 * form all observations are taken by name, or those of `keys`, and the states; the final observation comes from `next_obs`, and is missing
 * without them. An episode counts as a success if its rewards sum up to more than 0, its policy is `worse`, `okay` or `better` if the file has
 * such lists, all are of level 0, and seed 0 stands for what such files do not tell. Files that are damaged, cut or of another form are
 * refused, whatever the HDF5 library makes of them: it runs in a thread of its own.
 * @param folder a new one
 * @throws EnvError `envs/store` for a file of another form or without a key that is wanted, or a folder that holds anything
 */
export async function episodesFromHdf5(
  file: string,
  folder: string,
  options: FromHdf5Options = {},
): Promise<void> {
  const input = new Hdf5Client(file, options);
  try {
    const { card, episodes } = await input.ask("describe");
    if (episodes === 0)
      throw new EnvError("store", `${file}: it has no data/demo_0, accepted: episodes in robomimic's form`);
    const writer = new EpisodeWriter(folder, card);
    try {
      for (let index = 0; index < episodes; index++) copyEpisode(writer, await input.ask("episode", index));
      writer.close();
    } catch (error) {
      // Half of a file is no store.
      writer.close();
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  } finally {
    await input.close();
  }
}

function copyEpisode(writer: EpisodeWriter, episode: SourceEpisode): void {
  const { start, end, actions, rewards, seen, states } = episode;
  const { card } = writer;
  const draft = writer.begin(start);
  const width = sizeOf(card.action);
  const count = seen === undefined || end.hasFinal === false ? rewards.length : rewards.length + 1;
  for (let at = 0; at < Math.max(count, rewards.length); at++) {
    if (at > 0) draft.step(actions.subarray((at - 1) * width, at * width), rewards[at - 1]!);
    draft.see(seenAt(card, seen, at), stateAt(card, states, at, rewards.length));
  }
  if (count === rewards.length) draft.step(actions.subarray((count - 1) * width), rewards[count - 1]!);
  writer.end(draft, end);
}

function seenAt(card: EpisodeCard, seen: SourceEpisode["seen"], at: number): Seen {
  if (seen === undefined) return [];
  const part = (key: string, size: number): ValueArray => seen[key]!.subarray(at * size, (at + 1) * size);
  const parts = tracksOf(card).filter(({ isState }) => !isState);
  if (card.format === 1) return part("", sizeOf(card.observation!));
  return Object.fromEntries(parts.map(({ key, form }) => [key, part(key, sizeOf(form))]));
}

function stateAt(
  { state }: EpisodeCard,
  states: ValueArray | undefined,
  at: number,
  length: number,
): ValueArray | undefined {
  if (state === undefined || states === undefined || at >= length) return undefined;
  return states.subarray(at * sizeOf(state), (at + 1) * sizeOf(state));
}
