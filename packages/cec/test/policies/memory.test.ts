// How far a policy sees, and what it does not see.
import {
  backwardSequences,
  detached,
  forgotten,
  type Memory,
  type SequenceBatch,
  type Steps,
  selected,
} from "@throughline/cec";
import { checkLeaks, own } from "@throughline/testing/leaks";
import { amp, full, noGrad, ones, scope, type Tensor, tensor, zerosLike } from "@throughline/torch";
import { describe, expect, test } from "vitest";
import type { CecPolicy } from "../../dist/policies/cec-policy.js";
import type { NumberedActions } from "../../dist/policies/numbered-actions.js";
import { windowOf } from "../../dist/policies/steps.js";
import { livelyPolicy, small, someSteps } from "./support.js";

checkLeaks();

const decide = (policy: CecPolicy, steps: Steps, memory?: Memory): Tensor =>
  (policy.forward(steps, memory ?? policy.start(steps.times.size(0))).actions as NumberedActions).logits;

/** Largest difference of each step. @param one [B, T, A] */
const byStep = (one: Tensor, other: Tensor): Float32Array =>
  one
    .sub(other)
    .abs()
    .amax({ dim: [0, 2] })
    .toTypedArray() as Float32Array;

describe("a policy of one layer", () => {
  test.each([1, 3, 6])(
    "with a window of %i: a step changes as many decisions as the window is long",
    (window) => {
      const policy = own(livelyPolicy({ ...small, layers: 1, window }));
      scope(() =>
        noGrad(() => {
          const steps = someSteps(1, 15);
          const plain = decide(policy, steps);
          const pictures = steps.observations.picture!.clone();
          pictures.select(1, 4).fill_(255);
          const changed = byStep(plain, decide(policy, { ...steps, observations: { picture: pictures } }));
          for (const [at, difference] of changed.entries()) {
            const isSeen = at >= 4 && at < 4 + window;
            // What is not seen changes nothing at all; rounding apart, as steps are computed side by side.
            if (isSeen) expect(difference, `step ${at}`).toBeGreaterThan(1e-4);
            else expect(difference, `step ${at}`).toBeLessThan(1e-5);
          }
        }),
      );
    },
  );
});

describe("a policy", () => {
  test("of two layers sees further through its cache, but no further than twice the window", () => {
    const policy = own(livelyPolicy());
    scope(() =>
      noGrad(() => {
        const steps = someSteps(1, 20);
        const pictures = steps.observations.picture!.clone();
        pictures.select(1, 0).fill_(255);
        const inChunks = (observations: Steps["observations"]): Tensor => {
          const given = { ...steps, observations };
          const first = policy.forward(windowOf(given, 0, 7), policy.start(1));
          return decide(policy, windowOf(given, 7, 20), first.memory);
        };
        const changed = byStep(inChunks(steps.observations), inChunks({ picture: pictures }));
        // Steps 7 … 10 see step 0 through steps 5 and earlier; the last one that can is 2 · (6 − 1) = 10.
        expect(Math.max(...changed.slice(0, 4))).toBeGreaterThan(1e-5);
        expect(Math.max(...changed.slice(4))).toBeLessThan(1e-5);
      }),
    );
  });

  test("does not look at a cache that is not valid, whatever it holds", () => {
    const policy = own(livelyPolicy());
    scope(() =>
      noGrad(() => {
        const steps = someSteps(2, 9);
        const [valid, ...cached] = policy.start(2);
        const other: Memory = [valid!, ...cached.map((tensor) => full(tensor.shape, 7))];
        expect(byStep(decide(policy, steps), decide(policy, steps, other)).every((x) => x === 0)).toBe(true);
      }),
    );
  });

  test("sees no reward, no end of an episode and no time", () => {
    const policy = own(livelyPolicy());
    scope(() =>
      noGrad(() => {
        const steps = someSteps(2, 9);
        const blind: Steps = {
          ...steps,
          previous: {
            actions: steps.previous.actions,
            rewards: zerosLike(steps.previous.rewards),
            ends: zerosLike(steps.previous.ends),
          },
          times: zerosLike(steps.times),
        };
        expect(byStep(decide(policy, steps), decide(policy, blind)).every((x) => x === 0)).toBe(true);
      }),
    );
  });

  test("forgets one sequence and not the other; a memory without its past has no gradient; rows can be taken", () => {
    const policy = own(livelyPolicy());
    scope(() => {
      const steps = someSteps(2, 9);
      const { memory } = policy.forward(windowOf(steps, 0, 5), policy.start(2));
      const rest = windowOf(steps, 5, 9);
      const [kept, fresh] = [decide(policy, rest, memory), decide(policy, rest)];
      const mixed = decide(policy, rest, forgotten(memory, tensor([true, false])));
      const apart = (one: Tensor, other: Tensor, row: number): number =>
        one.select(0, row).sub(other.select(0, row)).abs().max().item();
      expect(apart(mixed, fresh, 0)).toBeLessThan(1e-5);
      expect(apart(mixed, kept, 1)).toBeLessThan(1e-5);
      expect(apart(kept, fresh, 0)).toBeGreaterThan(1e-3);
      expect(memory.slice(1).every((part) => part.requiresGrad)).toBe(true);
      expect(detached(memory).some((part) => part.requiresGrad)).toBe(false);
      const turned = selected(memory, tensor([1, 0], { dtype: "int64" }));
      expect(turned[1]!.select(0, 0).sub(memory[1]!.select(0, 1)).abs().max().item()).toBe(0);
    });
  });

  test("gives the entropy of each head of each layer: ln of what is seen where attention is even", () => {
    const policy = own(livelyPolicy());
    scope(() => {
      const steps = someSteps(2, 30);
      const { memory } = policy.forward(windowOf(steps, 0, 10), policy.start(2));
      const lively = policy.attentionEntropies(windowOf(steps, 10, 30), memory);
      expect(lively.map((layer) => layer.length)).toEqual([3, 3]);
      for (const entropy of lively.flat()) {
        expect(entropy).toBeGreaterThan(0);
        expect(entropy).toBeLessThan(Math.log(6) - 1e-3);
      }
      noGrad(() => {
        for (const [name, parameter] of policy.namedParameters())
          if (/(q_layer|r_layer)/.test(name)) parameter.zero_();
      });
      const even = policy.attentionEntropies(windowOf(steps, 10, 30), memory);
      for (const entropy of even.flat()) expect(entropy).toBeCloseTo(Math.log(6), 5);
    });
  });
});

describe("mixed precision", () => {
  test("keeps the cache in float32, and decides within the rounding of bfloat16 (a twentieth of the largest logit)", () => {
    const policy = own(livelyPolicy());
    scope(() => {
      const steps = someSteps(2, 16);
      const run = (): readonly [logits: Tensor, memory: Memory] => {
        const first = policy.forward(windowOf(steps, 0, 9), policy.start(2));
        const second = policy.forward(windowOf(steps, 9, 16), first.memory);
        return [(second.actions as NumberedActions).logits.float(), second.memory];
      };
      const [plain] = run();
      const [mixed, memory] = amp.autocast({ dtype: "bfloat16" }, run);
      expect(memory.map(({ dtype }) => dtype)).toEqual(["bool", ...Array(4).fill("float32")]);
      const apart = mixed.sub(plain).abs().max().item();
      expect(apart).toBeGreaterThan(0);
      expect(apart / plain.abs().max().item()).toBeLessThan(0.05);
      const loss = amp.autocast({ dtype: "bfloat16" }, () =>
        policy.forward(steps, policy.start(2)).actions.logProb(steps.previous.actions).mean(),
      );
      expect(loss.dtype).toBe("float32");
      loss.backward();
      for (const [name, parameter] of policy.namedParameters())
        expect(parameter.grad!.isfinite().all().item(), name).toBe(true);
    });
    policy.zeroGrad();
  });
});

describe("the loss over sequences", () => {
  const batchOf = (padding: number): SequenceBatch => {
    const steps = someSteps(2, 16);
    const actions = steps.previous.actions.roll(-1, 1);
    const counted = ones([2, 16], { dtype: "bool" });
    const episodes = zerosLike(actions);
    const pictures = steps.observations.picture!.clone();
    // The second sequence has ten steps, the rest is padding.
    for (const part of [pictures, actions, counted]) part.select(0, 1).narrow(0, 10, 6).fill_(0);
    pictures.select(0, 1).narrow(0, 10, 6).fill_(padding);
    actions
      .select(0, 1)
      .narrow(0, 10, 6)
      .fill_(padding % 5);
    return { ...steps, ...{ observations: { picture: pictures }, actions, counted, episodes } };
  };

  test.each(["full", "chunk"] as const)("does not depend on padding, with the gradient %s", (gradient) => {
    const policy = own(livelyPolicy());
    const run = (padding: number): readonly [loss: number, gradient: Float32Array] =>
      scope(() => {
        policy.zeroGrad();
        const { loss } = backwardSequences(policy, batchOf(padding), { chunk: 4, gradient });
        return [
          loss,
          policy.feature_linear.layers[0].weight.grad!.clone().flatten().toTypedArray() as Float32Array,
        ];
      });
    const [[loss, slope], [other, otherSlope]] = [run(0), run(249)];
    expect(Math.abs(loss - other)).toBeLessThan(1e-6);
    const largest = Math.max(...slope.map(Math.abs));
    expect(largest).toBeGreaterThan(1e-3);
    expect(Math.max(...slope.map((x, at) => Math.abs(x - otherSlope[at]!)))).toBeLessThan(
      1e-5 * (1 + largest),
    );
    policy.zeroGrad();
  });
});
