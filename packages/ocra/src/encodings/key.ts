// What encodings are a function of.
import { createHash } from "node:crypto";
import type { NamedDataSet } from "../datasets/worker-entry.js";
import type { PixelView } from "../training/settings.js";
import type { EncodedInput } from "./encode.js";

/** All that decides what is in a folder of encodings, but how many draws there are. */
export interface EncodingKey {
  /** Hash of the encoder. */
  readonly weights: string;
  readonly pixels: PixelView;
  readonly input: EncodedInput;
  readonly data: NamedDataSet;
  /** Hashes of the files that the data set is made from; see `contentsOf`. */
  readonly contents: Readonly<Record<string, string>>;
}

/** Raised when files of an older form can no longer be used. */
const VERSION = 3;

/** 64 bits of SHA-256 as hexadecimal digits: equal for equal keys, whatever the order of their options. */
export function hashOf(key: EncodingKey): string {
  return digest({ VERSION, ...key })
    .toString("hex")
    .slice(0, 16);
}

/** The seed of the jitter and of the initial slots of one part of a draw. The weights have no influence. */
export function partSeed({ data, contents }: EncodingKey, draw: number, part: number): number {
  // Files count by what is in them, not by where they are.
  const named =
    Object.keys(contents).length === 0 ? data : { ...data, options: { ...data.options, ...contents } };
  return digest({ data: named, draw, part }).readUIntLE(0, 6);
}

function digest(value: unknown): Buffer {
  return createHash("sha256").update(canonical(value)).digest();
}

/** JSON with sorted keys. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, part]) => `${JSON.stringify(name)}:${canonical(part)}`).join(",")}}`;
}
