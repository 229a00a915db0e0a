// The reasoning module against the authors' code, as multiple choice and as same/different.
import {
  binaryLoss,
  choiceLoss,
  Ocra,
  type SlotEncoding,
  scoreCandidates,
  type TransformerOptions,
} from "@throughline/ocra";
import { difference } from "@throughline/testing/difference";
import { checkLeaks } from "@throughline/testing/leaks";
import { describeReference, type Reference } from "@throughline/testing/reference";
import { scoped } from "@throughline/testing/scoped";
import { eye, gradcheck, linalg, noGrad, randn, scope, type Tensor, tensor } from "@throughline/torch";
import { describe, expect, test } from "vitest";

checkLeaks();

const sizes: Readonly<Record<string, TransformerOptions>> = {
  scoring_L6: {},
  scoring_small: { dim: 16, depth: 2, heads: 2, mlpDim: 24 },
  scoring_same_diff: { dim: 16, depth: 2, heads: 2, mlpDim: 24 },
};

/** z and m as leaves; OCRA does not look at the slots, so z stands for them. */
function encodingOf(reference: Reference): SlotEncoding {
  const [z, m] = ["z", "m"].map((key) => reference.tensor(`inputs.${key}`).requiresGrad_()) as [
    Tensor,
    Tensor,
  ];
  return { slots: z, z, m };
}

for (const [name, options] of Object.entries(sizes)) {
  describeReference(`ocra/${name}`, (reference) => {
    const binary = name === "scoring_same_diff";
    const run = (body: (model: Ocra, encoding: SlotEncoding) => void): void =>
      scope(() => {
        using model = new Ocra(options);
        model.to({ dtype: reference.dtype });
        model.loadStateDict(reference.group("weights."));
        model.eval();
        body(model, encodingOf(reference));
      });

    test("embeddings, relations, tokens and the CLS vector", () => {
      run((model, { z, m }) => {
        // The reference has the candidates in front: [P, B, K, D].
        const flat = (x: Tensor): Tensor => (binary ? x : x.transpose(0, 1).flatten(0, 1));
        const found = model.relate({ z: flat(z), m: flat(m) });
        reference.check("outputs.z_embed", found.features);
        reference.check("outputs.m_embed", found.positions);
        reference.check("outputs.relation", found.matrix);
        reference.check("outputs.tokens", found.tokens);
        reference.check("outputs.layer_out", model.transformer.summary(found.tokens));
      });
    });

    test("scores, the loss and every gradient", () => {
      run((model, encoding) => {
        const scores = binary ? model.forward(encoding) : scoreCandidates(model, encoding);
        reference.check("outputs.scores", scores);
        const target = reference.tensor("inputs.target");
        const loss = binary ? binaryLoss(scores, target) : choiceLoss(scores, target.to("int64"));
        reference.check("outputs.loss", loss);
        loss.backward();
        for (const [key, parameter] of model.namedParameters()) {
          if (reference.keys.includes(`grads.${key}`)) reference.check(`grads.${key}`, parameter.grad);
        }
        reference.check("grads.inputs.z", encoding.z.grad);
        reference.check("grads.inputs.m", encoding.m.grad);
      });
    });
  });
}

describe("OCRA", () => {
  const encodings = (batch: number, slots: number, dim: number): SlotEncoding => ({
    slots: randn([batch, slots, dim]),
    z: randn([batch, slots, dim]),
    m: randn([batch, slots, dim]),
  });

  scoped("has the paper's number of parameters", () => {
    const count = (options: TransformerOptions): number => {
      using model = new Ocra(options);
      return model.parameters().reduce((sum, { numel }) => sum + numel, 0);
    };
    expect(count({})).toBe(1_193_729);
    expect(count({ depth: 24 })).toBe(4_748_801);
  });

  scoped("does not see the slots, nor how features are rotated before they are embedded alike", () => {
    using model = new Ocra({ dim: 8, depth: 1, heads: 2, mlpDim: 8 });
    model.eval();
    const encoding = encodings(3, 4, 8);
    const scores = model.forward(encoding);
    expect(difference(scores, model.forward({ ...encoding, slots: randn([3, 4, 8]) }))).toBe(0);

    // An orthogonal map after W_z leaves every dot product, so every score, as it is.
    const { Q: rotation } = linalg.qr(randn([8, 8]));
    noGrad(() => {
      const { weight, bias } = model.embed_feat;
      weight.copy_(rotation.matmul(weight));
      bias!.copy_(rotation.matmul(bias!));
    });
    expect(difference(scores, model.forward(encoding))).toBeLessThan(1e-5);
  });

  scoped("relations of one example by hand", () => {
    using model = new Ocra({ dim: 2, depth: 1, heads: 1, mlpDim: 2 });
    noGrad(() => {
      for (const layer of [model.embed_feat, model.embed_pos]) {
        layer.weight.copy_(eye(2));
        layer.bias!.zero_();
      }
      model.embed_layer.weight.copy_(tensor([[1], [10]]));
      model.embed_layer.bias!.copy_(tensor([0, 1]));
    });
    // Two objects: the norm makes each feature ±1/√2, the sign says which is larger.
    const z = tensor([
      [
        [3, 0],
        [5, 7],
      ],
    ]);
    const m = tensor([
      [
        [1, 4],
        [0, 2],
      ],
    ]);
    const { matrix, tokens } = model.relate({ z, m });
    const own = Math.E / (Math.E + 1 / Math.E); // rows (1, −1) before the softmax
    const other = 1 - own;
    const expected = [
      [own, other],
      [other, own],
    ];
    expect(difference(matrix, tensor([expected]))).toBeLessThan(1e-6);
    const half = Math.SQRT1_2;
    const relation = (s: number, a: number, b: number): number[] => [s + a, 10 * s + 1 + b];
    const sums = [
      relation(own, 2 * half, 2 * half),
      relation(other, 0, 0),
      relation(own, -2 * half, -2 * half),
    ];
    expect(difference(tokens, tensor([sums]))).toBeLessThan(1e-5);
  });

  scoped("gradients of the whole module by finite differences", () => {
    using model = new Ocra({ dim: 4, depth: 1, heads: 1, mlpDim: 4, dropout: 0 });
    model.to({ dtype: "float64" });
    const { z, m } = encodings(2, 3, 4);
    gradcheck((a, b) => model.forward({ slots: a!, z: a!, m: b! }), [z, m]);
  });

  scoped("dropout is active in training only", () => {
    using model = new Ocra({ dim: 8, depth: 1, heads: 2, mlpDim: 8 });
    const encoding = encodings(2, 3, 8);
    expect(difference(model.forward(encoding), model.forward(encoding))).toBeGreaterThan(0);
    model.eval();
    expect(difference(model.forward(encoding), model.forward(encoding))).toBe(0);
  });

  scoped("what it does not take", () => {
    using model = new Ocra({ dim: 8, depth: 1, heads: 2, mlpDim: 8 });
    expect(() => model.forward(encodings(2, 1, 8))).toThrow("accepted: [*, K, D] with K of 2 or more");
    expect(() => new Ocra({ depth: 0 })).toThrow("depth is 0, accepted: a whole number of at least 1");
    expect(() => new Ocra({ dropout: 1 })).toThrow("dropout is 1; accepted: 0 ≤ dropout < 1");
  });
});
