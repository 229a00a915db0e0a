// Looks kept in a file of a run, so that figures need no engine.
import type { LinesArtifact } from "@throughline/lab";
import { z } from "zod";
import type { Look } from "./figures.js";

const numbers = z.array(z.number());
const seen = z.array(z.number().nullable());

/** A look in each line. */
export const looksArtifact: LinesArtifact<Look> = {
  name: "dynamics.jsonl",
  lines: true,
  schema: z.object({
    epoch: z.number(),
    label: z.string().optional(),
    exponents: seen,
    lags: numbers,
    gradientNorms: seen,
    horizons: numbers,
    directions: numbers,
    logConditions: z.array(seen),
  }),
};
