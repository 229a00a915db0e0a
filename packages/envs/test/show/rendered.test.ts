// Films of any environment by its own pictures: as many as steps, titles by outcome, and a bound on their length.
import { type AnyPlayer, type Env, filmOfRendered, TMaze } from "@throughline/envs";
import { expect, test } from "vitest";
import type { EpisodeFacts } from "../../src/vector/vector-env.js";

/** Goes forward, then turns to a side. */
const turning = (length: number, side: (episode: number) => number): AnyPlayer => {
  let [step, episode] = [0, 0];
  return {
    name: "turner",
    begin: (_, number) => {
      [step, episode] = [0, number];
    },
    act: () => (step++ < length ? 0 : side(episode)),
  };
};

/** Turns that win the episodes of a seed. */
function winning(length: number, seed: number, episode: number): number {
  const env = new TMaze({ length });
  const { observation } = env.reset({ seed, options: { episode } });
  // The half that is red says where.
  return observation[0] === 220 ? 1 : 2;
}

test("every step is a picture; the title is dark, green after a success and red after a failure", () => {
  const [length, seed] = [3, 6];
  // The second episode is lost.
  const side = (episode: number): number => {
    const right = winning(length, seed, episode);
    return episode === 1 ? 3 - right : right;
  };
  const { frames, delays, ends } = filmOfRendered(new TMaze({ length }), turning(length, side), {
    ...{ episodes: 2, seed, framesPerSecond: 20, height: 128 },
  });
  expect(ends).toEqual([
    { seed, episode: 0, length: length + 1, return: 1, success: true },
    { seed, episode: 1, length: length + 1, return: 0, success: false },
  ]);
  expect(frames).toHaveLength(2 * (length + 2));
  expect(delays).toEqual([700, 50, 50, 50, 1500, 700, 50, 50, 50, 1500]);
  for (const { width, height } of frames) expect([width, height]).toEqual([128, 34 + 128]);
  const title = (at: number): number[] => [...frames[at]!.pixels.slice(0, 3)];
  expect([0, 3, 4, 9].map(title)).toEqual([
    [0x20, 0x24, 0x2d],
    [0x20, 0x24, 0x2d],
    [0x1d, 0x7a, 0x46],
    [0x8f, 0x2f, 0x2f],
  ]);
  // The picture below the title is the environment's own.
  const env = new TMaze({ length });
  env.reset({ seed, options: { episode: 1 } });
  expect(frames[length + 2]!.pixels.subarray(34 * 128 * 3)).toEqual(env.render().pixels);
});

test("an episode that goes on is cut off after so many steps, and its film fits into memory or is refused", () => {
  const env: Env<unknown, unknown, EpisodeFacts> = new TMaze({ length: 50 }) as never;
  const forward = turning(1000, () => 0);
  const { frames, ends } = filmOfRendered(env, forward, { steps: 7, height: 128 });
  expect([frames.length, ends[0]!.length, ends[0]!.success]).toEqual([8, 7, false]);
  const picture = 128 * (34 + 128) * 3;
  expect(() => filmOfRendered(env, forward, { steps: 7, height: 128, memory: 7 * picture })).toThrow(
    "the film is too large: 1 episodes of up to 7 steps in 128 × 162 pixels; at most 7 pictures are accepted",
  );
});
