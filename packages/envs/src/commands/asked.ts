// What a command line asks for: an environment with its options, and who plays.
import type { CommandCall } from "@throughline/lab";
import { nearest, show } from "@throughline/torch/checks";
import { EnvError } from "../errors.js";
import type { GymnasiumEnv } from "../gymnasium/gymnasium-env.js";
import type { GymnasiumId } from "../gymnasium/id.js";
import { MANIPULATION_IDS } from "../manipulation/tasks/tasks.js";
import type { ViewOptions } from "../mazes/kinds.js";
import { MazeEnv } from "../mazes/maze-env.js";
import { ENV_IDS, makeEnv, mazeKind } from "../registry.js";
import { oraclePlayer, type Player, type RunPlayer, randomPlayer } from "../show/player.js";
import { optionNames } from "./entries.js";

type Flags = CommandCall["flags"];

/** The flags that are options of the environment. */
export function optionsIn(flags: Flags): ViewOptions {
  const given = optionNames.flatMap((name) => (flags[name] === undefined ? [] : [[name, flags[name]]]));
  return Object.fromEntries(given) as ViewOptions;
}

/** The environment's id on the command line, also in other cases or without its version. */
export function idIn(call: CommandCall): string {
  const [typed] = call.operands;
  const ids = [...ENV_IDS, ...MANIPULATION_IDS];
  if (typed === undefined) throw new EnvError("id", `name an environment: ${ids.join(", ")}`);
  const plain = (id: string): string => id.toLowerCase().replace(/-v\d+$/, "");
  return ids.find((id) => id === typed) ?? ids.find((id) => plain(id) === typed.toLowerCase()) ?? typed;
}

/**
 * The environment of Python's Gymnasium on the command line.
 * @throws EnvError `envs/option` for an option that only mazes have, `envs/space` without pictures; what `gymnasium` throws
 */
export function gymnasiumIn({ flags }: CommandCall, id: GymnasiumId): GymnasiumEnv {
  const { horizon, ...others } = optionsIn(flags);
  const [other] = Object.keys(others);
  if (other !== undefined)
    throw new EnvError("option", `--${kebab(other)} is an option of mazes, and ${id} is none; leave it out`);
  return makeEnv(id, horizon === undefined ? {} : { horizon });
}

/** `fieldOfView` as a flag: `field-of-view`. */
export function kebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** An environment and who plays in it; undefined for a person. */
export interface Asked {
  readonly env: MazeEnv;
  readonly player: Player | undefined;
}

/**
 * @param who `oracle`, `random`, a run, or nobody
 * @throws EnvError `envs/id`, `envs/player`; LabError for a run that there is not
 */
export async function asked(call: CommandCall, who: string | undefined, seed: number): Promise<Asked> {
  const options = optionsIn(call.flags);
  if (who === undefined || who === "oracle" || who === "random") {
    const env = new MazeEnv(mazeKind(idIn(call)), options);
    return {
      env,
      player: who === undefined ? undefined : who === "oracle" ? oraclePlayer() : randomPlayer(seed),
    };
  }
  const found = await runPlayer(call, who);
  try {
    if (call.operands.length > 0 && idIn(call) !== found.env) {
      mazeKind(idIn(call));
      throw new EnvError("player", `${who} plays ${found.env}, not ${idIn(call)}; leave the environment out`);
    }
    for (const name of ["height", "width", "actions"] as const) {
      if (options[name] === undefined) continue;
      throw new EnvError("player", `${who} has its own ${name}; leave out --${name}`);
    }
    return { env: new MazeEnv(mazeKind(found.env), { ...found.options, ...options }), player: found.player };
  } catch (error) {
    found.player.close();
    throw error;
  }
}

async function runPlayer(call: CommandCall, who: string): Promise<RunPlayer> {
  const run = await call.findRun(who);
  const experiment = await call.findExperiment(run.experiment);
  if (experiment.player === undefined)
    throw new EnvError("player", `${run.id} is a run of ${run.experiment}, which has no agent to be watched`);
  return (await experiment.player(run)) as RunPlayer;
}

/** @throws EnvError `envs/option` unless a number is from `low` to `high` */
export function checkRange(flag: string, value: unknown, low: number, high: number): void {
  if (value === undefined || ((value as number) >= low && (value as number) <= high)) return;
  throw new EnvError("option", `${flag} is ${show(value)}, accepted: ${low} to ${high}`);
}

/** `; did you mean SmallGoalMaze-v0?`, or nothing. */
export function hintFor(words: string): string {
  const close = nearest(words, [...ENV_IDS, ...MANIPULATION_IDS]);
  return close === undefined ? "" : `; did you mean ${close}?`;
}
