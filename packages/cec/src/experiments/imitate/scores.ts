// What the checkpoints of a training reached, and the figures of merit that are made of it.
import { type Artifact, mean } from "@throughline/lab";
import { z } from "zod";
import { nestedMean } from "../../evaluation/nested.js";
import { type EvaluationResult, evaluationSchema, scoredSuccess } from "../../evaluation/result.js";
import type { Measure } from "../../evaluation/summary.js";

const checkpointSchema = z.strictObject({
  /** Steps of the optimiser that it has learned for. */
  updates: z.int().min(0),
  result: evaluationSchema,
});

/** A checkpoint, tested. All checkpoints of a training meet the same episodes. */
export type TestedCheckpoint = z.infer<typeof checkpointSchema>;

/** The file of all checkpoints' tests among the artifacts of a run. */
export const checkpointsArtifact: Artifact<TestedCheckpoint[]> = {
  name: "checkpoints.json",
  schema: z.array(checkpointSchema),
};

/** Checkpoints that the mean is over. */
const LAST = 10;

/** Figures of merit, with 95 % bootstrap intervals over runs. */
export interface CheckpointSummary {
  /** That of the best checkpoint, the first of equals: what robomimic reports, and too high by the choice. */
  readonly best: Measure;
  /** Mean over the last ten checkpoints, or all of fewer. */
  readonly lastTen: Measure;
  readonly last: Measure;
}

/** Success of tested checkpoints in numbers. @param checkpoints at least one */
export function checkpointSummary(checkpoints: readonly TestedCheckpoint[]): CheckpointSummary {
  const bySuccess = checkpoints.map(({ result }) => scoredSuccess(result).map(mean));
  const over = (some: readonly (readonly number[])[]): Measure =>
    nestedMean([some[0]!.map((_, run) => mean(some.map((runs) => runs[run]!)))]);
  const means = bySuccess.map(mean);
  return {
    best: over([bySuccess[means.indexOf(Math.max(...means))]!]),
    lastTen: over(bySuccess.slice(-LAST)),
    last: over(bySuccess.slice(-1)),
  };
}

/** Tests of checkpoints so far; part of the checkpoints of a run. */
export class Scores {
  #tested: TestedCheckpoint[] = [];

  get all(): readonly TestedCheckpoint[] {
    return this.#tested;
  }

  /** @returns the share of successes */
  add(updates: number, result: EvaluationResult): number {
    this.#tested.push({ updates, result });
    return mean(scoredSuccess(result).map(mean));
  }

  state(): string {
    return JSON.stringify(this.#tested);
  }

  restore(state: string): void {
    this.#tested = JSON.parse(state) as TestedCheckpoint[];
  }
}
