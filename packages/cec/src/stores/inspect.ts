// What is in an episode store.
import type { EpisodeCard, EpisodeReader, EpisodeRecord } from "@throughline/envs";
import { type CommandResult, wilsonInterval } from "@throughline/lab";
import { plural } from "@throughline/torch/checks";
import { LearningHistory } from "../histories/history.js";

/** Card, counts, sizes, success by level and by progress, and what is missing. */
export function inspected(store: EpisodeReader): CommandResult {
  const { card, episodes } = store;
  const levels = card.levels.map((env, level) => levelOf(store, level, env.id));
  const kept = episodes.filter(({ hasObservations }) => hasObservations);
  const frames = kept.reduce((sum, { length }) => sum + length + 1, 0);
  const bytes = kept.reduce((sum, episode) => sum + store.bytesOf(episode), 0);
  const steps = episodes.reduce((sum, { length }) => sum + length, 0);
  const missing = missingKeys(store, kept.length);
  const perFrame = frames === 0 ? "" : `, ${Math.round(bytes / frames)} bytes each`;
  return {
    heading: store.folder,
    detail: `  ${episodes.length} episodes, ${steps} steps, ${size(store.bytes)}`,
    lines: [
      `actions       ${card.action.space}`,
      ...formLines(card, `${frames} of ${kept.length} episodes${perFrame}`),
      `about         ${JSON.stringify(card.about)}`,
      `hash          ${store.hash}`,
      ...(store.isCut ? ["an episode was being written behind the last one"] : []),
      ...levels.flatMap(({ lines }) => ["", ...lines]),
    ],
    notes: missing.map(({ key, episodes: count, command }) => `${count} episodes have no ${key}: ${command}`),
    json: {
      ...{
        folder: store.folder,
        card,
        hash: store.hash,
        episodes: episodes.length,
        steps,
        bytes: store.bytes,
      },
      ...{ isCut: store.isCut, observations: { episodes: kept.length, frames, bytes }, missing },
      levels: levels.map(({ lines: _, ...rest }) => rest),
    },
  };
}

/** What is kept of an observation: one line, or one for each of its parts and for states. */
function formLines({ observation, observations = {}, state }: EpisodeCard, counts: string): string[] {
  if (observation !== undefined) return [`observations  ${observation.space}: ${counts}`];
  const parts = Object.entries(observations).map(([key, { space }]) => `  ${key}  ${space}`);
  return [
    `observations  ${counts}`,
    ...parts,
    ...(state === undefined ? [] : [`states        ${state.space}`]),
  ];
}

function levelOf(store: EpisodeReader, level: number, id: string) {
  const episodes = store.find({ level });
  const title = `level ${level}  ${id} ${JSON.stringify(dials(store, level))}`;
  if (episodes.length === 0)
    return { level, id, episodes: 0, successes: 0, quarters: [], lines: [title, "no episodes"] };
  const successes = episodes.filter(({ success }) => success).length;
  const { low, high } = wilsonInterval(successes, episodes.length);
  const share = percent(successes / episodes.length);
  const history = new LearningHistory(store, { level, gate: false });
  const { quarters } = history.card;
  const counts = `${plural(episodes.length, "episode")}, success ${share} (${percent(low)} to ${percent(high)})`;
  const progress = `${counts}; by quarter ${quarters.map(percent).join(", ")}`;
  const lines = quarters.length === 0 ? [title, counts] : [title, progress, ...history.curve().split("\n")];
  return { level, id, episodes: episodes.length, successes, quarters, lines };
}

/** Options of a level that another level has otherwise; all of a single one. */
function dials(store: EpisodeReader, level: number): Readonly<Record<string, unknown>> {
  const { levels } = store.card;
  const { options } = levels[level]!;
  const differ = (name: string): boolean =>
    levels.length === 1 || levels.some((other) => other.options[name] !== options[name]);
  return Object.fromEntries(Object.entries(options).filter(([name]) => differ(name)));
}

function missingKeys({ episodes, folder }: EpisodeReader, kept: number) {
  if (kept === episodes.length) return [];
  const command = `throughline data convert ${folder} FILE.hdf5 draws them again from seed, episode and actions`;
  return [{ key: "observations", episodes: episodes.length - kept, command }];
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** Bytes for a person. */
export function size(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB"];
  const power = Math.min(3, bytes < 1000 ? 0 : Math.floor(Math.log10(bytes) / 3));
  return `${power === 0 ? bytes : (bytes / 1000 ** power).toPrecision(3)} ${units[power]}`;
}

/** An episode in words. */
export function called({ number, level, seed, episode }: EpisodeRecord): string {
  return `episode ${number} (level ${level}, seed ${seed}, number ${episode})`;
}
