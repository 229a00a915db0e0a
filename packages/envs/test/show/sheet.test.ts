// Sheets: PNGs with the agent's own pixels in them.
import { MAZES, makeEnv, mazeKind, previewSheet } from "@throughline/envs";
import { checkLeaks, own } from "@throughline/testing/leaks";
import sharp from "sharp";
import { expect, test } from "vitest";

checkLeaks();

test("a sheet has a block for each seed, in two columns", async () => {
  const sizes: [number, number][] = [];
  for (const seeds of [1, 2, 3]) {
    const { width, height, format } = await sharp(
      previewSheet(MAZES.smallGoalMaze, { rooms: 1 }, { seeds }),
    ).metadata();
    expect(format).toBe("png");
    sizes.push([width, height]);
  }
  const [one, two, three] = sizes as [[number, number], [number, number], [number, number]];
  expect(two[0]).toBeGreaterThan(1.9 * one[0]);
  expect([two[1], three[0]]).toEqual([one[1], two[0]]);
  expect(three[1]).toBeGreaterThan(1.5 * two[1]);
});

test.each(["SmallWatermaze-v0", "SmallIrreversiblePath-v0", "ObstructedGoalMaze-v0"])(
  "the first picture of %s is what the agent sees at its start",
  async (id) => {
    const sheet = previewSheet(mazeKind(id), undefined, { seeds: 1, seed: 3 });
    const { data, info } = await sharp(sheet).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const env = own(makeEnv(id));
    env.reset({ seed: 3 });
    // Twice as large as on the sheet, where it stands right of the map.
    const { pixels } = env.picture(372, 496);
    let [worst, sum] = [0, 0];
    for (let row = 8; row < 180; row += 4) {
      for (let column = 8; column < 240; column += 4) {
        for (let part = 0; part < 3; part++) {
          const box = [0, 1].flatMap((dy) =>
            [0, 1].map((dx) => pixels[((2 * row + dy) * 496 + 2 * column + dx) * 3 + part]!),
          );
          const mean = box.reduce((a, b) => a + b, 0) / 4;
          const shown = data[((92 + 24 + row) * info.width + 28 + 392 + 10 + column) * 3 + part]!;
          worst = Math.max(worst, Math.abs(shown - mean));
          sum += Math.abs(shown - mean);
        }
      }
    }
    expect(sum / (43 * 58 * 3)).toBeLessThan(3);
    expect(worst).toBeLessThan(120);
  },
);
