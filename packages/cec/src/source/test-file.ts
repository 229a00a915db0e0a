// Success on mazes that were never seen, level by level, in a file of a run.
import type { LinesArtifact } from "@throughline/lab";
import { z } from "zod";

const evaluation = z.object({
  /** Mazes. */
  episodes: z.number(),
  successes: z.number(),
  /** Mean steps of the successful episodes; 0 without any. */
  length: z.number(),
});

const levelTest = z.object({
  /** Number of the level, from 0. */
  level: z.number(),
  /** The options that make it. */
  options: z.record(z.string(), z.number()),
  agent: evaluation,
  /** All actions alike probable. */
  random: evaluation,
  /** An agent that follows the planner's way. */
  oracle: evaluation,
});

/** The test of one level. */
export type LevelTest = z.infer<typeof levelTest>;

/** A level in each line, from easy to hard. */
export const testArtifact: LinesArtifact<LevelTest> = { name: "test.jsonl", lines: true, schema: levelTest };
