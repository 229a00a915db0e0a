// Environments by id, and what is said of wrong ids, options, actions and seeds.
import { ENV_IDS, EnvError, MAZES, makeEnv, makeVector } from "@throughline/envs";
import { checkLeaks, own } from "@throughline/testing/leaks";
import { expect, test } from "vitest";

checkLeaks();

test("ids have versions and are different", () => {
  expect(new Set(ENV_IDS).size).toBe(Object.keys(MAZES).length);
  for (const id of ENV_IDS) expect(id).toMatch(/^[A-Za-z]+-v\d+$/);
});

test("the spec holds every option in use", () => {
  const env = own(makeEnv("GoalMaze-v0", { rooms: 5, revealGoal: true }));
  expect(env.spec).toEqual({
    id: "GoalMaze-v0",
    horizon: 600,
    options: {
      ...{
        height: 72,
        width: 96,
        fieldOfView: 90,
        pitch: 0,
        actions: "fifteen",
        actionRepeat: 1,
        horizon: 600,
      },
      ...{ revealGoal: true, rooms: 5 },
    },
  });
  expect(env.observationSpace.shape).toEqual([72, 96, 3]);
  expect(env.actionSpace.n).toBe(15);
  expect(env.motions.length).toBe(15);
});

test.each([
  [
    "an id with another case",
    () => makeEnv("goalmaze-v0"),
    /there is no environment goalmaze-v0.*GoalMaze-v0/,
  ],
  ["another version", () => makeEnv("GoalMaze-v1"), /did you mean GoalMaze-v0\?/],
])("%s is refused with the ids that there are", (_, make, message) => {
  expect(make).toThrow(EnvError);
  expect(make).toThrow(message);
});

test.each([
  [() => makeEnv("GoalMaze-v0", { rooms: 0 }), "rooms is 0, accepted: a whole number from 1 to 40"],
  [() => makeEnv("GoalMaze-v0", { rooms: 2.5 }), "rooms is 2.5"],
  [() => makeEnv("Watermaze-v0", { radius: 601 }), "radius is 601, accepted: a number from 50 to 600"],
  [() => makeEnv("IrreversiblePath-v0", { difficulty: 1.1 }), "difficulty is 1.1"],
  [() => makeEnv("GoalMaze-v0", { actions: "ten" as never }), 'actions is "ten"'],
  [() => makeEnv("GoalMaze-v0", { actionRepeat: 0 }), "actionRepeat is 0"],
  [() => makeEnv("GoalMaze-v0", { room: 3 } as never), "there is no option room; did you mean rooms?"],
  [() => makeEnv("Watermaze-v0", { rooms: 3 } as never), "there is no option rooms"],
  [() => makeVector("GoalMaze-v0", 0), "lanes is 0"],
])("an option that is not accepted is named with what is: %#", (make, message) => {
  expect(make).toThrow(message);
});

test("misuse of an environment is one sentence each", () => {
  const env = own(makeEnv("SmallGoalMaze-v0", { rooms: 1 }));
  expect(() => env.step(0)).toThrow("SmallGoalMaze-v0: step after the end of an episode; call reset first");
  expect(() => env.layout).toThrow("there is no episode yet");
  expect(() => env.reset({ seed: -1 })).toThrow("seed is -1, accepted: a whole number of at least 0");
  expect(() => env.reset({ options: { episode: 0.5 } })).toThrow("episode is 0.5");
  expect(() => env.reset({ options: { level: 1 } })).toThrow("reset has no option level, accepted: episode");
  env.reset();
  expect(() => env.step(3)).toThrow("the action is 3, accepted: a whole number from 0 to 2");
  env.close();
  expect(() => env.step(0)).toThrow("the environment is closed");
  expect(() => env.render()).toThrow("the environment is closed");
});
