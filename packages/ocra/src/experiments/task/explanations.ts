// Explanations of the trained model's answers to some test problems, stored in a file of the run for its figures.
import { type RunContext, storePicture } from "@throughline/lab";
import { Generator, noGrad, scope, type Tensor } from "@throughline/torch";
import { dataset } from "../../catalogue/worker-entry.js";
import { collateProblems } from "../../datasets/collate.js";
import type { TaskSet } from "../../datasets/types.js";
import { type Pretrained, seenBy } from "../../pretrained/pretrained.js";
import { type Answer, explainPuzzle, explainRelations } from "../../reasoning/explain.js";
import { type Scorer, SlotScorer } from "../../reasoning/scorer.js";
import {
  type Explanations,
  explanationsArtifact,
  type ProblemExplanation,
  type RelationPoint,
  type ViewExplanation,
} from "./explanation-file.js";
import type { TaskConfig } from "./options.js";
import { relationPoints } from "./relation-points.js";
import { dataOf } from "./streams.js";

/** Inputs of explanations. */
export interface ExplanationParts {
  readonly context: RunContext<TaskConfig>;
  readonly encoder: Pretrained;
  readonly model: Scorer;
}

/** Problems that are shown, and problems whose relations are. */
const SHOWN = 4;
const COMPARED = 100;

export async function writeExplanations(parts: ExplanationParts): Promise<void> {
  const { context, encoder, model } = parts;
  if (!(model instanceof SlotScorer)) return;
  const set = (await dataset(dataOf(parts, "test"))) as TaskSet;
  const explanations = scope((): Explanations => {
    const generator = Generator.create({ seed: 2 });
    const shown = Math.min(SHOWN, set.length);
    const problems = Array.from({ length: shown }, (_, at) => explain(parts, model, set, at, generator));
    return { problems, points: points(encoder, model, set, generator) };
  });
  context.keep(explanationsArtifact, explanations);
}

function explain(
  { encoder }: ExplanationParts,
  model: SlotScorer,
  set: TaskSet,
  at: number,
  generator: Generator,
): ProblemExplanation {
  return scope(() => {
    const { images } = collateProblems([set.get(at, generator)]);
    const found = viewsOf(encoder, model, images.squeeze(0), generator);
    return { description: set.describe(at), choice: found.choice, views: found.views };
  });
}

/** A problem's answer, and what each of its pictures contributes. @param images [views, C, H, W], 0 to 1 */
export function viewsOf(
  encoder: Pretrained,
  model: SlotScorer,
  images: Tensor,
  generator: Generator,
): Answer & { readonly views: readonly ViewExplanation[] } {
  return scope(() => {
    const found = explainPuzzle(encoder.autoencoder, model, seenBy(encoder, images), { generator });
    const views = Array.from({ length: images.size(0) }, (_, view): ViewExplanation => {
      const of = (x: Tensor): Tensor => x.select(0, view);
      const slots = Array.from({ length: found.slots.attention.size(1) }, (_unused, slot) => slot);
      return {
        picture: storePicture(of(images)),
        score: found.scores[view]!,
        attention: slots.map((slot) => storePicture(of(found.slots.attention).select(0, slot))),
        masks: slots.map((slot) => storePicture(of(found.slots.masks).select(0, slot))),
        relations: found.relations === null ? null : (of(found.relations.matrix).toArray() as number[][]),
      };
    });
    const { scores, probabilities, choice } = found;
    return { scores, probabilities, choice, views };
  });
}

/** Relations in the first picture of some problems. */
function points(
  encoder: Pretrained,
  model: SlotScorer,
  set: TaskSet,
  generator: Generator,
): readonly RelationPoint[] {
  return scope(() => {
    const problems = Array.from({ length: Math.min(COMPARED, set.length) }, (_, at) => at);
    const { images } = collateProblems(problems.map((at) => set.get(at, generator)));
    const first = seenBy(encoder, images.select(1, 0));
    const encoding = noGrad(() => encoder.autoencoder.encode(first, { generator }));
    const relations = explainRelations(model, encoding);
    if (relations === null) return [];
    const objects = problems.map((at) => set.describe(at).views[0] ?? []);
    return relationPoints(relations.tokens, encoding.attention, objects);
  });
}
