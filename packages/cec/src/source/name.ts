/** Name and purpose of the experiment. */
export const name = {
  name: "cec/source",
  purpose: "A source agent learns first-person mazes by recurrent PPO, from scratch or level by level",
} as const;
