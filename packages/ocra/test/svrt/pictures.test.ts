// SVRT's pictures: always the same ones, and with the frequencies that the problems' descriptions give.

import { createHash } from "node:crypto";
import { type SvrtLabel, svrtOwners, svrtPicture, svrtProblems } from "@throughline/ocra";
import { ThroughlineError } from "@throughline/torch/errors";
import { describe, expect, test } from "vitest";
import { filledPixels } from "./checker/raster.js";
import { inside, shapesOf, winding } from "./checker/shape.js";

/** SHA-256, cut short, of the first 4 pictures of each label with seed 0: changes of the generator show here. */
const golden =
  "1e2f5bae993e 56f1e550089e 3965dfe03f2e b95da4d36f6c c9338249f387 309165011ae2 " +
  "b5d5e10cca87 df98ec7701ae dad1f14736c9 afdeb7df3bd1 2a6e39e6e418 428ae2042a5c " +
  "d9bdf34d9e2a b22333f6ca9f 01ef1d9427b8 92bb8a2ec0f4 b69896fcb430 6040524e19e6 " +
  "046952ab116a 85decfaceada 563dba9d7875 24a7c26b3663 b6f8b982bd0b";

function digest(problem: number): string {
  const hash = createHash("sha256");
  for (const label of [0, 1] as const) {
    for (let number = 0; number < 4; number++) hash.update(svrtPicture({ problem, label, number }).pixels);
  }
  return hash.digest("hex").slice(0, 12);
}

describe("svrtPicture", () => {
  test("the first pictures of each problem are those that they always were", () => {
    expect(svrtProblems.map(({ number }) => digest(number))).toEqual(golden.split(" "));
  });

  test("seed, split, label and number each change the picture", () => {
    const first = { problem: 1, label: 0, split: "train", seed: 0, number: 0 } as const;
    const others = [{}, { label: 1 as const }, { split: "test" as const }, { seed: 1 }, { number: 1 }];
    const pictures = others.map((other) => svrtPicture({ ...first, ...other }).pixels.join());
    expect(new Set(pictures).size).toBe(pictures.length);
    expect(svrtPicture({ problem: 1 }).pixels.join()).toBe(pictures[0]); // the defaults
  });

  test.each([8, 23])("problem %i, label 0: its two kinds are as frequent", (problem) => {
    const count = 150;
    let within = 0;
    for (let number = 0; number < count; number++) {
      const [big, small] = shapesOf(svrtPicture({ problem, label: 0, number }));
      if (inside(big!, small!)) within++;
    }
    expect(Math.abs(within / count - 0.5)).toBeLessThan(5 * Math.sqrt(0.25 / count));
  });

  test.each([
    [{ problem: 24 }, "SVRT has no problem 24; accepted: a whole number from 1 to 23"],
    [{ problem: 1.5 }, "SVRT has no problem 1.5"],
    [{ problem: 1, label: 2 as SvrtLabel }, "svrtPicture: label is 2, accepted: 0 or 1"],
    [{ problem: 1, number: -1 }, "svrtPicture: number is -1, accepted: a whole number of at least 0"],
  ])("%o is refused", (options, message) => {
    expect(() => svrtPicture(options)).toThrow(message);
    expect(() => svrtPicture(options)).toThrow(ThroughlineError);
  });
});

describe("svrtOwners", () => {
  test.each([4, 8, 13, 3])(
    "problem %i: a pixel belongs to the smallest shape that closes it in",
    (problem) => {
      for (let number = 0; number < 10; number++) {
        const picture = svrtPicture({ problem, label: 1, number });
        const shapes = shapesOf(picture);
        const filled = shapes.map(filledPixels);
        const sizes = filled.map((set) => set.size);
        const owners = svrtOwners(picture.placements);
        owners.forEach((owner, at) => {
          const claims = [...sizes.keys()].filter((i) => filled[i]!.has(at));
          const expected = 1 + (claims.sort((a, b) => sizes[a]! - sizes[b]!)[0] ?? -1);
          if (owner !== expected)
            throw new Error(`pixel ${at} of picture ${number}: ${owner}, not ${expected}`);
        });
      }
    },
  );

  test("an inner shape is owned by itself, what is around it by the outer one", () => {
    const picture = svrtPicture({ problem: 4, label: 1 });
    const [big, small] = shapesOf(picture);
    const owners = svrtOwners(picture.placements);
    const at = ([x, y]: readonly [number, number]): number => owners[y * 128 + x]!;
    expect(winding(big!, small!.centre)).not.toBe(0);
    expect([at(small!.centre), at(big!.centre)].sort()).toContain(2);
    expect(owners.filter((owner) => owner === 1).length).toBeGreaterThan(1000);
  });
});
