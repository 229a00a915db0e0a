// Every distribution against PyTorch: moments, log probabilities and their gradients, entropies, draws, divergences.
import { distributions, grad, manualSeed, scope, type Tensor } from "@throughline/torch";
import { describe, expect, test } from "vitest";
import "@throughline/testing/close";
import { checkLeaks } from "@throughline/testing/leaks";
import { hasAvx2Kernels } from "@throughline/testing/processor";
import { type FixtureCase, loadFixture } from "../support/fixtures.js";
import { build, leavesOf, type Spec, withLeaves } from "./build.js";

checkLeaks();

interface DistributionCase extends FixtureCase {
  readonly seed: number;
  readonly shape: readonly number[];
  readonly batch_shape: readonly number[];
  readonly event_shape: readonly number[];
  readonly value: string;
  readonly found: Readonly<
    Record<"mean" | "variance" | "stddev" | "mode" | "entropy" | "log_prob", string | null>
  >;
  readonly sample: string;
  readonly rsample: string | null;
  readonly cotangent: string;
  readonly grads: readonly string[];
}

const { cases, tensor, argument } = loadFixture<DistributionCase>("distributions");
const ofDistributions = cases.filter(({ op }) => op === "distribution");
const ofDivergences = cases.filter(({ op }) => op === "kl");

const specOf = (entry: FixtureCase, name = "spec"): Spec => argument(entry.args[name]) as Spec;

/** PyTorch's value, or its refusal to say one. */
function expectFound(key: string | null, body: () => Tensor): void {
  if (key === null) expect(body).toThrow(expect.objectContaining({ code: "torch/distribution" }));
  else expect(body()).toBeClose(tensor(key));
}

/** Draws are PyTorch's bit for bit where its kernels are; a full covariance matrix rounds otherwise. */
function expectDraws(drawn: Tensor, key: string, isExact: boolean): void {
  const wanted = tensor(key);
  expect([drawn.dtype, drawn.shape]).toEqual([wanted.dtype, wanted.shape]);
  if (isExact && hasAvx2Kernels) expect(drawn.equal(wanted)).toBe(true);
  else expect(drawn).toBeClose(wanted);
}

describe("distributions", () => {
  test.each(ofDistributions)("$name", (entry) => {
    scope(() => {
      const spec = specOf(entry);
      const found = build(spec);
      expect([found.batchShape, found.eventShape]).toEqual([entry.batch_shape, entry.event_shape]);
      expectFound(entry.found.mean, () => found.mean);
      expectFound(entry.found.variance, () => found.variance);
      expectFound(entry.found.stddev, () => found.stddev);
      expectFound(entry.found.mode, () => found.mode);
      expectFound(entry.found.entropy, () => found.entropy());
      expectFound(entry.found.log_prob, () => found.logProb(tensor(entry.value)));
    });
  });

  test.each(ofDistributions)("draws of $name", (entry) => {
    scope(() => {
      const spec = specOf(entry);
      const found = build(spec);
      const isExact = spec.kind !== "MultivariateNormalDiag";
      manualSeed(entry.seed);
      expectDraws(found.sample(entry.shape), entry.sample, isExact);
      manualSeed(entry.seed);
      expect(found.hasRsample).toBe(entry.rsample !== null);
      if (entry.rsample !== null) expectDraws(found.rsample(entry.shape), entry.rsample, isExact);
      else
        expect(() => found.rsample(entry.shape)).toThrow(
          expect.objectContaining({ code: "torch/distribution" }),
        );
    });
  });

  test.each(ofDistributions.filter(({ grads }) => grads.length > 0))("gradients of $name", (entry) => {
    scope(() => {
      const spec = specOf(entry);
      const free = leavesOf(spec).map((leaf) => leaf.clone().requiresGrad_());
      const logProb = build(withLeaves(spec, free)).logProb(tensor(entry.value));
      const given = grad(logProb.mul(tensor(entry.cotangent)).sum(), free);
      for (const [i, key] of entry.grads.entries()) expect(given[i]).toBeClose(tensor(key));
    });
  });
});

describe("divergences", () => {
  test.each(ofDivergences)("$name", (entry) => {
    scope(() => {
      const [p, q] = [build(specOf(entry, "p")), build(specOf(entry, "q"))];
      expect(distributions.klDivergence(p, q)).toBeClose(tensor(entry.outputs[0]!));
    });
  });
});
