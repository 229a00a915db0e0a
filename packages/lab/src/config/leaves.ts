// An experiment's options as a flat list: objects are taken apart, so that `model.hidden=64` sets one value.

import { z } from "zod";
import { labOptions } from "./lab-options.js";
import { type ConfigShape, type OptionInfo, optionInfo } from "./option.js";
import { isPlain } from "./plain.js";

/** One value that can be set. */
export interface Leaf {
  /** Keys from the outside in; one for an option that is no object. */
  readonly path: readonly string[];
  /** The keys joined by dots. */
  readonly name: string;
  readonly schema: z.ZodType;
  readonly info: OptionInfo | undefined;
  readonly default: unknown;
}

/** The experiment's options and the lab's. */
export function completeShape(shape: ConfigShape): ConfigShape {
  return { ...shape, ...labOptions };
}

/** Every value that can be set, in the order of declaration. */
export function leavesOf(shape: ConfigShape): Leaf[] {
  return Object.entries(shape).flatMap(([key, schema]) => {
    const parsed = schema.safeParse(undefined);
    return walk([key], schema, parsed.success ? parsed.data : undefined, undefined);
  });
}

function walk(
  path: readonly string[],
  schema: z.ZodType,
  value: unknown,
  outer: OptionInfo | undefined,
): Leaf[] {
  const info = optionInfo.get(schema) ?? outer;
  const inner = unwrap(schema);
  if (inner instanceof z.ZodObject && isPlain(value)) {
    return Object.entries(inner.shape as ConfigShape).flatMap(([key, part]) =>
      walk([...path, key], part, value[key], info),
    );
  }
  return [{ path, name: path.join("."), schema, info, default: value }];
}

/** The schema inside default, prefault, optional, readonly and catch. */
function unwrap(schema: z.ZodType): z.ZodType {
  let inner = schema;
  while (
    inner instanceof z.ZodDefault ||
    inner instanceof z.ZodPrefault ||
    inner instanceof z.ZodOptional ||
    inner instanceof z.ZodReadonly ||
    inner instanceof z.ZodCatch
  ) {
    inner = inner.def.innerType as z.ZodType;
  }
  return inner;
}
