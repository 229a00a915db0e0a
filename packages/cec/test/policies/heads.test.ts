// The heads against the authors' code, and against what is known in closed form.
import { CecPolicy } from "@throughline/cec";
import { checkLeaks, own } from "@throughline/testing/leaks";
import { describeReference } from "@throughline/testing/reference";
import { Generator, scope, type Tensor, tensor, zeros } from "@throughline/torch";
import { describe, expect, test } from "vitest";
import { ContinuousActions, ContinuousHead, mixtureOf } from "../../dist/policies/continuous-actions.js";
import { NumberedActions, NumberedHead } from "../../dist/policies/numbered-actions.js";

checkLeaks();

describeReference("cec/dmlab_head", (reference) => {
  test("what the head sees, logits, the loss, the best actions and gradients", () => {
    scope(() => {
      using policy = new CecPolicy({
        inputs: { numbers: { kind: "numbers", size: 1 } },
        ...{ actions: { count: 15 }, previousAction: 0, width: 256, layers: 1, heads: 1, window: 1 },
      });
      policy.to({ dtype: reference.dtype });
      const { unexpected } = policy.loadStateDict(reference.group("weights."), { strict: false });
      expect(unexpected).toEqual([]);
      const x = reference.tensor("inputs.x").requiresGrad_();
      reference.check("outputs.final", policy.final(x));
      const actions = policy.actionsAfter(x) as NumberedActions;
      reference.check("outputs.logits", actions.logits);
      const taken = reference.tensor("inputs.action").long();
      const every = Array.from({ length: 15 }, (_, action) =>
        actions.logProb(zeros([2, 5]).add(action).long()),
      );
      for (const [action, found] of every.entries()) {
        const expected = reference.tensor("outputs.logp").select(2, action);
        expect(found.sub(expected).abs().max().item()).toBeLessThan(2e-5);
      }
      const losses = actions.logProb(taken).neg();
      reference.check("outputs.nll", losses);
      const mask = reference.tensor("inputs.mask");
      const loss = losses.mul(mask).sum().div(mask.sum());
      reference.check("outputs.loss", loss);
      reference.check("outputs.mode", actions.best().to(reference.dtype));
      loss.backward();
      for (const [key, parameter] of policy.namedParameters())
        if (reference.keys.includes(`grads.${key}`)) reference.check(`grads.${key}`, parameter.grad);
      reference.check("grads.inputs.x", x.grad);
    });
  });
});

describeReference("cec/gmm_head", (reference) => {
  test("logits, means, scales, the loss, mean and mode, and gradients", () => {
    scope(() => {
      using head = new ContinuousHead(48, 40, 5, 7);
      head.to({ dtype: reference.dtype });
      head.loadStateDict(reference.group("weights."));
      const x = reference.tensor("inputs.x").requiresGrad_();
      const actions = head.forward(x);
      reference.check("outputs.logits", actions.logits);
      reference.check("outputs.means", actions.means);
      reference.check("outputs.sigma", actions.scales);
      reference.check("outputs.mixture_mean", actions.mean());
      reference.check("outputs.mode_not_low_noise", actions.mode());
      const losses = actions.logProb(reference.tensor("inputs.action")).neg();
      reference.check("outputs.nll", losses);
      const mask = reference.tensor("inputs.mask");
      const loss = losses.mul(mask).sum().div(mask.sum());
      reference.check("outputs.loss", loss);
      loss.backward();
      for (const [key, parameter] of head.namedParameters()) reference.check(`grads.${key}`, parameter.grad);
      reference.check("grads.inputs.x", x.grad);
    });
  });

  test("extreme weights, scales and actions", () => {
    scope(() => {
      const [logits, means, scales] = ["logits", "means", "scales"].map((key) =>
        reference.tensor(`inputs.ext_${key}`).requiresGrad_(),
      ) as [Tensor, Tensor, Tensor];
      const actions = mixtureOf(logits, means, scales);
      const losses = actions.logProb(reference.tensor("inputs.ext_action")).neg();
      reference.check("outputs.ext_nll", losses);
      losses.sum().backward();
      reference.check("grads.ext.logits", logits.grad);
      reference.check("grads.ext.means", means.grad);
      reference.check("grads.ext.scales", scales.grad);
    });
  });
});

describe("a mixture of Gaussians", () => {
  test("its density in closed form, by hand (1e-12)", () => {
    scope(() => {
      const f64 = { dtype: "float64" } as const;
      // Weights 1/4 and 3/4; two numbers in each action.
      const logits = tensor([[[0, Math.log(3)]]], f64);
      const means = [[0.5, -0.5], [-0.25, 0.75]]; // biome-ignore format: one Gaussian each
      const scales = [[0.2, 0.4], [1, 0.1]]; // biome-ignore format: one Gaussian each
      const mixture = new ContinuousActions(logits, tensor([[means]], f64), tensor([[scales]], f64));
      const action = [0.1, 0.7];
      const density = [0.25, 0.75].reduce((sum, weight, k) => {
        const parts = action.map((a, d) => {
          const [mean, scale] = [means[k]![d]!, scales[k]![d]!];
          return Math.exp(-((a - mean) ** 2) / (2 * scale ** 2)) / (scale * Math.sqrt(2 * Math.PI));
        });
        return sum + weight * parts[0]! * parts[1]!;
      }, 0);
      const found = mixture.logProb(tensor([[action]], f64)).item();
      expect(Math.abs(found - Math.log(density))).toBeLessThan(1e-12);
    });
  });

  test("draws: with little noise near one of the means, as often as it weighs; else as wide as the Gaussian", () => {
    const generator = own(Generator.create({ seed: 3 }));
    scope(() => {
      const count = 4000;
      const logits = tensor([0, Math.log(3)]).expand([1, count, 2]);
      const means = tensor([[-0.5], [0.5]]).expand([1, count, 2, 1]);
      const scales = tensor([[0.1], [0.2]]).expand([1, count, 2, 1]);
      const mixture = new ContinuousActions(logits, means, scales);
      const quiet = mixture.best(generator);
      expect(quiet.shape).toEqual([1, count, 1]);
      // Five standard errors of a share of 3/4; noise of 1e-4 stays below 6e-4 in 4000 draws but once in 100,000 runs.
      const share = quiet.gt(0).float().mean().item();
      expect(Math.abs(share - 0.75)).toBeLessThan(5 * Math.sqrt((0.75 * 0.25) / count));
      const noise = quiet.abs().sub(0.5).abs().max().item();
      expect(noise).toBeGreaterThan(0);
      expect(noise).toBeLessThan(6e-4);
      const loud = mixture.sample(generator);
      const spread = loud.sub(0.5).square().mean().sqrt().item();
      // E (x − ½)² = ¾ · 0.2² + ¼ · (0.1² + 1)
      expect(spread).toBeCloseTo(Math.sqrt(0.75 * 0.04 + 0.25 * 1.01), 1);
    });
  });
});

describe("numbered actions", () => {
  test("begin almost equally probable, and are drawn as often as they weigh", () => {
    const generator = own(Generator.create({ seed: 5 }));
    const head = own(new NumberedHead(16, 8, 6, generator));
    scope(() => {
      const begun = head.forward(zeros([2, 3, 16]).normal_(0, 1, { generator }));
      expect(
        begun
          .logProb(zeros([2, 3]).long())
          .add(Math.log(6))
          .abs()
          .max()
          .item(),
      ).toBeLessThan(0.1);
      const count = 4000;
      const drawn = new NumberedActions(tensor([0, Math.log(3)]).expand([1, count, 2])).sample(generator);
      expect([drawn.shape, drawn.dtype]).toEqual([[1, count], "int64"]);
      const share = drawn.float().mean().item();
      expect(Math.abs(share - 0.75)).toBeLessThan(5 * Math.sqrt((0.75 * 0.25) / count));
    });
  });
});
