// `throughline env list`
import type { CommandCall, CommandResult } from "@throughline/lab";
import { EnvError } from "../errors.js";
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

export async function list({ operands }: CommandCall): Promise<CommandResult> {
  const found = ENV_IDS.map(listed).filter(({ id, task }) =>
    operands.every((word) => `${id} ${task}`.toLowerCase().includes(word.toLowerCase())),
  );
  if (found.length === 0) {
    const words = operands.join(" ");
    throw new EnvError("id", `no environment matches ${words}${hintFor(words)}`);
  }
  const lines = found.flatMap(({ id, task, dial, reward, horizon, pictures, actions }, at) => [
    ...(at === 0 ? [] : [""]),
    `${id}  ${task}`,
    `    --${dial.name} ${dial.values.join(", ")} from easy to hard; reward ${reward}; at most ${horizon} steps`,
    `    pictures ${pictures.height} x ${pictures.width}; ${actions.names.length} actions (${actions.set})`,
  ]);
  return { heading: "", lines, json: { environments: found } };
}
