// Films: as many pictures as steps, the agent's own pixels in them, and files that others read.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { filmOf, makeEnv, oraclePlayer, randomPlayer, recordFilm } from "@throughline/envs";
import { fileFolder } from "@throughline/testing/folders";
import { checkLeaks, own } from "@throughline/testing/leaks";
import sharp from "sharp";
import { expect, test } from "vitest";

checkLeaks();
const folder = fileFolder();

test("each step is a picture with the agent's pixels, enlarged without smoothing", () => {
  const env = own(makeEnv("SmallGoalMaze-v0", { rooms: 1 }));
  const { frames, delays, ends } = filmOf(env, oraclePlayer(), { episodes: 2, seed: 4 });
  expect(ends.map(({ seed, episode, success }) => [seed, episode, success])).toEqual([
    [4, 0, true],
    [4, 1, true],
  ]);
  const [first, second] = ends;
  expect(frames.length).toBe(first!.length + second!.length + 2);
  expect([delays[0], delays[1], delays[first!.length], delays.at(-1)]).toEqual([700, 125, 1500, 1500]);
  // 36 × 48 eight times as large, the map as high beside it, and a title above.
  for (const { width, height } of frames) expect([width, height]).toEqual([384 + 4 + 288, 34 + 288]);
  const again = env.reset({ seed: 4, options: { episode: 1 } }).observation;
  const { pixels, width } = frames[first!.length + 1]!;
  for (const [row, column] of [
    [0, 0],
    [17, 20],
    [35, 47],
  ] as const) {
    for (const inside of [0, 7]) {
      const at = ((34 + row * 8 + inside) * width + column * 8 + inside) * 3;
      const from = (row * 48 + column) * 3;
      expect(pixels.slice(at, at + 3)).toEqual(again.slice(from, from + 3));
    }
  }
});

test("the title says how an episode ended", () => {
  const env = own(makeEnv("SmallWatermaze-v0", { radius: 580, horizon: 3 }));
  const { frames, ends } = filmOf(env, randomPlayer(), { seed: 2, map: false });
  expect(ends.map(({ success, length }) => [success, length])).toEqual([[false, 3]]);
  const colour = (at: number): number[] => [...frames.at(at)!.pixels.slice(0, 3)];
  expect(frames[0]!.width).toBe(384);
  expect([colour(0), colour(-1)]).toEqual([
    [0x20, 0x24, 0x2d],
    [0x8f, 0x2f, 0x2f],
  ]);
});

test.each(["gif", "webp"])("as %s it is an animation of these pictures and delays", async (ending) => {
  const env = own(makeEnv("SmallObstructedGoalMaze-v0", { rooms: 1 }));
  const out = join(folder, "films", `one.${ending}`);
  const { frames, delays } = await recordFilm(env, oraclePlayer(), out, { height: 72, framesPerSecond: 10 });
  const { width, pageHeight, pages, delay, loop } = await sharp(out, { animated: true }).metadata();
  expect([width, pageHeight, pages, loop]).toEqual([frames[0]!.width, frames[0]!.height, frames.length, 0]);
  expect(delay).toEqual(delays);
  const raw = await sharp(readFileSync(out), { page: frames.length - 2 })
    .removeAlpha()
    .raw()
    .toBuffer();
  const shown = frames.at(-2)!.pixels;
  let sum = 0;
  for (const [at, value] of shown.entries()) sum += Math.abs(value - raw[at]!);
  // WebP is lossless; the 256 colours of a GIF are some levels off on average.
  expect(sum / shown.length).toBeLessThanOrEqual(ending === "webp" ? 0 : 6);
});

test("what cannot be a film is refused in one sentence", async () => {
  const env = own(makeEnv("GoalMaze-v0", { rooms: 5 }));
  await expect(recordFilm(env, oraclePlayer(), "film.mp4")).rejects.toMatchObject({
    code: "envs/film",
    message: "the film is called film.mp4, accepted: a name that ends in .gif or .webp",
  });
  expect(() => filmOf(env, randomPlayer(), { height: 10_000 })).toThrow(
    /^the film would have \d+ × 10042 pixels, accepted: at most 16383 a side$/,
  );
  const picture = 34 + 72;
  expect(() => filmOf(env, randomPlayer(), { height: 72, map: false, memory: 8 * 96 * picture * 3 })).toThrow(
    `the film is too large: 1 episodes of up to 600 steps in 96 × ${picture} pixels; at most 8 pictures are accepted`,
  );
});
