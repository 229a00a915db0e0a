// Preview sheets: the pictures of the data set, with captions that say the answer.

import { renderPng } from "@throughline/lab";
import { artDisplays, artTask, previewSheet } from "@throughline/ocra";
import { Generator, liveTensors } from "@throughline/torch";
import { afterEach, beforeEach, expect, test } from "vitest";

let before = 0;
beforeEach(() => {
  before = liveTensors();
});
afterEach(() => expect(liveTensors()).toBe(before));

test("displays: how many objects there are", () => {
  const set = artDisplays({ size: 48 });
  const sheet = previewSheet(set, { count: 5 });
  expect([sheet.title, sheet.subtitle, sheet.images.length]).toEqual([
    "art/displays",
    "180000 displays, 48 × 48 pixels",
    5,
  ]);
  using rng = Generator.create({ seed: 0 });
  for (const [index, { caption, pixels, width, height, channels }] of sheet.images.entries()) {
    const { image, owners } = set.get(index, rng);
    const objects = Math.max(...owners);
    expect(caption).toBe(objects === 1 ? "1 object" : `${objects} objects`);
    expect([width, height, channels]).toEqual([48, 48, 1]);
    expect(pixels).toEqual(Uint8Array.from(image, (value) => Math.round(255 * Math.max(0, value))));
  }
});

test("choices: a row for each problem, the right one named with its rule", () => {
  const set = artTask("identity-rules", { m: 95, size: 32 });
  const sheet = previewSheet(set, { count: 6 });
  expect([sheet.columns, sheet.images.length]).toEqual([4, 24]);
  for (let index = 0; index < 6; index++) {
    const { rule, target } = set.describe(index);
    const captions = sheet.images.slice(4 * index, 4 * index + 4).map(({ caption }) => caption);
    const expected = ["1", "2", "3", "4"].map((name, at) =>
      at === target ? `${name}, right: ${rule}` : name,
    );
    expect(captions).toEqual(expected);
  }
});

test("yes/no problems: the answer; the sheet can be drawn", async () => {
  const set = artTask("same-different", { m: 50, size: 32 });
  const sheet = previewSheet(set);
  expect(sheet.images.map(({ caption }) => caption)).toEqual(
    Array.from({ length: 12 }, (_, index) => set.describe(index).rule),
  );
  const png = await renderPng(sheet);
  expect(Buffer.from(png.subarray(1, 4)).toString()).toBe("PNG");
});

test("more than there is is refused", () => {
  expect(() => previewSheet(artTask("rmts", { m: 95 }), { count: 481 })).toThrow(
    "previewSheet: count is 481, accepted: a whole number from 1 to 480",
  );
});
