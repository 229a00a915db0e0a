// The figures of a task run, from its files alone.
import {
  curve,
  type Figure,
  type HeatMapFigure,
  type ImageGridFigure,
  type LinesFigure,
  type RunRecord,
  type ScatterFigure,
  type StoredPicture,
  showPicture,
  showThrough,
} from "@throughline/lab";
import type { ProblemDescription } from "../../datasets/types.js";
import { type CompletedProblem, readCompletions } from "./completion-file.js";
import {
  type Explanations,
  type ProblemExplanation,
  readExplanations,
  type ViewExplanation,
} from "./explanation-file.js";

export async function taskFigures(run: RunRecord): Promise<Record<string, Figure>> {
  const { task, model, m, seed } = run.config;
  const subtitle = `${String(model)} on ${String(task)}, m = ${Number(m)}, ${run.preset} preset, seed ${Number(seed)}`;
  const rows = await run.metrics();
  const figures: Record<string, Figure> = {};
  const loss = { name: "training problems", ...curve(rows, "train", "loss") };
  if (loss.x.length > 1) {
    const accuracy = { name: "training problems", ...curve(rows, "train", "accuracy") };
    const test = { name: "test problems", ...curve(rows, "train", "testAccuracy"), markers: true };
    const panel = (title: string, label: string, series: LinesFigure["series"]): LinesFigure => ({
      kind: "lines",
      title,
      x: { label: "training (steps)" },
      y: { label },
      series: series.filter(({ x }) => x.length > 0),
    });
    figures.training = {
      kind: "panels",
      title: "Learning a task",
      subtitle,
      columns: 2,
      panels: [
        panel("Loss", model === "mae" ? "mean squared error" : "cross entropy (nats)", [loss]),
        panel("Accuracy", "share of right answers", [accuracy, test]),
      ].filter(({ series }) => series.length > 0),
    };
  }
  const completions = readCompletions(run.path);
  if (completions.length > 0) figures.completions = completionsOf(completions, subtitle);
  return { ...figures, ...explained(readExplanations(run.path), subtitle) };
}

/** Two rows for each problem: its candidates, and each with its answer as the model completes it. */
function completionsOf(problems: readonly CompletedProblem[], subtitle: string): ImageGridFigure {
  return {
    kind: "images",
    title: "What is expected at bottom right",
    subtitle,
    columns: problems[0]!.views.length,
    images: problems.flatMap(({ views, target, choice }) => [
      ...views.map(({ picture }, at) =>
        showPicture(picture, ["candidate", ...marksOf(at, target, choice)].join(", ")),
      ),
      ...views.map(({ completed, error }) => showPicture(completed, `error ${error.toPrecision(3)}`)),
    ]),
  };
}

/** What is said of a candidate. */
function marksOf(view: number, target: number, choice: number): string[] {
  return [...(view === target ? ["right"] : []), ...(view === choice ? ["chosen"] : [])];
}

function explained({ problems, points }: Explanations, subtitle: string): Record<string, Figure> {
  const [first] = problems;
  if (first === undefined) return {};
  return {
    ...slotsOf(problems, subtitle),
    ...(first.views[0]!.relations === null ? {} : { relations: relationsOf(first, subtitle) }),
    ...(points.length === 0 ? {} : { "relation-embeddings": embeddingsOf(points, subtitle) }),
  };
}

/** Attention of each slot and, where it is known, its mask in the decoder. */
export function slotsOf(
  problems: readonly ProblemExplanation[],
  subtitle: string,
): Record<string, ImageGridFigure> {
  const attention = gridOf(problems, "What each slot attends to", subtitle, (view) => view.attention);
  const isDrawn = problems.every(({ views }) => views.every(({ masks }) => masks !== undefined));
  if (!isDrawn) return { attention };
  const masks = gridOf(problems, "Where each slot is drawn", subtitle, (view) => view.masks!);
  return { attention, masks };
}

/** A row for each candidate picture: itself with its score, and itself through a map of each slot. */
function gridOf(
  problems: readonly ProblemExplanation[],
  title: string,
  subtitle: string,
  mapsOf: (view: ViewExplanation) => readonly StoredPicture[],
): ImageGridFigure {
  return {
    kind: "images",
    title,
    subtitle,
    columns: 1 + problems[0]!.views[0]!.attention.length,
    images: problems.flatMap(({ views, description, choice }) =>
      views.flatMap((view, at) => [
        showPicture(view.picture, caption(view.score, at, views.length, description, choice)),
        ...mapsOf(view).map((map, slot) => showThrough(view.picture, map, `slot ${slot + 1}`)),
      ]),
    ),
  };
}

function caption(
  score: number,
  view: number,
  views: number,
  { target, answer }: Pick<ProblemDescription, "target" | "answer">,
  choice: number,
): string {
  const said = score.toFixed(2);
  // A target below 0 means that no right answer is known; the model's answer is shown.
  if (views === 1 && target < 0) return `${said}: ${answer}`;
  if (views === 1) return `${said}: ${choice === target ? "right" : "wrong"}`;
  const marks = marksOf(view, target, choice);
  return marks.length === 0 ? said : `${said}: ${marks.join(", ")}`;
}

/** The relation matrix of each candidate of a problem. */
export function relationsOf({ views }: ProblemExplanation, subtitle: string): Figure {
  return {
    kind: "panels",
    title: "Relations between slots",
    subtitle,
    columns: Math.min(2, views.length),
    panels: views.map(({ relations, score }, view): HeatMapFigure => {
      const slots = relations!.map((_, slot) => slot + 1);
      return {
        kind: "heat-map",
        title: `Candidate ${view + 1}, score ${score.toFixed(2)}`,
        x: { label: "slot" },
        y: { label: "slot" },
        columns: slots,
        rows: slots,
        values: relations!,
        label: "softmax of the inner products",
        min: 0,
        max: 1,
      };
    }),
  };
}

function embeddingsOf(points: Explanations["points"], subtitle: string): ScatterFigure {
  const series = (name: string, isSame: boolean) => {
    const some = points.filter((point) => point.isSame === isSame);
    return { name, x: some.map(({ x }) => x), y: some.map(({ y }) => y) };
  };
  return {
    kind: "scatter",
    title: "Relation embeddings of test objects",
    subtitle,
    x: { label: "first principal component" },
    y: { label: "second principal component" },
    series: [series("two of the same", true), series("two different", false)].filter(({ x }) => x.length > 0),
  };
}
