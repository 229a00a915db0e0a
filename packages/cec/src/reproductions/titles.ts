// Reproductions by name, without what they import.
import type { Reproduction } from "@throughline/lab";

/** Title of each reproduction. */
export const titles = {
  "cec/source-agents": "Source agents: mazes learned from scratch and level by level",
} as const;

/** Name and title of a reproduction. */
export function named(name: keyof typeof titles): Pick<Reproduction, "name" | "title"> {
  return { name, title: titles[name] };
}
