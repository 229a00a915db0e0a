// What a task run will need, looked at before there is a run.
import { OcraDataError } from "../../datasets/errors.js";
import { dataset } from "../../datasets/worker-entry.js";
import { encoderOf } from "./encoder.js";
import type { TaskConfig } from "./options.js";
import { problemsOf, resolveTask } from "./resolve.js";

/** @throws OcraDataError, LabError or TorchError, in a sentence, for files, folders and objects that the run could not use */
export async function checkTask(config: TaskConfig, root: string, seed: number): Promise<void> {
  if (config.task === "puzzles" && config.path === "") {
    throw new OcraDataError("argument", "the task puzzles needs a path: the folder of your puzzles");
  }
  const setting = resolveTask(config);
  const { autoencoder } = encoderOf(config, root);
  const { channels, resolution } = autoencoder.config;
  for (const split of ["train", "test"] as const) {
    await dataset(problemsOf(config, setting, { width: resolution[1], channels }, split, seed));
  }
  autoencoder.dispose();
}
