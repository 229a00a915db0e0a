// MiniGrid and a MuJoCo task, where Python has them: the contract of environments, and the numbers that Python itself sees.
import { spawnSync } from "node:child_process";
import { type GymnasiumOptions, gymnasium, gymnasiumVector } from "@throughline/envs";
import { Random } from "@throughline/lab/random";
import { environmentContract } from "@throughline/testing/contracts/environments";
import { checkLeaks, own } from "@throughline/testing/leaks";
import { gymnasiumPython, hasModules, lacking, needModules } from "@throughline/testing/python";
import { describe, expect, test } from "vitest";

checkLeaks();

const withPython = (options: GymnasiumOptions): GymnasiumOptions => ({ python: gymnasiumPython, ...options });

const miniGrid = ["gymnasium", "minigrid"];
describe.skipIf(!hasModules(gymnasiumPython, miniGrid))(`or skipped: ${lacking(miniGrid)}`, () => {
  environmentContract("MiniGrid-DoorKey-5x5-v0", {
    make: () => gymnasium("MiniGrid-DoorKey-5x5-v0", withPython({ imports: ["minigrid"], horizon: 30 })),
    action: (step) => [2, 1, 2, 0, 2, 3, 5][step % 7],
    wrongActions: [-1, 7, 0.5, null],
    steps: 15,
  });
});

const mujoco = ["gymnasium", "mujoco"];
describe.skipIf(!hasModules(gymnasiumPython, mujoco))(`or skipped: ${lacking(mujoco)}`, () => {
  environmentContract("HalfCheetah-v5", {
    make: () => {
      const { render: _, ...env } = bound(gymnasium("HalfCheetah-v5", withPython({ horizon: 30 })));
      return env; // a picture needs OpenGL
    },
    action: (step) => Float32Array.from({ length: 6 }, (_, i) => Math.sin(step + i)),
    wrongActions: [
      0,
      new Float32Array(5),
      new Float32Array(6).fill(1.5),
      new Float64Array(6),
      [0, 0, 0, 0, 0, 0],
    ],
    steps: 15,
  });
});

/** An environment as a plain object. */
function bound(env: ReturnType<typeof gymnasium>) {
  return {
    ...{ spec: env.spec, observationSpace: env.observationSpace, actionSpace: env.actionSpace },
    ...{
      reset: env.reset.bind(env),
      step: env.step.bind(env) as (action: never) => ReturnType<typeof env.step>,
    },
    ...{ render: env.render.bind(env), close: env.close.bind(env) },
  };
}

/** Plays an environment in Python alone: seeds and actions on the standard input, everything seen on the standard output. */
const program = `
import json, sys, gymnasium
id, modules, seed, actions = json.loads(sys.stdin.read())
for name in modules: gymnasium.register_envs(__import__(name))
env = gymnasium.make(id)
plain = lambda o: {k: plain(v) for k, v in o.items()} if isinstance(o, dict) else o.flatten().tolist() if getattr(o, "shape", ()) else o.item() if hasattr(o, "item") else o
seen = [plain(env.reset(seed=seed)[0])]
for action in actions:
    import numpy
    step = env.step(numpy.array(action, env.action_space.dtype) if isinstance(action, list) else action)
    seen.append([plain(step[0]), float(step[1]), bool(step[2]), bool(step[3])])
print(json.dumps(seen))
`;

/** Arrays as lists, so that JSON holds every number exactly. */
const plain = (value: unknown): unknown =>
  ArrayBuffer.isView(value)
    ? Array.from(value as Float64Array)
    : typeof value === "object" && value !== null
      ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plain(one)]))
      : value;

test.for<[id: string, imports: string[], actions: (number | number[])[]]>([
  ["MiniGrid-DoorKey-5x5-v0", ["minigrid"], [2, 1, 2, 3, 0, 2, 5, 1, 1, 2]],
  ["HalfCheetah-v5", [], Array.from({ length: 20 }, (_, step) => [0.1, -0.5, 1, 0, step / 20, -1])],
])("%s: observations, rewards and ends are Python's, bit for bit", ([id, imports, actions], context) => {
  needModules(context, ["gymnasium", id.startsWith("MiniGrid") ? "minigrid" : "mujoco"]);
  const { stdout, stderr } = spawnSync(gymnasiumPython, ["-c", program], {
    input: JSON.stringify([id, imports, 17, actions]),
    encoding: "utf8",
  });
  const expected = JSON.parse(stdout || `"${stderr}"`);
  const env = own(gymnasium(id, withPython({ imports })));
  const seen = [
    plain(env.reset({ seed: 17 }).observation),
    ...actions.map((action) => {
      const step = env.step(typeof action === "number" ? action : Float32Array.from(action));
      return [plain(step.observation), step.reward, step.terminated, step.truncated];
    }),
  ];
  expect(seen).toEqual(expected);
});

test("MiniGrid with wrappers is a vector of pictures, which learns as any other", (context) => {
  needModules(context, miniGrid);
  const vector = own(
    gymnasiumVector(
      "MiniGrid-Empty-Random-5x5-v0",
      2,
      withPython({
        imports: ["minigrid"],
        wrappers: [
          ["minigrid.wrappers.RGBImgPartialObsWrapper", { tile_size: 4 }],
          "minigrid.wrappers.ImgObsWrapper",
        ],
        success: "reward",
      }),
    ),
  );
  const { observations } = vector.reset({ seed: 1 });
  expect(observations.shape).toEqual([2, 28, 28, 3]);
  const random = new Random("bridge", 1);
  const ends = Array.from({ length: 300 }, () => vector.step([random.below(3), random.below(3)]).ends).flat();
  expect(ends.some(({ facts }) => facts.success)).toBe(true);
  for (const { facts, terminated } of ends) expect(facts.success).toBe(terminated);
});
