// A curriculum drawn: what stands at which place.
import { join } from "node:path";
import { Curriculum, curriculumFigure, LearningHistory, sampling, spacedLevels } from "@throughline/cec";
import { type LinesFigure, renderSvg } from "@throughline/lab";
import { fileFolder } from "@throughline/testing/folders";
import { expect, test } from "vitest";
import { gradedStore } from "./support/graded.js";

test("its panels show success by place, what sequences take, and in which order", async () => {
  const store = gradedStore({ folder: join(fileFolder(), "store"), episodes: 12 });
  const histories = [0, 1].map((level) => new LearningHistory(store, { level, gate: false }));
  const curriculum = new Curriculum(spacedLevels(histories, { episodes: 16 }), {
    ...{ sampling: sampling.taskDifficulty({ least: 3, most: 3 }), order: "reversed" },
  });
  const figure = curriculumFigure(curriculum, { samples: 5, seed: 2 });
  const [success, taken, order] = figure.panels as [LinesFigure, LinesFigure, LinesFigure];
  expect(figure.subtitle).toContain("order reversed");
  expect(success.series.map(({ name, x }) => [name, x[0], x.at(-1)])).toEqual([
    ["rooms 1", 0.5, 7.5],
    ["rooms 2", 8.5, 15.5],
  ]);
  // With so few, the mean is that of three neighbours.
  const won = curriculum.levels[0]!.episodes.map((one) => Number(one.success));
  expect(success.series[0]!.y[4]).toBeCloseTo((won[3]! + won[4]! + won[5]!) / 3);
  const sequences = [0, 1, 2, 3, 4].map((index) => curriculum.sequence({ seed: 2, epoch: 0, index }));
  const places = sequences.map((sequence) => sequence.map(({ level, place }) => 8 * level + place));
  expect(order.series.map(({ y }) => y)).toEqual(places.slice(0, 4));
  const strokes = taken.series.flatMap(({ x, y }) =>
    x.flatMap((from, at) => (at % 3 === 0 ? [[y[at]! - 1, Math.floor((from + x[at + 1]!) / 2)]] : [])),
  );
  const byPlace = (a: number[], b: number[]) => a[0]! - b[0]! || a[1]! - b[1]!;
  expect(strokes.sort(byPlace)).toEqual(
    places.flatMap((those, row) => those.map((at) => [row, at])).sort(byPlace),
  );
  expect(await renderSvg(figure)).toContain("Order within a sequence");
  store.close();
});
