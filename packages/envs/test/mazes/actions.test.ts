// Action sets in the paper's units, options of every kind, and the facts of an episode by hand.
import { ACTION_SETS, type Layout, MAZES, type Motion, makeEnv } from "@throughline/envs";
import { checkLeaks, own } from "@throughline/testing/leaks";
import { expect, test } from "vitest";

checkLeaks();

import { Episode, layoutOf, wayOf } from "../../dist/mazes/episode.js";

/** Cells of one step: 3.2 cells a second for 4 of 60 frames. */
const WALK = 0.2133;

test("sets have the numbers of actions that their names say, each with a name of its own", () => {
  expect(Object.entries(ACTION_SETS).map(([name, set]) => [name, set.length])).toEqual([
    ["seven", 7],
    ["nine", 9],
    ["fifteen", 15],
    ["coarse", 3],
  ]);
  for (const set of Object.values<readonly Motion[]>(ACTION_SETS))
    expect(new Set(set.map(({ name }) => name)).size).toBe(set.length);
});

test("steps are 0.2133 cells long, turns 4.2, 8.4 or 25.3 degrees wide", () => {
  const degrees: Record<string, number> = { "10": 4.2, "20": 8.4, "60": 25.3 };
  for (const set of ["seven", "nine", "fifteen"] as const) {
    for (const { name, forward, right, turn, look } of ACTION_SETS[set] as readonly Motion[]) {
      const wide = degrees[name.split(" ").at(-1)!] ?? 0;
      const isLook = /look (up|down)/.test(name);
      const wanted = {
        forward: name.startsWith("forward") ? WALK : name === "backward" ? -WALK : 0,
        right: name === "strafe right" ? WALK : name === "strafe left" ? -WALK : 0,
        turn: isLook ? 0 : name.includes("look left") ? -wide : wide,
        look: !isLook ? 0 : name.includes("down") ? -wide : wide,
      };
      for (const [what, value] of Object.entries({ forward, right, turn, look }))
        expect(
          Math.abs(value - wanted[what as keyof typeof wanted]),
          `${set}: ${name}: ${what}`,
        ).toBeLessThan(0.05);
    }
  }
  expect(ACTION_SETS.fifteen[0].forward).toBeCloseTo(WALK, 4);
});

test("fifteen: the numbers of Sample Factory's extended set", () => {
  expect(ACTION_SETS.fifteen.map(({ name }) => name)).toEqual([
    ...["forward", "backward", "strafe left", "strafe right"],
    ...["look left 10", "look right 10", "look left 60", "look right 60", "look down 10", "look up 10"],
    ...["forward and look left 10", "forward and look right 10"],
    ...["forward and look left 60", "forward and look right 60", "wait"],
  ]);
});

test("coarse: half a cell ahead, 45 degrees to the left or right", () => {
  expect(ACTION_SETS.coarse.map(({ forward, turn }) => [forward, turn])).toEqual([
    [0.5, 0],
    [0, -45],
    [0, 45],
  ]);
});

test("every action that turns or looks does so by its degrees, and waiting changes nothing", () => {
  for (const actions of ["seven", "nine", "fifteen", "coarse"] as const) {
    const env = own(makeEnv("SmallWatermaze-v0", { actions, height: 8, width: 8 }));
    for (const [action, { turn, look }] of env.motions.entries()) {
      env.reset({ seed: 3 });
      const before = env.pose;
      env.step(action);
      const turned = (((env.pose.heading - before.heading + 180) % 360) + 360) % 360;
      expect(Math.abs(turned - 180 - turn)).toBeLessThan(1e-9);
      expect(env.pose.pitch).toBe(look);
      if (env.motions[action]!.name === "wait") expect(env.pose).toEqual(before);
    }
  }
});

test("in open water a step is as long as its motion and goes where it says", () => {
  const env = own(makeEnv("Watermaze-v0", { height: 8, width: 8 }));
  for (const [action, { forward, right, turn }] of env.motions.entries()) {
    env.reset({ seed: 12 });
    // Away from the wall first: the agent faces the middle.
    for (let step = 0; step < 8; step++) env.step(0);
    const before = env.pose;
    env.step(action);
    const heading = ((before.heading + turn) * Math.PI) / 180;
    const [dx, dy] = [env.pose.x - before.x, env.pose.y - before.y];
    expect(Math.abs(dx - (forward * Math.cos(heading) - right * Math.sin(heading)))).toBeLessThan(1e-9);
    expect(Math.abs(dy - (forward * Math.sin(heading) + right * Math.cos(heading)))).toBeLessThan(1e-9);
  }
});

test("pitch is bounded to 60 degrees both ways", () => {
  const env = own(makeEnv("GoalMaze-v0", { rooms: 5, height: 8, width: 8 }));
  const [down, up] = [8, 9];
  env.reset({ seed: 1 });
  for (let step = 0; step < 20; step++) env.step(up);
  expect(env.pose.pitch).toBe(60);
  for (let step = 0; step < 40; step++) env.step(down);
  expect(env.pose.pitch).toBe(-60);
});

const kinds = Object.values(MAZES).map((kind) => [kind.id, kind] as const);

test.each(kinds)("%s: defaults are the table's", (id, kind) => {
  const isSmall = id.startsWith("Small");
  const options = kind.complete(undefined as never) as Record<string, unknown>;
  expect(options).toMatchObject({
    ...{ fieldOfView: 90, actionRepeat: 1, revealGoal: false },
    ...(isSmall
      ? { height: 36, width: 48, actions: "coarse", horizon: id.includes("Irr") ? 150 : 200 }
      : { height: 72, width: 96, actions: "fifteen", horizon: id.startsWith("Irr") ? 800 : 600 }),
  });
  // The dial stands at the hardest level.
  expect(options).toMatchObject(kind.levels.at(-1)!);
  const rewards = { Goal: 10, Obst: 10, Wate: 1, Irre: 100 } as Record<string, number>;
  expect(kind.reward).toBe(rewards[id.replace("Small", "").slice(0, 4)]);
});

test("the eyes begin at the angle that is asked for, and in the small Irreversible Path below the horizon", () => {
  const pitchOf = (id: string, options = {}): number => {
    const env = own(makeEnv(id, { height: 8, width: 8, ...options }));
    env.reset({ seed: 1 });
    return env.pose.pitch;
  };
  expect(pitchOf("SmallIrreversiblePath-v0")).toBe(-25);
  expect(pitchOf("SmallIrreversiblePath-v0", { pitch: 0 })).toBe(0);
  expect(pitchOf("GoalMaze-v0", { pitch: 12.5 })).toBe(12.5);
  expect(pitchOf("GoalMaze-v0")).toBe(0);
});

test.each(kinds)("%s: options that are given are in the spec, in the spaces and in the picture", (id) => {
  const options = { height: 9, width: 14, actions: "seven", horizon: 3, actionRepeat: 2 } as const;
  const env = own(makeEnv(id, options));
  expect(env.spec.options).toMatchObject(options);
  expect(env.spec.horizon).toBe(3);
  expect(env.actionSpace.n).toBe(7);
  expect(env.observationSpace.shape).toEqual([9, 14, 3]);
  expect(env.reset({ seed: 1 }).observation.length).toBe(9 * 14 * 3);
  // Waiting is cut off by the horizon and by nothing before.
  const ends = [6, 6, 6].map((wait) => env.step(wait));
  expect(ends.map(({ terminated, truncated }) => [terminated, truncated])).toEqual([
    [false, false],
    [false, false],
    [false, true],
  ]);
});

test.each([
  [{ height: 7 }, "height is 7, accepted: a whole number from 8 to 2048"],
  [{ width: 2049 }, "width is 2049"],
  [{ pitch: 61 }, "pitch is 61, accepted: a number from -60 to 60"],
  [{ fieldOfView: 9.9 }, "fieldOfView is 9.9, accepted: a number from 10 to 150"],
  [{ fieldOfView: Number.NaN }, "fieldOfView is NaN"],
  [{ horizon: 0 }, "horizon is 0"],
  [{ actionRepeat: 17 }, "actionRepeat is 17, accepted: a whole number from 1 to 16"],
  [{ revealGoal: 1 }, "revealGoal is 1"],
])("%o is refused by every kind", (options, message) => {
  for (const { complete } of Object.values(MAZES)) expect(() => complete(options as never)).toThrow(message);
});

test.each([
  [8, 8, 240],
  [36, 48, 252],
  [72, 96, 288],
  [240, 16, 240],
  [250, 10, 250],
])("render gives %i × %i at the least multiple with 240 rows: %i", (height, width, rows) => {
  const env = own(makeEnv("SmallWatermaze-v0", { height, width }));
  env.reset({ seed: 1 });
  const frame = env.render();
  expect([frame.height, frame.width]).toEqual([rows, (width * rows) / height]);
  expect(frame.pixels.length).toBe(frame.height * frame.width * 3);
});

test("a picture at the size of observations is the observation, and one pixel is enough", () => {
  const env = own(makeEnv("SmallGoalMaze-v0", { rooms: 1 }));
  const { observation } = env.reset({ seed: 2 });
  expect(env.picture(36, 48).pixels).toEqual(observation);
  expect(env.picture(1, 1).pixels.length).toBe(3);
});

const way = { places: [], length: 6 };
const at = (x: number, y: number) => ({ x, y, ground: 0, heading: 0, pitch: 0 });

test("an episode counts steps and cells walked; its efficiency is shortest / walked", () => {
  const episode = new Episode();
  expect(episode.isRunning).toBe(false);
  expect(episode.begin("Test", { seed: 5 })).toEqual({ seed: 5, episode: 0 });
  episode.start(way, at(0, 0));
  expect(episode.step(at(3, 4), false, 10)).toEqual({ terminated: false, truncated: false });
  expect(episode.facts).toMatchObject({ length: 1, walked: 5, shortest: 6, success: false, efficiency: 0 });
  expect(episode.step(at(3, 7), true, 10)).toEqual({ terminated: true, truncated: false });
  expect(episode.facts).toMatchObject({ length: 2, walked: 8, success: true, efficiency: 0.75 });
  expect(episode.isRunning).toBe(false);
});

test("efficiency is at most 1, also for who is there at once", () => {
  const episode = new Episode();
  episode.begin("Test", {});
  episode.start(way, at(0, 0));
  episode.step(at(0, 0), true, 10);
  expect(episode.facts).toMatchObject({ walked: 0, efficiency: 1 });
});

test("a goal in the last step ends an episode by itself; without it the horizon does", () => {
  for (const isReached of [true, false]) {
    const episode = new Episode();
    episode.begin("Test", {});
    episode.start(way, at(0, 0));
    expect(episode.step(at(1, 0), isReached, 1)).toEqual({ terminated: isReached, truncated: !isReached });
    expect(episode.isRunning).toBe(false);
  }
});

test("episodes follow each other by number, lanes have seeds of their own", () => {
  const episode = new Episode();
  expect(episode.begin("Test", {}, 3)).toEqual({ seed: 3, episode: 0 });
  expect(episode.begin("Test", {}, 3)).toEqual({ seed: 3, episode: 1 });
  expect(episode.begin("Test", { seed: 7 }, 3)).toEqual({ seed: 10, episode: 0 });
  expect(episode.begin("Test", { options: { episode: 5 } }, 3)).toEqual({ seed: 10, episode: 5 });
  expect(episode.begin("Test", {}, 3)).toEqual({ seed: 10, episode: 6 });
  expect(() => episode.begin("Test", { seed: 1.5 })).toThrow("Test: seed is 1.5");
});

test("an episode that is restored counts on", () => {
  const [first, second] = [new Episode(), new Episode()];
  first.begin("Test", { seed: 2, options: { episode: 4 } });
  first.start(way, at(0, 0));
  first.step(at(0, 2), false, 10);
  second.restore(first.state(), way, at(0, 2));
  for (const episode of [first, second]) episode.step(at(0, 6), true, 10);
  expect(second.facts).toEqual(first.facts);
  expect(second.facts).toMatchObject({ seed: 2, episode: 4, length: 2, walked: 6, efficiency: 1 });
});

test("a layout without a way is a mistake of its generator, and is told", () => {
  const kind = MAZES.goalMaze;
  const layout: Layout = layoutOf(kind, kind.complete({ rooms: 1 }), 1, 0);
  const cells = layout.grid.cells.map((value, index) => (index % 4 === 3 ? 1 : value));
  expect(() => wayOf({ ...layout, grid: { ...layout.grid, cells } })).toThrow(
    "the layout has no way from its start to its goal",
  );
});
