// One puzzle answered by a trained run, and why.

import { artifactPath, type BarsFigure, type Figure, type RunRecord, readArtifact } from "@throughline/lab";
import { fromTypedArray, Generator, io, scope } from "@throughline/torch";
import { knownOptions, type OptionNames } from "@throughline/torch/checks";
import { makeModel } from "../../catalogue/models.js";
import { OcraDataError } from "../../datasets/errors.js";
import { loadPretrained, type Pretrained } from "../../pretrained/pretrained.js";
import { layoutSchema, type SheetLayout } from "../../puzzles/layout.js";
import { puzzleViews } from "../../puzzles/read-puzzles.js";
import type { Answer } from "../../reasoning/explain.js";
import { SlotScorer } from "../../reasoning/scorer.js";
import { viewsOf } from "./explanations.js";
import { relationsOf, slotsOf } from "./figures.js";
import { type TaskNotes, taskNotes } from "./notes.js";
import type { TaskConfig } from "./options.js";
import { suiteOf } from "./settings.js";

/** Options of `solvePuzzle`. */
export interface SolveOptions {
  /** Layout of the choices, if the puzzle is one sheet. Default: as in the training puzzles, or side by side. */
  readonly layout?: SheetLayout;
  /** Treatment of pictures that are not square. Default `pad`: white beside their shorter sides. */
  readonly fit?: "pad" | "stretch";
  /** Seed of the initial slots. Default 0. */
  readonly seed?: number;
}

/** An answer with its reasons as figures: `attention`, `masks`, `scores` and, of models that compute them, `relations`. */
export interface Solution extends Answer {
  /** Answer in words: `same`, `yes`, the number of the choice from 1. */
  readonly answer: string;
  readonly figures: Readonly<Record<string, Figure>>;
}

const optionNames: OptionNames<SolveOptions> = { layout: true, fit: true, seed: true };

/** Candidates of each task, for runs that do not say how many their problems have. */
const candidates: Readonly<Record<string, number>> = {
  "art/same-different": 1,
  "art/rmts": 2,
  "art/distribution-of-3": 4,
  "art/identity-rules": 4,
  "svrt/problem": 1,
  "clevr/rmts": 2,
  "clevr/identity-rules": 4,
};

/**
 * Answers one puzzle with the model of a finished run of `ocra/task`.
 * @param pictures files: one picture of a yes/no task; a picture for each candidate; or one sheet that holds all candidates
 * @throws OcraDataError ocra/argument for a run that has no such model or pictures that do not fit its task; ocra/files
 */
export function solvePuzzle(
  run: RunRecord,
  pictures: readonly string[],
  options: SolveOptions = {},
): Solution {
  knownOptions("solvePuzzle", optionNames, options);
  const { encoder, model, config, notes } = open(run);
  const { resolution, channels } = encoder.autoencoder.config;
  const wanted = notes.views ?? candidates[config.task];
  const layout = layoutOf(wanted ?? 1, notes.layout, pictures.length, options.layout);
  const view = { size: resolution[0]!, channels: channels as 1 | 3, fit: options.fit ?? "pad" } as const;
  const views = pictures.flatMap((path) => puzzleViews(path, layout, view));
  if (wanted !== undefined && views.length !== wanted) {
    throw new OcraDataError(
      "argument",
      `${views.length} picture${views.length === 1 ? " was" : "s were"} given, and a problem of ${config.task} has ${wanted}; ` +
        (wanted === 1 ? "give one picture" : "give one for each candidate, or one sheet and its layout"),
    );
  }
  const flat = new Float32Array(views.reduce((sum, each) => sum + each.length, 0));
  for (const [at, each] of views.entries()) flat.set(each, at * each.length);
  const shape = [views.length, view.channels, view.size, view.size];
  const found = scope(() => {
    const generator = Generator.create({ seed: options.seed ?? 0 });
    return viewsOf(encoder, model, fromTypedArray(flat, shape), generator);
  });
  model.dispose();
  encoder.autoencoder.dispose();
  const { scores, probabilities, choice } = found;
  if (!scores.every(Number.isFinite)) {
    throw new OcraDataError(
      "argument",
      `${run.id} gives the scores ${scores.join(", ")}; its weights are unusable`,
    );
  }
  const names =
    notes.labels ?? (config.task === "art/same-different" ? ["same", "different"] : ["no", "yes"]);
  const answers = views.length === 1 ? names : views.map((_, at) => String(at + 1));
  const answer = answers[choice]!;
  const problem = { ...found, description: { rule: "", target: -1, answer, views: [] } };
  const subtitle = `${String(config.model)} trained on ${config.task}, run ${run.id}`;
  return {
    ...{ scores, probabilities, choice, answer },
    figures: {
      ...slotsOf([problem], subtitle),
      scores: scoresOf(found, answers, subtitle),
      ...(found.views[0]!.relations === null ? {} : { relations: relationsOf(problem, subtitle) }),
    },
  };
}

function scoresOf({ probabilities }: Answer, answers: readonly string[], subtitle: string): BarsFigure {
  const isBinary = probabilities.length === 1;
  const p = probabilities[0]!;
  return {
    kind: "bars",
    title: isBinary ? `${answers[0]} or ${answers[1]}` : "Which candidate",
    subtitle,
    x: { label: isBinary ? "answer" : "candidate" },
    y: { label: "probability", min: 0, max: 1 },
    categories: answers,
    series: [{ name: "probability", y: isBinary ? [1 - p, p] : probabilities }],
  };
}

function open(run: RunRecord): {
  encoder: Pretrained;
  model: SlotScorer;
  config: TaskConfig;
  notes: TaskNotes;
} {
  const refuse = (why: string): never => {
    throw new OcraDataError(
      "argument",
      `${run.id} ${why}; name a finished run of ocra/task with a model on slots`,
    );
  };
  if (run.experiment !== "ocra/task") refuse(`is a run of ${run.experiment}`);
  const config = run.config as unknown as TaskConfig;
  const notes = readArtifact(run.path, taskNotes) ?? refuse(`is ${run.status}`);
  if (run.status !== "finished") refuse(`is ${run.status}`);
  if (notes.encoder === null) refuse("was made with random slots");
  const encoder = loadPretrained(notes.encoder!, suiteOf(config.task));
  if (notes.weights !== undefined && notes.weights !== encoder.hash) {
    throw new OcraDataError(
      "files",
      `${notes.encoder} is no longer the encoder that ${run.id} was trained with: its SHA-256 differs`,
    );
  }
  const { slots, dim } = encoder.autoencoder.config;
  const { depth, heads, mlpDim, dropout } = { ...config, ...notes };
  const transformer = { depth, heads, mlpDim, dropout, dim };
  const model = makeModel(config.model, { ...transformer, encoder: { ...encoder.model, slots, dim } });
  if (!(model instanceof SlotScorer))
    return refuse(`has the model ${config.model}, which answers without slots`);
  model.loadStateDict(io.loadSafetensors(artifactPath(run.path, "model.safetensors")) as never);
  model.eval();
  return { encoder, model, config, notes };
}

function layoutOf(
  wanted: number,
  usual: SheetLayout | undefined,
  pictures: number,
  given: SheetLayout | undefined,
): SheetLayout | undefined {
  if (given !== undefined) {
    const checked = layoutSchema.safeParse(given);
    if (checked.success) return checked.data;
    throw new OcraDataError(
      "argument",
      `the layout is not one: ${checked.error.issues[0]?.message ?? "unknown"}`,
    );
  }
  return pictures === 1 && wanted > 1 ? (usual ?? { rows: 1, columns: wanted }) : undefined;
}
