// `throughline rollout`: the model of a run plays, is filmed, and what does not fit is one sentence.
import { cpSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  CecPolicy,
  loadPolicy,
  makePolicy,
  paperRobotPolicy,
  policyFile,
  readEvaluation,
  savePolicy,
  savePolicyFile,
  trainExperiment,
} from "@throughline/cec";
import { commands } from "@throughline/cec/registry";
import { type CommandResult, createRun, executeRun, resolveConfig } from "@throughline/lab";
import { findRun } from "@throughline/lab/runs";
import { useFakeGymnasium } from "@throughline/testing/fake-gymnasium";
import { fileFolder } from "@throughline/testing/folders";
import { needPython } from "@throughline/testing/python";
import { beforeAll, describe, expect, test } from "vitest";

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
  [{ env: "GoalMaze-v0" }, /^GoalMaze-v0 has 15 actions, accepted by whole: 3 numbered ones$/],
  [{ radius: 200 }, /^SmallGoalMaze-v0: there is no option radius/],
  [{ video: "film.mp4" }, /^the film is called film\.mp4, accepted: a name that ends in \.gif or \.webp$/],
])("%j is refused", async (flags, sentence) => {
  await expect(rollout({ model: "whole", ...flags })).rejects.toThrow(sentence);
  expect(existsSync("film.mp4")).toBe(false);
});

describe("environments of Python's Gymnasium", () => {
  const model = join(root, "walker.safetensors");
  const env = "gymnasium:Pictures-v0";
  const sizes = { width: 8, layers: 1, heads: 2, window: 8 };

  beforeAll(() => {
    useFakeGymnasium();
    const picture = { kind: "convnet", height: 4, width: 5, channels: [2, 2], features: 4 } as const;
    const policy = new CecPolicy({ inputs: { walk: picture }, actions: { count: 3 }, ...sizes });
    savePolicyFile(model, policy);
    policy.dispose();
  });

  test("a policy in a file plays there, is filmed by the environment's own pictures, and its returns are told", async (context) => {
    needPython(context);
    const [video, out] = [join(root, "walk.webp"), join(root, "walk.json")];
    const played = await rollout({ model, env, episodes: 2, horizon: 6, seed: 3, sample: true, video, out });
    expect(`${played.heading}${played.detail}`).toBe(`${env}  walker.safetensors, with its memory`);
    expect(played.lines).toEqual([
      expect.stringMatching(/^ {2}episode 1: return \d in \d steps$/),
      expect.stringMatching(/^ {2}episode 2: return \d in \d steps$/),
      expect.stringMatching(/^ {2}return [\d.]+ on average, success \d of 2$/),
    ]);
    const { levels, episodes, seed } = readEvaluation(out);
    expect(levels).toEqual([{ id: env, options: expect.objectContaining({ horizon: 6 }) }]);
    expect(seed).toBe(3);
    expect(episodes.every(({ actions, length }) => actions!.length === length)).toBe(true);
    expect(readFileSync(video).subarray(8, 12).toString()).toBe("WEBP");
    const many = await rollout({ model, env, episodes: 1, horizon: 3, runs: 2, options: '{"kwargs": {}}' });
    expect(many.lines![0]).toMatch(/^ {2}episode 1: return [\d.]+, mean of 2 runs$/);
  });

  test.each([
    [{}, /^walker\.safetensors does not say where it learned; name an environment with --env$/],
    [{ env, rooms: 3 }, /^rooms is an option of mazes, and gymnasium:Pictures-v0 is none; leave it out$/],
    [
      { env, protocol: "auto" },
      /^--protocol auto is for mazes, and gymnasium:Pictures-v0 has one level; leave it out$/,
    ],
    [{ env, options: "[]" }, /^--options is \[\], accepted: an object in JSON/],
    [{ env, options: '{"wraps": 1}' }, /there is no option wraps; there are python, imports/],
    [
      { env: "gymnasium:Walk-v0" },
      /^gymnasium:Walk-v0 shows float32 \[2\], accepted by walker.safetensors: uint8 \[4, 5, 3\]/,
    ],
    [
      { env: "gymnasium:Endless-v0" },
      /^episodes of gymnasium:Endless-v0 need not end; give the most steps with --horizon$/,
    ],
    [
      { env: "SmallGoalMaze-v0", options: "{}" },
      /^--options are those of gymnasium:ID, and SmallGoalMaze-v0 is none/,
    ],
  ])("%j is refused", async (flags, sentence) => {
    await expect(rollout({ model, ...flags })).rejects.toThrow(sentence);
  });

  test("pictures and actions of another size, and policies that see or do something else", async (context) => {
    needPython(context);
    await expect(rollout({ model: "whole", env, horizon: 5 })).rejects.toThrow(
      /^gymnasium:Pictures-v0 shows uint8 \[4, 5, 3\], accepted by whole: uint8 \[16, 20, 3\]; wrappers among its --options/,
    );
    const robot = join(root, "robot.safetensors");
    const policy = new CecPolicy({ ...paperRobotPolicy, ...sizes });
    savePolicyFile(robot, policy);
    policy.dispose();
    await expect(rollout({ model: robot, env })).rejects.toThrow(
      /^robot\.safetensors sees agentview_image, .* and has actions of 7 numbers; accepted: one picture and numbered actions$/,
    );
  });
});

describe("models that are none", () => {
  /** A copy of a run with another file in it. */
  const changed = (name: string, file: string, change: (text: Buffer) => string | Buffer): string => {
    const path = join(root, name);
    cpSync(loadPath("whole"), path, { recursive: true });
    writeFileSync(join(path, file), change(readFileSync(join(path, file))));
    return path;
  };
  const loadPath = (id: string): string => findRun(id, root).path;

  test("a configuration edited by hand is not that of the weights", () => {
    const path = changed("edited", "config.json", (text) => {
      const card = JSON.parse(String(text));
      card.options.width.value = 32;
      return JSON.stringify(card);
    });
    expect(() => loadPolicy(path, root)).toThrow(
      /edited\/config\.json has changed since the run was created; restore it/,
    );
    // Of an earlier version, which kept no checksum, the weights tell.
    const { config: _, ...state } = JSON.parse(readFileSync(join(path, "state.json"), "utf8"));
    writeFileSync(join(path, "state.json"), JSON.stringify(state));
    expect(() => loadPolicy(path, root)).toThrow(
      /^the weights of edited are not of the architecture that its configuration has: \S+: .*\[/,
    );
  });

  test("weights of something else do not say what the model sees", () => {
    const weights = join("artifacts", policyFile);
    const other = join(root, "walker.safetensors");
    const path = changed("foreign", weights, () => readFileSync(other));
    expect(() => loadPolicy(path, root)).toThrow(
      /does not say what its model sees; accepted: what cec\/train wrote$/,
    );
  });

  test("latest is the last run that has finished; where none has, the sentence says so", () => {
    const path = changed("zz-later", "config.json", (text) => String(text));
    const config = JSON.parse(readFileSync(join(path, "config.json"), "utf8"));
    writeFileSync(
      join(path, "config.json"),
      JSON.stringify({ ...config, created: "2999-01-01T00:00:00.000Z" }),
    );
    const state = JSON.parse(readFileSync(join(path, "state.json"), "utf8"));
    writeFileSync(join(path, "state.json"), JSON.stringify({ ...state, status: "failed" }));
    expect(findRun("latest", root).id).toBe("zz-later");
    const found = loadPolicy("latest", root);
    expect(found.run.status).toBe("finished");
    found.policy.dispose();
    const alone = join(root, "alone");
    cpSync(path, join(alone, "cec/train/only"), { recursive: true });
    expect(() => loadPolicy("latest", alone)).toThrow(
      /^there is no finished run of cec\/train; the last run, only, is a run of cec\/train that is failed; accepted: a finished run/,
    );
  });
});
