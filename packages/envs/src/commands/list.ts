// `throughline env list`
import type { CommandCall, CommandResult } from "@throughline/lab";
import { EnvError } from "../errors.js";
import { completeOptions } from "../manipulation/options.js";
import { MANIPULATION_IDS, type ManipulationId, TASKS } from "../manipulation/tasks/tasks.js";
import { ACTION_SETS } from "../mazes/actions.js";
import { dialOf } from "../mazes/kinds.js";
import { ENV_IDS, mazeKind } from "../registry.js";
import { hintFor } from "./asked.js";

/** An environment as it is listed. */
interface Listed {
  readonly id: string;
  readonly task: string;
  readonly dial: { readonly name: string; readonly values: readonly number[] };
  readonly reward: number;
  readonly horizon: number;
  readonly pictures: { readonly height: number; readonly width: number };
  readonly actions: { readonly set: string; readonly names: readonly string[] };
}

function listed(id: string): Listed {
  const kind = mazeKind(id);
  const { height, width, actions, horizon } = kind.complete(undefined);
  const dial = dialOf(kind);
  const values = kind.levels.map((level) => (level as Record<string, number>)[dial]!);
  return {
    ...{ id, task: kind.purpose, dial: { name: dial, values }, reward: kind.reward, horizon },
    pictures: { height, width },
    actions: { set: actions, names: ACTION_SETS[actions].map(({ name }) => name) },
  };
}

/** A robot's task as it is listed. */
interface ListedTask {
  readonly id: string;
  readonly task: string;
  readonly horizon: number;
  readonly reward: number;
}

function listedTask(id: ManipulationId): ListedTask {
  return { id, task: TASKS[id].purpose, horizon: completeOptions(id, undefined).horizon, reward: 1 };
}

const isMeant =
  (words: readonly string[]) =>
  ({ id, task }: { readonly id: string; readonly task: string }): boolean =>
    words.every((word) => `${id} ${task}`.toLowerCase().includes(word.toLowerCase()));

export async function list({ operands }: CommandCall): Promise<CommandResult> {
  const found = ENV_IDS.map(listed).filter(isMeant(operands));
  const tasks = MANIPULATION_IDS.map(listedTask).filter(isMeant(operands));
  if (found.length + tasks.length === 0) {
    const words = operands.join(" ");
    throw new EnvError("id", `no environment matches ${words}${hintFor(words)}`);
  }
  const lines = found.flatMap(({ id, task, dial, reward, horizon, pictures, actions }, at) => [
    ...(at === 0 ? [] : [""]),
    `${id}  ${task}`,
    `    --${dial.name} ${dial.values.join(", ")} from easy to hard; reward ${reward}; at most ${horizon} steps`,
    `    pictures ${pictures.height} x ${pictures.width}; ${actions.names.length} actions (${actions.set})`,
  ]);
  const taskLines = tasks.flatMap(({ id, task, horizon, reward }, at) => [
    ...(found.length + at === 0 ? [] : [""]),
    `${id}  ${task}`,
    `    Panda arm, 7 continuous actions, 20 a second; reward ${reward}; at most ${horizon} steps`,
    "    states, and pictures of two cameras if wanted; demonstrators worse, okay, better",
  ]);
  return {
    ...{ heading: "", lines: [...lines, ...taskLines] },
    json: { environments: found, manipulation: tasks },
  };
}
