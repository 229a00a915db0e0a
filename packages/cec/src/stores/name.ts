/** Name and purpose of the kind of store. */
export const name = {
  name: "episodes",
  purpose: "Episodes of agents: a recording of cec/source, or any episode store",
} as const;
