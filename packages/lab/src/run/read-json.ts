// The one door through which the lab reads JSON: a regular file of bounded size, well-formed, of the shape that is expected.
import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import type { z } from "zod";
import { LabError } from "../errors.js";
import { diskError, isMissing } from "./files.js";

/** What one file may hold at most: more would not fit into one text of Node's. */
const MOST_BYTES = 480 * 2 ** 20;
/** Characters of a wrong value that are shown. */
const SHOWN = 60;

/**
 * The value in a JSON file; undefined if there is no such file.
 * @param shape what is expected; a part's own `error` says it in words, such as "a time in ISO form"
 * @throws LabError lab/damaged naming the file and what is wrong with it, lab/disk if it cannot be read
 */
export function readJson<T>(path: string, shape: z.ZodType<T>): T | undefined {
  const text = readText(path);
  return text === undefined ? undefined : parseJson(path, text, shape);
}

/** The value in the text of `path`. @throws LabError lab/damaged */
export function parseJson<T>(path: string, text: string, shape: z.ZodType<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new LabError("lab/damaged", `${path} is damaged: ${(cause as Error).message}`, { cause });
  }
  const { success, error } = shape.safeParse(value);
  if (!success) throw new LabError("lab/damaged", `${path} is damaged: ${mismatch(value, error)}`);
  // The value itself, not zod's copy: parts that a later version has added stay in it.
  return value as T;
}

/**
 * The text of a regular file; undefined if there is none.
 * @throws LabError lab/damaged for a folder, a device, a pipe, and for a file of more than 480 MiB; lab/disk
 */
export function readText(path: string): string | undefined {
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

/** The first thing that is not as expected. */
function mismatch(value: unknown, error: z.ZodError): string {
  const { path, message } = error.issues[0]!;
  let part = value;
  for (const key of path) part = (part as Record<PropertyKey, unknown> | null | undefined)?.[key];
  const given = part === undefined ? "missing" : shorten(JSON.stringify(part));
  const where = path.length === 0 ? "it" : path.map(String).join(".");
  return `${where} is ${given}, and ${message} is expected`;
}

function shorten(text: string): string {
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}…`;
}
