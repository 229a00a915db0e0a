// What a task run will need, looked at before there is a run.

import { statSync } from "node:fs";
import { checkMemory } from "@throughline/lab";
import { OcraDataError } from "../../datasets/errors.js";
import { dataset } from "../../datasets/worker-entry.js";
import { askedFlags, type Sources } from "../asked.js";
import { encoderOf } from "./encoder.js";
import { taskMemory } from "./memory.js";
import type { TaskConfig } from "./options.js";
import { problemsOf, resolveTask, splitsOf } from "./resolve.js";

interface Surroundings {
  /** The folder of all runs. */
  readonly root: string;
  readonly seed: number;
  readonly device: string;
  /** See `Experiment.check`. */
  readonly sources: Sources;
}

/** @throws OcraDataError, LabError or TorchError, in a sentence, for files, folders and objects that the run could not use */
export async function checkTask(
  config: TaskConfig,
  { root, seed, device, sources }: Surroundings,
): Promise<void> {
  checkFiles(config, sources);
  const setting = resolveTask(config);
  const { autoencoder } = encoderOf(config, root);
  const { channels, resolution } = autoencoder.config;
  await checkMemory(taskMemory(setting, autoencoder.config, config.model), device);
  for (const split of splitsOf(setting)) {
    await dataset(problemsOf(config, setting, { width: resolution[1], channels }, split, seed));
  }
  autoencoder.dispose();
}

function checkFiles({ task, path, encodings }: TaskConfig, sources: Sources): void {
  const refuse = (sentence: string): never => {
    throw new OcraDataError("argument", sentence);
  };
  if (task === "puzzles" && path === "") refuse("--task puzzles needs --path: the folder of your puzzles");
  const asked = askedFlags(sources, ["objects"]);
  if (asked !== "" && path !== "") refuse(`--path names problems that are there already; leave out ${asked}`);
  if (asked !== "" && !task.startsWith("art/"))
    refuse(`--task ${task} has objects of its own; leave out ${asked}`);
  const kept = encodings === "" ? undefined : statSync(encodings, { throwIfNoEntry: false });
  if (kept?.isDirectory() === false) refuse(`--encodings ${encodings} is no folder`);
}
