// How widely a policy in training looks, where it looks evenly and where it does not.
import type { SequenceBatch } from "@throughline/cec";
import { checkLeaks } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";
import { arange, noGrad, tensor, where } from "@throughline/torch";
import { expect } from "vitest";
import { entropiesOf } from "../../dist/training/attention-entropy.js";
import { livelyPolicy, someSteps } from "../policies/support.js";

checkLeaks();

/** Two sequences of 12 and 5 steps. */
function batchOf(): SequenceBatch {
  const steps = someSteps(2, 12);
  const counted = arange(12)
    .unsqueeze(0)
    .lt(tensor([[12], [5]]));
  const episodes = where(counted, tensor(0), tensor(-1)).to("int64");
  return { ...steps, actions: steps.previous.actions, counted, episodes };
}

/** Mean of ln 1 … ln n. */
const meanLog = (n: number): number =>
  Array.from({ length: n }, (_, at) => Math.log(at + 1)).reduce((sum, one) => sum + one, 0) / n;

scoped(
  "each head's entropy over steps that all sequences have: the most there is where attention is even",
  () => {
    const policy = livelyPolicy();
    policy.train();
    const batch = batchOf();
    const lively = entropiesOf(policy, batch, 8);
    expect(Object.keys(lively)).toEqual([
      ...["entropy1.1", "entropy1.2", "entropy1.3", "entropy2.1", "entropy2.2", "entropy2.3"],
      "entropyMost",
    ]);
    // The shorter sequence has 5 steps, fewer than a chunk of 8 and a window of 6.
    expect(lively.entropyMost).toBeCloseTo(meanLog(5), 12);
    expect(entropiesOf(policy, batch, 3).entropyMost).toBeCloseTo(meanLog(3), 12);
    for (const [name, entropy] of Object.entries(lively))
      if (name !== "entropyMost") expect(entropy).toBeLessThan(meanLog(5) - 1e-3);
    expect(policy.training).toBe(true);
    noGrad(() => {
      for (const [name, parameter] of policy.namedParameters())
        if (/(q_layer|r_layer)/.test(name)) parameter.zero_();
    });
    for (const entropy of Object.values(entropiesOf(policy, batch, 8)))
      expect(entropy).toBeCloseTo(meanLog(5), 5);
    policy.dispose();
  },
);
