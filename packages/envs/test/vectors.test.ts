// Vectors: each lane is the single environment of its seed, refusals, and states that go on bit for bit from any step.
import { EnvVector, makeEnv, makeVector, TMaze, type VectorEnv, type VectorStep } from "@throughline/envs";
import { checkLeaks, own } from "@throughline/testing/leaks";
import type { Tensor } from "@throughline/torch";
import { expect, test } from "vitest";

checkLeaks();

const tMazes = (lanes: number, length = 3): EnvVector =>
  own(new EnvVector(Array.from({ length: lanes }, () => new TMaze({ length }))));
const bytesOf = (tensor: Tensor): Uint8Array => tensor.toTypedArray() as Uint8Array;

/** Everything of a step as plain values. */
const plain = ({ observations, ...rest }: VectorStep) => ({ ...rest, seen: bytesOf(observations) });

/** Actions that look random, the same for the same step. */
const actionsAt = (step: number, lanes: number): number[] =>
  Array.from({ length: lanes }, (_, lane) => [0, 0, 1, 0, 2, 0, 0][(3 * step + 5 * lane) % 7]!);

test("the lanes of an EnvVector are single environments of seed + lane", () => {
  const lanes = 4;
  const vector = tMazes(lanes);
  const singles = Array.from({ length: lanes }, () => own(new TMaze({ length: 3 })));
  expect([vector.lanes, vector.spec]).toEqual([lanes, singles[0]!.spec]);
  const { observations, facts } = vector.reset({ seed: 20 });
  const seen = (lane: number): Uint8Array => bytesOf(observations).slice(lane * 192, (lane + 1) * 192);
  for (const [lane, env] of singles.entries()) {
    const begun = env.reset({ seed: 20 + lane });
    expect(seen(lane)).toEqual(begun.observation);
    expect(facts[lane]).toEqual(begun.info);
  }
  let ended = 0;
  for (let at = 0; at < 60; at++) {
    const actions = actionsAt(at, lanes);
    const step = vector.step(actions);
    expect(step.ends.map(({ lane }) => lane)).toEqual(step.ends.map(({ lane }) => lane).sort());
    for (const [lane, env] of singles.entries()) {
      const own = env.step(actions[lane]!);
      expect([step.rewards[lane], step.terminated[lane], step.truncated[lane]]).toEqual([
        ...[own.reward, Number(own.terminated), Number(own.truncated)],
      ]);
      const isEnd = own.terminated || own.truncated;
      const { terminated, truncated, info: facts_, observation: finalObservation } = own;
      expect(step.ends.find((end) => end.lane === lane)).toEqual(
        isEnd ? { lane, facts: facts_, terminated, truncated, finalObservation } : undefined,
      );
      expect(seen(lane)).toEqual(isEnd ? env.reset().observation : own.observation);
      ended += Number(isEnd);
    }
  }
  expect(ended).toBeGreaterThan(2 * lanes);
});

const vectors: [string, () => VectorEnv, lanes: number][] = [
  ["EnvVector of T-mazes", () => tMazes(3), 3],
  [
    "EnvVector of mazes",
    () =>
      own(
        new EnvVector(
          [0, 1].map(() => makeEnv("SmallGoalMaze-v0", { rooms: 1, height: 8, width: 8, horizon: 9 })),
        ),
      ),
    2,
  ],
  ...(
    [
      "SmallGoalMaze-v0",
      "SmallObstructedGoalMaze-v0",
      "SmallWatermaze-v0",
      "SmallIrreversiblePath-v0",
    ] as const
  ).map((id): [string, () => VectorEnv, number] => [
    id,
    () => own(makeVector(id, 3, { height: 8, width: 10, horizon: 9 }) as VectorEnv),
    3,
  ]),
];

test.each(vectors)(
  "%s: a state goes on bit for bit, from the start and from the middle of episodes",
  (_, make, lanes) => {
    const first = make();
    let seen = bytesOf(first.reset({ seed: 8 }).observations);
    const restored: { from: number; vector: VectorEnv }[] = [];
    for (let at = 0; at < 24; at++) {
      if (at % 5 === 0) {
        const vector = make();
        // Through JSON: a checkpoint holds plain values.
        const drawn = vector.loadStateDict(JSON.parse(JSON.stringify(first.stateDict())) as never);
        expect(bytesOf(drawn)).toEqual(seen);
        restored.push({ from: at, vector });
      }
      const step = plain(first.step(actionsAt(at, lanes)));
      seen = step.seen;
      for (const { from, vector } of restored)
        expect(plain(vector.step(actionsAt(at, lanes))), `from ${from}, step ${at}`).toEqual(step);
    }
  },
);

test.each(vectors)("%s: loading a state brings a vector back to where it was", (_, make, lanes) => {
  const vector = make();
  vector.reset({ seed: 3 });
  for (let at = 0; at < 5; at++) vector.step(actionsAt(at, lanes));
  const state = vector.stateDict();
  const play = (): unknown[] =>
    Array.from({ length: 20 }, (__, at) => plain(vector.step(actionsAt(at, lanes))));
  const once = play();
  vector.loadStateDict(state as never);
  expect(play()).toEqual(once);
});

test.each(vectors)(
  "%s: a state of another number of lanes, and wrong actions, are refused",
  (_, make, lanes) => {
    const vector = make();
    vector.reset({ seed: 1 });
    const state = vector.stateDict() as { episodes: unknown[]; poses: unknown[] } | unknown[];
    const less = Array.isArray(state)
      ? state.slice(1)
      : { episodes: state.episodes.slice(1), poses: state.poses.slice(1) };
    const { id } = vector.spec;
    expect(() => vector.loadStateDict(less as never)).toThrow(
      `${id}: the state has ${lanes - 1} lanes, accepted: ${lanes}`,
    );
    expect(() => vector.step([])).toThrow(`${id}: 0 actions, accepted: one for each of ${lanes} lanes`);
    for (const wrong of [-1, 3, 0.5, Number.NaN])
      expect(() => vector.step(new Array(lanes).fill(wrong))).toThrow(
        `${id}: an action is ${wrong}, accepted:`,
      );
    // A refusal moves nobody.
    expect(vector.stateDict()).toEqual(state);
    expect(() => vector.reset({ seed: -1 })).toThrow("seed is -1");
  },
);

test("an EnvVector needs environments, all of one spec", () => {
  expect(() => new EnvVector([])).toThrow("EnvVector: no environments, accepted: at least one");
  expect(() => new EnvVector([new TMaze({ length: 3 }), new TMaze({ length: 4 })])).toThrow(
    "accepted: one spec",
  );
});

test("a step before the first reset is refused, and closing closes every environment", () => {
  const envs = [new TMaze(), new TMaze()];
  const vector = new EnvVector(envs);
  expect(() => vector.step([0, 0])).toThrow("call reset first");
  vector.close();
  for (const env of envs) expect(() => env.reset()).toThrow("the environment is closed");
});

test("an episode's number goes to every lane, without a seed each goes on by itself", () => {
  for (const vector of [tMazes(2), own(makeVector("SmallWatermaze-v0", 2, { height: 8, width: 8 }))]) {
    const numbers = ({ facts }: { facts: readonly { seed: number; episode: number }[] }) =>
      facts.map(({ seed, episode }) => [seed, episode]);
    expect(numbers(vector.reset({ seed: 6, options: { episode: 4 } }))).toEqual([
      [6, 4],
      [7, 4],
    ]);
    expect(numbers(vector.reset())).toEqual([
      [6, 5],
      [7, 5],
    ]);
  }
});
