// The lab's only reader of JSON files: a regular file of bounded size, well-formed, of the expected shape.
import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import { LabError } from "../errors.js";
import { diskError, isMissing } from "./disk.js";
import type { Shape } from "./shape.js";

/** Largest size of one file: more would not fit into one string of Node's. */
const MOST_BYTES = 480 * 2 ** 20;
/** Tries to read a file that is replaced meanwhile: over NFS, what was opened may then be no more (ESTALE). */
const TRIES = 5;

/**
 * The value in a JSON file; undefined if there is no such file.
 * @throws LabError lab/damaged naming the file and what is wrong with it, lab/disk if it cannot be read
 */
export function readJson<T>(path: string, shape: Shape<T>): T | undefined {
  const text = readText(path);
  return text === undefined ? undefined : parseJson(path, text, shape);
}

/** The value in the text of `path`. @throws LabError lab/damaged */
export function parseJson<T>(path: string, text: string, shape: Shape<T>): T {
  const value = wellFormed(path, text);
  const problem = shape(value, "");
  if (problem !== undefined) throw new LabError("lab/damaged", `${path} is damaged: ${problem}`);
  return value as T;
}

/** The value in the text of `where`, of any shape. @throws LabError lab/damaged */
export function wellFormed(where: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new LabError("lab/damaged", `${where} is damaged: ${(cause as Error).message}`, { cause });
  }
}

/**
 * The text of a regular file; undefined if there is none.
 * @throws LabError lab/damaged for a folder, a device, a pipe, and for a file of more than 480 MiB; lab/disk
 */
export function readText(path: string): string | undefined {
  for (let tries = 1; ; tries++) {
    try {
      return readOnce(path);
    } catch (error) {
      if (!isStale(error) || tries === TRIES) throw error;
    }
  }
}

function isStale(error: unknown): boolean {
  return ((error as Error).cause as NodeJS.ErrnoException | undefined)?.code === "ESTALE";
}

function readOnce(path: string): string | undefined {
  let file: number;
  try {
    // Without waiting: a pipe that nobody writes to would hold us up for ever.
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw diskError(path, cause, "read");
  }
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) throw new LabError("lab/damaged", `${path} is damaged: it is not a regular file`);
    if (stat.size > MOST_BYTES) {
      throw new LabError("lab/damaged", `${path} is damaged: it takes ${stat.size} bytes`);
    }
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw diskError(path, cause, "read");
  } finally {
    closeSync(file);
  }
}
