// `throughline rollout`: the model of a run plays, is filmed, and what does not fit is one sentence.
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { makePolicy, policyFile, readEvaluation, savePolicy, trainExperiment } from "@throughline/cec";
import { commands } from "@throughline/cec/registry";
import { type CommandResult, createRun, executeRun, resolveConfig } from "@throughline/lab";
import { findRun } from "@throughline/lab/runs";
import { fileFolder } from "@throughline/testing/folders";
import { beforeAll, expect, test } from "vitest";

const root = fileFolder();
const seen = { key: "image", height: 16, width: 20, actions: 3, horizon: 200 };

/** `cec/train` without the training: its options, and a model as it begins. */
const { check: _check, inputs: _inputs, ...rest } = trainExperiment;
const untrained: typeof trainExperiment = {
  ...rest,
  run: async (context) => {
    const policy = makePolicy(context.config, seen, context.generator("weights"));
    savePolicy(context.artifactPath(policyFile), policy, seen);
    policy.dispose();
    return {};
  },
};

async function makeRun(name: string, ...overrides: string[]): Promise<void> {
  const config = resolveConfig(untrained, { preset: "smoke", overrides });
  await executeRun(createRun(untrained, config, { root, name }), untrained);
}

async function rollout(flags: Record<string, string | number | boolean>): Promise<CommandResult> {
  const verb = await commands.find(({ name }) => name === "rollout")!.load();
  return verb({
    operands: [],
    flags,
    findRun: async (text, latest) => findRun(text, root, latest),
    findExperiment: () => Promise.reject(new Error("not asked for")),
  });
}

beforeAll(async () => {
  await makeRun("whole", "method=cec");
  await makeRun("told", "method=dt", "env=SmallWatermaze-v0");
});

test("success by episode is printed, the first run is filmed, and all episodes are written", async () => {
  const [video, out] = [join(root, "film.webp"), join(root, "episodes.json")];
  const flags = { model: "whole", episodes: 2, horizon: 5, video, out };
  const { heading, detail, lines, files, json } = await rollout(flags);
  expect(`${heading}${detail}`).toBe("SmallGoalMaze-v0 rooms 5  whole, with its memory");
  expect(lines).toEqual([
    expect.stringMatching(/^ {2}episode 1: (not reached in 5|reached in \d) steps$/),
    expect.stringMatching(/^ {2}episode 2: (not reached in 5|reached in \d) steps$/),
    expect.stringMatching(/^ {2}success \d of 2, first quarter \d\.\d\d, last quarter \d\.\d\d$/),
  ]);
  expect(files).toEqual([
    { what: "film", path: video },
    { what: "episodes", path: out },
  ]);
  expect(statSync(video).size).toBeGreaterThan(1000);
  expect(readFileSync(video).subarray(8, 12).toString()).toBe("WEBP");
  const written = readEvaluation(out);
  expect(written).toMatchObject({
    runs: 1,
    forget: "never",
    protocol: { kind: "learning-progress", testEpisodes: 2 },
  });
  expect(written.episodes).toHaveLength(2);
  expect(json).toMatchObject({ model: "whole", env: "SmallGoalMaze-v0", runs: 1 });
  await expect(rollout(flags)).rejects.toThrow(/^--video: .*film\.webp is there already; name another file$/);
});

test("other mazes, levels, runs and a cleared memory; a method without a memory has none", async () => {
  const { heading, detail, lines, json } = await rollout({
    ...{ model: "whole", env: "SmallObstructedGoalMaze-v0", rooms: 2, actionRepeat: 2, horizon: 4 },
    ...{ runs: 2, episodes: 1, protocol: "fixed", forget: true, sample: true, seed: 5 },
  });
  expect(`${heading}${detail}`).toBe(
    "SmallObstructedGoalMaze-v0 rooms 2  whole, memory cleared after each episode",
  );
  expect(lines![0]).toBe("  12 episodes of easier levels before");
  expect(lines![1]).toMatch(/^ {2}episode 1: reached in \d of 2 runs$/);
  const view = { height: 16, width: 20, actionRepeat: 2, horizon: 4 };
  expect(json.levels).toEqual([
    { ...view, rooms: 1 },
    { ...view, rooms: 3 },
    { ...view, rooms: 2 },
  ]);
  const told = await rollout({ model: "told", episodes: 1, horizon: 3 });
  expect(`${told.heading}${told.detail}`).toBe(
    "SmallWatermaze-v0 radius 580  told, memory cleared after each episode",
  );
});

test.each([
  [{ env: "SmallGoalMze-v0" }, /^there is no environment SmallGoalMze-v0; did you mean SmallGoalMaze-v0\?/],
  [{ env: "GoalMaze-v0" }, /^GoalMaze-v0 has 15 actions, accepted by whole: 3$/],
  [{ radius: 200 }, /^SmallGoalMaze-v0: there is no option radius/],
  [{ video: "film.mp4" }, /^the film is called film\.mp4, accepted: a name that ends in \.gif or \.webp$/],
])("%j is refused", async (flags, sentence) => {
  await expect(rollout({ model: "whole", ...flags })).rejects.toThrow(sentence);
  expect(existsSync("film.mp4")).toBe(false);
});
