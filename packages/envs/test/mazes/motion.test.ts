// Motion against what a disc of radius 0.2 among walls can do; the oracle; vectors against single environments.
import { ACTION_SETS, MAZES, makeEnv, makeVector, Oracle } from "@throughline/envs";
import { checkLeaks, own } from "@throughline/testing/leaks";
import { getNumThreads, setNumThreads } from "@throughline/torch";
import { expect, test } from "vitest";

checkLeaks();

const levels = Object.values(MAZES).flatMap((kind) => kind.levels.map((level) => [kind.id, level] as const));

test.each(levels)("%s %o: the oracle reaches the goal within the horizon", (id, level) => {
  const env = own(makeEnv(id, { ...level, height: 8, width: 8 }));
  for (let episode = 0; episode < 15; episode++) {
    env.reset({ seed: 21, options: { episode } });
    const oracle = new Oracle(env.way, env.motions);
    let step = env.step(oracle.act(env.pose));
    while (!step.terminated && !step.truncated) step = env.step(oracle.act(env.pose));
    expect(step.info.success, `episode ${episode}`).toBe(true);
    expect(step.reward).toBeGreaterThan(0);
    expect(step.info.efficiency).toBeGreaterThan(0.7);
    expect(step.info.efficiency).toBeLessThanOrEqual(1);
  }
});

test("the agent never enters a wall, never leaves the pool, and never climbs", () => {
  for (const [id, options] of [
    ["GoalMaze-v0", { rooms: 3, actions: "fifteen" }],
    ["SmallGoalMaze-v0", { rooms: 5 }],
    ["SmallIrreversiblePath-v0", { difficulty: 0.5 }],
    ["Watermaze-v0", { actions: "nine" }],
  ] as const) {
    const env = own(makeEnv(id, { ...options, height: 8, width: 8, horizon: 400 }));
    env.reset({ seed: 3 });
    const { grid, arena } = env.layout;
    let ground = env.pose.ground;
    let state = 7;
    for (let at = 0; at < 400; at++) {
      state = (state * 48271) % 2147483647;
      const { terminated, truncated } = env.step(state % 3 === 0 ? state % env.actionSpace.n : 0);
      const pose = env.pose;
      expect(pose.ground).toBeLessThanOrEqual(ground);
      ground = pose.ground;
      if (arena !== null)
        expect(Math.hypot(pose.x - arena.x, pose.y - arena.y)).toBeLessThan(arena.radius - 0.2 + 1e-9);
      else {
        // The nearest point of every solid cell is a radius away.
        for (let y = 0; y < grid.rows; y++)
          for (let x = 0; x < grid.columns; x++) {
            const at_ = (y * grid.columns + x) * 4;
            const isSolid = grid.cells[at_ + 3] !== 0 || grid.cells[at_]! / 16 > ground;
            const dx = pose.x - Math.min(Math.max(pose.x, x), x + 1);
            const dy = pose.y - Math.min(Math.max(pose.y, y), y + 1);
            if (isSolid) expect(Math.hypot(dx, dy)).toBeGreaterThan(0.2 - 1e-6);
          }
      }
      if (terminated || truncated) break;
    }
  }
});

test("walking against a wall at an angle slides along it", () => {
  const env = own(makeEnv("GoalMaze-v0", { rooms: 1, actions: "fifteen", height: 8, width: 8 }));
  env.reset({ seed: 1 });
  // Turned to 45 degrees off an axis, the agent ends in a corner: both coordinates a radius from walls.
  const [left] = ACTION_SETS.fifteen
    .map(({ name }, at) => (name === "look left 60" ? at : -1))
    .filter((at) => at >= 0);
  env.step(left!);
  let last = env.pose;
  for (let at = 0; at < 40; at++) {
    const { terminated } = env.step(0);
    if (terminated) return;
    last = env.pose;
  }
  const apart = (x: number): number => Math.abs(x - Math.round(x));
  expect(apart(last.x)).toBeCloseTo(0.2, 6);
  expect(apart(last.y)).toBeCloseTo(0.2, 6);
});

test("an action repeated twice is two steps", () => {
  const options = { rooms: 3, height: 8, width: 8 };
  const once = own(makeEnv("GoalMaze-v0", options));
  const twice = own(makeEnv("GoalMaze-v0", { ...options, actionRepeat: 2 }));
  once.reset({ seed: 2 });
  twice.reset({ seed: 2 });
  for (const action of [0, 4, 0, 0, 7, 0, 12]) {
    once.step(action);
    once.step(action);
    twice.step(action);
    expect(twice.pose).toEqual(once.pose);
  }
});

test.each([1, 2])("a vector's lanes are the single environments of seed + lane, on %i threads", (threads) => {
  const before = getNumThreads();
  setNumThreads(threads);
  try {
    const options = { rooms: 3, height: 12, width: 16, horizon: 25 };
    const lanes = 5;
    const vector = own(makeVector("SmallGoalMaze-v0", lanes, options));
    const singles = Array.from({ length: lanes }, () => own(makeEnv("SmallGoalMaze-v0", options)));
    const bytes = 12 * 16 * 3;
    const seen = (tensor: { toTypedArray(): unknown }, lane: number) =>
      (tensor.toTypedArray() as Uint8Array).slice(lane * bytes, (lane + 1) * bytes);
    const first = vector.reset({ seed: 40 });
    for (const [lane, env] of singles.entries()) {
      const { observation, info } = env.reset({ seed: 40 + lane });
      expect(seen(first.observations, lane)).toEqual(observation);
      expect(first.facts[lane]).toEqual(info);
    }
    let ended = 0;
    for (let at = 0; at < 60; at++) {
      const actions = singles.map((_, lane) => (at % 4 === 3 ? 1 + (lane % 2) : 0));
      const step = vector.step(actions);
      for (const [lane, env] of singles.entries()) {
        const own = env.step(actions[lane]!);
        expect([step.rewards[lane], step.terminated[lane], step.truncated[lane]]).toEqual([
          own.reward,
          Number(own.terminated),
          Number(own.truncated),
        ]);
        const end = step.ends.find((one) => one.lane === lane);
        if (own.terminated || own.truncated) {
          ended++;
          expect(end?.finalObservation).toEqual(own.observation);
          expect(end?.facts).toEqual(own.info);
          expect(seen(step.observations, lane)).toEqual(env.reset().observation);
        } else {
          expect(end).toBeUndefined();
          expect(seen(step.observations, lane)).toEqual(own.observation);
        }
      }
    }
    expect(ended).toBeGreaterThan(lanes);
  } finally {
    setNumThreads(before);
  }
});

test("a vector refuses wrong actions, and steps before a reset", () => {
  const vector = own(makeVector("SmallWatermaze-v0", 2, { height: 8, width: 8 }));
  expect(() => vector.step([0, 0])).toThrow("there is no episode yet; call reset first");
  vector.reset({ seed: 1 });
  expect(() => vector.step([0])).toThrow("1 actions, accepted: one for each of 2 lanes");
  expect(() => vector.step([0, 3])).toThrow("an action is 3, accepted: whole numbers from 0 to 2");
  vector.close();
  vector.close();
  expect(() => vector.step([0, 0])).toThrow("the vector is closed");
});

test("the goal revealed is a beam over the walls", () => {
  const plain = own(makeEnv("GoalMaze-v0", { rooms: 5 }));
  const shown = own(makeEnv("GoalMaze-v0", { rooms: 5, revealGoal: true }));
  plain.reset({ seed: 1 });
  shown.reset({ seed: 1 });
  expect(shown.layout.sprites.length).toBe(plain.layout.sprites.length + 1);
  expect(shown.layout.grid).toEqual(plain.layout.grid);
  const { x, y } = shown.layout.goal;
  expect(shown.layout.sprites.at(-1)).toMatchObject({ x, y, height: 6 });
});
