// Text from a command line becomes the value that the schema wants; validation comes later.
import { branches, choicesOf, type JsonSchema, typesOf } from "./json-schema.js";

/**
 * The value that `text` stands for under `schema`: a number, true or false, null, JSON for lists and objects, or the
 * text itself where it fits nothing else, so that validation names it as it was typed.
 */
export function coerce(text: string, schema: JsonSchema): unknown {
  const choice = choicesOf(schema)?.find((value) => String(value) === text);
  if (choice !== undefined) return choice;
  const types = branches(schema).flatMap(typesOf);
  const trimmed = text.trim();
  if (types.includes("null") && trimmed === "null") return null;
  if (types.includes("number") || types.includes("integer")) {
    const number = toNumber(trimmed);
    if (number !== undefined) return number;
  }
  if (types.includes("boolean") && (trimmed === "true" || trimmed === "false")) return trimmed === "true";
  if (types.includes("array") || types.includes("object") || types.length === 0) {
    const value = fromJson(trimmed);
    if (types.length === 0 ? value !== undefined : typeof value === "object" && value !== null) return value;
  }
  return text;
}

/** Decimal notation, as in `10`, `1e-3`, `-.5`, `10_000`; not hexadecimal, not the empty text. */
function toNumber(text: string): number | undefined {
  if (!/^[+-]?(\d[\d_]*\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)) return undefined;
  return Number(text.replaceAll("_", ""));
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
