// Sources of a task's batches: cached encodings, pictures encoded during training, or pictures as they are.

import { data, type distributed, type Generator, scope, type Tensor } from "@throughline/torch";
import type { ProblemBatch } from "../datasets/collate.js";
import { randomFrom } from "../datasets/random.js";
import type { Problem } from "../datasets/types.js";
import { type EncodedInput, encodeProblems } from "../encodings/encode.js";
import type { Encodings } from "../encodings/folder.js";
import { seePixels } from "../pretrained/pixels.js";
import type { Pretrained } from "../pretrained/pretrained.js";
import type { PixelView } from "../pretrained/suites.js";
import type { SlotDraw, SlotEncoding } from "../slots/slot-attention.js";
import type { TaskBatch } from "./task-batch.js";

/** Batches of a loader, and how one is read: in the step's scope, so that what it makes goes with the step. */
export interface TaskStream<B = unknown> {
  readonly loader: data.DataLoader<unknown, B>;
  /** @param draw of the initial slots of pictures that are encoded now. Default: from the stream's own generator. */
  read(batch: B, draw?: SlotDraw): TaskBatch;
}

/** Options of batches of problems. */
export interface StreamOptions {
  readonly batchSize: number;
  readonly shuffle?: boolean;
  readonly seed?: number;
  /** Place of this process among those that share each batch. */
  readonly share?: distributed.Place | undefined;
}

/** Rows of encodings: every problem once an epoch, each time from a draw of its own. */
class Rows implements data.Dataset<bigint> {
  readonly length: number;
  readonly #draws: number;

  constructor({ problems, draws }: Encodings) {
    this.length = problems;
    this.#draws = draws;
  }

  get(index: number, rng: Generator): bigint {
    const draw = this.#draws === 1 ? 0 : randomFrom(rng).below(this.#draws);
    return BigInt(draw * this.length + index);
  }
}

/** Batches of encodings. */
export function encodedStream(
  encodings: Encodings,
  options: StreamOptions,
  device: string,
): TaskStream<Tensor> {
  const { encoding, target, problems } = encodings;
  const loader = new data.DataLoader(new Rows(encodings), options) as data.DataLoader<unknown, Tensor>;
  return {
    loader,
    read: (rows) =>
      scope(() => {
        const of = (x: Tensor): Tensor => x.indexSelect(0, rows).to({ device, dtype: "float32" });
        const input: SlotEncoding = { slots: of(encoding.slots), z: of(encoding.z), m: of(encoding.m) };
        return { input, target: target.indexSelect(0, rows.remainder(problems)).to({ device }) };
      }),
  };
}

type ProblemLoader = data.DataLoader<Problem, ProblemBatch>;

/** Batches of pictures, encoded when they are read. @param generator draws the initial slots */
export function frozenStream(
  loader: ProblemLoader,
  encoder: Pretrained,
  input: EncodedInput,
  generator: Generator,
): TaskStream<ProblemBatch> {
  return {
    loader: loader as data.DataLoader<unknown, ProblemBatch>,
    read: ({ images, target }, draw) => {
      const encoding = encodeProblems(encoder, input, images, { generator, ...draw });
      return { input: encoding, target: target.to({ device: encoding.slots.device }) };
    },
  };
}

/** Batches of pictures, as the model sees them. */
export function imageStream(
  loader: ProblemLoader,
  pixels: PixelView,
  device: string,
): TaskStream<ProblemBatch> {
  return {
    loader: loader as data.DataLoader<unknown, ProblemBatch>,
    read: ({ images, target }) =>
      scope(() => {
        const there = images.to({ device });
        return { input: seePixels(there, pixels), target: target.to({ device }) };
      }),
  };
}
