// What the slots of a pre-trained autoencoder say of the objects in the ART tasks' own pictures.
import type { Summary } from "@throughline/lab";
import { Generator, noGrad, scope } from "@throughline/torch";
import { collateProblems } from "../../datasets/collate.js";
import { type ObjectCodeScores, ObjectCodes } from "../../metrics/object-codes.js";
import { artTask } from "../../tasks/art-task.js";
import { type ArtTaskName, artTaskNames } from "../../tasks/regime.js";
import type { Pretrainer } from "../../training/pretrainer.js";

/** Problems of each task, and in a batch. */
const PROBLEMS = 96;
const BATCH = 16;

/** `ObjectCodes` of each ART task, with 95 objects that are no task's in pre-training; the same at every call. */
export function taskCodes(pretrainer: Pretrainer): Summary {
  const entries = artTaskNames.flatMap((task) => {
    const { read, complete, auc } = codesOf(pretrainer, task);
    return Object.entries({ read, complete, auc }).map(
      ([what, value]) => [`${task} ${what}`, value] as const,
    );
  });
  return Object.fromEntries(entries);
}

function codesOf(pretrainer: Pretrainer, task: ArtTaskName): ObjectCodeScores {
  const { model } = pretrainer;
  const [size] = model.config.resolution;
  const set = artTask(task, { m: 95, split: "test", size, seed: 0, count: PROBLEMS });
  const codes = new ObjectCodes();
  model.eval();
  scope(() => {
    const generator = Generator.create({ seed: 0 });
    for (let start = 0; start < set.length; start += BATCH) {
      const numbers = Array.from({ length: Math.min(BATCH, set.length - start) }, (_, at) => start + at);
      scope(() =>
        noGrad(() => {
          const { images } = collateProblems(numbers.map((at) => set.get(at, generator)));
          const { attention, z } = model.encode(pretrainer.seen(images.flatten(0, 1)), { generator });
          codes.add({ attention, z, objects: numbers.flatMap((at) => [...set.describe(at).views]) });
        }),
      );
    }
  });
  return codes.scores();
}
