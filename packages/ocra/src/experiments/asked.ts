// Options that somebody asked for, by their flags.
import { isAsked } from "@throughline/lab";

/** Source of each value; see `Experiment.check`. */
export type Sources = Readonly<Record<string, string>>;

/** Names those of some options that were asked for, as `--objects, --unlike`; empty if there are none. */
export function askedFlags(sources: Sources, names: readonly string[]): string {
  const flag = (name: string): string =>
    `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  return names
    .filter((name) => isAsked(sources[name] ?? "default"))
    .map(flag)
    .join(", ");
}
