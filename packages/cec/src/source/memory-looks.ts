// Looks at the dynamics of an agent's memory: what is measured, and the file that keeps it.
import type { LinesArtifact } from "@throughline/lab";
import { z } from "zod";

const numbers = z.array(z.number());
const seen = z.array(z.number().nullable());

const look = z.object({
  /** Updates before it. */
  update: z.number(),
  /** Such as `before flossing`, where the update does not tell. */
  label: z.string().optional(),
  /** Number of the level that was played. */
  level: z.number(),
  /** Length and number of the episodes' parts. */
  steps: z.number(),
  episodes: z.number(),
  /** λ₁ … λ_k in nats per step, mean over the episodes; null for −∞. */
  exponents: seen,
  /** Kaplan–Yorke dimension; null if more than k exponents are needed for it. */
  dimension: z.number().nullable(),
  /** Steps between two states of an episode. */
  lags: numbers,
  /** ln ‖∂h_t/∂h_{t−lag}‖₂, mean over the episodes; null for −∞. */
  logNorms: seen,
});

/** A look. */
export type MemoryLook = z.infer<typeof look>;

/** A look in each line. */
export const looksArtifact: LinesArtifact<MemoryLook> = { name: "memory.jsonl", lines: true, schema: look };
