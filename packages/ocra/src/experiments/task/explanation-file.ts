// The file of a task run that says why its model answers as it does.
import { type Artifact, pictureSchema, readArtifact, type StoredPicture } from "@throughline/lab";
import { z } from "zod";
import type { ProblemDescription } from "../../datasets/types.js";

/** One candidate picture of a problem. */
export interface ViewExplanation {
  readonly picture: StoredPicture;
  readonly score: number;
  /** One for each slot, as are the masks. */
  readonly attention: readonly StoredPicture[];
  /** Decoder's mask of each slot; older runs have none. */
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

const view: z.ZodType<ViewExplanation> = z.object({
  picture: pictureSchema,
  score: z.number(),
  attention: z.array(pictureSchema),
  masks: z.array(pictureSchema).optional(),
  relations: z.array(z.array(z.number())).nullable(),
});

/** The file among the run's artifacts. */
export const explanationsArtifact: Artifact<Explanations> = {
  name: "explanations.json",
  schema: z.object({
    problems: z.array(
      z.object({ description: z.custom<ProblemDescription>(), choice: z.number(), views: z.array(view) }),
    ),
    points: z.array(z.object({ x: z.number(), y: z.number(), isSame: z.boolean() })),
  }),
};

/** Explanations of a run; empty if the run has not come so far. @throws LabError lab/damaged */
export function readExplanations(path: string): Explanations {
  return readArtifact(path, explanationsArtifact) ?? { problems: [], points: [] };
}
