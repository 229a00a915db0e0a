// Whether a run's options are still those that it was created with.
import { join } from "node:path";
import { hashOfContent } from "@throughline/torch/files";
import { LabError } from "../errors.js";
import { readJson } from "../files/read-json.js";
import { type ConfigFile, files } from "./layout.js";
import { configShape, stateShape } from "./shapes.js";

/**
 * The checksum of the values in `config.json`, whatever their layout. A run keeps it in `state.json`; a run with edited
 * options is not resumed.
 */
export function configSha256(config: ConfigFile): string {
  return hashOfContent(JSON.stringify(config));
}

/**
 * Compares `config.json` with its checksum in `state.json`. Call it before a run's files are used by what its options say.
 * @param path the run's directory
 * @throws LabError lab/config-changed if the options were edited, lab/damaged
 */
export function checkConfig(path: string): void {
  const file = join(path, files.config);
  const config = readJson(file, configShape);
  const before = readJson(join(path, files.state), stateShape)?.config;
  // Earlier versions kept no checksum.
  if (config === undefined || before === undefined || before === configSha256(config)) return;
  throw new LabError(
    "lab/config-changed",
    `${file} has changed since the run was created; restore it, or start a new run with other options`,
  );
}
