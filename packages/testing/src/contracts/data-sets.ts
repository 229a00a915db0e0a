// The contract of data sets of pictures: displays with their owners, and problems with their answers.
import { type data, Generator, scope, type Tensor } from "@throughline/torch";
import { expect } from "vitest";
import { type Rule, testRules } from "./rules.js";

interface Shape {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** A data set of problems, as far as the contract looks at it. */
export interface ProblemSet
  extends data.Dataset<{ readonly images: Float32Array; readonly target: number; readonly shape: Shape }> {
  readonly shape: Shape;
  readonly form: "binary" | "choice";
  readonly views: number;
  describe(index: number): { readonly target: number; readonly views: readonly unknown[] };
}

/** A data set of displays, as far as the contract looks at it. */
export interface PictureSet
  extends data.Dataset<{ readonly image: Float32Array; readonly owners: Uint8Array; readonly shape: Shape }> {
  readonly shape: Shape;
}

/** Batches of the same set, from worker threads or from this one. */
export type Batches = (options: {
  batchSize: number;
  shuffle: boolean;
  seed: number;
  workers: number;
}) => Promise<AsyncIterable<object>>;

/** The samples of a set that are looked at: a few, with its ends. */
const places = (length: number): number[] => [...new Set([0, 1, length >> 1, length - 1])];
const withSeed = <Result>(seed: number, body: (rng: Generator) => Result): Result => {
  using rng = Generator.create({ seed });
  return body(rng);
};
/** The elements of a picture lie in 0 to 1, up to the rounding of resizing. */
function expectBrightness(values: Float32Array): void {
  const [low, high] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  expect(low).toBeGreaterThanOrEqual(-1e-6);
  expect(high).toBeLessThanOrEqual(1 + 1e-6);
}

/** A sample is a function of the set's options, its number and the generator's seed, and not of what was read before. */
function sampleRules<Sample>(make: () => data.Dataset<Sample>): readonly Rule[] {
  return [
    {
      name: "a sample is the same for the same number and seed, in whatever order they are read",
      check: () => {
        const [first, second] = [make(), make()];
        expect(second.length).toBe(first.length);
        const read = (set: data.Dataset<Sample>, at: number) => withSeed(at + 7, (rng) => set.get(at, rng));
        const there = places(first.length).map((at) => read(first, at));
        const back = places(first.length)
          .toReversed()
          .map((at) => read(second, at))
          .toReversed();
        expect(back).toEqual(there);
      },
    },
    {
      name: "there is nothing before the first and after the last",
      check: () => {
        const set = make();
        withSeed(1, (rng) => {
          for (const at of [-1, set.length, 0.5]) expect(() => set.get(at, rng), String(at)).toThrow(/index/);
        });
      },
    },
  ];
}

function batchRule(batches: Batches, shapes: (batch: Record<string, Tensor>) => void): Rule {
  return {
    name: "worker threads make the batches that this thread makes, in both of two epochs",
    check: async () => {
      const read = async (workers: number): Promise<string[]> => {
        const loader = await batches({ batchSize: 3, shuffle: true, seed: 3, workers });
        const seen: string[] = [];
        for (let epoch = 0; epoch < 2; epoch++) {
          for await (const batch of loader) {
            scope(() => {
              const tensors = batch as Record<string, Tensor>;
              shapes(tensors);
              for (const [name, values] of Object.entries(tensors))
                seen.push(`${name} ${values.dtype} [${values.shape}] ${values.toTypedArray()}`);
            });
          }
        }
        return seen;
      };
      const here = await read(0);
      expect(here.length).toBeGreaterThan(0);
      expect(await read(2)).toEqual(here);
    },
  };
}

/**
 * Rules of sets of problems: shapes, targets, that `describe` and samples agree, and that samples and batches are repeatable.
 * @param make a fresh set, small
 */
export function taskSetRules(make: () => ProblemSet, batches: Batches): readonly Rule[] {
  return [
    {
      name: "pictures have the shape that the set says, targets are answers, and descriptions agree",
      check: () => {
        const set = make();
        const { channels, height, width } = set.shape;
        expect(set.views).toBeGreaterThanOrEqual(set.form === "binary" ? 1 : 2);
        for (const at of places(set.length)) {
          const { images, target, shape } = withSeed(1, (rng) => set.get(at, rng));
          const { target: described, views } = set.describe(at);
          expect(shape).toEqual(set.shape);
          expect(images.length).toBe(set.views * channels * height * width);
          expectBrightness(images);
          expect(Number.isInteger(target) && target >= 0 && target < Math.max(2, set.views)).toBe(true);
          expect([described, views.length]).toEqual([target, set.views]);
          expect(set.describe(at)).toEqual(set.describe(at));
        }
      },
    },
    ...sampleRules(make),
    batchRule(batches, ({ images, target }) => {
      const { views, shape } = make();
      const [count] = target!.shape;
      expect(images!.shape).toEqual([count, views, shape.channels, shape.height, shape.width]);
      expect([images!.dtype, target!.dtype]).toEqual(["float32", "int64"]);
    }),
  ];
}

/** Tests a set of problems against every rule. */
export function taskSetContract(name: string, make: () => ProblemSet, batches: Batches): void {
  testRules(`${name} keeps the contract of task sets`, taskSetRules(make, batches));
}

/** Rules of sets of displays: shapes, owners without a gap, and that samples and batches are repeatable. @param make a fresh set, small */
export function displaySetRules(make: () => PictureSet, batches: Batches): readonly Rule[] {
  return [
    {
      name: "pictures and owners have the shape that the set says; owners are numbered from 1",
      check: () => {
        const set = make();
        const { channels, height, width } = set.shape;
        for (const at of places(set.length)) {
          const { image, owners, shape } = withSeed(1, (rng) => set.get(at, rng));
          expect(shape).toEqual(set.shape);
          expect([image.length, owners.length]).toEqual([channels * height * width, height * width]);
          expectBrightness(image);
          expect(Math.max(...owners)).toBeGreaterThan(0);
        }
      },
    },
    ...sampleRules(make),
    batchRule(batches, ({ image, owners }) => {
      const { channels, height, width } = make().shape;
      const [count] = image!.shape;
      expect(image!.shape).toEqual([count, channels, height, width]);
      expect(owners!.shape).toEqual([count, height, width]);
    }),
  ];
}

/** Tests a set of displays against every rule. */
export function displaySetContract(name: string, make: () => PictureSet, batches: Batches): void {
  testRules(`${name} keeps the contract of display sets`, displaySetRules(make, batches));
}
