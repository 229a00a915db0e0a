// A learner over several levels: what it counts, when it goes on, and that its state continues bit for bit across a change.
import {
  evaluateAgent,
  evaluateRandom,
  Learner,
  type LearnerOptions,
  Ppo,
  RecurrentAgent,
} from "@throughline/cec";
import { EnvVector, type GoalMazeOptions, TMaze, type VectorEnv } from "@throughline/envs";
import { checkLeaks } from "@throughline/testing/leaks";
import { Generator, scope } from "@throughline/torch";
import { expect, test } from "vitest";

checkLeaks();

const net = { channels: [2, 2, 2], features: 8, memory: "gru", units: 8 } as const;
const ppo = {
  ...{ steps: 8, window: 4, epochs: 1, minibatches: 2, gamma: 0.9, lambda: 0.9 },
  ...{ clip: 0.2, valueWeight: 0.5, maxGradNorm: 0.5 },
};
const options: LearnerOptions = {
  env: "SmallGoalMaze-v0",
  levels: [1, 2, 3].map((rooms): GoalMazeOptions => ({ rooms })),
  view: { height: 8, width: 8, horizon: 6 },
  ...{ lanes: 2, agent: net, ppo, seed: 11 },
  promotion: { at: 1, over: 1000, steps: 32 },
};
const rates = { lr: 1e-3, entropy: 0.01 };

function make(changes: Partial<LearnerOptions> = {}) {
  const [weights, play] = [Generator.create({ seed: 1 }), Generator.create({ seed: 2 })];
  const learner = new Learner({ ...options, ...changes }, weights, play);
  const close = (): void => {
    learner.dispose();
    weights.dispose();
    play.dispose();
  };
  return { learner, play, close };
}

test("levels are entered one after the other for their steps, and the last is kept", () => {
  const { learner, close } = make();
  const said: string[] = [];
  const rows = Array.from({ length: 7 }, () => learner.step(rates, (message) => said.push(message)));
  // 16 steps an update, 32 a level.
  expect(rows.map(({ level }) => level)).toEqual([0, 0, 1, 1, 2, 2, 2]);
  expect(rows.map(({ frames }) => frames)).toEqual([16, 32, 48, 64, 80, 96, 112]);
  expect(learner.level).toBe(2);
  expect(said.map((message) => message.split(":")[0])).toEqual([
    "level 0 left after 32 frames by steps",
    "level 1 left after 64 frames by steps",
  ]);
  for (const { episodes, length } of rows) {
    // Two lanes of eight steps with episodes of at most six: at least one end in each lane.
    expect(episodes).toBeGreaterThanOrEqual(2);
    expect(length).toBeLessThanOrEqual(6);
    expect(length).toBeGreaterThan(0);
  }
  close();
});

test("success leads on as well, when it is enough", () => {
  const { learner, close } = make({ promotion: { at: 0, over: 1, steps: 1_000_000 } });
  const said: string[] = [];
  learner.step(rates, (message) => said.push(message));
  expect(learner.level).toBe(1);
  expect(said[0]).toMatch(/^level 0 left after 16 frames by success: success \d\.\d\d$/);
  close();
});

test.each([1, 2, 3, 5])(
  "a state after %i updates continues bit for bit, also on another level",
  (updates) => {
    const [first, second] = [make(), make()];
    for (let at = 0; at < updates; at++) first.learner.step(rates, () => {});
    scope(() => {
      second.learner.loadStateDict(first.learner.stateDict() as never);
      second.play.setState(first.play.getState());
    });
    expect(second.learner.level).toBe(first.learner.level);
    for (let at = 0; at < 3; at++)
      expect(second.learner.step(rates, () => {})).toEqual(first.learner.step(rates, () => {}));
    first.close();
    second.close();
  },
);

test("evaluations are functions of their seeds", () => {
  using weights = Generator.create({ seed: 3 });
  const agent = new RecurrentAgent({ ...net, height: 8, width: 8, actions: 3 }, weights);
  const place = {
    env: "SmallGoalMaze-v0",
    options: { ...options.view, ...options.levels[0], horizon: 30 },
    seed: 5,
    episodes: 12,
  };
  const results = [7, 7, 8].map((seed) => {
    using one = Generator.create({ seed });
    using other = Generator.create({ seed });
    return [evaluateAgent(agent, place, one), evaluateRandom(place, other)];
  });
  expect(results[1]).toEqual(results[0]);
  expect(results[2]).not.toEqual(results[0]);
  for (const { episodes, successes, length } of results.flat()) {
    expect(episodes).toBe(12);
    expect(successes).toBeLessThanOrEqual(12);
    expect(length > 0 && length <= 30).toBe(successes > 0);
  }
  agent.dispose();
});

test("an update plays as many steps as it says, and tells of every end with its lane", () => {
  using weights = Generator.create({ seed: 1 });
  using play = Generator.create({ seed: 2 });
  const vector = new EnvVector([new TMaze({ length: 1 }), new TMaze({ length: 1 })]);
  const agent = new RecurrentAgent({ ...net, height: 8, width: 8, actions: 3 }, weights);
  let steps = 0;
  let told = 0;
  // The same vector, with its steps counted.
  const counted = Object.create(vector, {
    step: {
      value: (actions: number[]) => {
        steps++;
        const step = vector.step(actions);
        told += step.ends.length;
        return step;
      },
    },
    stateDict: { value: () => vector.stateDict() },
    lanes: { value: 2 },
    observationSpace: { value: vector.observationSpace },
  }) as VectorEnv;
  const learner = new Ppo(agent, ppo, play, counted, vector.reset({ seed: 1 }).observations);
  const lanes: number[] = [];
  const { kl, gradNorm, entropy } = learner.update(rates, ({ lane }) => lanes.push(lane));
  expect([steps, lanes.length]).toEqual([8, told]);
  expect(new Set(lanes)).toEqual(new Set([0, 1]));
  expect(kl).toBeGreaterThanOrEqual(-1e-7);
  expect(gradNorm).toBeGreaterThan(0);
  // A policy's head of gain 0.01 begins with actions alike probable.
  expect(entropy).toBeCloseTo(Math.log(3), 2);
  learner.dispose();
  agent.dispose();
  vector.close();
});
