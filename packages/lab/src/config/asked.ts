// Options that somebody asked for, by where their values come from.
import { isCompleted } from "./complete.js";

/** Source of each value; see `Experiment.check`. */
export type Sources = Readonly<Record<string, string>>;

/** True if a value was set explicitly: it is neither a default nor a preset's, nor completed from a table. */
export function isAsked(source: string): boolean {
  return source !== "default" && !source.startsWith("preset ") && !isCompleted(source);
}

/** Flags of those of some options that were asked for, as `--objects, --test-part`; empty if there are none. */
export function askedFlags(sources: Sources, names: readonly string[]): string {
  return names
    .filter((name) => isAsked(sources[name] ?? "default"))
    .map((name) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`)
    .join(", ");
}
