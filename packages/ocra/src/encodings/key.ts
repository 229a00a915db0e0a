// Key of cached encodings: every value that they depend on.
import { canonicalHash } from "@throughline/lab";
import type { NamedDataSet } from "../datasets/types.js";
import type { PixelView } from "../pretrained/suites.js";
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
export const VERSION = 3;

/** The seed of the jitter and of the initial slots of one part of a draw. The weights have no influence. */
export function partSeed({ data, contents }: EncodingKey, draw: number, part: number): number {
  // Files enter the key by their contents, not by their paths.
  const named =
    Object.keys(contents).length === 0 ? data : { ...data, options: { ...data.options, ...contents } };
  return Buffer.from(canonicalHash({ data: named, draw, part }), "hex").readUIntLE(0, 6);
}
