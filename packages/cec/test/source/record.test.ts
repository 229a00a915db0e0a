// Recording of source agents: every episode is kept and replays, a recording goes on with the learner's state, off costs nothing.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Learner, type LearnerOptions, LearningHistory, sourceExperiment } from "@throughline/cec";
import {
  Discrete,
  EpisodeReader,
  EpisodeWriter,
  envOf,
  type GoalMazeOptions,
  makeEnv,
  Recording,
  replayProblem,
} from "@throughline/envs";
import { createRun, executeRun, resolveConfig } from "@throughline/lab";
import { fileFolder } from "@throughline/testing/folders";
import { Generator, scope } from "@throughline/torch";
import { expect, test } from "vitest";

const root = fileFolder();
const options: LearnerOptions = {
  env: "SmallGoalMaze-v0",
  levels: [1, 2].map((rooms): GoalMazeOptions => ({ rooms })),
  view: { height: 8, width: 8, horizon: 9 },
  agent: { channels: [2, 2, 2], features: 8, memory: "gru", units: 8 },
  ppo: {
    ...{ steps: 16, window: 4, epochs: 1, minibatches: 2, gamma: 0.9, lambda: 0.9 },
    ...{ clip: 0.2, valueWeight: 0.5, maxGradNorm: 0.5 },
  },
  ...{ lanes: 2, seed: 11 },
  promotion: { at: 1, over: 1000, steps: 96 },
};

/** A learner that records into a folder, which goes on with what is there. */
function make(folder: string) {
  const [weights, play] = [Generator.create({ seed: 1 }), Generator.create({ seed: 2 })];
  const envs = options.levels.map((level) => makeEnv(options.env, { ...options.view, ...level }));
  const source = { levels: envs.map(({ spec }) => spec), observationSpace: envs[0]!.observationSpace };
  const writer = new EpisodeWriter(
    folder,
    { ...source, actionSpace: new Discrete(3) },
    { existing: "restore" },
  );
  for (const env of envs) env.close();
  const recording = new Recording(writer, { observations: 2 });
  const learner = new Learner({ ...options, recording }, weights, play);
  const close = (): void => {
    recording.close();
    learner.dispose();
    weights.dispose();
    play.dispose();
  };
  return { learner, play, close };
}

test.each([1, 2, 3, 4])(
  "after %i updates a recording goes on bit for bit, also on another level",
  (updates) => {
    const go = (learner: Learner, count: number): void => {
      for (let at = 0; at < count; at++) learner.step({ lr: 1e-3, entropy: 0.01 }, () => {});
    };
    const [straight, stopped] = [join(root, `straight-${updates}`), join(root, `stopped-${updates}`)];
    const all = make(straight);
    go(all.learner, 6);
    all.close();

    const first = make(stopped);
    go(first.learner, updates);
    const [state, generator] = scope(() => [first.learner.stateDict(), first.play.getState().keep()]);
    // As in a checkpoint: copies, while the learner goes on, into another level too.
    const kept = scope(() => copied(state));
    go(first.learner, 3);
    first.close();
    const second = make(stopped);
    scope(() => {
      second.learner.loadStateDict(kept as never);
      second.play.setState(generator);
    });
    generator.dispose();
    go(second.learner, 6 - updates);
    second.close();
    for (const file of ["rows.jsonl", "blocks.bin", "card.json"])
      expect(readFileSync(join(stopped, file))).toEqual(readFileSync(join(straight, file)));
    const store = new EpisodeReader(straight);
    expect(new Set(store.episodes.map(({ level }) => level))).toEqual(new Set([0, 1]));
    store.close();
  },
);

/** A deep copy of a state; its tensors are kept. */
function copied(value: unknown): unknown {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return structuredClone(value);
  if ("clone" in value) return (value as { clone(): { keep(): unknown } }).clone().keep();
  if (Array.isArray(value)) return value.map(copied);
  if (value instanceof Map) return new Map(Array.from(value, ([key, part]) => [key, copied(part)]));
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, copied(part)]));
}

const run = (...overrides: string[]) =>
  executeRun(
    createRun(sourceExperiment, resolveConfig(sourceExperiment, { preset: "smoke", overrides }), { root }),
    sourceExperiment,
  );

test("a run with record keeps every episode; each replays in its maze, and the run's numbers are the same without", async () => {
  const outcome = await run("seed=1", "record=true", "recordPictures=2");
  expect(outcome.status).toBe("finished");
  const folder = join(outcome.record.path, "artifacts/episodes");
  const store = new EpisodeReader(folder);
  const rows = readFileSync(join(outcome.record.path, "metrics.jsonl"), "utf8").trim().split("\n");
  const ended = rows.map((line) => JSON.parse(line).episodes as number);
  expect(store.episodes).toHaveLength(ended.reduce((sum, count) => sum + count, 0));
  ended.forEach((count, update) => {
    expect(store.find({ update })).toHaveLength(count);
  });
  for (const level of [0, 1]) {
    const env = envOf(store, level);
    for (const episode of store.find({ level })) expect(replayProblem(store, episode, env)).toBeUndefined();
    env.close();
  }
  expect(store.find({ level: 0, hasObservations: true }).length).toBeGreaterThan(0);
  expect(store.card.about).toMatchObject({
    experiment: "cec/source",
    seed: 1,
    config: { env: "SmallGoalMaze-v0" },
  });
  expect(new LearningHistory(store, { gate: false }).card).toMatchObject({ level: 0, hash: store.hash });
  store.close();
  const without = await run("seed=1");
  // Absent means absent: cells that were made before there was recording stay what they are.
  expect(without.record.config).not.toHaveProperty("record");
  expect(without.record.config).not.toHaveProperty("recordPictures");
  expect(without.summary).toEqual(outcome.summary);
  expect(existsSync(join(without.record.path, "artifacts/episodes"))).toBe(false);
});

test("pictures without a recording are refused, and none of them is no mistake", async () => {
  const check = (...overrides: string[]) => {
    const { config, sources } = resolveConfig(sourceExperiment, { preset: "smoke", overrides });
    return sourceExperiment.check!(config as never, root, sources);
  };
  for (const record of [[], ["record=false"]])
    await expect(check("recordPictures=5", ...record)).rejects.toMatchObject({
      code: "lab/config",
      message: "recordPictures is 5, accepted: pictures of recorded episodes; give record as well",
    });
  await expect(check("recordPictures=0")).resolves.toBeUndefined();
  await expect(check("recordPictures=5", "record=true")).resolves.toBeUndefined();
});
