// Names of levels that were given none.
import type { OrderedEpisodes } from "./episode.js";

/** Each level's name: the one that it has, else the options in which environments of the levels differ, else its number. */
export function levelNames(levels: readonly OrderedEpisodes[]): string[] {
  const specs = levels.map(({ store, episodes }) => store.card.levels[episodes[0]?.level ?? 0]!);
  const keys = [...new Set(specs.flatMap(({ options }) => Object.keys(options)))].filter((key) =>
    specs.some(({ options }) => options[key] !== specs[0]!.options[key]),
  );
  return levels.map(({ name }, level) => {
    if (name !== undefined) return name;
    const dials = keys.map((key) => `${key} ${String(specs[level]!.options[key])}`);
    return dials.length > 0 && dials.length < 4 ? dials.join(", ") : `level ${level}`;
  });
}
