// Episode stores: what was played comes back, of single environments and of vectors; windows; what is refused.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  Box,
  Discrete,
  EpisodeReader,
  EpisodeWriter,
  evenIndices,
  makeEnv,
  makeVector,
  RecordedEnv,
  RecordedVector,
  Recording,
  TMaze,
} from "@throughline/envs";
import { fileFolder } from "@throughline/testing/folders";
import { checkLeaks } from "@throughline/testing/leaks";
import { expect, test } from "vitest";
import { actionAt, recordedTMazes, recordTMaze, tMazeWriter } from "./support/stores.js";

checkLeaks();

const root = fileFolder();
let made = 0;
const fresh = (): string => join(root, `store-${made++}`);

test("episodes of an environment come back: L + 1 observations, L actions and rewards, and how they ended", () => {
  const folder = fresh();
  const played = recordTMaze(folder, 20, 9);
  const store = new EpisodeReader(folder);
  expect(store.episodes).toHaveLength(9);
  for (const [number, { seen, actions, rewards, success, terminated }] of played.entries()) {
    const episode = store.episodes[number]!;
    const sum = rewards.reduce((total, reward) => total + reward, 0);
    expect(episode).toEqual({
      ...{ number, level: 0, ordinal: number, policy: "", hasObservations: true },
      ...{ seed: 3, episode: number, update: 0, success, terminated, length: actions.length, return: sum },
    });
    expect(seen).toHaveLength(episode.length + 1);
    expect(store.observations(episode)).toEqual(Uint8Array.from(seen.flatMap((one) => [...one])));
    expect(store.moves(episode)).toEqual({
      actions: Float64Array.from(actions),
      rewards: Float64Array.from(rewards),
    });
    expect(store.problemOf(episode)).toBeUndefined();
  }
  expect(new Set(played.map(({ success }) => success)).size).toBe(2);
  expect([...store]).toEqual(store.episodes);
  expect(store.card).toMatchObject({
    levels: [{ id: "TMaze-v0", options: { length: 20 } }],
    observation: { dtype: "uint8", shape: [8, 8, 3] },
    action: { dtype: "int64", shape: [], space: "Discrete(3)" },
    about: { seed: 7 },
  });
  store.close();
});

test("lanes of a vector are recorded side by side, each episode whole and with its final observation", () => {
  const folder = fresh();
  const writer = tMazeWriter(folder, 3);
  const { vector, recording } = recordedTMazes(writer, 3, 3);
  for (let step = 0; step < 60; step++) {
    recording.update = Math.floor(step / 10);
    recording.policy = `update ${recording.update}`;
    vector.step([0, 1, 2].map((lane) => actionAt(step, lane)));
  }
  vector.close();
  recording.close();
  const store = new EpisodeReader(folder);
  expect(store.episodes.length).toBeGreaterThan(15);
  const single = new TMaze({ length: 3 });
  for (const episode of store) {
    const { actions, rewards } = store.moves(episode);
    const { seed, episode: number } = episode;
    const seen = [single.reset({ seed, options: { episode: number } }).observation];
    for (const [at, action] of actions.entries()) {
      const step = single.step(action);
      seen.push(step.observation);
      expect(step.reward).toBe(rewards[at]);
      expect(step.terminated || step.truncated).toBe(at === actions.length - 1);
    }
    expect(store.observations(episode)).toEqual(Uint8Array.from(seen.flatMap((one) => [...one])));
    // It was begun in no later update than that in which it ended.
    expect(Number(episode.policy.split(" ")[1] ?? 0)).toBeLessThanOrEqual(episode.update);
  }
  expect(new Set(store.episodes.map(({ seed }) => seed))).toEqual(new Set([20, 21, 22]));
  expect(store.find({ seed: 21, episode: 0 })).toHaveLength(1);
  expect(store.find({ success: true }).length + store.find({ success: false }).length).toBe(
    store.episodes.length,
  );
  expect(store.find({ update: 99 })).toEqual([]);
  store.close();
});

test("pictures of native mazes come back", () => {
  const folder = fresh();
  const vector = makeVector("SmallGoalMaze-v0", 2, { rooms: 1, horizon: 20 });
  const { spec, observationSpace, actionSpace } = vector;
  const writer = new EpisodeWriter(folder, { levels: [spec], observationSpace, actionSpace });
  const recorded = new RecordedVector(vector, new Recording(writer));
  recorded.reset({ seed: 5 });
  for (let step = 0; step < 45; step++) recorded.step([actionAt(step, 0), actionAt(step, 1)]);
  recorded.close();
  writer.close();
  const store = new EpisodeReader(folder);
  const env = makeEnv("SmallGoalMaze-v0", { rooms: 1, horizon: 20 });
  const [episode] = store.find({ seed: 6, episode: 1 });
  const { actions } = store.moves(episode!);
  const final = Array.from(actions).reduce(
    (_, action) => env.step(action).observation,
    env.reset({ seed: 6, options: { episode: 1 } }).observation,
  );
  expect(store.observations(episode!, episode!.length)).toEqual(final);
  env.close();
  store.close();
});

test("a window is what lies in it, and reads no other chunk", () => {
  const folder = fresh();
  recordTMaze(folder, 100, 3);
  const store = new EpisodeReader(folder);
  const [, episode] = store.episodes;
  const all = store.observations(episode!);
  for (const [from, to] of [
    [0, 1],
    [0, 0],
    [15, 17],
    [16, 32],
    [30, 75],
    [90, episode!.length + 1],
  ] as const)
    expect(store.observations(episode!, from, to)).toEqual(all.slice(from * 192, to * 192));
  store.close();
  // Everything of the episode but the chunk with observations 32 to 47 is destroyed.
  const blocks = join(folder, "blocks.bin");
  const { at, blocks: sizes } = JSON.parse(readFileSync(join(folder, "rows.jsonl"), "utf8").split("\n")[1]!);
  const bytes = readFileSync(blocks);
  let place = at;
  for (const [block, [length]] of (sizes as [number, number][]).entries()) {
    if (block !== 3) bytes.fill(0x55, place, place + length);
    place += length;
  }
  writeFileSync(blocks, bytes);
  const broken = new EpisodeReader(folder);
  expect(broken.observations(broken.episodes[1]!, 33, 47)).toEqual(all.slice(33 * 192, 47 * 192));
  expect(() => broken.observations(broken.episodes[1]!, 33, 49)).toThrow(
    /block 4 of row 1, .* does not match its checksum/,
  );
  expect(broken.problemOf(broken.episodes[1]!)).toMatch("is damaged");
  expect(broken.problemOf(broken.episodes[0]!)).toBeUndefined();
  broken.close();
});

test("observations are kept of as many episodes as asked, evenly spaced, and moves of all", () => {
  const folder = fresh();
  recordTMaze(folder, 1, 40, { observations: 4 });
  const store = new EpisodeReader(folder);
  const kept = store.find({ hasObservations: true }).map(({ ordinal }) => ordinal);
  expect(kept).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28, 32]);
  expect(store.episodes).toHaveLength(40);
  const [without] = store.find({ hasObservations: false });
  expect(store.moves(without!).rewards).toHaveLength(without!.length);
  expect(() => store.observations(without!)).toThrow(
    expect.objectContaining({
      code: "envs/no-observations",
      message: expect.stringMatching(/episode 9 of .* has no observations/),
    }),
  );
  store.close();
});

test("even spacing takes the first and the last, and all of what is less", () => {
  expect(evenIndices(10, 4)).toEqual([0, 3, 6, 9]);
  expect(evenIndices(5, 1)).toEqual([4]);
  expect(evenIndices(3, 7)).toEqual([0, 1, 2]);
  expect(evenIndices(0, 3)).toEqual([]);
  const many = evenIndices(1000, 300);
  const gaps = many.slice(1).map((index, at) => index - many[at]!);
  expect([many.length, Math.min(...gaps), Math.max(...gaps)]).toEqual([300, 3, 4]);
});

test("numbers other than bytes are stored exactly: boxes of float32 as observations and actions", () => {
  const folder = fresh();
  const spec = { id: "Own-v0", options: {}, horizon: 9 };
  const observationSpace = new Box(-Infinity, Infinity, [2], "float32");
  const actionSpace = new Box(-1, 1, [3], "float32");
  const writer = new EpisodeWriter(folder, { levels: [spec], observationSpace, actionSpace });
  const draft = writer.begin({ policy: "none" });
  const seen = [
    [0.1, -0],
    [Infinity, NaN],
    [1e-40, 3],
  ].map((two) => Float32Array.from(two));
  const done = [
    [0.3, -0.2, 1],
    [0, -1, 0.7],
  ].map((three) => Float32Array.from(three));
  draft.see(seen[0]!);
  done.forEach((action, at) => {
    draft.step(action, 0.1 * (at + 1));
    draft.see(seen[at + 1]!);
  });
  writer.end(draft, { seed: 1, episode: 2, update: 3, success: false, terminated: true });
  writer.close();
  const store = new EpisodeReader(folder);
  const [episode] = store.episodes;
  expect(store.observations(episode!)).toEqual(Float32Array.from(seen.flatMap((two) => [...two])));
  expect(store.moves(episode!)).toEqual({
    actions: Float32Array.from(done.flatMap((three) => [...three])),
    rewards: Float64Array.of(0.1, 0.2),
  });
  expect(episode!.return).toBe(0.1 + 0.2);
  store.close();
});

test("what cannot be recorded is refused in one sentence", () => {
  const { spec, observationSpace, actionSpace } = new TMaze({ length: 3 });
  const source = { levels: [spec], observationSpace, actionSpace };
  expect(() => new EpisodeWriter(fresh(), { ...source, levels: [] })).toThrow("EpisodeWriter: no levels");
  const odd = { ...new Discrete(3), dtype: "text", toString: () => "Text(3)" } as never;
  expect(() => new EpisodeWriter(fresh(), { ...source, observationSpace: odd })).toThrow(
    /observations lie in .*Text\(3\).*accepted: arrays of uint8, float32, float64, int64/,
  );
  const folder = fresh();
  const writer = new EpisodeWriter(folder, source);
  const draft = writer.begin();
  expect(() => draft.see(new Uint8Array(5))).toThrow("an observation is of 5 numbers, accepted: 192");
  expect(() => draft.step([1, 2], 0)).toThrow("an action is of 2 numbers, accepted: 1");
  expect(() => draft.step(1, Number.NaN)).toThrow("a reward is NaN, accepted: a finite number");
  const recording = new Recording(writer);
  expect(() => new RecordedEnv(new TMaze({ length: 4 }), recording)).toThrow(
    /^level 0 is .*"length":4.*accepted: .*"length":3/,
  );
  expect(() => new RecordedEnv(new TMaze({ length: 3 }), recording, 2)).toThrow("accepted: a level below 1");
  writer.close();
  expect(() => new EpisodeWriter(folder, source)).toThrow(
    expect.objectContaining({ code: "envs/store", message: expect.stringContaining("is not empty") }),
  );
  expect(() => new EpisodeWriter(folder, { ...source, about: { a: 1 } }, { existing: "continue" })).toThrow(
    /another card/,
  );
  expect(() => new EpisodeReader(join(root, "nowhere"))).toThrow(
    expect.objectContaining({ code: "envs/store", message: expect.stringContaining("is no episode store") }),
  );
  const store = new EpisodeReader(folder);
  expect(store.episodes).toEqual([]);
  expect(() => store.moves({ number: 0 } as never)).toThrow("accepted: one of its 0 episodes");
  store.close();
  store.close();
});
