// Runs of policies that are written by hand, in an environment whose answer is known.
import {
  attentionOverEpisodes,
  type EvaluationOptions,
  type EvaluationResult,
  evaluateRuns,
  protocols,
  type RunEpisode,
} from "@throughline/cec";
import { checkLeaks, own } from "@throughline/testing/leaks";
import { afterEach, expect, test } from "vitest";
import { Levers, Trier, Watcher } from "./support/levers.js";

const { auto, fixed, learningProgress } = protocols;

checkLeaks();

afterEach(() => {
  expect(Levers.open, "environments left open").toBe(0);
});

const levers: EvaluationOptions = { env: () => new Levers(), seed: 0, runs: 8, selfCheck: false };

function successes({ runs, episodes }: EvaluationResult, scored = true): string[] {
  return Array.from({ length: runs }, (_, run) =>
    episodes
      .filter((one) => one.run === run && one.scored === scored)
      .map(({ success }) => Number(success))
      .join(""),
  );
}

test("success rises with what is in the memory, and not if it is cleared", async () => {
  const policy = own(new Trier());
  const kept = await evaluateRuns(policy, learningProgress({ testEpisodes: 4 }), levers);
  // Two pulls an episode: levers 0 and 1 are found in the first, 2 and 3 in the second, and known from then on.
  expect(successes(kept)).toEqual(["1111", "1111", "0111", "0111", "1111", "1111", "0111", "0111"]);
  const lengths = kept.episodes.filter(({ run }) => run === 3).map(({ length }) => length);
  expect(lengths).toEqual([2, 2, 1, 1]);
  const cleared = await evaluateRuns(policy, learningProgress({ testEpisodes: 4 }), {
    ...levers,
    forget: "episode",
  });
  expect(successes(cleared)).toEqual(["1111", "1111", "0000", "0000", "1111", "1111", "0000", "0000"]);
});

test("levels, numbers, returns and scores of episodes are as the protocol says", async () => {
  const result = await evaluateRuns(own(new Trier()), auto({ promoteAfter: 2, cap: 3, testEpisodes: 2 }), {
    ...levers,
    ...{ levels: 2, runs: 1, seed: 3, keepActions: true },
  });
  // The seed of level 0 is 1,000,003, whose lever is 3 as well.
  expect(result.episodes).toEqual([
    {
      run: 0,
      number: 0,
      level: 0,
      episode: 0,
      success: false,
      length: 2,
      return: 0,
      scored: false,
      actions: [0, 1],
    },
    {
      run: 0,
      number: 1,
      level: 0,
      episode: 1,
      success: true,
      length: 2,
      return: 1,
      scored: false,
      actions: [2, 3],
    },
    {
      run: 0,
      number: 2,
      level: 0,
      episode: 2,
      success: true,
      length: 1,
      return: 1,
      scored: false,
      actions: [3],
    },
    {
      run: 0,
      number: 3,
      level: 1,
      episode: 0,
      success: true,
      length: 1,
      return: 1,
      scored: true,
      actions: [3],
    },
    {
      run: 0,
      number: 4,
      level: 1,
      episode: 1,
      success: true,
      length: 1,
      return: 1,
      scored: true,
      actions: [3],
    },
  ] satisfies RunEpisode[]);
  expect(result.levels).toEqual(
    [0, 1].map(() => ({ id: "Levers-v0", options: { levers: 4, pulls: 2, side: 1 } })),
  );
});

test("only the tested level is scored, and its mazes are the same under every protocol", async () => {
  const protocols = [
    auto({ testEpisodes: 3 }),
    fixed({ testEpisodes: 3 }),
    learningProgress({ testEpisodes: 3 }),
  ];
  for (const protocol of protocols) {
    const policy = own(new Watcher());
    const result = await evaluateRuns(policy, protocol, { ...levers, levels: 3, runs: 2, seed: 5 });
    for (const { scored, level } of result.episodes) expect(scored).toBe(level === 2);
    expect(result.episodes.filter(({ scored }) => scored)).toHaveLength(6);
    // Pictures show episode, step and seed.
    const tested = policy.seen
      .filter(({ pixels, time }) => pixels[2]! < 100 && time === 0)
      .map(({ pixels }) => pixels);
    expect(tested.toSorted((a, b) => a[2]! - b[2]!).slice(-6)).toEqual([
      [0, 0, 5],
      [1, 0, 5],
      [2, 0, 5],
      [0, 0, 6],
      [1, 0, 6],
      [2, 0, 6],
    ]);
  }
});

test("runs of different lengths are those that are played one by one, bit for bit", async () => {
  const protocol = auto({ promoteAfter: 2, cap: 5, testEpisodes: 5 });
  const options = { ...levers, levels: 3, keepActions: true };
  const policy = own(new Trier());
  const together = await evaluateRuns(policy, protocol, options);
  const sizes = policy.calls.map(([sequences]) => sequences);
  expect(new Set(sizes).size, "runs that end at different times").toBeGreaterThan(1);
  expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
  for (let run = 0; run < 8; run++) {
    const alone = await evaluateRuns(policy, protocol, { ...options, seed: run, runs: 1 });
    expect(alone.episodes.map((one) => ({ ...one, run }))).toEqual(
      together.episodes.filter((one) => one.run === run),
    );
  }
});

test("what came before a step crosses the border of episodes; times and memory are the sequence's", async () => {
  const policy = own(new Watcher());
  await evaluateRuns(policy, learningProgress({ testEpisodes: 3 }), { ...levers, runs: 1, seed: 0 });
  const shaped = Math.fround(5 * Math.tanh(1 / 5));
  expect(
    policy.seen.map(({ action, reward, end, time, steps }) => [action, reward, end, time, steps]),
  ).toEqual([
    [0, 0, false, 0, 1],
    [0, shaped, true, 0, 2],
    [0, shaped, true, 0, 3],
  ]);
});

test("with a memory that is cleared nothing comes before an episode", async () => {
  const policy = own(new Watcher());
  await evaluateRuns(policy, learningProgress({ testEpisodes: 2 }), {
    ...{ ...levers, runs: 1, seed: 1 },
    forget: "episode",
  });
  expect(policy.seen.map(({ reward, end, time, steps }) => [reward, end, time, steps])).toEqual([
    [0, false, 0, 1],
    [0, false, 1, 2],
    [0, false, 0, 1],
    [0, false, 1, 2],
  ]);
});

test("a conditioned policy is told the target less what the episode has paid", async () => {
  const policy = own(new Watcher(true));
  const paying = { ...levers, runs: 1, seed: 1, target: 2.5 };
  await evaluateRuns(policy, learningProgress({ testEpisodes: 2 }), paying);
  // Lever 0 never pays here.
  expect(policy.seen.map(({ returnToGo }) => returnToGo)).toEqual([2.5, 2.5, 2.5, 2.5]);
  const generous = own(new Watcher(true));
  await evaluateRuns(generous, learningProgress({ testEpisodes: 2 }), {
    ...paying,
    env: () => {
      const env = new Levers({ pulls: 2 });
      const step = env.step.bind(env);
      return Object.assign(env, { step: (action: number) => ({ ...step(action), reward: -1 }) });
    },
  });
  const lost = -0.3 * 5 * Math.tanh(1 / 5);
  expect(lost).toBeLessThan(0);
  const expected = [2.5, 2.5 - -0.3 * 5 * Math.tanh(1 / 5), 2.5, 2.5 - lost].map(Math.fround);
  expect(generous.seen.map(({ returnToGo }) => returnToGo)).toEqual(expected);
});

test("order: shuffled makes the memory anew from the same episodes in another order before the test", async () => {
  const policy = own(new Watcher());
  await evaluateRuns(policy, fixed({ levelEpisodes: 6, testEpisodes: 2 }), {
    ...levers,
    ...{ levels: 2, runs: 1, seed: 1, order: "shuffled" },
  });
  const episodes = policy.seen.map(({ pixels }) => pixels[0]);
  const played = episodes.slice(0, 12);
  const again = episodes.slice(12, 24);
  expect(played).toEqual([0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5]);
  expect(again).not.toEqual(played);
  expect(again.toSorted()).toEqual(played);
  const steps = policy.seen.slice(12);
  expect(steps.map((one) => one.steps)).toEqual(Array.from({ length: 16 }, (_, at) => at + 1));
  expect(steps.map(({ end, time }) => [end, time])).toEqual([
    [false, 0],
    [false, 1],
    ...Array.from({ length: 7 }, () => [
      [true, 0],
      [false, 1],
    ]).flat(),
  ]);
});

test("weights of attention are summed by how many episodes back a frame is", async () => {
  const policy = own(new Watcher());
  const { fromTypedArray } = await import("@throughline/torch");
  // Of three frames, the own one gets 0.5, the one before 0.3, that before 0.2.
  const attention: EvaluationOptions["attention"] = (steps) => {
    const rows = steps.times.size(0);
    return fromTypedArray(
      Float32Array.from({ length: rows * 3 }, (_, at) => [0.2, 0.3, 0.5][at % 3]!),
      [rows, 3],
    );
  };
  const { looks } = await evaluateRuns(policy, learningProgress({ testEpisodes: 3 }), {
    ...{ ...levers, runs: 2, seed: 1, attention },
  });
  // Episodes of two steps; seed 1 and 2 never pay with lever 0.
  expect(looks!.map(({ number, steps }) => [number, steps])).toEqual([
    [0, 4],
    [1, 4],
    [2, 4],
  ]);
  const rounded = looks!.map(({ back }) => back.map((value) => Math.round(value * 1000) / 1000));
  // Of the first step of a run's first episode 0.5 is seen, since there is no frame before; of the second 0.8.
  expect(rounded).toEqual([[0.65], [0.65, 0.35], [0.65, 0.35]]);
  // Windows of 1 and 2 frames of the same episode; then 1 of 3 and 2 of 3 frames are of the running one.
  const even = looks!.map((look) => look.even.map((value) => Math.round(value * 1000) / 1000));
  expect(even).toEqual([[1], [0.5, 0.5], [0.5, 0.5]]);
  const { values } = attentionOverEpisodes("Attention", { looks }, { relative: true });
  expect(values[1]!.map((value) => Math.round(value * 100) / 100)).toEqual([1.3, 0.7]);
});

test("the policy is checked first, on mazes that no run has", async () => {
  const policy = own(new Trier());
  const { selfCheck } = await evaluateRuns(policy, learningProgress({ testEpisodes: 1 }), {
    ...{ ...levers, selfCheck: true },
  });
  expect(selfCheck).toMatchObject({ inChunks: 0, stepByStep: 0, steps: 24 });
  // Counts calls, not steps.
  class Hasty extends Trier {
    override forward(...args: Parameters<Trier["forward"]>): ReturnType<Trier["forward"]> {
      const decision = super.forward(...args);
      const hurry = this.calls.length % 2;
      return {
        ...decision,
        actions: { ...decision.actions, logProb: (taken) => decision.actions.logProb(taken).sub(hurry) },
      };
    }
  }
  const hasty = evaluateRuns(own(new Hasty()), learningProgress(), { ...levers, selfCheck: true });
  await expect(hasty).rejects.toThrow(/^the policy decides differently in chunks of 5 than in one pass/);
});

test("episodes are heard of, and a signal ends the evaluation", async () => {
  const heard: string[] = [];
  await evaluateRuns(own(new Trier()), learningProgress({ testEpisodes: 1 }), {
    ...{ ...levers, runs: 1 },
    onEpisode: ({ success }) => heard.push(`episode ${success}`),
  });
  expect(heard).toEqual(["episode true"]);
  const signal = AbortSignal.abort(new Error("enough"));
  const long = evaluateRuns(own(new Watcher()), learningProgress({ testEpisodes: 100 }), {
    ...levers,
    signal,
  });
  await expect(long).rejects.toThrow("enough");
});

test("what does not fit is one sentence", async () => {
  const policy = own(new Trier());
  const refused = (
    changes: Partial<EvaluationOptions>,
    protocol = fixed({ testEpisodes: 1 }),
  ): Promise<unknown> => evaluateRuns(policy, protocol, { ...levers, levels: 2, runs: 2, ...changes });
  await expect(refused({ runs: 0 })).rejects.toThrow(/^evaluateRuns: runs is 0, accepted: a whole number/);
  await expect(refused({ env: undefined as never })).rejects.toThrow(
    /^evaluateRuns: env is undefined, accepted/,
  );
  await expect(refused({ env: (level) => new Levers({ side: 1 + level }) })).rejects.toThrow(
    /^level 1 has image uint8 \[2, 2, 3\] and actions numbers below 4, another level image uint8 \[1, 1, 3\] and actions/,
  );
  await expect(refused({ order: "shuffled" }, learningProgress() as never)).rejects.toThrow(/there are none/);
  await expect(refused({ order: "shuffled", levels: 1 })).rejects.toThrow(/there are none/);
  await expect(refused({ forget: "episode", order: "shuffled" })).rejects.toThrow(/no memory to shuffle/);
  const conditioned = evaluateRuns(own(new Watcher(true)), learningProgress(), levers);
  await expect(conditioned).rejects.toThrow(
    /^the policy is conditioned on returns and there is no target; give one/,
  );
  const { Discrete } = await import("@throughline/envs");
  const odd = (): Levers => Object.assign(new Levers(), { actionSpace: new Discrete(4, 1) });
  await expect(refused({ env: odd })).rejects.toThrow(
    /^Levers-v0 has observations Box\(0, 255, \[1, 1, 3\], uint8\) and actions Discrete\(4, 1\), accepted in an evaluation/,
  );
});
