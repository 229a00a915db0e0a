// Drawing on the canvas and resizing it: against pasting and filtering written out.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createCanvas } from "@napi-rs/canvas";
import { drawObjects, objectPixels, objectsFrom, type Placement, puzzlesFrom } from "@throughline/ocra";
import { testFolder } from "@throughline/testing/folders";
import { Generator } from "@throughline/torch";
import { describe, expect, test } from "vitest";

const objects = objectsFrom("tasks");
const placements: Placement[] = [
  { object: 0, top: 0, left: 0 },
  { object: 41, top: 40, left: 128 },
  { object: 7, top: 128, left: 61 },
  { object: 99, top: 73, left: 33 },
];

/** 160 × 160 bytes. */
function pasted(): Uint8Array {
  const canvas = new Uint8Array(160 * 160).fill(255);
  for (const { object, top, left } of placements) {
    const pixels = objectPixels(objects, object);
    for (let y = 0; y < 32; y++) canvas.set(pixels.subarray(32 * y, 32 * y + 32), 160 * (top + y) + left);
  }
  return canvas;
}

/** What share each of 160 pixels has in new pixel i of `size`. */
function shares(i: number, size: number, antialias: boolean): number[] {
  const ratio = 160 / size;
  if (antialias) {
    const reach = Math.max(1, ratio);
    const weights = Array.from({ length: 160 }, (_, at) =>
      Math.max(0, 1 - Math.abs(at + 0.5 - (i + 0.5) * ratio) / reach),
    );
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return weights.map((weight) => weight / sum);
  }
  const source = Math.max(0, (i + 0.5) * ratio - 0.5);
  const [low, high] = [Math.floor(source), Math.min(159, Math.floor(source) + 1)];
  const weights = new Array<number>(160).fill(0);
  weights[low]! += 1 - (source - low);
  weights[high]! += source - low;
  return weights;
}

function resized(canvas: Uint8Array, size: number, antialias: boolean): number[] {
  const table = Array.from({ length: size }, (_, i) =>
    [...shares(i, size, antialias).entries()].filter(([, weight]) => weight > 0),
  );
  return table.flatMap((rows) =>
    table.map((columns) => {
      let sum = 0;
      for (const [y, down] of rows)
        for (const [x, across] of columns) sum += down * across * canvas[160 * y + x]!;
      return sum / 255;
    }),
  );
}

test.each([
  [160, false],
  [128, false],
  [80, false],
  [96, false],
  [200, false],
  [320, false],
  [48, false],
  [48, true],
  [64, true],
  [16, true],
  [128, true],
  [240, true],
])("%i pixels, antialiasing %s", (size, antialias) => {
  const ours = drawObjects(objects, placements, { size, antialias });
  const expected = resized(pasted(), size, antialias);
  expect(Math.max(...ours.map((value, at) => Math.abs(value - expected[at]!)))).toBeLessThan(1e-6);
});

test("a picture file of the canvas becomes the same view", () => {
  const folder = testFolder();
  const canvas = createCanvas(160, 160);
  const context = canvas.getContext("2d");
  const image = context.createImageData(160, 160);
  for (const [at, value] of pasted().entries()) image.data.set([value, value, value, 255], 4 * at);
  context.putImageData(image, 0, 0);
  writeFileSync(join(folder, "a.png"), canvas.toBuffer("image/png"));
  writeFileSync(join(folder, "answers.csv"), "file,answer\na.png,1\n");
  for (const size of [64, 200]) {
    const { images } = puzzlesFrom(folder, { size }).get(0, Generator.create({ seed: 0 }));
    const expected = drawObjects(objects, placements, { size, antialias: true });
    expect(Math.max(...images.map((value, at) => Math.abs(value - expected[at]!)))).toBeLessThan(1e-6);
  }
});

describe("refusals", () => {
  test.each([
    [
      { object: 100, top: 0, left: 0 },
      "drawObjects: placements[0].object is 100, accepted: a whole number from 0 to 99",
    ],
    [
      { object: 0, top: 129, left: 0 },
      "drawObjects: placements[0].top is 129, accepted: a whole number from 0 to 128",
    ],
    [
      { object: 0, top: 0, left: 0.5 },
      "drawObjects: placements[0].left is 0.5, accepted: a whole number from 0 to 128",
    ],
  ])("%o", (placement, sentence) => {
    expect(() => drawObjects(objects, [placement])).toThrow(sentence);
  });

  test("objects that overlap", () => {
    const over = [...placements, { object: 3, top: 31, left: 31 }];
    expect(() => drawObjects(objects, over)).toThrow(
      "drawObjects: placements[4] lies over placements[0]; objects may not overlap",
    );
    expect(() => drawObjects(objects, [...placements, { object: 3, top: 32, left: 0 }])).not.toThrow();
  });
});
