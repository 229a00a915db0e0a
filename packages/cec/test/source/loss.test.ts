// The loss and the advantages by hand: both sides of the clip, the ratio of 1, entropies, the double sum of the definition.

import { generalisedAdvantages, ppoLoss } from "@throughline/cec";
import { doubles } from "@throughline/testing/doubles";
import { checkLeaks } from "@throughline/testing/leaks";
import { scope, tensor, zeros } from "@throughline/torch";
import fc from "fast-check";
import { expect, test } from "vitest";

checkLeaks();

/** Two steps with two actions; the first was chosen in both, with these ratios of probabilities, now one half each. */
function lossOf(ratios: readonly [number, number], advantages: readonly [number, number], clip = 0.2) {
  return scope(() => {
    const logits = zeros([2, 2], { dtype: "float64" }).requiresGrad_();
    const found = ppoLoss(
      {
        ...{ logits, values: doubles([1, 3]), targets: doubles([0, 1]) },
        actions: tensor([0, 0], { dtype: "int64" }),
        oldLogProbs: doubles(ratios.map((ratio) => Math.log(0.5 / ratio))),
        advantages: doubles(advantages),
      },
      { clip, value: 0.5, entropy: 0.01 },
    );
    found.loss.backward();
    const gradient = logits.grad!.toTypedArray() as Float64Array;
    return { ...found, loss: found.loss.item(), gradient: [gradient[0]!, gradient[2]!] };
  });
}

/** Advantages of 1 and −1 and the like are ± 1/√2 when normalised with the unbiased deviation. */
const UNIT = Math.SQRT1_2;

test.each([
  // Ratios, signs of the advantages, and what each gains by hand.
  [[1, 1], [1, -1], [1, -1], 0],
  [[1.5, 1], [1, -1], [1.2, -1], 0.5],
  [[0.5, 1], [1, -1], [0.5, -1], 0.5],
  [[1.5, 1], [-1, 1], [-1.5, 1], 0.5],
  [[0.5, 1], [-1, 1], [-0.8, 1], 0.5],
  [[2, 0.1], [1, -1], [1.2, -0.8], 1],
  [[1.1, 0.9], [1, -1], [1.1, -0.9], 0],
] as const)("ratios %o with advantages %o gain %o", (ratios, advantages, gains, clipShare) => {
  const found = lossOf(ratios, advantages);
  const policy = (-UNIT * (gains[0] + gains[1])) / 2;
  expect(found.policy).toBeCloseTo(policy, 6);
  expect(found.clipShare).toBe(clipShare);
  // ½ · mean(1², 2²) for the critic, ln 2 for the entropy of two actions alike probable.
  expect(found.value).toBeCloseTo(1.25, 12);
  expect(found.entropy).toBeCloseTo(Math.LN2, 12);
  expect(found.loss).toBeCloseTo(policy + 0.625 - 0.01 * Math.LN2, 6);
  expect(found.kl).toBeCloseTo(ratios.reduce((sum, ratio) => sum + ratio - 1 - Math.log(ratio), 0) / 2, 12);
  // A gain that is clipped has no gradient; another has −½ · A · ratio · (1 − p) in its own logit.
  for (const at of [0, 1]) {
    const isClipped = Math.abs(gains[at]! - ratios[at]! * advantages[at]!) > 1e-9;
    const wanted = isClipped ? 0 : -0.5 * UNIT * advantages[at]! * ratios[at]! * 0.5;
    expect(found.gradient[at]).toBeCloseTo(wanted, 6);
  }
});

test.each([2, 3, 15])(
  "the entropy of %i actions alike probable is the logarithm of their number",
  (actions) => {
    scope(() => {
      const { entropy, kl, clipShare } = ppoLoss(
        {
          ...{ logits: zeros([4, actions], { dtype: "float64" }), values: doubles([0, 0, 0, 0]) },
          actions: tensor([0, 1, 0, 1], { dtype: "int64" }),
          oldLogProbs: doubles(new Array(4).fill(-Math.log(actions))),
          ...{ advantages: doubles([1, 2, 3, 4]), targets: doubles([0, 0, 0, 0]) },
        },
        { clip: 0.1, value: 1, entropy: 1 },
      );
      expect(entropy).toBeCloseTo(Math.log(actions), 12);
      expect([Math.abs(kl) < 1e-12, clipShare]).toEqual([true, 0]);
    });
  },
);

test("advantages are normalised: shift and scale do not count", () => {
  const once = lossOf([1.1, 0.7], [1, -1]);
  const moved = lossOf([1.1, 0.7], [105, 95]);
  expect(moved.policy).toBeCloseTo(once.policy, 6);
  // All alike: nothing to prefer, and no division by zero.
  expect(lossOf([1.1, 0.7], [3, 3]).policy).toBeCloseTo(0, 12);
});

const part = fc.integer({ min: -100, max: 100 }).map((value) => value / 25);

test("advantages are the double sum of their definition, for any rewards, ends and lanes (1e-4)", () => {
  const rollouts = fc
    .tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 3 }))
    .chain(([T, N]) => {
      const many = <Value>(one: fc.Arbitrary<Value>, count: number) =>
        fc.array(one, { minLength: count, maxLength: count });
      return fc.record({
        ...{ rewards: many(part, T * N), values: many(part, T * N), last: many(part, N) },
        ends: many(fc.constantFrom(0, 0, 1), T * N),
      });
    });
  const share = fc.integer({ min: 0, max: 20 }).map((value) => value / 20);
  fc.assert(
    fc.property(rollouts, share, share, (rollout, gamma, lambda) => {
      const { rewards, values, last, ends } = rollout;
      const [N, T] = [last.length, rewards.length / last.length];
      const { advantages, targets } = generalisedAdvantages(rollout, gamma, lambda);
      for (let lane = 0; lane < N; lane++) {
        const at = (step: number): number => step * N + lane;
        for (let t = 0; t < T; t++) {
          let sum = 0;
          for (let k = 0; t + k < T; k++) {
            const here = at(t + k);
            const next = t + k + 1 < T ? values[at(t + k + 1)]! : last[lane]!;
            const delta = rewards[here]! + (ends[here] ? 0 : gamma * next) - values[here]!;
            sum += (gamma * lambda) ** k * delta;
            if (ends[here]) break;
          }
          expect(Math.abs(advantages[at(t)]! - sum)).toBeLessThan(1e-4);
          expect(Math.abs(targets[at(t)]! - sum - values[at(t)]!)).toBeLessThan(1e-4);
        }
      }
    }),
  );
});
