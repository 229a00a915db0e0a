// Verbs of the command that this package offers, without the engine.
import type { CommandEntry, FlagEntry } from "@throughline/lab";

/** Options of the environments; which of them one has, and what is accepted, it says itself. */
const options = {
  rooms: { kind: "count", value: "n", sentence: "rooms of a Goal Maze" },
  radius: { kind: "number", value: "r", sentence: "radius in which the platform of a Watermaze lies" },
  difficulty: { kind: "number", value: "d", sentence: "difficulty of an Irreversible Path, from 0 to 1" },
  height: { kind: "count", value: "n", sentence: "height of the pictures in pixels" },
  width: { kind: "count", value: "n", sentence: "width of the pictures in pixels" },
  fieldOfView: {
    kind: "number",
    value: "deg",
    sentence: "horizontal field of view in degrees (default: 90)",
  },
  pitch: { kind: "number", value: "deg", sentence: "angle of the eyes above the horizon at the start" },
  actions: { value: "set", sentence: "action set", choices: ["seven", "nine", "fifteen", "coarse"] },
  actionRepeat: { kind: "count", value: "n", sentence: "repetitions of each action in a step (default: 1)" },
  horizon: { kind: "count", value: "n", sentence: "steps after which an episode is cut off" },
  revealGoal: { kind: "switch", sentence: "mark the goal by a beam over the walls" },
} as const satisfies Record<string, FlagEntry>;

/** Names of the flags that are options of the environment. */
export const optionNames: readonly string[] = Object.keys(options);

const seed: FlagEntry = { kind: "whole", value: "n", sentence: "seed of the first episode (default: 0)" };

const ids = async (): Promise<readonly string[]> => {
  const [{ ENV_IDS }, { MANIPULATION_IDS }] = await Promise.all([
    import("../registry.js"),
    import("../manipulation/tasks/tasks.js"),
  ]);
  return [...ENV_IDS, ...MANIPULATION_IDS];
};

const id = {
  name: "id",
  sentence: "environment, such as SmallGoalMaze-v0; `throughline env list` names all",
  choices: ids,
} as const;

/** Where environments of Python's Gymnasium are accepted as well. */
const anyId = { ...id, sentence: `${id.sentence}; gymnasium:ID is one of Python's Gymnasium` } as const;

export const commands: readonly CommandEntry[] = [
  {
    name: "env list",
    purpose: "list environments: task, dial, reward, steps, actions",
    groupPurpose: "list environments, draw sheets of them, play them, film them",
    group: "Look",
    operand: {
      name: "words",
      sentence: "words that the id or task must contain",
      isVariadic: true,
      isOptional: true,
      choices: ids,
    },
    flags: {},
    load: async () => (await import("./list.js")).list,
  },
  {
    name: "env preview",
    purpose: "draw a sheet: maps from above and pictures along the way",
    group: "Look",
    operand: anyId,
    flags: {
      seeds: { kind: "count", value: "n", sentence: "number of episodes on the sheet, 1 to 12 (default: 4)" },
      seed,
      out: {
        value: "file",
        sentence: "new .png file (default: ID_DIAL-VALUE.png here, numbered if it exists)",
      },
      ...options,
    },
    load: async () => (await import("./preview.js")).preview,
  },
  {
    name: "env play",
    purpose: "play in the terminal, or watch an agent",
    group: "Look",
    readsRuns: true,
    operand: { ...id, isOptional: true, sentence: `${id.sentence}; with --run it is the run's` },
    flags: {
      run: {
        value: "run",
        sentence: "watch the agent of a run of cec/source, also of one that is not finished",
      },
      oracle: { kind: "switch", sentence: "watch an agent that follows the planner's way" },
      random: { kind: "switch", sentence: "watch an agent that draws its actions at random" },
      speed: { kind: "number", value: "n", sentence: "steps in a second of who is watched (default: 6)" },
      map: { kind: "switch", sentence: "begin with the map shown, as when watching" },
      seed,
      ...options,
    },
    load: async () => (await import("./play.js")).playVerb,
  },
  {
    name: "env record",
    purpose: "film episodes of an agent as GIF or WebP",
    group: "Look",
    readsRuns: true,
    operand: {
      ...anyId,
      isOptional: true,
      sentence: `${anyId.sentence}; with a RUN as policy it is the run's`,
    },
    flags: {
      out: { value: "file", sentence: "new file that ends in .gif or .webp", isRequired: true },
      policy: {
        value: "who",
        sentence:
          "oracle, random, or a run of cec/source (default: oracle; random for gymnasium:ID); in a robot's task worse, okay, better or random (default: better)",
      },
      episodes: { kind: "count", value: "n", sentence: "number of episodes (default: 1)" },
      fps: {
        kind: "number",
        value: "n",
        sentence:
          "steps in a second, 1 to 50 (default: 8 for coarse actions, 20 in a robot's task, 15 for others)",
      },
      firstPerson: { kind: "switch", sentence: "leave out the map from above" },
      enlarge: {
        kind: "count",
        value: "px",
        sentence: "height of the pictures in the film, at least (default: 288)",
      },
      seed,
      ...options,
    },
    load: async () => (await import("./record.js")).record,
  },
  {
    name: "env demonstrate",
    purpose: "record scripted demonstrations of a robot's task, with states, as an episode store",
    group: "Look",
    operand: {
      name: "id",
      sentence: "task, such as Lift-v0",
      choices: async () => (await import("../manipulation/tasks/tasks.js")).MANIPULATION_IDS,
    },
    flags: {
      out: { value: "folder", sentence: "new folder for the episodes", isRequired: true },
      episodes: { kind: "count", value: "n", sentence: "successful episodes of each skill (default: 90)" },
      skills: {
        value: "names",
        sentence: "skills in their order, separated by commas (default: worse,okay,better)",
      },
      pictures: { kind: "switch", sentence: "keep the pictures of both cameras as well" },
      seed: {
        ...seed,
        sentence: "seed of the first skill's episodes; the next skill's is one more (default: 0)",
      },
      height: options.height,
      width: options.width,
      horizon: options.horizon,
    },
    load: async () => (await import("./manipulation.js")).demonstrate,
  },
];
