// Reproductions by name, without what they import.
import type { Reproduction } from "@throughline/lab";

/** Title of each reproduction. */
export const titles = {
  "cec/source-agents": "Source agents: mazes learned from scratch and level by level",
  "cec/memory": "Gradient flossing of an agent's memory, in a maze that needs memory",
  "cec/main": "Cross-episodic curricula against imitation, told returns, and the agents themselves",
  "cec/generalisation": "Trained models in changed mazes",
  "cec/granularity": "How finely the difficulty of a curriculum rises",
  "cec/context": "How far attention looks back",
  "cec/robots": "A robot's tasks from demonstrations that get better, against robomimic's recurrent policy",
} as const;

/** Name and title of a reproduction. */
export function named(name: keyof typeof titles): Pick<Reproduction, "name" | "title"> {
  return { name, title: titles[name] };
}
