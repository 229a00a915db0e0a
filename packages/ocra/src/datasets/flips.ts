// Random flips, the augmentation of SVRT's training pictures.
import type { Generator } from "@throughline/torch";
import { randomFrom } from "./random.js";
import type { Display, DisplaySet, PictureShape, Problem, TaskSet } from "./types.js";

/** Directions in which a picture is flipped. */
interface Flips {
  readonly across: boolean;
  readonly down: boolean;
}

/**
 * The set with a sample's pictures flipped across and down at every access, each with probability ½, all in the same way.
 * Descriptions stay those of the pictures before.
 */
export function flippedTask(set: TaskSet): TaskSet {
  const { form, views } = set;
  return {
    ...flippedSet(set),
    form,
    views,
    get: (index, rng): Problem => {
      const problem = set.get(index, rng) as Problem;
      flip(problem.images, set.shape, randomFlips(rng));
      return problem;
    },
    describe: (index) => set.describe(index),
  };
}

/** Same as `flippedTask`; owners are flipped with their picture. */
export function flippedDisplays(set: DisplaySet): DisplaySet {
  return {
    ...flippedSet(set),
    get: (index, rng): Display => {
      const display = set.get(index, rng) as Display;
      const ways = randomFlips(rng);
      flip(display.image, set.shape, ways);
      flip(display.owners, set.shape, ways);
      return display;
    },
  };
}

function flippedSet<S extends DisplaySet | TaskSet>(set: S) {
  const { name, length, shape, config } = set;
  return { name, length, shape, config: { ...config, flips: true }, unflipped: set };
}

function randomFlips(rng: Generator): Flips {
  const random = randomFrom(rng);
  return { across: random.below(2) === 1, down: random.below(2) === 1 };
}

/** Flips each [height, width] of `planes` in place: a sample belongs to whom it was made for. */
function flip(planes: Float32Array | Uint8Array, { height, width }: PictureShape, { across, down }: Flips) {
  for (let plane = 0; plane < planes.length; plane += height * width) {
    const at = (row: number) => planes.subarray(plane + row * width, plane + (row + 1) * width);
    const rows = Array.from({ length: height }, (_, row) => at(row));
    if (across) for (const row of rows) row.reverse();
    if (!down) continue;
    for (let row = 0; row < height >> 1; row++) {
      const [upper, lower] = [rows[row]!, rows[height - 1 - row]!];
      const saved = upper.slice();
      upper.set(lower);
      lower.set(saved);
    }
  }
}
