// The mazes as environments of Python's Gymnasium: the same pictures, rewards and facts as here, and what Gymnasium's own checker says.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ENV_IDS, type GoalMazeOptions, type MazeFacts, makeEnv, makeVector } from "@throughline/envs";
import { checkLeaks, own } from "@throughline/testing/leaks";
import { gymnasiumPython, needModules } from "@throughline/testing/python";
import { expect, test } from "vitest";

checkLeaks();

const folder = join(import.meta.dirname, "../..");
const picture = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** Facts with Gymnasium's names. */
const named = ({ episode, ...rest }: MazeFacts) => ({ ...rest, episode_number: episode });

const id = "SmallGoalMaze-v0";
const options: GoalMazeOptions = { rooms: 1, height: 20, width: 24, horizon: 12, fieldOfView: 80 };
const seed = 11;
const actions = Array.from({ length: 60 }, (_, step) => [0, 0, 1, 0, 2, 0, 0, 1][(3 * step) % 8]!);

/** What `play.py` should see of a single environment. */
function playOne(): unknown[] {
  const env = own(makeEnv(id, options));
  const begin = (begun: ReturnType<typeof env.reset>) => [
    ...[picture(begun.observation), named(begun.info), picture(env.render().pixels)],
  ];
  const seen: unknown[] = [begin(env.reset({ seed }))];
  for (const action of actions) {
    const { observation, reward, terminated, truncated, info } = env.step(action);
    seen.push([picture(observation), reward, terminated, truncated, named(info)]);
    if (terminated || truncated) seen.push(begin(env.reset()));
  }
  const { observation, info } = env.reset({ seed, options: { episode: 7 } });
  seen.push([picture(observation), named(info), [240, 288, 3]]);
  return seen;
}

/** What it should see of a vector. */
function playMany(): unknown[] {
  const vector = own(makeVector(id, 3, options));
  const pictures = (bytes: ArrayLike<number>): string[] =>
    [0, 1, 2].map((lane) => picture(Uint8Array.from(bytes).slice(lane * 1440, (lane + 1) * 1440)));
  const { observations, facts } = vector.reset({ seed });
  return [
    [pictures(observations.toTypedArray() as Uint8Array), facts.map(({ shortest }) => shortest)],
    ...actions.map((action) => {
      const step = vector.step([action, action, action]);
      const flags = [step.terminated, step.truncated].map((list) => Array.from(list, (flag) => flag === 1));
      const ends = step.ends.map((end) => [end.lane, picture(end.finalObservation), end.facts.length]);
      return [pictures(step.observations.toTypedArray() as Uint8Array), [...step.rewards], ...flags, ends];
    }),
  ];
}

test("Python sees what is seen here, bit for bit, and its checker finds nothing", (context) => {
  needModules(context, ["gymnasium", "numpy"]);
  const names = { rooms: 1, height: 20, width: 24, horizon: 12, field_of_view: 80 };
  const { stdout, stderr } = spawnSync(
    gymnasiumPython,
    [join(import.meta.dirname, "play.py"), JSON.stringify([id, names, seed, actions])],
    {
      encoding: "utf8",
      env: {
        ...process.env,
        PYTHONPATH: join(folder, "python"),
        PYTHONDONTWRITEBYTECODE: "1",
        THROUGHLINE_NODE: process.execPath,
      },
    },
  );
  expect(stdout, stderr).not.toBe("");
  const seen = JSON.parse(stdout);
  expect(seen.ids).toEqual(ENV_IDS);
  expect(seen.one).toEqual(playOne());
  expect(seen.many).toEqual(playMany());
  expect(seen.many.flatMap((step: unknown[]) => (step[4] as unknown[]) ?? []).length).toBeGreaterThan(6);
  expect(seen.mode).toBe("SameStep");
  expect(seen.said).toEqual([]);
  expect(seen.unseeded[0]).not.toBe(seen.unseeded[1]);
  expect(seen.refused).toEqual([
    ["torch/argument", `${id}: there is no option room; did you mean rooms?`],
    ["envs/action", `${id}: the action is 99, accepted: a whole number from 0 to 2`],
    ["InvalidAction", "actions are float64, accepted: whole numbers"],
    ["envs/reset", `${id}: reset has no option level, accepted: episode`],
  ]);
  expect(seen.closed).toEqual(["envs/closed", "the environment is closed"]);
  expect(seen.still).toBe(null); // the vector still needs it
  expect(seen.killed).toEqual(["python", "the Node process of the mazes ended during step (signal 9)"]);
  expect(seen.end).toBe(0);
});

test("Python without the npm package is told what to install", (context) => {
  needModules(context, ["gymnasium", "numpy"]);
  const program = `import gymnasium, throughline_envs; gymnasium.make("throughline/${id}")`;
  const { stderr } = spawnSync(gymnasiumPython, ["-c", program], {
    encoding: "utf8",
    env: {
      ...process.env,
      PYTHONPATH: join(folder, "python"),
      PYTHONDONTWRITEBYTECODE: "1",
      THROUGHLINE_ENVS: import.meta.dirname,
    },
  });
  expect(stderr).toContain(
    `ThroughlineError: THROUGHLINE_ENVS is ${import.meta.dirname}, which is no folder of @throughline/envs`,
  );
});

test("the Python package has the version of the npm package", () => {
  const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  expect(readFileSync(join(folder, "python/pyproject.toml"), "utf8")).toContain(`version = "${version}"`);
});
