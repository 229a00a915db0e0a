// The check that evaluations rest on: what passes it, and what does not.
import {
  CecError,
  CecPolicy,
  type Decision,
  LstmPolicy,
  type Memory,
  paperRobotPolicy,
  type Steps,
  selfCheck,
} from "@throughline/cec";
import { caught } from "@throughline/testing/caught";
import { checkLeaks, own } from "@throughline/testing/leaks";
import { Generator, noGrad, rand, randint, scope, zeros } from "@throughline/torch";
import { describe, expect, test } from "vitest";
import { livelyPolicy, small, someSteps } from "./support.js";

checkLeaks();

/** Sees what it saw before only within a chunk. */
class Forgetful extends CecPolicy {
  override forward(steps: Steps, memory: Memory): Decision {
    return scope(() => ({ ...super.forward(steps, this.start(memory[0]!.size(0))), memory }));
  }
}

/** Its cache lacks the last step: a mistake of one in the window. */
class OffByOne extends CecPolicy {
  override forward(steps: Steps, memory: Memory): Decision {
    return scope(() => {
      const decision = super.forward(steps, memory);
      const [valid, ...cached] = decision.memory;
      return { ...decision, memory: [valid!, ...cached.map((tensor) => tensor.roll(1, 1))] };
    });
  }
}

describe("selfCheck", () => {
  test("a policy decides the same in one pass, in chunks and step by step, beyond its window", () => {
    const policy = own(livelyPolicy());
    const found = scope(() => selfCheck(policy, someSteps(3, 31)));
    expect(found).toMatchObject({ steps: 31, chunk: 7 });
    // Sums of float32 in other orders: measured near 1e-6.
    expect(found.inChunks).toBeLessThan(2e-5);
    expect(found.stepByStep).toBeLessThan(2e-5);
    expect(policy.training).toBe(true);
  });

  test("few steps are repeated until they go beyond the window", () => {
    const policy = own(livelyPolicy({ ...small, window: 20 }));
    expect(scope(() => selfCheck(policy, someSteps(1, 5))).steps).toBe(25);
  });

  test("policies of other kinds are checked too", () => {
    const generator = own(Generator.create({ seed: 2 }));
    const pictures = { height: 8, width: 9, channels: [4, 8] };
    const lstm = own(new LstmPolicy({ pictures, features: 12, actions: 5, units: 10 }, generator));
    expect(scope(() => selfCheck(lstm, someSteps(2, 12))).stepByStep).toBeLessThan(2e-5);
  });

  test("a mixture of Gaussians over cameras, which differ from training in evaluation", () => {
    const camera = { kind: "camera", height: 36, width: 36, crop: 32, keypoints: 4, features: 6 } as const;
    const generator = own(Generator.create({ seed: 2 }));
    const policy = own(
      new CecPolicy(
        {
          ...paperRobotPolicy,
          inputs: { camera, state: { kind: "numbers", size: 3 } },
          ...{ width: 16, heads: 2, window: 4 },
        },
        generator,
      ),
    );
    const found = scope(() =>
      selfCheck(policy, {
        observations: {
          camera: randint(0, 256, [1, 9, 36, 36, 3], { generator, dtype: "uint8" }),
          state: rand([1, 9, 3], { generator }),
        },
        previous: {
          actions: rand([1, 9, 7], { generator }),
          rewards: zeros([1, 9]),
          ends: zeros([1, 9], { dtype: "bool" }),
        },
        times: zeros([1, 9], { dtype: "int64" }),
      }),
    );
    expect(found.stepByStep).toBeLessThan(5e-5);
  });

  test.each([
    ["forgets", Forgetful],
    ["has its cache moved by one", OffByOne],
  ] as const)("one that %s is refused with the difference", (_, Broken) => {
    const donor = own(livelyPolicy());
    const policy = own(new Broken(small));
    scope(() => {
      policy.loadStateDict(donor.stateDict());
      const error = caught(() => selfCheck(policy, someSteps(2, 31))) as CecError;
      expect(error).toBeInstanceOf(CecError);
      expect([error.code, error.fault]).toEqual(["cec/self-check", "input"]);
      expect(error.message).toMatch(
        /^the policy decides differently in chunks of 7 than in one pass: log-probabilities of 31 steps differ by [\d.]+, accepted: 0.0001$/,
      );
    });
  });

  test("a tolerance below rounding is not met; weights that are not numbers are named", () => {
    const policy = own(livelyPolicy());
    scope(() => {
      const error = caught(() => selfCheck(policy, someSteps(2, 31), { tolerance: 0 })) as CecError;
      expect(error.message).toMatch(/accepted: 0$/);
      noGrad(() => policy.final_ln.weight!.fill_(Number.NaN));
      const other = caught(() => selfCheck(policy, someSteps(2, 31))) as CecError;
      expect(other.message).toBe("the policy gives log-probabilities that are not finite");
    });
  });
});
