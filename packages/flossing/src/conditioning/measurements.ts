// Measurements before and after flossing, kept in a file of the run so that figures need no engine.
import { type Artifact, readArtifact } from "@throughline/lab";
import { z } from "zod";

/** One measurement of a net. */
export interface Measurement {
  /** λ₁ … λ_N in nats per step. */
  readonly exponents: readonly number[];
  /** t − τ, in steps. */
  readonly horizons: readonly number[];
  /** ln σ₁ − ln σ_m of the long-term Jacobian: [horizon][m − 1]; null where σ_m is 0. */
  readonly logConditions: readonly (readonly (number | null)[])[];
}

export interface Measurements {
  readonly before: Measurement;
  readonly after: Measurement;
}

// Nullable, because JSON writes an infinite number as null.
const number = z.number().nullable() as z.ZodType<number>;
const measurement: z.ZodType<Measurement> = z.object({
  exponents: z.array(number),
  horizons: z.array(z.number()),
  logConditions: z.array(z.array(z.number().nullable())),
});

/** The file among the run's artifacts. */
export const measurementsArtifact: Artifact<Measurements> = {
  name: "measurements.json",
  schema: z.object({ before: measurement, after: measurement }),
};

/** The measurements of a run; undefined if it has not come so far. @throws LabError lab/damaged */
export function readMeasurements(path: string): Measurements | undefined {
  return readArtifact(path, measurementsArtifact);
}
