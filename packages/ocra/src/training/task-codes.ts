// What the slots of a pre-trained encoder say of the objects in the ART tasks' own pictures.
import { Generator, noGrad, scope } from "@throughline/torch";
import { collateProblems } from "../datasets/collate.js";
import { type ObjectCodeScores, ObjectCodes } from "../metrics/object-codes.js";
import { evaluating } from "../nn/evaluating.js";
import { artTask } from "../tasks/art-task.js";
import { type ArtTaskName, artTaskNames } from "../tasks/regime.js";
import { type Pretrained, seenBy } from "./pretrained.js";

/** Problems in a batch. */
const BATCH = 16;

/** Options of `taskCodes`. */
export interface TaskCodesOptions {
  /** Problems of each task. Default 96. */
  readonly problems?: number;
  /** Divides the objects, chooses the problems, draws initial slots. Default 0. */
  readonly seed?: number;
}

/** `ObjectCodes` of each ART task's pictures with 95 of its objects, in evaluation mode. */
export function taskCodes(
  encoder: Pick<Pretrained, "autoencoder" | "pixels">,
  options: TaskCodesOptions = {},
): Record<ArtTaskName, ObjectCodeScores> {
  const scores = evaluating(encoder.autoencoder, () =>
    artTaskNames.map((task) => [task, codesOf(encoder, task, options)] as const),
  );
  return Object.fromEntries(scores) as Record<ArtTaskName, ObjectCodeScores>;
}

function codesOf(
  encoder: Pick<Pretrained, "autoencoder" | "pixels">,
  task: ArtTaskName,
  { problems = 96, seed = 0 }: TaskCodesOptions,
): ObjectCodeScores {
  const { autoencoder } = encoder;
  const [size] = autoencoder.config.resolution;
  const set = artTask(task, { m: 95, split: "test", size, seed, count: problems });
  const codes = new ObjectCodes();
  scope(() => {
    const generator = Generator.create({ seed });
    for (let start = 0; start < set.length; start += BATCH) {
      const numbers = Array.from({ length: Math.min(BATCH, set.length - start) }, (_, at) => start + at);
      scope(() =>
        noGrad(() => {
          const { images } = collateProblems(numbers.map((at) => set.get(at, generator)));
          const { attention, z } = autoencoder.encode(seenBy(encoder, images.flatten(0, 1)), { generator });
          codes.add({ attention, z, objects: numbers.flatMap((at) => [...set.describe(at).views]) });
        }),
      );
    }
  });
  return codes.scores();
}
