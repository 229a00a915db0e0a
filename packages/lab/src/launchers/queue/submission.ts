// Submissions to a queue: the jobs of each, in a file that their processes read, with the name by which the queue knows it. The
// file is there before the queue is told, so that a driver that is killed in between leaves nothing that no file knows of.
import { randomBytes } from "node:crypto";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { makeFolder, writeAtomic } from "../../files/disk.js";
import { readJson, readText } from "../../files/read-json.js";
import {
  anything,
  listOf,
  objectOf,
  oneOf,
  optional,
  recordOf,
  type Shape,
  text,
  whole,
} from "../../files/shape.js";
import { inputsShape } from "../../run/read-inputs.js";
import type { CellJob } from "../launcher.js";

/** `submissions/<name>.json` */
export interface Submission {
  readonly version: 1;
  readonly launcher: string;
  /** Unique; the queue's jobs are called so. */
  readonly name: string;
  /** URLs of the modules that register the experiments. */
  readonly modules: readonly string[];
  /** Options of the launcher, by their names. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly jobs: readonly CellJob[];
}

const job: Shape<CellJob> = objectOf<CellJob>({
  ...{ id: text, experiment: text, preset: text, root: text, name: text, log: text },
  config: recordOf(anything),
  sources: recordOf(text),
  inputs: optional(inputsShape) as Shape<NonNullable<CellJob["inputs"]>>,
  threads: whole,
});

const shape: Shape<Submission> = objectOf<Submission>({
  version: oneOf([1]),
  launcher: text,
  name: text,
  modules: listOf(text),
  options: recordOf(anything),
  jobs: listOf(job),
});

/** A path beside the file of a submission, with another ending. */
export function submissionPath(folder: string, name: string, ending = ".json"): string {
  return join(folder, "submissions", `${name}${ending}`);
}

/** Writes down a submission under a new name. @throws LabError lab/disk */
export function writeSubmission(folder: string, parts: Omit<Submission, "version" | "name">): Submission {
  makeFolder(join(folder, "submissions"));
  const count = submissionNames(folder, parts.launcher).length + 1;
  const name = `${parts.launcher}-${String(count).padStart(3, "0")}-${randomBytes(3).toString("hex")}`;
  const submission: Submission = { version: 1, name, ...parts };
  writeAtomic(submissionPath(folder, name), `${JSON.stringify(submission)}\n`);
  return submission;
}

/** Removes a submission that was refused. */
export function removeSubmission(folder: string, name: string): void {
  for (const ending of [".json", ".sh", ".logs", ".id", ".out"])
    rmSync(submissionPath(folder, name, ending), { force: true });
}

/** Notes the queue's own id of a submission. @throws LabError lab/disk */
export function noteId(folder: string, name: string, id: string): void {
  writeAtomic(submissionPath(folder, name, ".id"), `${id}\n`);
}

/** The queue's own id of a submission; undefined if it was not noted. @throws LabError lab/disk */
export function notedId(folder: string, name: string): string | undefined {
  return readText(submissionPath(folder, name, ".id"))?.trim() || undefined;
}

/** A submission. @throws LabError lab/damaged, lab/disk */
export function readSubmission(path: string): Submission | undefined {
  return readJson(path, shape);
}

/** Names of a launcher's submissions in a sweep's folder, oldest first. */
export function submissionNames(folder: string, launcher: string): string[] {
  const path = join(folder, "submissions");
  if (!existsSync(path)) return [];
  return readdirSync(path)
    .filter((name) => name.startsWith(`${launcher}-`) && name.endsWith(".json"))
    .map((name) => name.slice(0, -".json".length))
    .sort();
}

/** Names of the launchers that have submitted jobs of a sweep. */
export function launchersOf(folder: string): string[] {
  const path = join(folder, "submissions");
  if (!existsSync(path)) return [];
  const names = readdirSync(path).flatMap((name) => /^([a-z]+)-.*\.json$/.exec(name)?.[1] ?? []);
  return [...new Set(names)].sort();
}

/** Options of the last submission of a launcher; none if there is none. */
export function lastOptions(folder: string, launcher: string): Readonly<Record<string, unknown>> {
  const name = submissionNames(folder, launcher).at(-1);
  return name === undefined ? {} : (readSubmission(submissionPath(folder, name))?.options ?? {});
}
