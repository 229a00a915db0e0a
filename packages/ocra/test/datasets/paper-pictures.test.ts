// Our pictures against those of the authors' own code, with the same objects and jitter.
import { drawObjects, objectsFrom, type Placement } from "@throughline/ocra";
import { describeWith } from "@throughline/testing/reference";
import { io, scope } from "@throughline/torch";
import { expect, test } from "vitest";
import { paperObjects, paperPictures } from "./support.js";

// Centres on the canvas as the specification of the tasks has them, written down here a second time.
const pair = [
  [80, 40],
  [80, 120],
];
const square = [
  [40, 40],
  [40, 120],
  [120, 40],
  [120, 120],
];
const matrix = [
  [40, 40],
  [40, 88],
  [40, 136],
  [120, 40],
  [120, 88],
  [120, 136],
];
const cases = [
  { task: "sd", centres: pair, shared: 2, own: 0, range: [0, 1] },
  { task: "rmts", centres: square, shared: 2, own: 2, range: [0, 1] },
  { task: "dist3", centres: matrix, shared: 5, own: 1, range: [-1, 1] },
] as const;

function numbers(key: string): number[] {
  return scope(() => Array.from(io.openSafetensors(paperPictures).get(key).toTypedArray(), Number));
}

function placementsOf(task: (typeof cases)[number], view: number): Placement[] {
  const sequence = numbers(`inputs.${task.task}_seq`);
  const jitter = numbers(`inputs.${task.task}_jitter`);
  return task.centres.map(([row, column], at) => {
    const place = at < task.shared ? at : task.shared + view * task.own + at - task.shared;
    const drawn = view * task.centres.length + at;
    const top = row! - 16 + jitter[2 * drawn]!;
    const left = column! - 16 + jitter[2 * drawn + 1]!;
    return { object: sequence[place]!, top, left };
  });
}

describeWith("the authors' pictures", [paperObjects, paperPictures], () => {
  for (const kase of cases) {
    for (const [variant, antialias] of [
      ["noaa", false],
      ["aa", true],
    ] as const) {
      test(`${kase.task}, ${variant === "aa" ? "with" : "without"} antialiasing`, () => {
        const objects = objectsFrom(paperObjects);
        const expected = numbers(`outputs.${kase.task}_${variant}`);
        const views = expected.length / 128 ** 2;
        const [low, high] = kase.range;
        let largest = 0;
        for (let view = 0; view < views; view++) {
          const ours = drawObjects(objects, placementsOf(kase, view), { size: 128, antialias });
          for (const [at, value] of ours.entries()) {
            const theirs = (expected[view * 128 ** 2 + at]! - low) / (high - low);
            largest = Math.max(largest, Math.abs(value - theirs));
          }
        }
        expect(largest).toBeLessThan(1e-6);
      });
    }
  }

  test("without antialiasing is what 128 pixels get", () => {
    const objects = objectsFrom(paperObjects);
    const placements = placementsOf(cases[1], 0);
    expect(drawObjects(objects, placements)).toEqual(drawObjects(objects, placements, { antialias: false }));
    expect(drawObjects(objects, placements, { size: 64 })).toEqual(
      drawObjects(objects, placements, { size: 64, antialias: true }),
    );
  });
});
