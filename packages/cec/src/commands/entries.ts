// Verbs and importers that this package offers, without the engine.
import type { CommandEntry, ImporterEntry } from "@throughline/lab";
import { mark } from "../checkpoints/names.js";

export const importers: readonly ImporterEntry[] = [
  {
    name: "cec",
    purpose: "a policy of CEC",
    marks: [mark],
    flags: {
      height: {
        value: "n",
        kind: "count",
        sentence: "rows of a CEC policy's pictures of mazes (default: 72)",
      },
      width: {
        value: "n",
        kind: "count",
        sentence: "columns of a CEC policy's pictures of mazes (default: 96)",
      },
    },
    load: async () => (await import("./import.js")).importWeights,
  },
];

export const commands: readonly CommandEntry[] = [
  {
    name: "rollout",
    purpose: "let a trained policy play episode after episode with its memory, and film it",
    group: "Results",
    readsRuns: true,
    flags: {
      model: {
        value: "run",
        sentence:
          "a finished run of cec/train, by directory, id, beginning of an id, or latest, the last of them; or a .safetensors file of a CEC policy",
        isRequired: true,
      },
      env: {
        value: "id",
        sentence:
          "maze, such as SmallObstructedGoalMaze-v0, or gymnasium:ID with the pictures and actions of the model (default: the run's)",
      },
      options: {
        value: "json",
        sentence:
          'options of gymnasium:ID, such as \'{"wrappers": ["minigrid.wrappers.ImgObsWrapper"]}\' (docs/gymnasium.md has them)',
      },
      episodes: {
        kind: "count",
        value: "n",
        sentence: "episodes of the hardest level in each run (default: 10)",
      },
      runs: { kind: "count", value: "n", sentence: "independent runs side by side (default: 1)" },
      protocol: {
        value: "name",
        sentence: "episodes of easier levels before: by success, a number of each, or none",
        choices: ["auto", "fixed", "learning-progress"],
        default: "learning-progress",
      },
      forget: { kind: "switch", sentence: "clear the memory at the end of each episode" },
      sample: { kind: "switch", sentence: "draw actions instead of taking the most probable one" },
      target: {
        kind: "number",
        value: "r",
        sentence:
          "return that dt and at are told to reach in each episode (default: that of a success in the maze that they learned)",
      },
      seed: { kind: "whole", value: "n", sentence: "seed of the first run's episodes (default: 2000000000)" },
      rooms: { kind: "count", value: "n", sentence: "rooms of the tested Goal Mazes" },
      radius: { kind: "number", value: "r", sentence: "radius of the tested Watermazes" },
      difficulty: { kind: "number", value: "d", sentence: "difficulty of the tested Irreversible Paths" },
      actionRepeat: {
        kind: "count",
        value: "n",
        sentence: "repetitions of each action in a step (default: 1)",
      },
      horizon: { kind: "count", value: "n", sentence: "steps after which an episode is cut off" },
      revealGoal: { kind: "switch", sentence: "mark the goal by a beam over the walls" },
      video: { value: "file", sentence: "new file that ends in .gif or .webp, for a film of the first run" },
      out: { value: "file", sentence: "new .json file for every episode of every run" },
    },
    load: async () => (await import("./rollout/verb.js")).rollout,
  },
];
