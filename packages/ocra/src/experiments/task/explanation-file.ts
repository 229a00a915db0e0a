// The file of a task run that says why its model answers as it does.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ProblemDescription } from "../../datasets/types.js";
import type { StoredPicture } from "../pictures.js";

/** One candidate picture of a problem. */
export interface ViewExplanation {
  readonly picture: StoredPicture;
  readonly score: number;
  /** For each slot, as are the masks. */
  readonly attention: readonly StoredPicture[];
  /** Where the decoder shows each slot; older runs have none. */
  readonly masks?: readonly StoredPicture[];
  /** softmax(z′ z′ᵀ), [K][K]; null for models without. */
  readonly relations: readonly (readonly number[])[] | null;
}

export interface ProblemExplanation {
  readonly description: ProblemDescription;
  readonly choice: number;
  readonly views: readonly ViewExplanation[];
}

export interface Explanations {
  readonly problems: readonly ProblemExplanation[];
  readonly points: readonly RelationPoint[];
}

/** A pair of objects of a picture: its relation embedding, on the first two principal components. */
export interface RelationPoint {
  readonly x: number;
  readonly y: number;
  readonly isSame: boolean;
}

/** Its name among the run's artifacts. */
export const explanationsFile = "explanations.json";

/** What a run has explained; nothing if it has not come so far. */
export function readExplanations(path: string): Explanations {
  try {
    return JSON.parse(readFileSync(join(path, "artifacts", explanationsFile), "utf8")) as Explanations;
  } catch {
    return { problems: [], points: [] };
  }
}
