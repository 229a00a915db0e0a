// An option: a zod schema with its help text.
import { z } from "zod";

/** Options by name, each a zod schema made by `option`. */
export type ConfigShape = Readonly<Record<string, z.ZodType>>;
/** Complete configuration of this shape. */
export type ConfigOf<Shape extends ConfigShape> = z.output<z.ZodObject<Shape>>;

/** Configuration before completion: options with a default, and others that were set explicitly. */
export type AskedOf<Shape extends ConfigShape> = {
  readonly [Name in keyof Shape]: undefined extends z.input<Shape[Name]>
    ? z.output<Shape[Name]>
    : z.output<Shape[Name]> | undefined;
};

/** Description of one option beside its schema. */
export interface OptionInfo {
  /** One sentence. */
  readonly sentence: string;
  /** The unit of the value, such as `steps` or `nats per step`; left out for pure numbers, names and switches. */
  readonly unit?: string;
}

/** Descriptions that `option` has recorded, for help texts, forms and `describe`. */
export const optionInfo: z.core.$ZodRegistry<OptionInfo> = z.registry<OptionInfo>();

/**
 * An option: a zod schema, one sentence, and its unit. Call it last: a schema's methods return another schema, without the
 * sentence.
 */
export function option<Schema extends z.ZodType>(schema: Schema, sentence: string, unit?: string): Schema {
  // A copy, so that one schema may serve several options.
  const own = schema.clone() as Schema;
  optionInfo.add(own, { sentence, unit });
  return own;
}
