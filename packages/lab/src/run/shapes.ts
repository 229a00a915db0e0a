// What the JSON of a run must look like to be understood. The words say what is expected where something else is found.
import { z } from "zod";
import type { Cut } from "./cut.js";
import type { ConfigFile, Pointers, StateFile } from "./layout.js";
import type { Json } from "./tree.js";

const text = z.string("text");
const whole = z.int("a whole number").min(0, "a whole number from 0");
const pid = z.int("the number of a process").min(1, "the number of a process");
const finite = z.number("a number");
const flag = z.boolean("true or false");
const version = z.literal(1, "1, the version that is understood here,");
/** A time as JSON holds it. */
export const time: z.ZodType<string> = z
  .string("a time such as 2026-11-22T20:26:01.000Z")
  .refine((value) => !Number.isNaN(Date.parse(value)), "a time such as 2026-11-22T20:26:01.000Z");

const anything = "an object";
// An option may have no value at all: JSON leaves it out.
const option = z.object({ source: text }, anything) as unknown as z.ZodType<ConfigFile["options"][string]>;

/** `config.json` */
export const configShape: z.ZodType<ConfigFile> = z.object(
  {
    version,
    id: text,
    experiment: text,
    preset: text,
    created: time,
    options: z.record(z.string(), option, anything),
  },
  anything,
);

const STATUSES = ["created", "running", "interrupted", "failed", "finished"] as const;

/** `state.json` */
export const stateShape: z.ZodType<StateFile> = z.object(
  {
    status: z.enum(STATUSES, `one of ${STATUSES.join(", ")}`),
    pid: pid.nullable(),
    host: text.nullable(),
    sessions: z.array(
      z.object(
        {
          started: time,
          ended: time.nullable(),
          pid,
          host: text,
          from: text.nullable(),
          outcome: text.nullable(),
        },
        anything,
      ),
      "a list",
    ),
    error: z.object({ code: text, message: text }, "an object or null").nullable(),
    config: text.optional(),
  },
  anything,
);

/** `summary.json` */
export const summaryShape: z.ZodType<Record<string, number | string | boolean | null>> = z.record(
  z.string(),
  z.union([finite, text, flag, z.null()], "a number, text, true, false or null"),
  anything,
);

/** `environment.json` */
export const environmentShape: z.ZodType<Record<string, unknown>> = z.record(
  z.string(),
  z.unknown(),
  anything,
);

const best = z.object(
  {
    metric: text,
    goal: z.enum(["min", "max"], "min or max"),
    value: finite,
    step: whole,
    checkpoint: text,
  },
  anything,
);

/** `checkpoints/pointers.json` */
export const pointersShape: z.ZodType<Pointers> = z.object(
  {
    latest: text,
    best: z.record(z.string(), best, anything),
    ends: z.record(z.string(), text, anything),
  },
  anything,
);

/** `state.json` of a checkpoint, of which the checksum is of `state` as compact JSON. */
export interface CheckpointFile {
  readonly sha256: string;
  readonly state: Cut & { readonly tensors: { readonly bytes: number; readonly sha256: string } };
}

const json: z.ZodType<Json> = z.unknown() as z.ZodType<Json>;

/** `state.json` of a checkpoint. */
export const checkpointShape: z.ZodType<CheckpointFile> = z.object(
  {
    sha256: text,
    state: z.object(
      {
        version,
        steps: whole,
        at: text,
        loops: z.record(z.string(), z.object({ step: whole, done: flag }, anything), anything),
        ends: z.record(z.string(), text, anything),
        best: z.record(z.string(), best, anything),
        metricsBytes: whole,
        metricsSha256: text.optional(),
        elapsed: finite,
        objects: z.record(z.string(), json, anything),
        generators: z.record(z.string(), text, anything),
        tainted: z.array(text, "a list"),
        tensors: z.object({ bytes: whole, sha256: text }, anything),
      },
      anything,
    ),
  },
  anything,
);
