// `throughline env`: what it lists, draws, films and plays, and what it refuses.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fileFolder } from "@throughline/testing/folders";
import { describe, expect, test } from "vitest";
import { bin, json, throughline } from "./support/cli.js";

const cwd = fileFolder();
const at = { cwd };

test("lists every environment, for people and as JSON", async () => {
  const { code, stdout, stderr } = await throughline(["env", "list"], at);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout.match(/^\S+-v0 {2}/gm)).toHaveLength(11);
  const { environments } = json<{ environments: Record<string, unknown>[] }>(
    await throughline(["env", "list", "small", "pool", "--json"], at),
  );
  expect(environments).toEqual([
    {
      id: "SmallWatermaze-v0",
      task: "find the hidden platform in a round pool, in coarse steps",
      dial: { name: "radius", values: [150, 300, 450, 580] },
      reward: 1,
      horizon: 200,
      pictures: { height: 36, width: 48 },
      actions: { set: "coarse", names: ["forward", "turn left", "turn right"] },
    },
  ]);
});

test("a sheet and films are written, and nothing is written over", async () => {
  const sheet = ["env", "preview", "smallgoalmaze", "--rooms", "1", "--seeds", "1", "--json"];
  const first = json(await throughline(sheet, at));
  expect(first).toMatchObject({ id: "SmallGoalMaze-v0", seeds: [0], file: "SmallGoalMaze-v0_rooms-1.png" });
  expect(json(await throughline(sheet, at)).file).toBe("SmallGoalMaze-v0_rooms-1-2.png");
  const film = ["env", "record", "SmallGoalMaze-v0", "--rooms", "1", "--enlarge", "36", "--seed", "2"];
  const made = await throughline([...film, "--out", "new/film.webp", "--first-person", "--reveal-goal"], at);
  expect(made.code, made.stderr).toBe(0);
  expect(made.stdout).toMatch(
    /oracle, \d+ pictures\n {2}episode 0: reached in \d+ steps .*\nfilm {2}new\/film\.webp\n$/,
  );
  const again = await throughline([...film, "--out", "new/film.webp"], at);
  expect([again.code, again.stderr]).toEqual([
    2,
    "throughline: new/film.webp is there already; name another file with --out\n",
  ]);
});

test("the agent of a run is filmed in its own environment", async () => {
  const train = [
    "run",
    "cec/source",
    "--preset",
    "smoke",
    "--env",
    "SmallObstructedGoalMaze-v0",
    "--name",
    "learner",
  ];
  expect((await throughline(train, at)).code).toBe(0);
  const film = ["env", "record", "--policy", "learner", "--horizon", "10", "--enlarge", "36", "--json"];
  const made = json(await throughline([...film, "--out", "learner.gif"], at));
  expect(made).toMatchObject({
    id: "SmallObstructedGoalMaze-v0",
    player: "learner after 4 updates",
    options: { height: 16, width: 20, rooms: 5, horizon: 10 },
  });
  for (const [more, sentence] of [
    [
      ["Watermaze-v0"],
      /learner plays SmallObstructedGoalMaze-v0, not Watermaze-v0; leave the environment out/,
    ],
    [["--height", "20"], /learner has its own height; leave out --height/],
  ] as const) {
    const { code, stderr } = await throughline([...film, ...more, "--out", "x.gif"], at);
    expect(code).toBe(2);
    expect(stderr).toMatch(sentence);
  }
  const line = await throughline(["run", "test/line", "--preset", "smoke", "--name", "line"], at);
  expect(line.code, line.stderr).toBe(0);
  const none = await throughline(["env", "record", "--policy", "line", "--out", "x.gif"], at);
  expect([none.code, none.stderr]).toEqual([
    2,
    "throughline: line is a run of test/line, which has no agent to be watched\n",
  ]);
});

describe("refuses in one sentence", () => {
  mkdirSync(join(cwd, "folder.gif"));
  writeFileSync(join(cwd, "file"), "");

  test.each([
    [["list", "chess"], /^throughline: no environment matches chess/],
    [["preview"], /missing required argument id/],
    [["preview", "GoalMase-v0"], /there is no environment GoalMase-v0; did you mean GoalMaze-v0\? Known: /],
    [["preview", "GoalMaze-v0", "--rooms", "99"], /GoalMaze-v0.*rooms.*99.*40/],
    [["preview", "GoalMaze-v0", "--rooms", "two"], /--rooms .*give a whole number from 1/],
    [["preview", "Watermaze-v0", "--rooms", "5"], /Watermaze-v0.*rooms/],
    [["preview", "GoalMaze-v0", "--height", "4"], /height.*4/],
    [["preview", "GoalMaze-v0", "--seeds", "13"], /--seeds is 13, accepted: 1 to 12/],
    [["preview", "GoalMaze-v0", "--out", "x.jpg"], /--out is x\.jpg, accepted: a name that ends in \.png/],
    [["preview", "GoalMaze-v0", "--actions", "all"], /seven, nine, fifteen, coarse/],
    [["record", "GoalMaze-v0"], /--out/],
    [["record", "GoalMaze-v0", "--out", "x.mp4"], /x\.mp4, accepted: a name that ends in \.gif or \.webp/],
    [["record", "--out", "x.gif"], /name an environment: GoalMaze-v0, /],
    [["record", "GoalMaze-v0", "--out", "x.gif", "--fps", "0"], /--fps is 0, accepted: 1 to 50/],
    [["record", "GoalMaze-v0", "--out", "x.gif", "--policy", "nobody"], /there is no run nobody/],
    [["record", "SmallGoalMaze-v0", "--out", "folder.gif"], /folder\.gif is a folder; name another file/],
    [["record", "SmallGoalMaze-v0", "--out", "file/x.gif"], /cannot write file: .*file/],
    [["play", "GoalMaze-v0"], /env play needs a terminal for keys and pictures/],
    [["play", "GoalMaze-v0", "--oracle", "--random"], /--oracle and --random were given; one can be watched/],
    [["play", "GoalMaze-v0", "--oracle", "--speed", "0"], /--speed is 0, accepted: 0\.1 to 60/],
    [["plya"], /unknown command plya|too many arguments/],
  ])("env %j", async (args, sentence) => {
    const before = readdirSync(cwd);
    const { code, stdout, stderr } = await throughline(["env", ...args], at);
    expect(stderr).toMatch(sentence);
    expect(stderr).not.toMatch(/\n {4}at /);
    expect(stdout).toBe("");
    expect(code).toBeGreaterThan(0);
    expect(readdirSync(cwd)).toEqual(before);
  });
});

const hasPython = spawnSync("python3", ["-c", "import pty"]).status === 0 && existsSync("/dev/ptmx");

describe.skipIf(!hasPython)("in a terminal", () => {
  const helper = fileURLToPath(new URL("./support/terminal.py", import.meta.url));

  /** Types keys into `env play`, one after the other was seen, then lets it end. */
  function played(end: string, keys: string, ...args: string[]): Record<string, unknown> {
    const command = [helper, end, keys, process.execPath, bin, "env", "play", ...args];
    const { stdout, stderr } = spawnSync("python3", command, { cwd, encoding: "utf8" });
    expect(stderr).toBe("");
    return JSON.parse(stdout) as Record<string, unknown>;
  }
  const whole = { raw: true, restored: true, cursor: true };

  test("keys move, turn, begin again and go on; then everything is as it was", () => {
    const said = played("q", "UR m n r", "SmallGoalMaze-v0", "--rooms", "3", "--seed", "1");
    expect(said).toMatchObject({ ...whole, exit: 0, signal: 0 });
    expect(said.states).toEqual([
      "episode 0 step 0",
      "episode 0 step 1",
      "episode 0 step 2",
      "episode 1 step 0",
    ]);
    expect(said.after).toMatch(/SmallGoalMaze-v0 rooms 3.* 0 episodes ended, goal reached in 0/);
  });

  test.each([
    ["SIGTERM", "term", { exit: 0, signal: 15 }],
    ["Ctrl-C", "\\x03", { exit: 0, signal: 0 }],
  ])("after %s the terminal is as it was", (_, end, ending) => {
    expect(played(end, "w", "GoalMaze-v0", "--rooms", "5")).toMatchObject({ ...whole, ...ending });
  });

  test("the oracle is watched to the gem", () => {
    const args = ["SmallGoalMaze-v0", "--rooms", "1", "--seed", "4", "--oracle", "--speed", "60"];
    const said = played("q", "*", ...args);
    expect(said).toMatchObject({ ...whole, exit: 0 });
    expect(said.after).toMatch(/episode 0: reached in \d+ steps/);
  });
});
