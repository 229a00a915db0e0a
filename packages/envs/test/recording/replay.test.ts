// The replay gate: recorded episodes are played again bit for bit, and whatever differs is told.
import { join } from "node:path";
import {
  EpisodeReader,
  EpisodeWriter,
  envOf,
  makeEnv,
  RecordedEnv,
  Recording,
  replayObservations,
  replayProblem,
  TMaze,
} from "@throughline/envs";
import { fileFolder } from "@throughline/testing/folders";
import { checkLeaks, own } from "@throughline/testing/leaks";
import { expect, test } from "vitest";
import { actionAt, recordTMaze } from "./support/stores.js";

checkLeaks();

const root = fileFolder();
let made = 0;
const fresh = (): string => join(root, `store-${made++}`);

test("episodes replay in the environment of their card, with observations or without", () => {
  const folder = fresh();
  const played = recordTMaze(folder, 17, 8, { observations: 1 });
  const store = new EpisodeReader(folder);
  const env = envOf(store, 0);
  expect(store.find({ hasObservations: false }).length).toBeGreaterThan(2);
  for (const episode of [...store].reverse()) {
    expect(replayProblem(store, episode, env)).toBeUndefined();
    const seen = played[episode.number]!.seen.flatMap((one) => [...one]);
    expect(replayObservations(store, episode, env)).toEqual(Uint8Array.from(seen));
  }
  env.close();
  store.close();
});

test("native mazes replay", () => {
  const folder = fresh();
  const env = own(makeEnv("SmallIrreversiblePath-v0", { difficulty: 0.3, horizon: 40 }));
  const { spec, observationSpace, actionSpace } = env;
  const writer = new EpisodeWriter(folder, { levels: [spec], observationSpace, actionSpace });
  const recorded = new RecordedEnv(env, new Recording(writer, { observations: 2 }));
  for (let seed = 0, step = 0; seed < 5; seed++) {
    recorded.reset({ seed });
    while (!recorded.step(actionAt(step++)).truncated);
  }
  recorded.close();
  writer.close();
  const store = new EpisodeReader(folder);
  const again = own(envOf(store, 0));
  expect([...store].map((episode) => replayProblem(store, episode, again))).toEqual(Array(5).fill(undefined));
  again.close();
  store.close();
});

/** A store with one episode of the T-maze of length 1, in which something is not what the environment does. */
function forged(
  change: (values: {
    rewards: number[];
    actions: number[];
    seen: Uint8Array[];
    success: boolean;
    terminated: boolean;
  }) => void,
) {
  const env = new TMaze({ length: 1 });
  const seen = [env.reset({ seed: 3 }).observation, env.step(0).observation];
  const last = env.step(1);
  seen.push(last.observation);
  const { reward, info, terminated } = last;
  const values = { rewards: [0, reward], actions: [0, 1], seen, success: info.success, terminated };
  change(values);
  const { spec, observationSpace, actionSpace } = env;
  const folder = fresh();
  const writer = new EpisodeWriter(folder, { levels: [spec], observationSpace, actionSpace });
  const draft = writer.begin();
  for (const one of values.seen) draft.see(one);
  values.actions.forEach((action, at) => {
    draft.step(action, values.rewards[at]!);
  });
  writer.end(draft, {
    seed: 3,
    episode: 0,
    update: 0,
    success: values.success,
    terminated: values.terminated,
  });
  writer.close();
  const store = new EpisodeReader(folder);
  try {
    return replayProblem(store, store.episodes[0]!, envOf(store, 0));
  } finally {
    store.close();
  }
}

test("whatever differs from the environment is told", () => {
  expect(forged(() => {})).toBeUndefined();
  expect(forged(({ rewards }) => (rewards[0] = 0.25))).toBe(
    "the reward of step 1 is 0, and 0.25 was recorded",
  );
  expect(forged(({ seen }) => seen[1]![7]!++)).toBe("observation 1 differs");
  expect(forged(({ seen }) => (seen[0] = seen[2]!))).toBe("observation 0 differs");
  expect(forged(({ actions }) => (actions[0] = 1))).toMatch("observation 1 differs");
  expect(forged((values) => (values.terminated = false))).toBe("it ends otherwise");
  expect(forged((values) => (values.success = !values.success))).toBe("it ends otherwise");
  expect(
    forged(({ actions, rewards, seen }) => {
      actions.pop();
      rewards.pop();
      seen.pop();
    }),
  ).toBe("it does not end after 1 steps");
  expect(
    forged(({ actions, rewards, seen }) => {
      actions.push(0);
      rewards.push(0);
      seen.push(seen[2]!);
    }),
  ).toBe("it ends after 2 steps, not 3");
});

test("an environment that is not that of the card is refused", () => {
  const folder = fresh();
  const { observationSpace, actionSpace } = new TMaze();
  const levels = [
    { id: "TMaze-v0", options: { length: 5 }, horizon: 99 },
    { id: "Elsewhere-v3", options: {}, horizon: 9 },
  ];
  new EpisodeWriter(folder, { levels, observationSpace, actionSpace }).close();
  const store = new EpisodeReader(folder);
  expect(() => envOf(store, 0)).toThrow(
    expect.objectContaining({
      code: "envs/replay",
      message: expect.stringMatching(
        /level 0 is another environment: .*"horizon":99.* was recorded, now it is .*"horizon":14/,
      ),
    }),
  );
  expect(() => envOf(store, 1)).toThrow(/Elsewhere-v3 is no environment of this package/);
  store.close();
});
