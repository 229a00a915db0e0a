// Environments of robots' tasks: what is observed, states, rewards and ends, pictures, demonstrators, misuse.
import {
  CAMERAS,
  MANIPULATION_IDS,
  ManipulationEnv,
  type ManipulationId,
  makeEnv,
  mazeKind,
  POLICY_KEYS,
  ScriptedDemonstrator,
  SKILLS,
} from "@throughline/envs";
import { checkLeaks, own } from "@throughline/testing/leaks";
import { expect, test } from "vitest";

checkLeaks();

const DOWN = Float32Array.of(0.1, 0, -0.5, 0, 0, 0.2, -1);

test("ids name the tasks, the spec holds every option, and makes the environment again", () => {
  expect(MANIPULATION_IDS).toEqual(["Lift-v0", "Can-v0", "Square-v0"]);
  const env = own(makeEnv("Lift-v0", { horizon: 400 }));
  expect(env).toBeInstanceOf(ManipulationEnv);
  expect(env.spec).toEqual({
    id: "Lift-v0",
    horizon: 400,
    options: { horizon: 400, endOnSuccess: true, reward: "sparse", cameras: [], height: 84, width: 84 },
  });
  const { id, options } = env.spec;
  expect(own(makeEnv(id as ManipulationId, options)).spec).toEqual(env.spec);
});

test("policies on states get 19 numbers of Lift and 23 of the others", () => {
  const sizes = MANIPULATION_IDS.map((id) => {
    const { observation } = own(makeEnv(id)).reset();
    return POLICY_KEYS.reduce((sum, key) => sum + observation[key].length, 0);
  });
  expect(sizes).toEqual([19, 23, 23]);
});

test("the keys agree with each other", () => {
  const env = own(makeEnv("Can-v0"));
  const { observation } = env.reset({ seed: 4 });
  const { object, robot0_eef_pos, robot0_eef_quat, robot0_joint_pos } = observation;
  observation.robot0_joint_pos_cos.forEach((cosine, at) => {
    expect(cosine).toBe(Math.cos(robot0_joint_pos[at]!));
  });
  expect(Math.hypot(...robot0_eef_quat)).toBeCloseTo(1, 12);
  // The can as the hand sees it is as far away as in the world, and the hand looks down on it.
  const away = [0, 1, 2].map((axis) => object[axis]! - robot0_eef_pos[axis]!);
  expect(Math.hypot(...object.slice(7, 10))).toBeCloseTo(Math.hypot(...away), 12);
  expect(object[9]!).toBeGreaterThan(0.1);
  expect(object[13]!).toBeGreaterThanOrEqual(0);
  const { observation: cube } = own(makeEnv("Lift-v0")).reset({ seed: 4 });
  for (const axis of [0, 1, 2])
    expect(cube.object[7 + axis]).toBe(cube.robot0_eef_pos[axis]! - cube.object[axis]!);
});

test("another environment goes on from a state, bit for bit", () => {
  const [first, second] = [own(makeEnv("Lift-v0")), own(makeEnv("Lift-v0"))];
  let { observation } = first.reset({ seed: 2, options: { episode: 3 } });
  const scripted = new ScriptedDemonstrator("Lift-v0", "okay");
  scripted.begin(2, 3);
  for (let step = 0; step < 25; step++) observation = first.step(scripted.act(observation)).observation;
  const { state } = first;
  expect(state).toMatchObject({ seed: 2, episode: 3, length: 25 });
  const restored = second.restore(JSON.parse(JSON.stringify(state)));
  expect(restored.observation).toEqual(observation);
  expect(restored.info).toEqual({ seed: 2, episode: 3, length: 25, success: false });
  for (let step = 0; step < 10; step++) expect(second.step(DOWN)).toEqual(first.step(DOWN));
  expect(second.reset().info.episode).toBe(4);
});

test("a state of a data set is placed: seconds, positions, velocities", () => {
  const env = own(makeEnv("Square-v0"));
  env.reset({ seed: 1 });
  for (let step = 0; step < 4; step++) env.step(DOWN);
  const flat = env.flatState;
  expect(flat.length).toBe(32);
  expect(env.stateSize).toBe(32);
  expect(flat[0]).toBeCloseTo(4 / 20, 9);
  const { observation: seen } = env.step(DOWN);
  const { observation } = env.place(flat);
  expect(env.flatState).toEqual(flat);
  expect([...observation.robot0_joint_pos]).toEqual([...flat.slice(1, 8)]);
  expect(observation.object.slice(0, 3)).toEqual(flat.slice(10, 13));
  expect(observation.robot0_joint_pos).not.toEqual(seen.robot0_joint_pos);
  flat[12] = 1.5;
  expect(env.place(flat).observation.object[2]).toBe(1.5);
  expect(() => env.place([1, 2])).toThrow("the state has 2 numbers, accepted: 32: time, qpos and qvel");
});

/** Plays a scripted demonstration to its end. */
function demonstrate(env: ManipulationEnv, skill: (typeof SKILLS)[number], seed: number) {
  let { observation } = env.reset({ seed });
  const scripted = new ScriptedDemonstrator(env.spec.id as ManipulationId, skill);
  scripted.begin(seed, 0);
  for (let sum = 0; ; ) {
    const step = env.step(scripted.act(observation));
    observation = step.observation;
    sum += step.reward;
    if (step.terminated || step.truncated) return { ...step, return: sum };
  }
}

test.each(MANIPULATION_IDS)("%s: scripted demonstrators succeed, and the better the faster", (id) => {
  const env = own(makeEnv(id));
  const lengths = SKILLS.map((skill) => {
    const { terminated, truncated, info, return: sum } = demonstrate(env, skill, 1);
    expect([terminated, truncated, info.success, sum], skill).toEqual([true, false, true, 1]);
    return info.length;
  });
  expect(lengths[2]!).toBeLessThan(lengths[0]!);
});

test("a demonstration is a function of seed and number", () => {
  const env = own(makeEnv("Lift-v0"));
  const ends = [1, 1, 2].map((seed) => demonstrate(env, "okay", seed));
  expect(ends[1]).toEqual(ends[0]);
  expect(ends[2]).not.toEqual(ends[0]);
});

test("with endOnSuccess false the episode goes on and each step of success pays; dense rewards grow on the way", () => {
  const env = own(makeEnv("Lift-v0", { endOnSuccess: false, horizon: 45, reward: "dense" }));
  let { observation } = env.reset({ seed: 1 });
  const scripted = new ScriptedDemonstrator("Lift-v0");
  scripted.begin(1, 0);
  const rewards: number[] = [];
  for (;;) {
    const step = env.step(scripted.act(observation));
    observation = step.observation;
    rewards.push(step.reward);
    expect(step.terminated).toBe(false);
    if (step.truncated) break;
  }
  expect(rewards.length).toBe(45);
  expect(rewards.filter((reward) => reward === 1).length).toBeGreaterThan(5);
  const first = rewards.indexOf(1);
  expect(rewards.slice(0, first).every((reward) => reward > 0 && reward < 1)).toBe(true);
  expect(rewards[first - 1]!).toBeGreaterThan(rewards[0]!);
});

test("pictures of both cameras are part of observations, and a camera's picture can be taken at any size", () => {
  const env = own(makeEnv("Can-v0", { cameras: CAMERAS, height: 24, width: 32 }));
  const { observation } = env.reset({ seed: 1 });
  expect(env.observationSpace.contains(observation)).toBe(true);
  for (const name of CAMERAS) {
    const picture = observation[`${name}_image`]!;
    expect(picture.length).toBe(24 * 32 * 3);
    expect(env.picture(name, 24, 32).pixels).toEqual(picture);
    expect(new Set(picture).size).toBeGreaterThan(20);
  }
  const { observation: next } = env.step(DOWN);
  expect(next.robot0_eye_in_hand_image).not.toEqual(observation.robot0_eye_in_hand_image);
  const { width, height } = env.render();
  expect([width, height]).toEqual([480, 480]);
  const other = own(makeEnv("Can-v0", { cameras: ["robot0_eye_in_hand"], height: 24, width: 32 }));
  const only = other.reset({ seed: 1 }).observation;
  expect("agentview_image" in only).toBe(false);
  expect(only.robot0_eye_in_hand_image).toEqual(observation.robot0_eye_in_hand_image);
});

test("steps that have begun in several environments end in any order", () => {
  const envs = [0, 1, 2].map(() => own(makeEnv("Lift-v0")));
  envs.forEach((env, seed) => {
    env.reset({ seed });
  });
  const alone = own(makeEnv("Lift-v0"));
  for (const env of envs) env.beginStep(DOWN);
  expect(() => envs[0]!.beginStep(DOWN)).toThrow("a step has begun; call endStep first");
  expect(() => envs[0]!.poses).toThrow("a step has begun");
  const steps = [2, 0, 1].map((lane) => [lane, envs[lane]!.endStep()] as const);
  for (const [lane, step] of steps) {
    alone.reset({ seed: lane });
    expect(alone.step(DOWN)).toEqual(step);
  }
  expect(() => alone.endStep()).toThrow("no step has begun; call beginStep first");
});

test.each([
  [() => makeEnv("Lift-v0", { horizon: 0 }), "horizon is 0, accepted: a whole number from 1"],
  [() => makeEnv("Lift-v0", { reward: "shaped" as never }), 'reward is "shaped"'],
  [() => makeEnv("Lift-v0", { cameras: ["frontview"] as never }), "accepted: a list of agentview"],
  [() => makeEnv("Lift-v0", { cameras: ["agentview", "agentview"] }), "each at most once"],
  [() => makeEnv("Lift-v0", { height: 4 }), "height is 4"],
  [() => makeEnv("Lift-v0", { rooms: 3 } as never), "there is no option rooms"],
  [() => makeEnv("Lift-v1" as "Lift-v0"), "there is no environment Lift-v1; did you mean Lift-v0?"],
  [() => mazeKind("Lift-v0"), "Lift-v0 is no maze of this package"],
  [
    () => new ScriptedDemonstrator("Lift-v0", "best" as never),
    'skill is "best", accepted: "worse" or "okay" or "better"',
  ],
  [() => new ScriptedDemonstrator("Stack-v0" as never), "accepted: one of Lift-v0"],
])("what is not accepted is named with what is: %#", (make, message) => {
  expect(make).toThrow(message);
});

test("misuse is one sentence each", () => {
  const env = own(makeEnv("Lift-v0"));
  expect(() => env.step(DOWN)).toThrow("Lift-v0: step after the end of an episode; call reset first");
  for (const ask of [() => env.state, () => env.flatState, () => env.render(), () => env.shapes])
    expect(ask).toThrow("there is no episode yet; call reset first");
  env.reset();
  expect(() => env.step(Float32Array.of(2, 0, 0, 0, 0, 0, 0))).toThrow(
    /the action is .*, accepted: a Float32Array of 7 numbers from -1 to 1/,
  );
  expect(() => env.reset({ options: { level: 1 } })).toThrow("reset has no option level, accepted: episode");
  env.close();
  expect(() => env.step(DOWN)).toThrow("Lift-v0: the environment is closed");
  expect(() => env.render()).toThrow("Lift-v0: the environment is closed");
});
