// What a transformer over tokens sees: the same in one pass, in chunks and step by step; no further than its window and its episodes.
import { AgenticTransformer, DecisionTransformer, forgotten, type Steps, selfCheck } from "@throughline/cec";
import { caught } from "@throughline/testing/caught";
import { difference } from "@throughline/testing/difference";
import { checkLeaks, own } from "@throughline/testing/leaks";
import { cat, Generator, scope, type Tensor } from "@throughline/torch";
import { expect, test } from "vitest";
import { windowOf } from "../../dist/policies/steps.js";
import { ACTIONS, judged, logits, PICTURES, sequences } from "./support.js";

checkLeaks();

const sizes = {
  pictures: PICTURES,
  actions: ACTIONS,
  width: 16,
  layers: 2,
  heads: 2,
  window: 12,
  horizon: 30,
};

const make = (kind: "dt" | "at", options: Partial<typeof sizes & { keepsEpisodes: number }> = {}) => {
  using generator = Generator.create({ seed: 3 });
  const all = { ...sizes, keepsEpisodes: 1, ...options };
  const policy =
    kind === "dt" ? new DecisionTransformer(all, generator) : new AgenticTransformer(all, generator);
  // Weights of std 0.02 hardly mix tokens; with larger ones a wrong mask is seen.
  for (const parameter of policy.parameters())
    if (parameter.ndim > 1) scope(() => void parameter.detach().mul_(8));
  return own(policy.eval());
};

/** The same steps with other pictures, rewards, actions and returns from one step up to but not another. */
function changed(steps: Steps, other: Steps, from: number, to: number): Steps {
  const total = steps.times.size(1);
  const [a, b, c] = [windowOf(steps, 0, from), windowOf(other, from, to), windowOf(steps, to, total)];
  const join = (get: (each: Steps) => Tensor): Tensor => cat([get(a), get(b), get(c)], 1);
  return {
    observations: { pictures: join((each) => each.observations.pictures!) },
    previous: {
      actions: join((each) => each.previous.actions),
      rewards: join((each) => each.previous.rewards),
      ends: steps.previous.ends,
    },
    times: steps.times,
    returnsToGo: join((each) => each.returnsToGo!),
  };
}

const steps = (total: number): number[] => Array.from({ length: total - 1 }, (_, at) => at + 1);

test.each([
  ["dt", 1],
  ["dt", 40],
  ["at", 1],
  ["at", 40],
] as const)(
  "%s with window × %i: one pass, chunks and single steps agree, also beyond the window (1e-5)",
  (kind, times) => {
    const policy = make(kind, { window: 12 * times });
    scope(() => {
      const all = sequences(3, [9, 14, 1, 20, 6]);
      const whole = judged(policy, all);
      expect(whole.abs().max().item()).toBeGreaterThan(1.5);
      for (const cuts of [[7, 9, 10, 30], [12, 24, 36, 48], steps(50)])
        expect(difference(judged(policy, all, cuts), whole)).toBeLessThan(1e-5);
    });
  },
);

test("dt: episodes in one sequence are as each by itself, and as with a memory that is cleared between them (1e-5)", () => {
  const policy = make("dt", { window: 30 });
  scope(() => {
    const all = sequences(2, [9, 14, 7]);
    const whole = judged(policy, all);
    let memory = policy.start(2);
    for (const [from, to] of [
      [0, 9],
      [9, 23],
      [23, 30],
    ] as const) {
      const episode = windowOf(all, from, to);
      const wanted = whole.narrow(1, from, to - from);
      expect(difference(judged(policy, episode), wanted)).toBeLessThan(1e-5);
      const decision = policy.forward(episode, memory);
      expect(difference(logits(decision, episode), wanted)).toBeLessThan(1e-5);
      memory = forgotten(decision.memory, decision.memory[0]!.newZeros([2], { dtype: "bool" }).logicalNot());
    }
  });
});

test("rows that forget begin anew, the others go on (1e-5)", () => {
  const policy = make("at", { window: 30, keepsEpisodes: 9 });
  scope(() => {
    const all = sequences(2, [9, 14, 7]);
    const [first, rest] = [windowOf(all, 0, 9), windowOf(all, 9, 30)];
    const { memory } = policy.forward(first, policy.start(2));
    const begins = cat([memory[0]!.newZeros([1]), memory[0]!.newZeros([1]).add(1)]).to("bool");
    const after = logits(policy.forward(rest, forgotten(memory, begins)), rest);
    const [whole, alone] = [judged(policy, all).narrow(1, 9, 21), judged(policy, rest)];
    expect(difference(after.narrow(0, 0, 1), whole.narrow(0, 0, 1))).toBeLessThan(1e-5);
    expect(difference(after.narrow(0, 1, 1), alone.narrow(0, 1, 1))).toBeLessThan(1e-5);
    expect(difference(whole, alone)).toBeGreaterThan(0.1);
  });
});

test.each([0, 1, 2])(
  "at with one layer that keeps %i episodes: a fresh context of the last of them is the same (1e-5)",
  (keepsEpisodes) => {
    const policy = make("at", { layers: 1, window: 60, keepsEpisodes });
    scope(() => {
      const lengths = [9, 14, 1, 20, 6];
      const all = sequences(2, lengths);
      const starts = lengths.map((_, at) => lengths.slice(0, at).reduce((sum, length) => sum + length, 0));
      const whole = judged(policy, all, steps(50));
      for (const [at, from] of starts.entries()) {
        const first = starts[Math.max(0, at - keepsEpisodes)]!;
        const fresh = judged(policy, windowOf(all, first, from + lengths[at]!));
        const wanted = whole.narrow(1, from, lengths[at]!);
        expect(difference(fresh.narrow(1, from - first, lengths[at]!), wanted)).toBeLessThan(1e-5);
      }
    });
  },
);

test("at: with more layers, what is dropped is felt through as many more episodes, and not beyond (1e-5)", () => {
  const policy = make("at", { layers: 2, window: 60, keepsEpisodes: 1 });
  scope(() => {
    const all = sequences(1, [5, 5, 5, 5]);
    const other = changed(all, sequences(1, [5, 5, 5, 5], 2), 0, 5);
    const apart = judged(policy, all, steps(20))
      .sub(judged(policy, other, steps(20)))
      .abs();
    const largest = (episode: number): number =>
      apart
        .narrow(1, 5 * episode + 1, 4)
        .max()
        .item();
    for (const episode of [0, 1, 2]) expect(largest(episode), `episode ${episode}`).toBeGreaterThan(1e-4);
    // The first step of the fourth episode has the tokens of the third one's last step.
    expect(largest(3)).toBeLessThan(1e-5);
  });
});

test.each(["dt", "at"] as const)(
  "%s with one layer sees its window's steps and no older one, and nothing later (1e-6)",
  (kind) => {
    const policy = make(kind, { layers: 1, window: 4 });
    scope(() => {
      const all = sequences(1, [20]);
      const other = changed(all, sequences(1, [20], 2), 7, 8);
      const apart = judged(policy, all).sub(judged(policy, other)).abs();
      const at = (step: number): number => apart.select(1, step).max().item();
      for (const step of [7, 8, 9, 10]) expect(at(step), `step ${step}`).toBeGreaterThan(1e-3);
      for (const step of [0, 5, 6, 11, 12, 19]) expect(at(step), `step ${step}`).toBeLessThan(1e-6);
    });
  },
);

test("the memory has the window's columns, whatever was played", () => {
  const policy = make("at", { window: 4 });
  scope(() => {
    const shapes = [[2, 20], [2, 2], ...Array(4).fill([2, 20, 16])];
    expect(policy.start(2).map(({ shape }) => shape)).toEqual(shapes);
    for (const lengths of [[1], [9, 14]]) {
      const { memory } = policy.forward(sequences(2, lengths), policy.start(2));
      expect(memory.map(({ shape }) => shape)).toEqual(shapes);
    }
  });
});

test.each(["dt", "at"] as const)("%s passes the public selfCheck, beyond its window", (kind) => {
  const policy = make(kind, { window: 5 });
  scope(() => {
    const { inChunks, stepByStep, steps } = selfCheck(policy, sequences(2, [9, 14]));
    expect(Math.max(inChunks, stepByStep)).toBeLessThan(1e-5);
    expect(steps).toBeGreaterThan(5);
  });
});

test.each([
  [
    "heads that do not divide the width",
    { heads: 3 },
    /^DecisionTransformer: heads is 3, accepted: a divisor of the width 16$/,
  ],
  [
    "a window of no step",
    { window: 0 },
    /^DecisionTransformer: window is 0, accepted: a whole number of at least 1$/,
  ],
  ["half a layer", { layers: 0.5 }, /^DecisionTransformer: layers is 0.5, accepted/],
] as const)("%s are refused in one sentence", (_, options, message) => {
  expect(caught(() => make("dt", options)).message).toMatch(message);
});

test("steps without returns, of longer episodes, or without pictures are refused in one sentence", () => {
  const policy = make("dt", { horizon: 8 });
  scope(() => {
    const { returnsToGo, ...without } = sequences(1, [8]);
    const refusals = [
      [without, /^DecisionTransformer: returnsToGo is undefined, accepted: a tensor \[B, T\]$/],
      [sequences(1, [9]), /^DecisionTransformer: steps of an episode is 9, accepted: up to 8$/],
      [
        { ...without, returnsToGo, observations: {} },
        /^observations is .*, accepted: pictures uint8 \[B, T, height, width, 3\] under one key$/,
      ],
    ] as const;
    for (const [steps, message] of refusals)
      expect(caught(() => policy.forward(steps as Steps, policy.start(1))).message).toMatch(message);
  });
});
