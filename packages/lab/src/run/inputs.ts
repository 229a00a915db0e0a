// Inputs of a run: files outside its directory, each with its path and the SHA-256 of its content.
import { join, resolve } from "node:path";
import { hashOf } from "@throughline/torch/files";
import { LabError } from "../errors.js";
import type { Experiment } from "../experiment.js";
import { writeJson } from "../files/disk.js";
import { files } from "./layout.js";
import { type Input, type Inputs, readInputs } from "./read-inputs.js";

export { type Input, type Inputs, readInputs } from "./read-inputs.js";

/**
 * Inputs that a run of this configuration would read, as they are now. @throws LabError lab/inputs if one cannot be read
 */
export async function findInputs(
  experiment: Experiment,
  config: Readonly<Record<string, unknown>>,
  root: string,
): Promise<Inputs> {
  const named = (await experiment.inputs?.(config as never, root)) ?? {};
  const inputs = Object.entries(named).flatMap(([name, path]): [string, Input][] =>
    path === undefined ? [] : [[name, { path: resolve(path), sha256: hashed(name, path) }]],
  );
  return Object.fromEntries(inputs);
}

function hashed(name: string, path: string): string {
  try {
    return hashOf(path);
  } catch (cause) {
    throw new LabError("lab/inputs", `${name} ${(cause as Error).message}`, { cause });
  }
}

/** Keeps what a run reads in its directory. */
export function writeInputs(run: string, inputs: Inputs): void {
  writeJson(join(run, files.inputs), inputs);
}

/**
 * Compares inputs with the files as they are now.
 * @param whose reader of the inputs, for the message, such as `the run x`
 * @throws LabError lab/inputs naming the file that has changed or cannot be read
 */
export function checkInputs(inputs: Inputs, whose: string): void {
  for (const [name, { path, sha256 }] of Object.entries(inputs)) {
    const now = hashed(name, path);
    if (now === sha256) continue;
    throw new LabError(
      "lab/inputs",
      `${path} (${name}) has changed since ${whose} began: its SHA-256 was ${brief(sha256)} and is ${brief(now)}; restore the old content, or start anew`,
    );
  }
}

/** Enough of a fingerprint to tell it from others. */
export function brief(sha256: string): string {
  return `${sha256.slice(0, 12)}…`;
}

/** SHA-256 of each input by name, part of a run's identity; undefined for a run without inputs. */
export function fingerprints(inputs: Inputs | undefined): Readonly<Record<string, string>> | undefined {
  const entries = Object.entries(inputs ?? {}).map(([name, { sha256 }]) => [name, sha256] as const);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/**
 * Inputs of a run that is about to be worked on: as they were when the run was made, or found now for a run that was made
 * without looking. Undefined for a run that an earlier version began.
 * @throws LabError lab/inputs if it is not as it was
 */
export async function settleInputs(
  run: string,
  experiment: Experiment,
  config: Readonly<Record<string, unknown>>,
  isNew: boolean,
): Promise<Inputs | undefined> {
  const before = readInputs(run);
  if (before !== undefined) {
    checkInputs(before, "the run");
    return before;
  }
  if (!isNew) return undefined;
  const inputs = await findInputs(experiment, config, rootOf(run, experiment));
  writeInputs(run, inputs);
  return inputs;
}

/** The folder of all runs: a run's directory is the experiment's name and one more below it. */
export function rootOf(run: string, { name }: Experiment): string {
  return resolve(run, "..", ...name.split("/").map(() => ".."));
}
