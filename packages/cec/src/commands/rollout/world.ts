// The environments of `throughline rollout`: mazes, or those of Python's Gymnasium.
import { type GymnasiumId, isGymnasiumId, makeEnv, mazeKind, type ViewOptions } from "@throughline/envs";
import type { CommandCall } from "@throughline/lab";
import { CecError } from "../../errors.js";
import { mazesOf } from "../../evaluation/mazes.js";
import { formOf, type PlayedEnv } from "../../evaluation/played-env.js";
import type { RolledModel } from "./model.js";

type Flags = CommandCall["flags"];

/** Options of the tested level alone, and of all levels. */
const dials = ["rooms", "radius", "difficulty"] as const;
const changes = ["actionRepeat", "horizon", "revealGoal"] as const;

/** Environments that a policy plays in. */
export interface World {
  readonly id: string;
  /** The dial of the tested maze, such as `rooms 5`; empty elsewhere. */
  readonly dial: string;
  /** Options of each level, as asked for. */
  readonly levels: readonly object[];
  readonly env: (level: number) => PlayedEnv;
  /** True if success is what counts; elsewhere it is the return. */
  readonly isMaze: boolean;
}

/**
 * The environments that are asked for.
 * @throws EnvError `envs/id`, TorchError `torch/argument` for options, CecError `cec/evaluation` for pictures or actions that are not the model's; what `gymnasium` throws
 */
export function worldOf(model: RolledModel, flags: Flags): World {
  const id = flags.env ?? model.env;
  if (id === undefined)
    throw new CecError(
      "evaluation",
      `${model.name} does not say where it learned; name an environment with --env`,
    );
  const world = isGymnasiumId(String(id))
    ? gymnasiumWorld(String(id) as GymnasiumId, flags)
    : mazeWorld(String(id), model, flags);
  checkFit(world, model);
  return world;
}

function mazeWorld(id: string, { sees }: RolledModel, flags: Flags): World {
  if (flags.options !== undefined)
    throw new CecError(
      "evaluation",
      `--options are those of gymnasium:ID, and ${id} is none; leave them out`,
    );
  const kind = mazeKind(id);
  const view: ViewOptions = { height: sees.height, width: sees.width, ...given(flags, changes) };
  const easier = kind.levels.slice(0, -1).map((level) => ({ ...view, ...level }));
  const tested = { ...view, ...kind.levels.at(-1), ...given(flags, dials) };
  const dial = Object.entries(tested).filter(([name]) => dials.includes(name as (typeof dials)[number]));
  const levels = [...easier, tested];
  return {
    ...{ id, levels, env: mazesOf({ env: id, levels }).env, isMaze: true },
    dial: dial.map(([name, value]) => `${name} ${String(value)}`).join(" "),
  };
}

function gymnasiumWorld(id: GymnasiumId, flags: Flags): World {
  const [other] = Object.keys(given(flags, [...dials, "actionRepeat", "revealGoal"]));
  if (other !== undefined)
    throw new CecError("evaluation", `${other} is an option of mazes, and ${id} is none; leave it out`);
  if (flags.protocol === "auto" || flags.protocol === "fixed")
    throw new CecError(
      "evaluation",
      `--protocol ${flags.protocol} is for mazes, and ${id} has one level; leave it out`,
    );
  const options = { ...parsed(flags.options), ...given(flags, ["horizon"]) };
  const env = (): PlayedEnv => makeEnv<Uint8Array, number>(id, options);
  return { id, dial: "", levels: [options], env, isMaze: false };
}

function given(flags: Flags, names: readonly string[]): object {
  return Object.fromEntries(
    names.flatMap((name) => (flags[name] === undefined ? [] : [[name, flags[name]]])),
  );
}

/** @throws CecError `cec/evaluation` unless it is an object in JSON */
function parsed(text: Flags[string]): object {
  if (text === undefined) return {};
  try {
    const value: unknown = JSON.parse(String(text));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  } catch {}
  throw new CecError(
    "evaluation",
    `--options is ${String(text)}, accepted: an object in JSON, such as {"imports": ["minigrid"]}`,
  );
}

/** @throws CecError `cec/evaluation` for other pictures or actions than the model's, and for episodes that need not end */
function checkFit({ id, env, levels }: World, { name, sees }: RolledModel): void {
  const tested = env(levels.length - 1);
  try {
    const { observations, actions } = formOf(tested, [sees.key]);
    const { dtype, shape } = observations[sees.key]!;
    const wanted = [sees.height, sees.width, 3];
    if (dtype !== "uint8" || shape.join() !== wanted.join())
      throw new CecError(
        "evaluation",
        `${id} shows ${dtype} [${shape.join(", ")}], accepted by ${name}: uint8 [${wanted.join(", ")}]; wrappers among its --options may change them`,
      );
    const has =
      actions.kind === "numbered" ? `${actions.count} actions` : `actions of ${actions.dimensions} numbers`;
    if (actions.kind !== "numbered" || actions.count !== sees.actions)
      throw new CecError(
        "evaluation",
        `${id} has ${has}, accepted by ${name}: ${sees.actions} numbered ones`,
      );
    if (!Number.isFinite(tested.spec.horizon))
      throw new CecError("evaluation", `episodes of ${id} need not end; give the most steps with --horizon`);
  } finally {
    tested.close();
  }
}
