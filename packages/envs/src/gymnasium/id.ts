// Ids of Python's environments among ours: `gymnasium:CartPole-v1`, or with the module that registers it, `gymnasium:module:Id-v0`.
import { EnvError } from "../errors.js";
import type { GymnasiumOptions } from "./options.js";

const PREFIX = "gymnasium:";

/** The id of an environment of Python's Gymnasium, where ids of this package are taken as well. */
export type GymnasiumId = `${typeof PREFIX}${string}`;

/** True if an id names an environment of Python's Gymnasium. */
export function isGymnasiumId(id: string): id is GymnasiumId {
  return typeof id === "string" && id.startsWith(PREFIX);
}

/** The id among ours of an environment that Gymnasium calls so. */
export function toGymnasiumId(id: string): GymnasiumId {
  return `${PREFIX}${id}`;
}

/**
 * What Gymnasium calls an environment, and the options to make it: a module before the id, as in `gymnasium.make("module:Id-v0")`, is
 * among the imports.
 * @throws EnvError `envs/id` if nothing follows the prefix
 */
export function fromGymnasiumId(
  id: GymnasiumId,
  options: GymnasiumOptions = {},
): { readonly id: string; readonly options: GymnasiumOptions } {
  if (id === PREFIX)
    throw new EnvError("id", `${PREFIX} names no environment; write ${PREFIX}CartPole-v1, for example`);
  const [own = "", module] = id.slice(PREFIX.length).split(":").reverse();
  if (module === undefined) return { id: own, options };
  const imports = [module, ...(options.imports ?? []).filter((name) => name !== module)];
  return { id: own, options: { ...options, imports } };
}
