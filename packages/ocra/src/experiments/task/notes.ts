// The file of a task run that says what it found out about its encoder and problems.
import type { Artifact } from "@throughline/lab";
import { z } from "zod";
import { layoutSchema } from "../../puzzles/layout.js";

const notes = z.object({
  steps: z.number(),
  /** Path; null for random weights. */
  encoder: z.string().nullable(),
  /** SHA-256 of the encoder's file, or of random weights. */
  weights: z.string().optional(),
  form: z.string().optional(),
  /** Pictures of a problem. */
  views: z.number().optional(),
  /** Layout of a sheet and the names of the answers 0 and 1; only for puzzles. */
  layout: layoutSchema.optional(),
  labels: z.tuple([z.string(), z.string()]).optional(),
  /** Settings of the transformer, in runs whose configuration was not yet complete. */
  depth: z.number().optional(),
  heads: z.number().optional(),
  mlpDim: z.number().optional(),
  dropout: z.number().optional(),
});

export type TaskNotes = z.output<typeof notes>;

export const taskNotes: Artifact<TaskNotes> = { name: "setting.json", schema: notes };
