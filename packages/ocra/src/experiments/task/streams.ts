// The batches of a task run, as its model takes them.

import type { RunContext } from "@throughline/lab";
import type { Generator } from "@throughline/torch";
import { loadProblems } from "../../catalogue/load.js";
import { dataset } from "../../catalogue/worker-entry.js";
import { OcraDataError } from "../../datasets/errors.js";
import type { NamedDataSet, TaskSet } from "../../datasets/types.js";
import { EncodingFolder } from "../../encodings/folder.js";
import type { Pretrained } from "../../pretrained/pretrained.js";
import type { ScorerInput } from "../../reasoning/scorer.js";
import {
  encodedStream,
  frozenStream,
  imageStream,
  type StreamOptions,
  type TaskStream,
} from "../../training/task-streams.js";
import { located } from "../inputs.js";
import type { TaskConfig } from "./options.js";
import { problemsOf, type Split, splitsOf } from "./problems.js";

/** Problems for training and test of a run. */
export interface TaskStreams {
  /** The set of the training problems. */
  readonly set: Pick<TaskSet, "form" | "views" | "config">;
  readonly train: TaskStream;
  readonly test: TaskStream;
  /** Problems that select the weights, if the setting does so. */
  readonly validation: TaskStream | undefined;
}

/** Inputs of streams. */
export interface StreamParts {
  readonly context: RunContext<TaskConfig>;
  readonly encoder: Pretrained;
  readonly input: ScorerInput;
  /** Draws the initial slots of training pictures that are encoded on the way. */
  readonly generator: Generator;
}

/** Problems in a batch of a test. */
const TEST_BATCH = 50;

/** Encodings are made, or found, first. */
export async function openStreams(parts: StreamParts): Promise<TaskStreams> {
  const { context, input } = parts;
  const { batch, draws } = context.config;
  const set = (await dataset(dataOf(parts, "train"))) as TaskSet;
  const seed = context.seedFor("order");
  const shuffled = { batchSize: batch, shuffle: true, seed, share: context.group };
  const plain = { batchSize: TEST_BATCH, seed: 0 };
  const wanted = splitsOf(context.config).map((split): [Split, number, StreamOptions] =>
    split === "train" ? [split, draws, shuffled] : [split, 1, plain],
  );
  const made =
    input === "images" || draws === 0
      ? wanted.map(([split, , options]) => onTheWay(parts, split, options))
      : await encoded(parts, wanted);
  const [train, test, validation] = await Promise.all(made);
  return { set, train: train!, test: test!, validation };
}

/** The run's data set of a split, at the encoder's resolution. */
export function dataOf(
  { context, encoder }: Omit<StreamParts, "generator" | "input">,
  split: Split,
): NamedDataSet {
  const { channels, resolution } = encoder.autoencoder.config;
  const [height, width] = resolution;
  if (height !== width) {
    throw new OcraDataError(
      "pretrained",
      `the encoder takes pictures of ${height} × ${width}; accepted: square ones`,
    );
  }
  return problemsOf(located(context), { width, channels }, split, context.seed);
}

async function onTheWay(parts: StreamParts, split: Split, options: StreamOptions): Promise<TaskStream> {
  const { context, encoder, input } = parts;
  const { workers } = context.config;
  const loader = await loadProblems(dataOf(parts, split), { ...options, workers });
  if (input === "images") return imageStream(loader, encoder.pixels, context.device);
  const generator = split === "train" ? parts.generator : context.generator(`${split}-slots`);
  return frozenStream(loader, encoder, input, generator);
}

/**
 * All encodings in one loop of the run, so that progress is seen and an interruption loses one part. What other runs are at is
 * left to them and waited for at the end: several runs that want the same share the work.
 */
async function encoded(
  parts: StreamParts,
  wanted: readonly (readonly [Split, number, StreamOptions])[],
): Promise<TaskStream[]> {
  const { context, encoder, input } = parts;
  const { workers, encodings: where = context.cacheFolder("encodings") } = context.config;
  const kind = input === "patches" ? "patches" : "slots";
  const folders = await Promise.all(
    wanted.map(async ([split, draws, options]) => ({
      folder: await EncodingFolder.open(encoder, kind, dataOf(parts, split), where, workers),
      draws,
      options,
    })),
  );
  const jobs = folders.flatMap(({ folder, draws }) =>
    Array.from({ length: draws * folder.parts }, (_, at) => ({
      folder,
      draw: Math.floor(at / folder.parts),
      part: at % folder.parts,
    })),
  );
  await context.loopAsync("encode", { steps: jobs.length, unit: "part" }, async (step) => {
    const { folder, draw, part } = jobs[step]!;
    await folder.tryMake(draw, part);
    return undefined;
  });
  const streams: TaskStream[] = [];
  for (const { folder, draws, options } of folders) {
    streams.push(encodedStream(await folder.load(draws), options, context.device));
  }
  return streams;
}
