/** Name and purpose of the experiment. */
export const name = {
  name: "cec/source",
  purpose:
    "Train a source agent in first-person mazes by recurrent PPO, from scratch or through a curriculum of levels.",
} as const;
