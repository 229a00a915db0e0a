// The file of a task run that shows how its model completes pictures.
import { type Artifact, pictureSchema, readArtifact, type StoredPicture } from "@throughline/lab";
import { z } from "zod";

/** A candidate picture of a problem, and the same with its answer as the model completes it. */
export interface CompletedView {
  readonly picture: StoredPicture;
  readonly completed: StoredPicture;
  /** Mean squared error in the answer's place. */
  readonly error: number;
}

/** A problem with its right candidate and the chosen one. */
export interface CompletedProblem {
  readonly target: number;
  readonly choice: number;
  readonly views: readonly CompletedView[];
}

const problem: z.ZodType<CompletedProblem> = z.object({
  target: z.number(),
  choice: z.number(),
  views: z.array(z.object({ picture: pictureSchema, completed: pictureSchema, error: z.number() })),
});

/** The file among the run's artifacts. */
export const completionsArtifact: Artifact<readonly CompletedProblem[]> = {
  name: "completions.json",
  schema: z.array(problem),
};

/** Completions of a run; empty if its model makes none. @throws LabError lab/damaged */
export function readCompletions(path: string): readonly CompletedProblem[] {
  return readArtifact(path, completionsArtifact) ?? [];
}
