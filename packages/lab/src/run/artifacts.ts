// Files that an experiment keeps in its runs: each has a name and a schema, by which it is written and read.
import { isAbsolute, join, normalize } from "node:path";
import type { z } from "zod";
import { LabError } from "../errors.js";
import { readText, wellFormed } from "../files/read-json.js";
import { files } from "./layout.js";

/** A file of JSON among a run's artifacts. */
export interface Artifact<T> {
  /** Its name in `artifacts/`; may have folders. */
  readonly name: string;
  /** Schema of the value; with `lines`, of each line's value. */
  readonly schema: z.ZodType<T>;
}

/** A file of JSON lines among a run's artifacts. */
export interface LinesArtifact<T> extends Artifact<T> {
  readonly lines: true;
}

/** The text of a value's file. */
export function artifactText<T>(artifact: Artifact<T> | LinesArtifact<T>, value: T | readonly T[]): string {
  if (!("lines" in artifact)) return `${JSON.stringify(value)}\n`;
  return (value as readonly T[]).map((line) => `${JSON.stringify(line)}\n`).join("");
}

/**
 * Path of an artifact of a run, whether it exists or not.
 * @param run the run's directory
 * @throws LabError lab/artifact for a name that leads out of the run
 */
export function artifactPath(run: string, name: string): string {
  const inside = normalize(name);
  if (
    name === "" ||
    inside === "." ||
    inside.endsWith("/") ||
    inside.startsWith("..") ||
    isAbsolute(inside)
  ) {
    throw new LabError("lab/artifact", `"${name}" is not a file name inside artifacts/`);
  }
  return join(run, files.artifacts, inside);
}

/**
 * Reads an artifact of a run; undefined if it has not been written yet.
 * @param run the run's directory
 * @throws LabError lab/damaged naming the file and what is wrong with it; lab/disk
 */
export function readArtifact<T>(run: string, artifact: LinesArtifact<T>): T[] | undefined;
export function readArtifact<T>(run: string, artifact: Artifact<T>): T | undefined;
export function readArtifact<T>(run: string, artifact: Artifact<T> | LinesArtifact<T>): T | T[] | undefined {
  const path = artifactPath(run, artifact.name);
  const text = readText(path);
  if (text === undefined) return undefined;
  if (!("lines" in artifact)) return parsed(path, text, artifact.schema);
  const lines = text.split("\n").filter((line) => line !== "");
  return lines.map((line, i) => parsed(`${path}, line ${i + 1},`, line, artifact.schema));
}

function parsed<T>(where: string, text: string, schema: z.ZodType<T>): T {
  const { success, data, error } = schema.safeParse(wellFormed(where, text));
  if (success) return data;
  const { path, message } = error.issues[0]!;
  throw new LabError("lab/damaged", `${where} is damaged: ${path.join(".") || "it"}: ${message}`, {
    cause: error,
  });
}
