// Sizes and weights that a policy begins with, and options that are refused.
import {
  CecError,
  CecPolicy,
  type CecPolicyOptions,
  paperMazePolicy,
  paperRobotPolicy,
} from "@throughline/cec";
import { caught } from "@throughline/testing/caught";
import { checkLeaks, own } from "@throughline/testing/leaks";
import { Generator, nn, scope, type Tensor, zeros } from "@throughline/torch";
import { describe, expect, test } from "vitest";
import { small, someSteps } from "./support.js";

checkLeaks();

const countOf = (policy: CecPolicy): number => policy.parameters().reduce((sum, { numel }) => sum + numel, 0);

function made(options: CecPolicyOptions, seed = 1): CecPolicy {
  using generator = Generator.create({ seed });
  return own(new CecPolicy(options, generator));
}

test.each([
  ["goal", 4_456_591],
  ["water", 4_452_591],
  ["path", 4_500_591],
] as const)("the paper's policy of the %s maze has as many parameters as the authors'", (maze, count) => {
  expect(countOf(made(paperMazePolicy(maze, "image", 15)))).toBe(count);
});

test("the paper's policy of the robots has as many parameters as the authors'", () => {
  expect(countOf(made(paperRobotPolicy))).toBe(27_038_011);
});

describe("weights begin", () => {
  /** The gain of a matrix with orthonormal rows or columns; NaN if it has none. */
  const gainOf = (weight: Tensor): number => {
    const matrix = weight.detach();
    const [rows, columns] = matrix.shape as [number, number];
    const product = rows <= columns ? matrix.matmul(matrix.t()) : matrix.t().matmul(matrix);
    const square = product.diagonal().mean().item();
    const side = Math.min(rows, columns);
    const apart = product.sub(product.diagonal().diag()).abs().max().item();
    const uneven = product.diagonal().sub(square).abs().max().item();
    expect(side).toBe(product.size(0));
    return apart < 1e-4 && uneven < 1e-4 ? Math.sqrt(square) : Number.NaN;
  };
  /** The norm of a matrix's rows; NaN if they differ. */
  const rowsOf = (weight: Tensor): number => {
    const norms = weight.detach().square().sum({ dim: 1 }).sqrt();
    return norms.max().item() - norms.min().item() < 1e-5 ? norms.mean().item() : Number.NaN;
  };

  test("with the norms of Video PreTraining in the transformer, orthogonal outside of it, biases 0 (1e-4)", () => {
    const policy = made({ ...small, width: 64, heads: 4, layers: 3, window: 50 });
    const scale = 3 ** -0.5 * 2 ** -0.5;
    scope(() => {
      for (const { pre_r_ln, r, mlp0, mlp1 } of policy.transformer.blocks) {
        const { q_layer, k_layer, r_layer, v_layer, proj_layer, b_nd } = r.items.orc_block;
        expect(rowsOf(q_layer.weight)).toBeCloseTo(0.1, 4);
        expect(rowsOf(k_layer.weight)).toBeCloseTo(0.2, 4);
        expect(rowsOf(r_layer.weight)).toBeCloseTo(0.1, 4);
        expect(rowsOf(v_layer.weight)).toBeCloseTo(Math.sqrt(scale), 4);
        expect(rowsOf(proj_layer.weight)).toBeCloseTo(Math.sqrt(scale), 4);
        expect(rowsOf(mlp0.items.layer.weight)).toBeCloseTo(1, 4);
        expect(rowsOf(mlp1.items.layer.weight)).toBeCloseTo(scale, 4);
        // 500 numbers of deviation 0.2: within five standard errors of it, 0.2 / √1000 each.
        expect(Math.abs(b_nd.detach().std().item() - 0.2)).toBeLessThan((5 * 0.2) / Math.sqrt(1000));
        expect(pre_r_ln.weight!.min().item()).toBe(1);
      }
      expect(gainOf(policy.feature_linear.layers[0].weight)).toBeCloseTo(Math.SQRT2, 4);
      expect(gainOf(policy.post_transformer_layer.layers[1].weight)).toBeCloseTo(Math.SQRT2, 4);
      const head = policy.pi_head as unknown as { readonly mlp: { readonly layers: readonly nn.Linear[] } };
      expect(head.mlp.layers.map(({ weight }) => gainOf(weight))).toEqual([
        expect.closeTo(Math.SQRT2, 4),
        expect.closeTo(Math.SQRT2, 4),
        expect.closeTo(0.01, 4),
      ]);
      for (const [name, parameter] of policy.namedParameters()) {
        // The embedding of actions has the engine's usual bias, as in the released code.
        if (name.endsWith("bias") && !name.includes("encoders.action"))
          expect(parameter.abs().max().item(), name).toBe(0);
      }
    });
  });

  test("as a function of the generator's seed", () => {
    const [one, same, other] = [made(small), made(small), made(small, 2)];
    scope(() => {
      const weights = (policy: CecPolicy) =>
        policy.parameters().map((parameter) => Array.from(parameter.toTypedArray() as Float32Array));
      expect(weights(same)).toEqual(weights(one));
      expect(weights(other)).not.toEqual(weights(one));
    });
  });
});

describe("a policy", () => {
  /** Counts the bright pixels: an encoder of somebody's own. */
  class Brightness extends nn.Module {
    readonly features = 1;

    override forward(pictures: Tensor): Tensor {
      return scope(() => pictures.flatten(1).float().mean({ dim: 1, keepdim: true }).div(255));
    }
  }

  test("takes encoders of one's own, in the order of their keys", () => {
    const policy = own(
      new CecPolicy({ ...small, inputs: {} }, undefined, {
        picture: new Brightness(),
        again: new Brightness(),
      }),
    );
    scope(() => {
      const steps = someSteps(2, 3);
      const both = { picture: steps.observations.picture!, again: steps.observations.picture! };
      const features = policy.features({ ...steps, observations: both });
      // action (32), again, picture
      expect(features.shape).toEqual([2, 3, 34]);
      expect(Object.keys(policy.feature_encoders.items)).toEqual(["action", "again", "picture"]);
      const bright = both.picture.select(0, 1).select(0, 2).float().mean().div(255).item();
      expect(features.select(0, 1).select(0, 2).select(0, 33).item()).toBeCloseTo(bright, 5);
    });
  });

  test.each([
    [{ heads: 5 }, "a policy's heads are 5; accepted: divisors of its width, 24"],
    [{ layers: 0 }, "a policy's layers is 0; accepted: whole numbers from 1"],
    [{ window: 2.5 }, "a policy's window is 2.5; accepted: whole numbers from 1"],
    [{ actions: { count: 0 } }, "a policy's actions is 0; accepted: whole numbers from 1"],
    [{ actions: { dimensions: -1 } }, "a policy's dimensions is -1; accepted: whole numbers from 1"],
    [{ inputs: {} }, "a policy has no inputs; give it one observation at least"],
    [
      { inputs: { action: { kind: "numbers", size: 2 } } },
      "a policy's observation is called action, as the action before is; rename it",
    ],
    [
      { actions: { dimensions: 2 }, previousAction: 4 },
      "a policy sees the action before only if actions are numbered; accepted: previousAction 0",
    ],
  ] as const)("refuses %j", (change, sentence) => {
    const error = caught(
      () => new CecPolicy({ ...small, ...(change as Partial<CecPolicyOptions>) }),
    ) as CecError;
    expect(error).toBeInstanceOf(CecError);
    expect([error.code, error.message]).toEqual(["cec/policy", sentence]);
  });

  test("refuses steps that lack what it sees", () => {
    const policy = made(small);
    scope(() => {
      const steps = { ...someSteps(1, 2), observations: { camera: zeros([1, 2, 3]) } };
      const error = caught(() => policy.forward(steps, policy.start(1))) as CecError;
      expect([error.code, error.message]).toEqual([
        "cec/policy",
        "the policy sees the observation picture; the steps have camera",
      ]);
    });
  });
});
