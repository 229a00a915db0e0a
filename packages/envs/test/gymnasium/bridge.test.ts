// The bridge to Python's Gymnasium, with a real Python that has a small gymnasium: what comes through, what is refused, and what is
// said when the other side fails.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  Box,
  Dict,
  Discrete,
  EnvVector,
  type GymnasiumOptions,
  gymnasium,
  gymnasiumVector,
  MultiBinary,
  MultiDiscrete,
  Text,
  Tuple,
} from "@throughline/envs";
import { Random } from "@throughline/lab/random";
import { caught } from "@throughline/testing/caught";
import { testFolder } from "@throughline/testing/folders";
import { checkLeaks, own } from "@throughline/testing/leaks";
import { startProcess, until } from "@throughline/testing/processes";
import { needPython } from "@throughline/testing/python";
import { beforeEach, describe, expect, test } from "vitest";
import { walk, withFault } from "./support/fake.js";

checkLeaks();
beforeEach(needPython);

/** True if a process does not run any more. */
const isGone = (pid: number): boolean => {
  const { stdout } = spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" });
  return stdout.trim() === "" || stdout.startsWith("Z");
};
/** True if there is not even a zombie. */
const isReaped = (pid: number): boolean =>
  spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" }).stdout.trim() === "";
const pidOf = (env: ReturnType<typeof walk>): number =>
  env.reset({ seed: 1, options: { pid: true } }).info.pid as number;

describe("an environment of Python", () => {
  test("has the spec, the spaces, the facts and the picture that Python gives", () => {
    const env = walk();
    expect(env.spec).toEqual({
      id: "gymnasium:Walk-v0",
      horizon: 30,
      options: { imports: [], kwargs: {}, wrappers: [], horizon: 30, success: "info" },
    });
    expect(env.observationSpace).toEqual(new Box([-9, -9], [9, Number.POSITIVE_INFINITY], [2], "float64"));
    expect(env.actionSpace).toEqual(new Discrete(3));
    const begun = env.reset({ seed: 4 });
    expect(begun.info).toEqual({
      ...{ options: null, seed: 4, episode: 0, length: 0, success: false },
    });
    const [place] = begun.observation;
    const step = env.step(1);
    expect(step).toEqual({
      observation: Float64Array.of(place! + 1, 1 / 7),
      ...{ reward: 0, terminated: false, truncated: false },
      // What JSON cannot hold is left out, what is not finite is null.
      info: {
        nan: null,
        kept: [1, "two"],
        is_success: false,
        seed: 4,
        episode: 0,
        length: 1,
        success: false,
      },
    });
    const { width, height, pixels } = env.render();
    expect([width, height, pixels.length, pixels[0]]).toEqual([3, 2, 18, place! + 10]);
    let last = step;
    while (!last.terminated) last = env.step(1);
    expect(last).toMatchObject({ reward: 1, truncated: false, info: { success: true, length: 9 - place! } });
  });

  test("is made with arguments, wrappers, a horizon, and another meaning of success", () => {
    const env = walk({
      ...{ horizon: 4, success: "reward", kwargs: { other: 1 } },
      wrappers: ["gymnasium.Wrapped", ["gymnasium.Wrapped", { factor: 5 }]],
    });
    expect(env.spec.horizon).toBe(4);
    env.reset({ seed: 1 });
    const steps = [1, 1, 1, 1].map((action) => env.step(action));
    expect(steps.map(({ truncated }) => truncated)).toEqual([false, false, false, true]);
    const far = walk({
      success: "reward",
      wrappers: ["gymnasium.Wrapped", ["gymnasium.Wrapped", { factor: 5 }]],
    });
    far.reset({ seed: 1 });
    let step = far.step(1);
    while (!step.terminated) step = far.step(1);
    expect([step.reward, step.info.success]).toEqual([10, true]);
  });

  test("is given the options of reset that are not ours", () => {
    const env = walk();
    expect(env.reset({ seed: 2, options: { episode: 3, level: "deep" } }).info).toMatchObject({
      ...{ options: { level: "deep" }, seed: 2, episode: 3 },
    });
    expect(caught(() => env.reset({ options: { refuse: "no" } }))).toMatchObject({
      code: "envs/raised",
      message: "Walk-v0: reset raised ValueError: options of reset: no",
    });
    expect(env.reset({ seed: 2 }).info.episode).toBe(0);
  });

  test.each<[string, unknown, new (...given: never[]) => unknown, string]>([
    ["float32", ["Box", [[-1, -2], [1, 2], [2], "float32"]], Box, "Box(-2…-1, 1…2, [2], float32)"],
    ["float64", ["Box", [[0, 0, 0], [1, 1, 1], [3], "float64"]], Box, "Box(0, 1, [3], float64)"],
    ["int64", ["Box", [[-5, -5], [5, 5], [1, 2], "int64"]], Box, "Box(-5, 5, [1, 2], int64)"],
    ["int16", ["Box", [[-500], [500], [1], "int16"]], Box, "Box(-500, 500, [1], int16)"],
    ["bool", ["Box", [[0, 0, 0], [1, 1, 1], [3], "bool"]], Box, "Box(0, 1, [3], uint8)"],
    ["numbers from a start", ["Discrete", [4, -1]], Discrete, "Discrete(4, -1)"],
    ["several numbers", ["MultiDiscrete", [[3, 1, 5]]], MultiDiscrete, "MultiDiscrete([3, 1, 5])"],
    ["switches", ["MultiBinary", [11]], MultiBinary, "MultiBinary(11)"],
    ["texts", ["Text", [5, "añb→"]], Text, "Text(1, 5)"],
    ["a space of texts of its own", ["Words", []], Text, "Text(0, Infinity)"],
    [
      "spaces in spaces",
      [
        "Dict",
        {
          text: ["Text", [4, "xyz"]],
          both: [
            "Tuple",
            [
              ["Discrete", [7]],
              ["Text", [9, "uv"]],
              ["Box", [[0, 0, 0], [9, 9, 9], [3], "uint8"]],
            ],
          ],
          more: ["Dict", { a: ["MultiBinary", [3]], b: ["Box", [[0], [1], [1], "float64"]] }],
        },
      ],
      Dict,
      "Dict(text: Text(1, 4), both: Tuple(Discrete(7), Text(1, 9), Box(0, 9, [3], uint8)), more: Dict(a: MultiBinary(3), b: Box(0, 1, [1], float64)))",
    ],
    [
      "a tuple",
      [
        "Tuple",
        [
          ["Discrete", [2]],
          ["Discrete", [3]],
        ],
      ],
      Tuple,
      "Tuple(Discrete(2), Discrete(3))",
    ],
  ])("takes actions and gives observations of %s as they are", (_, space, type, words) => {
    const env = own(gymnasium("Echo-v0", { kwargs: { space } }));
    expect(env.spec.horizon).toBe(Number.POSITIVE_INFINITY);
    expect(env.actionSpace).toBeInstanceOf(type);
    expect(String(env.actionSpace)).toBe(words);
    expect(env.observationSpace.contains(env.reset({ seed: 1 }).observation)).toBe(true);
    const random = new Random("echo", words);
    for (let step = 0; step < 10; step++) {
      const action = env.actionSpace.sample(random);
      expect(env.actionSpace.contains(action)).toBe(true);
      expect(env.step(action).observation).toEqual(action);
    }
  });

  test("large observations come whole", () => {
    const size = 100_003;
    const bounds = [Array(size).fill(0), Array(size).fill(1)];
    const env = own(gymnasium("Echo-v0", { kwargs: { space: ["Box", [...bounds, [size], "float64"]] } }));
    env.reset();
    const action = Float64Array.from({ length: size }, (_, i) => i / size);
    expect(env.step(action).observation).toEqual(action);
  });

  test("computes beside others between beginStep and endStep", () => {
    const [first, second] = [walk(), walk()];
    const places = [first, second].map((env, i) => env.reset({ seed: i }).observation[0]!);
    expect(() => first.endStep()).toThrow("Walk-v0: no step has begun; call beginStep first");
    first.beginStep(1);
    second.beginStep(0);
    expect(() => first.beginStep(1)).toThrow("a step has begun; call endStep first");
    expect(() => first.render()).toThrow("a step has begun; call endStep first");
    expect(second.endStep().observation[0]).toBe(places[1]! - 1);
    expect(first.endStep().observation[0]).toBe(places[0]! + 1);
    first.beginStep(1);
    expect(first.reset({ seed: 0 }).observation[0]).toBe(places[0]); // what had begun is forgotten
  });
});

test("several are a vector, whose lanes are single ones of seed + lane", () => {
  const vector = own(gymnasiumVector("Pictures-v0", 3));
  expect(vector).toBeInstanceOf(EnvVector);
  const singles = [0, 1, 2].map(() => own(gymnasium<Uint8Array, number>("Pictures-v0")));
  const { observations } = vector.reset({ seed: 9 });
  const seen = (lane: number) => observations.toTypedArray().slice(60 * lane, 60 * (lane + 1));
  for (const [lane, env] of singles.entries())
    expect(seen(lane)).toEqual(env.reset({ seed: 9 + lane }).observation);
  let ends = 0;
  for (let at = 0; at < 40; at++) {
    const actions = [at % 3, 1, 0];
    const step = vector.step(actions);
    ends += step.ends.length;
    for (const [lane, env] of singles.entries()) {
      const one = env.step(actions[lane]!);
      const isEnd = one.terminated || one.truncated;
      expect(step.rewards[lane]).toBe(one.reward);
      if (isEnd)
        expect(step.ends.find((end) => end.lane === lane)!.finalObservation).toEqual(one.observation);
      expect(seen(lane)).toEqual(isEnd ? env.reset().observation : one.observation);
    }
  }
  expect(ends).toBeGreaterThan(3);
});

describe("what is not accepted is said in one sentence", () => {
  const made = (options: GymnasiumOptions, id = "Walk-v0") => caught(() => gymnasium(id, options));

  test("no Python", () => {
    const { code, message } = made({ python: "/nowhere/python3" });
    expect(code).toBe("envs/python");
    expect(message).toMatch(
      /^Walk-v0: Python cannot be started \(.*ENOENT\); install Python 3.8 or later, or name/,
    );
  });

  test("Python without Gymnasium, with an old one, or without a module", () => {
    const path = process.env.PYTHONPATH;
    process.env.PYTHONPATH = testFolder(); // and -S below hides what is installed
    const bare = join(testFolder(), "python");
    writeFileSync(bare, '#!/bin/sh\nexec python3 -S "$@"\n', { mode: 0o755 });
    try {
      const { code, message } = made({ python: bare });
      expect(code).toBe("envs/python");
      expect(message).toMatch(
        /^Walk-v0: (\S+) has no package gymnasium; install it: \1 -m pip install gymnasium$/,
      );
      process.env.PYTHONPATH = path;
      process.env.FAKE_GYMNASIUM_VERSION = "0.21.0";
      expect(made({}).message).toMatch(
        /has gymnasium 0\.21\.0, accepted: 0\.26 or later; upgrade it: .* -U gymnasium$/,
      );
    } finally {
      process.env.PYTHONPATH = path;
      delete process.env.FAKE_GYMNASIUM_VERSION;
    }
    expect(made({ imports: ["not_there.at_all"] }).message).toMatch(
      /has no package not_there; install it: .* -m pip install not_there$/,
    );
    const needs = made({}, "Needs-v0");
    expect(needs.code).toBe("envs/python");
    expect(needs.message).toMatch(
      /^Needs-v0: .*: Box2D is not installed, run `pip install "gymnasium\[box2d\]"`$/,
    );
  });

  test("an unknown id, with Gymnasium's own hint", () => {
    expect(made({}, "Wolk-v0")).toMatchObject({
      code: "envs/id",
      message:
        "Wolk-v0: Environment `Wolk` doesn't exist. Did you mean: `Walk`? If a package registers it, name that in imports",
    });
  });

  test("arguments that the environment does not know, and options that we do not", () => {
    const { code, message } = made({ kwargs: { wrong: 1 } }, "Echo-v0");
    expect(code).toBe("envs/raised");
    expect(message).toMatch(/^Echo-v0: make raised TypeError: .*wrong/);
    expect(made({ wrappers: ["gymnasium.Nothing"] }).message).toMatch(
      /make raised AttributeError: .*Nothing/,
    );
    expect(made({ import: "x" } as never).message).toBe(
      'gymnasium("Walk-v0"): there is no option import; did you mean imports?',
    );
    expect(made({ timeout: 0 }).message).toContain("timeout is 0, accepted: a number above 0");
    expect(made({ wrappers: [["a.b", 1 as never]] }).message).toContain("wrappers is");
    expect(caught(() => gymnasiumVector("Walk-v0", 0)).message).toContain("lanes is 0");
  });

  test("a space that there is not, and one that a vector cannot hold", () => {
    expect(made({ kwargs: { space: ["Graph", []] } }, "Echo-v0")).toMatchObject({
      code: "envs/space",
      message:
        "Echo-v0: there is a space Graph, accepted: Box, Discrete, MultiDiscrete, MultiBinary, Text, Dict and Tuple; a wrapper can change it",
    });
    expect(caught(() => gymnasiumVector("Walk-v0", 1))).toMatchObject({
      code: "envs/option",
      message:
        "EnvVector: gymnasium:Walk-v0 has observations Box(-9, 9…Infinity, [2], float64) and actions Discrete(3), accepted: a Box of uint8 and a Discrete from 0",
    });
  });

  test("an action of another type, and no picture", () => {
    const env = own(gymnasium("Echo-v0", { kwargs: { space: ["Box", [[-1], [1], [1], "float32"]] } }));
    env.reset();
    for (const wrong of [[0.5], Float64Array.of(0), Float32Array.of(2), 0])
      expect(caught(() => env.step(wrong))).toMatchObject({
        code: "envs/action",
        message: expect.stringMatching(
          /^gymnasium:Echo-v0: the action is .*, accepted: a value of Box\(-1, 1, \[1\], float32\), as a Float32Array$/,
        ),
      });
    expect(caught(() => env.render())).toMatchObject({
      code: "envs/space",
      message: 'Echo-v0: render gives NoneType and no picture; it needs render_mode "rgb_array"',
    });
  });
});

describe("a Python that fails", () => {
  test("by an exception: its line, its traceback as the cause, and a new episode goes on", () => {
    const env = walk(withFault("raise_"));
    env.reset({ seed: 1 });
    const error = caught(() => env.step(2));
    expect([error.code, error.message]).toEqual([
      "envs/raised",
      "Walk-v0: step raised RuntimeError: the walk is blocked",
    ]);
    expect((error.cause as Error).message).toMatch(/Traceback[\s\S]*in raise_/);
    expect(() => env.step(1)).toThrow("call reset first");
    env.reset();
    expect(env.step(1).info.length).toBe(1);
  });

  test("by an observation that does not fit its space", () => {
    const env = walk(withFault("misfit"));
    env.reset();
    expect(() => env.step(2)).toThrow(
      "step raised ValueError: an observation of shape [3], the space has [2]",
    );
  });

  test.each([
    ["exit", "exit code 7", "; its last line: the wall fell down"],
    ["die", "signal SIGKILL", ""],
    ["leave", "exit code 3", ""],
  ])("by its end (%s): how it ended and its last line, also at the next call", (fault, how, last) => {
    const env = walk(withFault(fault));
    const pid = pidOf(env);
    const error = caught(() => env.step(2));
    expect([error.code, error.message]).toEqual([
      "envs/died",
      `Walk-v0: its Python process ended during step (${how})${last}`,
    ]);
    expect(isReaped(pid)).toBe(true);
    expect(caught(() => env.reset())).toBe(error);
    env.close();
    expect(caught(() => env.reset()).code).toBe("envs/closed");
  });

  test.each(["hang", "loop"])("by no answer (%s): it is ended, and the sentence names the call", (fault) => {
    const env = walk(withFault(fault, 10));
    const pid = pidOf(env);
    const error = caught(() => env.step(2));
    expect([error.code, error.message]).toEqual([
      "envs/hung",
      "Walk-v0: step has not ended within 10 s (timeout), and its Python process was ended",
    ]);
    expect(isReaped(pid)).toBe(true);
  });

  test("by so many words on the standard error that a pipe would be full", () => {
    const env = walk(withFault("chatter"));
    env.reset();
    expect(env.step(2).info.length).toBe(1);
  });
});

describe("the Python process", () => {
  test("is gone, and no zombie, when close returns", () => {
    const env = walk();
    const pid = pidOf(env);
    expect(isGone(pid)).toBe(false);
    env.close();
    env.close();
    expect(isReaped(pid)).toBe(true);
    expect(caught(() => env.step(0)).code).toBe("envs/closed");
  });

  test.each([
    ["ends without close", "", 0],
    ["is killed while its environment computes", "env.step(2);", null],
  ])("ends when the process that started it %s", async (_, more, code) => {
    const program = `
      import { gymnasium } from "@throughline/envs";
      const env = gymnasium("Walk-v0", { kwargs: { fault: "loop" } });
      console.error("pid " + env.reset({ options: { pid: true } }).info.pid + ".");
      ${more}`;
    const command = [process.execPath, "--input-type=module", "-e", program];
    const started = startProcess(command, { cwd: import.meta.dirname });
    await started.said(".");
    const pid = Number(/pid (\d+)\./.exec(started.heard())![1]);
    if (code === null) started.child.kill("SIGKILL");
    expect((await started.ended).code).toBe(code);
    await until("the child has gone", () => isGone(pid));
  });
});
