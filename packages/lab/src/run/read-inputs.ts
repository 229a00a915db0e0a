// `inputs.json`: what a run reads of files that are not its own.
import { join } from "node:path";
import { readJson } from "../files/read-json.js";
import { objectOf, recordOf, type Shape, text, where } from "../files/shape.js";
import { files } from "./layout.js";

/** A file, or a folder with all that is in it. */
export interface Input {
  /** Absolute. */
  readonly path: string;
  /** SHA-256 of its content; of a folder, of the names and contents of its files. */
  readonly sha256: string;
}

/** Inputs of a run, by the experiment's names for them. */
export type Inputs = Readonly<Record<string, Input>>;

const sha256: Shape<string> = where(
  "a SHA-256",
  (value) => typeof value === "string" && /^[0-9a-f]{64}$/.test(value),
);
/** `inputs.json` */
export const inputsShape: Shape<Inputs> = recordOf(objectOf<Input>({ path: text, sha256 }));

/**
 * Inputs of the run in a directory; undefined for runs of versions that did not keep it.
 * @throws LabError lab/damaged
 */
export function readInputs(run: string): Inputs | undefined {
  return readJson(join(run, files.inputs), inputsShape);
}
