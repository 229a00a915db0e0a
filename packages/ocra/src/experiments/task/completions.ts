// Completions of some test problems by the trained model, stored in a file of the run for its figures.
import { type RunContext, storePicture } from "@throughline/lab";
import { Generator, noGrad, scope } from "@throughline/torch";
import type { Mae } from "../../baselines/mae.js";
import { dataset } from "../../catalogue/worker-entry.js";
import { collateProblems } from "../../datasets/collate.js";
import type { TaskSet } from "../../datasets/types.js";
import { seePixels, showPixels } from "../../pretrained/pixels.js";
import type { Pretrained } from "../../pretrained/pretrained.js";
import { type CompletedProblem, completionsArtifact } from "./completion-file.js";
import type { TaskConfig } from "./options.js";
import { dataOf } from "./streams.js";

/** Problems that are shown. */
const SHOWN = 4;

/** @param encoder the pictures' size, and how the model sees them */
export async function writeCompletions(
  context: RunContext<TaskConfig>,
  encoder: Pretrained,
  model: Mae,
): Promise<void> {
  const set = (await dataset(dataOf({ context, encoder }, "test"))) as TaskSet;
  const generator = Generator.create({ seed: 2 });
  const shown = Array.from({ length: Math.min(SHOWN, set.length) }, (_, at) => at);
  model.eval();
  const problems = shown.map((at) => complete(set, at, encoder, context.device, model, generator));
  generator.dispose();
  context.keep(completionsArtifact, problems);
}

function complete(
  set: TaskSet,
  at: number,
  { pixels }: Pretrained,
  device: string,
  model: Mae,
  generator: Generator,
): CompletedProblem {
  return scope(() =>
    noGrad(() => {
      const { images, target } = collateProblems([set.get(at, generator)]);
      const pictures = images.squeeze(0);
      const seen = seePixels(pictures.to({ device }), pixels);
      const errors = model.forward(seen).neg();
      const completed = showPixels(model.completed(seen), pixels);
      return {
        target: target.item(),
        choice: errors.argmin().item(),
        views: (errors.toArray() as number[]).map((error, view) => ({
          picture: storePicture(pictures.select(0, view)),
          completed: storePicture(completed.select(0, view)),
          error,
        })),
      };
    }),
  );
}
