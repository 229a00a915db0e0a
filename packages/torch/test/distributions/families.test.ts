// Every further distribution and transform against PyTorch: what it says, its draws, gradients and divergences.
import { distributions, grad, manualSeed, scope, type Tensor, TorchError } from "@throughline/torch";
import { describe, expect, test } from "vitest";
import "@throughline/testing/close";
import { checkLeaks } from "@throughline/testing/leaks";
import { hasAvx2Kernels } from "@throughline/testing/processor";
import { type FixtureCase, loadFixture } from "../support/fixtures.js";
import { build, buildTransform, leavesOf, type Spec, withLeaves } from "./build.js";

checkLeaks();

interface DistributionCase extends FixtureCase {
  readonly seed: number;
  readonly shape: readonly number[];
  readonly batch_shape: readonly number[];
  readonly event_shape: readonly number[];
  readonly value: string;
  readonly p: string;
  readonly found: Readonly<Record<string, string | null>>;
  readonly has_rsample: boolean;
  readonly sample?: string;
  readonly cotangent: string;
  readonly grads: readonly (string | null)[];
  readonly weight?: string;
  readonly rsample_grads?: readonly (string | null)[];
  /** What is not compared. */
  readonly but: readonly string[];
  /** A looser relative tolerance than float64's, and why. */
  readonly slack: readonly [number, string] | null;
}

const { cases, tensor, argument } = loadFixture<DistributionCase>("families");
const ofKind = (op: string): DistributionCase[] => cases.filter((entry) => entry.op === op);
const specOf = (entry: FixtureCase, name = "spec"): Spec => argument(entry.args[name]) as Spec;
const ofDistributions = ofKind("distribution");

const tolerance = ({ slack }: DistributionCase) =>
  slack === null ? {} : { rtol: slack[0], atol: slack[0], because: slack[1] };

describe("distributions", () => {
  test.each(ofDistributions)("$name", (entry) => {
    scope(() => {
      const found = build(specOf(entry));
      expect([found.batchShape, found.eventShape]).toEqual([entry.batch_shape, entry.event_shape]);
      const value = tensor(entry.value);
      const getters: Record<string, () => Tensor> = {
        mean: () => found.mean,
        variance: () => found.variance,
        stddev: () => found.stddev,
        mode: () => found.mode,
        entropy: () => found.entropy(),
        log_prob: () => found.logProb(value),
        cdf: () => found.cdf(value),
        icdf: () => found.icdf(tensor(entry.p)),
        support: () => found.support.holds(value),
      };
      for (const [name, get] of Object.entries(getters)) {
        const key = entry.found[name];
        if (key !== null && key !== undefined) expect(get(), name).toBeClose(tensor(key), tolerance(entry));
      }
    });
  });

  test.each(ofDistributions.filter(({ sample }) => sample !== undefined))("draws of $name", (entry) => {
    scope(() => {
      const found = build(specOf(entry));
      manualSeed(entry.seed);
      const drawn = found.sample(entry.shape);
      const wanted = tensor(entry.sample!);
      expect([drawn.dtype, drawn.shape]).toEqual([wanted.dtype, wanted.shape]);
      // libtorch's random numbers are the same on every processor but for normal ones without AVX2.
      if (hasAvx2Kernels) expect(drawn).toBeClose(wanted);
      expect(found.support.holds(drawn).all().item()).toBeTruthy();
      expect(found.hasRsample).toBe(entry.has_rsample);
      if (!entry.has_rsample)
        expect(() => found.rsample()).toThrow(expect.objectContaining({ code: "torch/distribution" }));
    });
  });

  test.each(ofDistributions)("gradients of $name", (entry) => {
    scope(() => {
      const spec = specOf(entry);
      const free = leavesOf(spec).map((leaf) => leaf.clone().requiresGrad_());
      const keys = entry.grads.slice(0, free.length);
      const ofValue = entry.grads.slice(free.length);
      const value = tensor(entry.value);
      const at = ofValue.length > 0 ? value.clone().requiresGrad_() : value;
      const logProb = build(withLeaves(spec, free)).logProb(at);
      const weighted = logProb.mul(tensor(entry.cotangent)).sum();
      const leaves = [...free, ...(ofValue.length > 0 ? [at] : [])];
      const wanted = leaves.flatMap((leaf, i) => ([...keys, ...ofValue][i] === null ? [] : [leaf]));
      if (wanted.length === 0) return;
      const given = grad(weighted, wanted);
      const expected = [...keys, ...ofValue].filter((key) => key !== null);
      for (const [i, key] of expected.entries()) expect(given[i]).toBeClose(tensor(key), tolerance(entry));
    });
  });

  test.each(ofDistributions.filter((entry) => entry.rsample_grads !== undefined))(
    "gradients of draws of $name",
    (entry) => {
      if (!hasAvx2Kernels) return;
      scope(() => {
        const spec = specOf(entry);
        const free = leavesOf(spec).map((leaf) => leaf.clone().requiresGrad_());
        manualSeed(entry.seed);
        const drawn = build(withLeaves(spec, free)).rsample(entry.shape);
        const wanted = free.filter((_, i) => entry.rsample_grads![i] !== null);
        if (wanted.length === 0) return;
        const given = grad(drawn.mul(tensor(entry.weight!)).sum(), wanted);
        const expected = entry.rsample_grads!.filter((key) => key !== null);
        for (const [i, key] of expected.entries()) expect(given[i]).toBeClose(tensor(key), tolerance(entry));
      });
    },
  );

  test.each(ofDistributions)("$name for a larger batch", (entry) => {
    scope(() => {
      const found = build(specOf(entry));
      const grown = found.expand([2, ...found.batchShape]);
      const value = tensor(entry.value);
      expect(grown.batchShape).toEqual([2, ...found.batchShape]);
      expect(grown.sample([3]).shape).toEqual([3, 2, ...found.batchShape, ...found.eventShape]);
      if (value.ndim > found.batchShape.length + found.eventShape.length) return;
      const both = grown.logProb(value);
      expect(both.shape).toEqual([2, ...found.batchShape]);
      expect(both.select(0, 1)).toBeClose(found.logProb(value).expand(found.batchShape));
      grown.dispose();
      found.logProb(value); // still has parameters of its own
    });
  });
});

describe("divergences", () => {
  test.each(ofKind("kl"))("$name", (entry) => {
    scope(() => {
      const [one, other] = [specOf(entry, "p"), specOf(entry, "q")];
      const free = [...leavesOf(one), ...leavesOf(other)].map((leaf) => leaf.clone().requiresGrad_());
      const cut = leavesOf(one).length;
      const [p, q] = [build(withLeaves(one, free.slice(0, cut))), build(withLeaves(other, free.slice(cut)))];
      const found = distributions.klDivergence(p, q);
      expect(found.detach()).toBeClose(tensor(entry.outputs[0]!));
      const keys = entry.grads ?? [];
      const wanted = free.filter((_, i) => keys[i] !== null && keys[i] !== undefined);
      if (wanted.length === 0) return;
      const given = grad(found.sum(), wanted);
      const expected = keys.filter((key) => key !== null);
      for (const [i, key] of expected.entries()) expect(given[i]).toBeClose(tensor(key));
    });
  });
});

describe("transforms", () => {
  test.each(ofKind("transform"))("$name", (entry) => {
    scope(() => {
      const found = buildTransform(specOf(entry));
      const x = tensor(entry.inputs[0]!);
      const [y, back, jacobian] = entry.outputs;
      const forward = found.forward(x);
      expect(forward).toBeClose(tensor(y!));
      expect(found.inverse(forward)).toBeClose(tensor(back!));
      expect(found.inv.forward(forward)).toBeClose(tensor(back!));
      if (typeof jacobian === "string") {
        expect(found.logAbsDetJacobian(x, forward)).toBeClose(tensor(jacobian));
        expect(found.inv.logAbsDetJacobian(forward, x)).toBeClose(tensor(jacobian).neg());
      } else {
        expect(() => found.logAbsDetJacobian(x, forward)).toThrow(
          expect.objectContaining({ code: "torch/distribution" }),
        );
      }
      expect(found.bijective).toBe(entry.bijective);
      expect([found.domain.eventDim ?? 0, found.codomain.eventDim ?? 0]).toEqual(entry.event_dims);
      expect([found.forwardShape(x.shape), found.inverseShape(forward.shape)]).toEqual(entry.shapes);
      if (typeof entry.sign === "number") expect(found.sign).toBe(entry.sign);
      expect(found.equals(buildTransform(specOf(entry)))).toBe(
        entry.name !== "transform.cumulative" && !/cat|stack$/.test(entry.name),
      );
    });
  });
});

const { constraints } = distributions;
const known: Readonly<Record<string, distributions.Constraint>> = {
  ...(constraints as unknown as Record<string, distributions.Constraint>),
  greaterThan: constraints.greaterThan(1.5),
  greaterThanEq: constraints.greaterThanEq(-2),
  lessThan: constraints.lessThan(1.5),
  interval: constraints.interval(-1, 3),
  halfOpenInterval: constraints.halfOpenInterval(2, 3),
  independent: constraints.independent(constraints.positive, 1),
  cat: constraints.cat([constraints.positive, constraints.unitInterval], -1, [1, 2]),
  stack: constraints.stack([constraints.positive, constraints.real], 0),
};

describe("from all numbers to a constraint", () => {
  test.each([...ofKind("biject_to"), ...ofKind("transform_to")])("$name", (entry) => {
    scope(() => {
      const constraint = known[entry.args.constraint as string]!;
      const to = distributions[entry.op === "biject_to" ? "bijectTo" : "transformTo"];
      const x = tensor(entry.inputs[0]!);
      const [wanted, jacobian] = entry.outputs;
      const found = to(constraint);
      const y = found.forward(x);
      expect(y).toBeClose(tensor(wanted!));
      expect(constraint.holds(y).all().item()).toBeTruthy();
      if (typeof jacobian === "string") expect(found.logAbsDetJacobian(x, y)).toBeClose(tensor(jacobian));
    });
  });
});

test("a constraint refuses what is no tensor, and names itself", () => {
  for (const wrong of [undefined, 4, [0.5]]) {
    const judge = () => constraints.boolean.holds(wrong as never);
    expect(judge).toThrow(TorchError);
    expect(judge).toThrow(/^distributions\.constraints\.boolean\.holds: /);
  }
});
