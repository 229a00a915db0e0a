// Displays and problems as the tensors of a batch.
import { fromTypedArray, type Tensor } from "@throughline/torch";
import type { Display, PictureShape, Problem } from "./types.js";

/** Displays of a batch. */
export interface DisplayBatch {
  /** [batch, channels, height, width], float32, 0 to 1. */
  readonly image: Tensor;
  /** [batch, height, width], uint8. */
  readonly owners: Tensor;
}

/** Problems of a batch. */
export interface ProblemBatch {
  /** [batch, views, channels, height, width], float32, 0 to 1. */
  readonly images: Tensor;
  /** [batch], int64. */
  readonly target: Tensor;
}

/** Collates samples of a `DisplaySet` for a `DataLoader`. */
export function collateDisplays(displays: readonly Display[]): DisplayBatch {
  const { channels, height, width } = displays[0]!.shape;
  const image = joined(
    Float32Array,
    displays.map((display) => display.image),
  );
  const owners = joined(
    Uint8Array,
    displays.map((display) => display.owners),
  );
  return {
    image: fromTypedArray(image, [displays.length, channels, height, width]),
    owners: fromTypedArray(owners, [displays.length, height, width]),
  };
}

/** Collates samples of a `TaskSet` for a `DataLoader`. */
export function collateProblems(problems: readonly Problem[]): ProblemBatch {
  const { shape, images: first } = problems[0]!;
  const images = joined(
    Float32Array,
    problems.map((problem) => problem.images),
  );
  const { channels, height, width } = shape;
  const views = first.length / pictureLength(shape);
  return {
    images: fromTypedArray(images, [problems.length, views, channels, height, width]),
    target: fromTypedArray(BigInt64Array.from(problems, ({ target }) => BigInt(target))),
  };
}

/** Numbers in one picture. */
export function pictureLength({ channels, height, width }: PictureShape): number {
  return channels * height * width;
}

function joined<A extends Float32Array | Uint8Array>(
  make: new (length: number) => A,
  arrays: readonly A[],
): A {
  const { length } = arrays[0]!;
  const all = new make(length * arrays.length);
  for (const [at, array] of arrays.entries()) all.set(array, at * length);
  return all;
}
