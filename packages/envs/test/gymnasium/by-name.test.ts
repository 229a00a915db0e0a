// Environments of Python's Gymnasium by id, wherever an id of this package is taken: alone, as vectors, from recordings, on the command
// line.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  EnvVector,
  EpisodeReader,
  EpisodeWriter,
  envOf,
  gymnasium,
  makeEnv,
  makeVector,
  mazeKind,
  RecordedEnv,
  RecordedVector,
  Recording,
  replayProblem,
} from "@throughline/envs";
import { commands } from "@throughline/envs/registry";
import type { CommandResult } from "@throughline/lab";
import { caught } from "@throughline/testing/caught";
import { fileFolder } from "@throughline/testing/folders";
import { checkLeaks, own } from "@throughline/testing/leaks";
import { needPython } from "@throughline/testing/python";
import sharp from "sharp";
import { beforeEach, describe, expect, test } from "vitest";
import "./support/fake.js";

checkLeaks();
beforeEach(needPython);
const root = fileFolder();

describe("makeEnv", () => {
  test("is the environment that gymnasium makes, and its spec makes it again", () => {
    const env = own(makeEnv<Float64Array, number>("gymnasium:Walk-v0", { horizon: 7 }));
    const other = own(gymnasium<Float64Array, number>("Walk-v0", { horizon: 7 }));
    const again = own(makeEnv<Float64Array, number>("gymnasium:Walk-v0", env.spec.options));
    expect(env.spec.id).toBe("gymnasium:Walk-v0");
    expect([other.spec, again.spec]).toEqual([env.spec, env.spec]);
    const played = [env, other, again].map((one) => {
      const seen = [...one.reset({ seed: 3, options: { episode: 2 } }).observation];
      for (const action of [1, 1, 0, 2, 1]) seen.push(...one.step(action).observation);
      return seen;
    });
    expect(played[1]).toEqual(played[0]);
    expect(played[2]).toEqual(played[0]);
  });

  test("takes the module before an id, as Gymnasium does, and the spec says so", () => {
    const env = own(makeEnv("gymnasium:string:Walk-v0", { imports: ["json", "string"] }));
    expect(env.spec).toMatchObject({ id: "gymnasium:Walk-v0", options: { imports: ["string", "json"] } });
  });

  test("an episode without a horizon has none among its options, so that they are accepted again", () => {
    const kwargs = { space: ["Discrete", [3]] };
    const { spec } = own(makeEnv("gymnasium:Echo-v0", { kwargs }));
    expect(spec.horizon).toBe(Number.POSITIVE_INFINITY);
    expect(spec.options).not.toHaveProperty("horizon");
    expect(own(makeEnv("gymnasium:Echo-v0", spec.options)).spec).toEqual(spec);
  });

  test.each([
    ["gymnasium:Nothing-v0", "envs/id", /^Nothing-v0: Environment `Nothing` doesn't exist\. Did you mean/],
    ["gymnasium:", "envs/id", /^gymnasium: names no environment; write gymnasium:CartPole-v1/],
    ["gymnasium:no_such_module:X-v0", "envs/python", /has no package no_such_module; install it: /],
    // Known to be registered by that package, which this Python does not have.
    [
      "gymnasium:MiniGrid-Empty-5x5-v0",
      "envs/python",
      /has no package minigrid; install it: .* -m pip install/,
    ],
    ["gymnasium:ALE/Pong-v5", "envs/python", /has no package ale_py; install it: /],
  ] as const)("%s is %s", (id, code, message) => {
    expect(caught(() => makeEnv(id))).toMatchObject({ code, message: expect.stringMatching(message) });
    expect(caught(() => makeVector(id, 2))).toMatchObject({ code });
  });

  test("no Python is one sentence, and options are Gymnasium's", () => {
    expect(caught(() => makeEnv("gymnasium:Walk-v0", { python: "/no/python" }))).toMatchObject({
      code: "envs/python",
      message: expect.stringMatching(/^Walk-v0: Python cannot be started \(.*ENOENT\); install Python/),
    });
    expect(() => makeEnv("gymnasium:Walk-v0", { rooms: 3 } as never)).toThrow("there is no option rooms");
  });

  test("a maze is asked for where only mazes are known", () => {
    expect(caught(() => mazeKind("gymnasium:Walk-v0"))).toMatchObject({
      code: "envs/id",
      message: expect.stringMatching(/^gymnasium:Walk-v0 is no maze of this package\. Known: GoalMaze-v0, /),
    });
  });
});

test("makeVector is a vector of them", () => {
  const vector = own(makeVector("gymnasium:Pictures-v0", 2));
  expect(vector).toBeInstanceOf(EnvVector);
  expect([vector.lanes, vector.spec.id]).toEqual([2, "gymnasium:Pictures-v0"]);
  const first = own(makeEnv<Uint8Array, number>("gymnasium:Pictures-v0")).reset({ seed: 6 }).observation;
  expect(vector.reset({ seed: 5 }).observations.toTypedArray().slice(60)).toEqual(first);
});

test("recordings find their environment by its id, and replay in it", () => {
  const folder = join(root, "pictures");
  const vector = makeVector("gymnasium:Pictures-v0", 2, { horizon: 6 });
  const { spec, observationSpace, actionSpace } = vector;
  const writer = new EpisodeWriter(folder, { levels: [spec], observationSpace, actionSpace });
  const recorded = new RecordedVector(vector, new Recording(writer, { observations: 9 }));
  recorded.reset({ seed: 1 });
  for (let step = 0; step < 20; step++) recorded.step([step % 2, 1]);
  recorded.close();
  writer.close();
  const store = own(new EpisodeReader(folder));
  expect(store.episodes.length).toBe(6);
  const env = own(envOf(store, 0));
  expect(env.spec).toEqual(spec);
  for (const episode of store) expect(replayProblem(store, episode, env)).toBeUndefined();
});

test("also without a horizon, which JSON has no number for", () => {
  const folder = join(root, "echo");
  const kwargs = { space: ["Box", [[-1, -1], [1, 1], [2], "float32"]] };
  const env = makeEnv<Float32Array, Float32Array>("gymnasium:Echo-v0", { kwargs });
  const writer = new EpisodeWriter(folder, { ...env, levels: [env.spec] });
  const recorded = own(new RecordedEnv(env, new Recording(writer)));
  recorded.reset({ seed: 1 });
  recorded.step(Float32Array.of(0.5, -0.25));
  writer.close();
  const store = own(new EpisodeReader(folder));
  expect(own(envOf(store, 0)).spec).toEqual(env.spec);
});

describe("on the command line", () => {
  const verb = async (name: string, operands: string[], flags: Record<string, string | number | boolean>) => {
    const run = await commands.find((one) => one.name === name)!.load();
    const nothing = () => Promise.reject(new Error("no runs here"));
    return (await run({ operands, flags, findRun: nothing, findExperiment: nothing })) as CommandResult;
  };

  test("env preview draws a sheet of its own pictures", async () => {
    const out = join(root, "sheet.png");
    const said = await verb("env preview", ["gymnasium:Walk-v0"], { seeds: 2, seed: 3, out, horizon: 12 });
    expect(said.json).toMatchObject({ id: "gymnasium:Walk-v0", seeds: [3, 4], options: { horizon: 12 } });
    const { width, height } = await sharp(out).metadata();
    // Five pictures of 2 × 3 in a row, 248 pixels wide and 165 high, for each seed.
    expect([width, height]).toEqual([56 + 5 * 248 + 40, 92 + 2 * (165 + 34) + 28]);
    const { data } = await sharp(out)
      .extract({ left: 28 + 20, top: 92 + 20, width: 1, height: 1 })
      .raw()
      .toBuffer({ resolveWithObject: true });
    const env = own(makeEnv("gymnasium:Walk-v0"));
    env.reset({ seed: 3 });
    expect([...data].slice(0, 3)).toEqual([...env.render().pixels.slice(0, 3)]);
  });

  test("env record films random actions, the same for the same seed", async () => {
    const film = async (name: string, seed: number) => {
      const out = join(root, name);
      const flags = { out, seed, episodes: 2, horizon: 8, enlarge: 36 };
      const said = await verb("env record", ["gymnasium:Walk-v0"], flags);
      return { said, bytes: readFileSync(out) };
    };
    const first = await film("one.webp", 1);
    expect(first.said.json).toMatchObject({ player: "random", episodes: [{ episode: 0 }, { episode: 1 }] });
    const ends = first.said.json.episodes as { length: number }[];
    const { pages, pageHeight } = await sharp(first.bytes, { animated: true }).metadata();
    expect([pages, pageHeight]).toEqual([ends[0]!.length + ends[1]!.length + 2, 34 + 36]);
    expect((await film("two.webp", 1)).bytes.equals(first.bytes)).toBe(true);
    expect((await film("three.webp", 2)).bytes.equals(first.bytes)).toBe(false);
  });

  test.each<[string, string, Record<string, string | number>, string, RegExp]>([
    [
      "env play",
      "gymnasium:Walk-v0",
      {},
      "envs/player",
      /has no keys and no map; film it: throughline env record/,
    ],
    [
      "env preview",
      "gymnasium:Walk-v0",
      { fieldOfView: 60 },
      "envs/option",
      /--field-of-view is an option of mazes/,
    ],
    [
      "env record",
      "gymnasium:Walk-v0",
      { policy: "oracle" },
      "envs/player",
      /oracle plays mazes alone.*: random/,
    ],
    ["env record", "gymnasium:Nothing-v0", {}, "envs/id", /doesn't exist/],
    ["env preview", "gymnasium:Echo-v0", { seeds: 0 }, "envs/option", /--seeds is 0, accepted: 1 to 12/],
  ])("%s %s %j is %s", async (name, id, flags, code, message) => {
    const out = join(root, "refused.gif");
    const asked = verb(name, [id], name === "env record" ? { ...flags, out } : flags);
    await expect(asked).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    expect(existsSync(out)).toBe(false);
  });
});
