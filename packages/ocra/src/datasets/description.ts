// dataset.json: what programs need to know to read a data set's files.
import type { data } from "@throughline/torch";
import { z } from "zod";

/** Raised when files of an older form can no longer be read. */
export const formatVersion = 1;

/** The content of dataset.json. */
export interface DatasetDescription extends data.StoreDescription {
  readonly format: typeof formatVersion;
  readonly name: string;
  readonly kind: "displays" | "task";
  /** Only for tasks. */
  readonly form?: "binary" | "choice";
  /** Only for tasks. */
  readonly views?: number;
  readonly shape: { readonly channels: number; readonly height: number; readonly width: number };
  readonly count: number;
  /** Seed of the jitter. */
  readonly seed: number;
  readonly precision: "float32" | "uint8";
  readonly generator: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** The .npz files in the order of their samples; of a task, then problems.jsonl. */
  readonly files: readonly data.StoredFile[];
}

/** File of a task's descriptions of problems. */
export const problemsFile = "problems.jsonl";

const whole = z.int().min(1);

/** Names without slashes, so that a description cannot lead out of its folder. */
const fileSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9-]+\.(npz|jsonl)$/),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  samples: z.int().min(0),
});

export const descriptionSchema: z.ZodType<DatasetDescription> = z.strictObject({
  format: z.literal(formatVersion),
  name: z.string(),
  kind: z.enum(["displays", "task"]),
  form: z.enum(["binary", "choice"]).optional(),
  views: whole.optional(),
  shape: z.strictObject({ channels: whole.max(3), height: whole, width: whole }),
  count: whole,
  seed: z.int().min(0),
  precision: z.enum(["float32", "uint8"]),
  generator: z.string(),
  config: z.record(z.string(), z.unknown()),
  files: z.array(fileSchema),
});
