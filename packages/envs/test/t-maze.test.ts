// The T-maze: the contract of environments, and every answer by hand.
import { TMaze, type TMazeOptions } from "@throughline/envs";
import { environmentContract } from "@throughline/testing/contracts/environments";
import { expect, test } from "vitest";

environmentContract("TMaze-v0", {
  make: () => new TMaze({ length: 5 }),
  // To the junction and into its left arm.
  action: (step) => (step < 5 ? 0 : 1),
  wrongActions: [-1, 3, 0.5, Number.NaN, "0", null],
});

/** 0 if the left half of a picture is red, 1 if the right is. */
function cueOf(picture: Uint8Array): number {
  const isRed = (column: number): boolean => picture[column * 3] === 220 && picture[column * 3 + 1] === 30;
  expect(isRed(0)).not.toBe(isRed(7));
  return isRed(0) ? 0 : 1;
}

test.each([1, 2, 10])("with memory every episode of length %i is won in length + 1 steps", (length) => {
  const env = new TMaze({ length });
  let cues = 0;
  for (let episode = 0; episode < 60; episode++) {
    const { observation, info } = env.reset(episode === 0 ? { seed: 4 } : {});
    expect(info).toEqual({ seed: 4, episode, length: 0, success: false });
    const cue = cueOf(observation);
    cues += cue;
    for (let step = 1; step <= length; step++) {
      const { reward, terminated, truncated, observation: seen } = env.step(0);
      expect([reward, terminated, truncated]).toEqual([0, false, false]);
      // Grey in the corridor, white at the junction, nothing else.
      expect(new Set(seen)).toEqual(new Set([step === length ? 255 : 96]));
    }
    const last = env.step(cue + 1);
    expect([last.reward, last.terminated, last.truncated]).toEqual([1, true, false]);
    expect(last.info).toEqual({ seed: 4, episode, length: length + 1, success: true });
  }
  // Both cues come up about equally often: 30 of 60, with a standard deviation below 4.
  expect(Math.abs(cues - 30)).toBeLessThan(17);
});

test("the other arm pays nothing and ends the episode", () => {
  const env = new TMaze({ length: 2 });
  const cue = cueOf(env.reset({ seed: 9 }).observation);
  env.step(0);
  env.step(0);
  const { reward, terminated, info } = env.step(2 - cue);
  expect([reward, terminated, info.success]).toEqual([0, true, false]);
  expect(() => env.step(0)).toThrow("TMaze-v0: step after the end of an episode; call reset first");
});

test("turns before the junction and walking on at it do nothing but take time", () => {
  const env = new TMaze({ length: 3 });
  const { observation } = env.reset({ seed: 2 });
  for (const action of [1, 2, 1]) expect(env.step(action).observation).toEqual(observation);
  for (const action of [0, 0, 0]) env.step(action);
  const stays = env.step(0);
  expect([stays.terminated, stays.truncated, stays.info.length]).toEqual([false, false, 7]);
  expect(new Set(stays.observation)).toEqual(new Set([255]));
  expect(env.step(cueOf(observation) + 1).reward).toBe(1);
});

test.each([1, 4, 10])("who never arrives is cut off after 2 · %i + 4 steps", (length) => {
  const env = new TMaze({ length });
  expect(env.spec).toEqual({ id: "TMaze-v0", options: { length }, horizon: 2 * length + 4 });
  env.reset({ seed: 1 });
  for (let step = 1; step < 2 * length + 4; step++) expect(env.step(1).truncated).toBe(false);
  const last = env.step(1);
  expect([last.terminated, last.truncated, last.reward]).toEqual([false, true, 0]);
});

test("a turn at the junction in the last step ends the episode by itself", () => {
  const env = new TMaze({ length: 1 });
  const cue = cueOf(env.reset({ seed: 3 }).observation);
  for (const action of [1, 1, 1, 1, 0]) env.step(action);
  const { terminated, truncated, reward } = env.step(cue + 1);
  expect([terminated, truncated, reward]).toEqual([true, false, 1]);
});

test("an episode is chosen by its number, and the next follows it", () => {
  const env = new TMaze();
  expect(env.spec.options).toEqual({ length: 10 });
  const cues = Array.from({ length: 12 }, (_, at) =>
    cueOf(env.reset(at === 0 ? { seed: 6 } : {}).observation),
  );
  for (const [episode, cue] of cues.entries())
    expect(cueOf(env.reset({ seed: 6, options: { episode } }).observation)).toBe(cue);
  expect(env.reset().info.episode).toBe(12);
  expect(new TMaze().reset().info).toMatchObject({ seed: 0, episode: 0 });
});

test("a rendered picture has each pixel as a square of 16", () => {
  const env = new TMaze();
  const { observation } = env.reset({ seed: 5 });
  const { width, height, pixels } = env.render();
  expect([width, height, pixels.length]).toEqual([128, 128, 128 * 128 * 3]);
  for (const [row, column] of [
    [0, 0],
    [15, 64],
    [16, 63],
    [127, 127],
  ] as const) {
    const small = (Math.floor(row / 16) * 8 + Math.floor(column / 16)) * 3;
    const at = (row * 128 + column) * 3;
    expect(pixels.slice(at, at + 3)).toEqual(observation.slice(small, small + 3));
  }
});

test.each([
  [{ length: 0 }, "length is 0, accepted: a whole number from 1 to 1000"],
  [{ length: 1.5 }, "length is 1.5"],
  [{ length: 1001 }, "length is 1001"],
  [{ lenght: 3 }, "there is no option lenght; did you mean length?"],
])("%o is refused", (options, message) => {
  expect(() => new TMaze(options as TMazeOptions)).toThrow(message);
});

test("misuse is one sentence each", () => {
  const env = new TMaze();
  expect(() => env.step(0)).toThrow("call reset first");
  expect(() => env.reset({ seed: -1 })).toThrow(
    "TMaze-v0: seed is -1, accepted: a whole number of at least 0",
  );
  expect(() => env.reset({ options: { episode: 0.5 } })).toThrow("TMaze-v0: episode is 0.5");
  expect(() => env.reset({ options: { level: 1 } })).toThrow("reset has no option level, accepted: episode");
  env.reset();
  expect(() => env.step(3)).toThrow("the action is 3, accepted: a whole number from 0 to 2");
  env.close();
  env.close();
  expect(() => env.step(0)).toThrow("TMaze-v0: the environment is closed");
  expect(() => env.reset()).toThrow("the environment is closed");
  expect(() => env.render()).toThrow("the environment is closed");
});
