// One text for equal values, to compare and to hash.
import { hashOfContent } from "@throughline/torch/files";
import { isPlain } from "./plain.js";

/** JSON with sorted keys and nothing that is undefined, so that equal values give equal text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (!isPlain(value)) return JSON.stringify(value) ?? "null";
  const entries = Object.entries(value)
    .filter(([, part]) => part !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, part]) => `${JSON.stringify(key)}:${canonicalJson(part)}`).join(",")}}`;
}

/** SHA-256 of the canonical JSON, hexadecimal. */
export function canonicalHash(value: unknown): string {
  return hashOfContent(canonicalJson(value));
}
