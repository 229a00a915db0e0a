// Shapes of the JSON files of a run.

import {
  anything,
  finite,
  flag,
  listOf,
  nullable,
  objectOf,
  oneOf,
  optional,
  pid,
  recordOf,
  type Shape,
  text,
  time,
  where,
  whole,
} from "../files/shape.js";
import type { BestStep, Cut, LoopPosition } from "./cut.js";
import type { ConfigFile, Pointers, Session, StateFile } from "./layout.js";
import type { Json } from "./tree.js";

const version = oneOf([1]);

/** `config.json` */
export const configShape: Shape<ConfigFile> = objectOf<ConfigFile>({
  version,
  id: text,
  experiment: text,
  preset: text,
  created: time,
  options: recordOf(objectOf<ConfigFile["options"][string]>({ value: anything, source: text })),
});

const session: Shape<Session> = objectOf<Session>({
  started: time,
  ended: nullable(time),
  pid,
  host: text,
  from: nullable(text),
  outcome: nullable(text),
});

/** `state.json` */
export const stateShape: Shape<StateFile> = objectOf<StateFile>({
  status: oneOf(["created", "running", "interrupted", "failed", "finished"]),
  pid: nullable(pid),
  host: nullable(text),
  sessions: listOf(session),
  error: nullable(objectOf<NonNullable<StateFile["error"]>>({ code: text, message: text })),
  config: optional(text),
});

/** `summary.json` */
export const summaryShape: Shape<Readonly<Record<string, number | string | boolean | null>>> = recordOf(
  where(
    "a number, text, true, false or null",
    (value) => (value !== undefined && typeof value !== "object") || value === null,
  ),
);

/** `environment.json` */
export const environmentShape: Shape<Readonly<Record<string, unknown>>> = recordOf(anything);

const best: Shape<BestStep> = objectOf<BestStep>({
  metric: text,
  goal: oneOf(["min", "max"]),
  value: finite,
  step: whole,
  checkpoint: text,
});

/** `checkpoints/pointers.json` */
export const pointersShape: Shape<Pointers> = objectOf<Pointers>({
  latest: text,
  best: recordOf(best),
  ends: recordOf(text),
});

/** Entry of a checkpoint about its file of tensors. */
export interface TensorsFile {
  readonly bytes: number;
  readonly sha256: string;
}

/** `state.json` of a checkpoint; the checksum is of `state` as compact JSON. */
export interface CheckpointFile {
  readonly sha256: string;
  readonly state: Cut & { readonly tensors: TensorsFile };
}

const json = anything as Shape<Json>;

/** `state.json` of a checkpoint. */
export const checkpointShape: Shape<CheckpointFile> = objectOf<CheckpointFile>({
  sha256: text,
  state: objectOf<CheckpointFile["state"]>({
    version,
    steps: whole,
    at: text,
    loops: recordOf(objectOf<LoopPosition>({ step: whole, done: flag })),
    ends: recordOf(text),
    best: recordOf(best),
    metricsBytes: whole,
    metricsSha256: optional(text),
    elapsed: finite,
    objects: recordOf(json),
    generators: recordOf(text),
    tainted: listOf(text),
    tensors: objectOf<TensorsFile>({ bytes: whole, sha256: text }),
  }),
});
