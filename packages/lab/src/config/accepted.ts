// Accepted values of an option, in words.
import { branches, choicesOf, type JsonSchema, typesOf } from "./json-schema.js";

/** `a whole number from 1`, `one of adam, sgd`, `a list, each a number above 0` … */
export function accepted(schema: JsonSchema): string {
  const choices = choicesOf(schema);
  if (choices !== undefined) {
    const shown = choices.map(show);
    return shown.length === 1 ? shown[0]! : `one of ${shown.join(", ")}`;
  }
  const parts = branches(schema);
  if (parts.length > 1) return parts.map(accepted).join(" or ");
  const types = typesOf(schema);
  if (types.length === 0) return schema.properties === undefined ? "any value" : object(schema);
  return types.map((type) => ofType(type, schema)).join(" or ");
}

function ofType(type: string, schema: JsonSchema): string {
  switch (type) {
    case "integer":
      return `a whole number${range(schema)}`;
    case "number":
      return `a number${range(schema)}`;
    case "boolean":
      return "true or false";
    case "string":
      return text(schema);
    case "array":
      return list(schema);
    case "object":
      return object(schema);
    default:
      return type;
  }
}

function range(schema: JsonSchema): string {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  const words: string[] = [];
  // zod writes the limits of exact whole numbers where a schema has none of its own.
  if (minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER) words.push(`from ${minimum}`);
  if (exclusiveMinimum !== undefined) words.push(`above ${exclusiveMinimum}`);
  if (maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER) words.push(`to ${maximum}`);
  if (exclusiveMaximum !== undefined) words.push(`below ${exclusiveMaximum}`);
  if (multipleOf !== undefined) words.push(`in multiples of ${multipleOf}`);
  return words.length === 0 ? "" : ` ${words.join(" ").replace(/^to /, "up to ")}`;
}

function text(schema: JsonSchema): string {
  if (schema.pattern !== undefined) return `text matching ${schema.pattern}`;
  return (schema.minLength ?? 0) > 0 ? "text that is not empty" : "text";
}

function list(schema: JsonSchema): string {
  const { items, prefixItems, minItems = 0, maxItems } = schema;
  if (prefixItems !== undefined) return `a list of ${prefixItems.map(accepted).join(", then ")}`;
  let length = "";
  if (maxItems !== undefined)
    length = minItems === maxItems ? ` of ${minItems}` : ` of ${minItems} to ${maxItems}`;
  else if (minItems > 0) length = ` of at least ${minItems}`;
  const each = items ? accepted(items) : "any value";
  return each === "any value" ? `a list${length}` : `a list${length}, each ${each}`;
}

function object(schema: JsonSchema): string {
  const names = Object.keys(schema.properties ?? {});
  if (names.length > 0) return `an object with ${names.join(", ")}`;
  const rest = schema.additionalProperties;
  return typeof rest === "object" ? `an object of values, each ${accepted(rest)}` : "an object";
}

/** A value as it would be typed: text as it is, everything else as JSON. */
export function show(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  return JSON.stringify(value) ?? String(value);
}
