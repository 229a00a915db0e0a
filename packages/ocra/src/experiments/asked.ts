// Options that somebody asked for, by their flags.

/** Where each value comes from; see `Experiment.check`. */
export type Sources = Readonly<Record<string, string>>;

/** Those of some options that are no defaults or a preset's, as `--objects, --unlike`; empty if there are none. */
export function askedFlags(sources: Sources, names: readonly string[]): string {
  const isAsked = (source = "default"): boolean => source !== "default" && !source.startsWith("preset");
  return names
    .filter((name) => isAsked(sources[name]))
    .map((name) => `--${name}`)
    .join(", ");
}
