// Checks of a task run's needs before there is a run.

import { statSync } from "node:fs";
import { askedFlags, checkMemory, type Sources } from "@throughline/lab";
import { maeSizes } from "../../baselines/sizes.js";
import { dataset } from "../../catalogue/worker-entry.js";
import { OcraDataError } from "../../datasets/errors.js";
import { patchGrid } from "../../nn/patchify.js";
import { checkEdition, problemsEdition } from "../edition.js";
import { encoderOf } from "./encoder.js";
import { taskMemory } from "./memory.js";
import type { TaskConfig } from "./options.js";
import { problemsOf, splitsOf } from "./problems.js";
import { completedTasks } from "./settings.js";

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
  checkEdition(config.edition, problemsEdition(config));
  const { autoencoder } = encoderOf(config, root);
  const { channels, resolution } = autoencoder.config;
  if (config.mae !== undefined) patchGrid(`--mae ${config.mae}`, resolution, maeSizes[config.mae].patch);
  await checkMemory(taskMemory(config, autoencoder.config), device);
  for (const split of splitsOf(config)) {
    const { length } = await dataset(problemsOf(config, { width: resolution[1], channels }, split, seed));
    if (split === "test") checkTestProblems(config, sources, length);
  }
  autoencoder.dispose();
}

function refuse(sentence: string): never {
  throw new OcraDataError("argument", sentence);
}

/** Checks that everything asked for is available; a preset's number is a limit. */
function checkTestProblems({ task, testProblems = 0 }: TaskConfig, sources: Sources, length: number): void {
  const asked = askedFlags(sources, ["testProblems"]);
  if (asked === "" || length >= testProblems) return;
  refuse(`${asked} is ${testProblems}, and ${task} has ${length} test problems; accepted: 1 to ${length}`);
}

/** The models that are residual networks. */
const residual: readonly string[] = ["resnet", "attn-resnet"];

function checkFiles(config: TaskConfig, sources: Sources): void {
  const { task, model, resnet, mae, masking, path, encodings, epochs, steps, pretrained, untrained } = config;
  if (epochs !== undefined && steps !== undefined) refuse("--epochs and --steps were both given; give one");
  if (pretrained !== "none" && untrained !== undefined)
    refuse(`--untrained is for encoders with random weights; omit it, or give --pretrained none`);
  if (resnet !== undefined && !residual.includes(model))
    refuse(
      `--model ${model} is no residual network; omit --resnet, or give --model ${residual.join(" or ")}`,
    );
  const isCompleting = model === "mae";
  if (isCompleting && !(completedTasks as readonly string[]).includes(task))
    refuse(
      `--model mae completes the object at bottom right; accepted: --task ${completedTasks.join(" or ")}`,
    );
  if (!isCompleting && (mae ?? masking) !== undefined)
    refuse(`--mae and --masking are for --model mae; omit them for --model ${model}`);
  if (task === "puzzles" && path === undefined)
    refuse("--task puzzles needs --path: the folder of your puzzles");
  const asked = askedFlags(sources, ["objects"]);
  if (asked !== "" && path !== undefined) refuse(`--path names existing problems; omit ${asked}`);
  if (asked !== "" && !task.startsWith("art/"))
    refuse(`--task ${task} has objects of its own; omit ${asked}`);
  const kept = encodings === undefined ? undefined : statSync(encodings, { throwIfNoEntry: false });
  if (kept?.isDirectory() === false) refuse(`--encodings ${encodings} is not a folder`);
}
