// What each ablation of Table 1 computes, written out in another way.
import {
  encodePatches,
  OuterProduct,
  SlotEncoder,
  type SlotEncoding,
  WithoutBottleneck,
  WithoutFactorization,
  WithoutInnerProduct,
  WithoutPretraining,
  WithoutTransformer,
} from "@throughline/ocra";
import { difference, expectClose } from "@throughline/testing/difference";
import { checkLeaks } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";
import { cat, eye, noGrad, randn, stack, type Tensor, zeros } from "@throughline/torch";
import { expect } from "vitest";

checkLeaks();

const K = 3;
const D = 4;
const small = { dim: D, depth: 1, heads: 1, mlpDim: 8, dropout: 0 } as const;

function encoding(): SlotEncoding {
  const draw = (): Tensor => randn([2, K, D]);
  return { slots: draw(), z: draw(), m: draw() };
}

/** fn(i, j) for i ≤ j, one token each. */
function tokensOf(fn: (i: number, j: number) => Tensor): Tensor {
  const tokens: Tensor[] = [];
  for (let i = 0; i < K; i++) for (let j = i; j < K; j++) tokens.push(fn(i, j));
  return stack(tokens, 1);
}

const at = (x: Tensor, i: number): Tensor => x.select(1, i);

scoped("without inner product: a softmax of a linear map of both features, and the positions of both", () => {
  using model = new WithoutInnerProduct(small);
  const given = encoding();
  const z = model.embed_feat.forward(model.norm.forward(given.z));
  const m = model.embed_pos.forward(model.norm.forward(given.m));
  const score = (i: number, j: number): Tensor => model.compare.forward(cat([at(z, i), at(z, j)], -1));
  const row = (i: number): Tensor => cat([score(i, 0), score(i, 1), score(i, 2)], -1).softmax(-1);
  const expected = tokensOf((i, j) => {
    const s = row(i).narrow(-1, j, 1);
    return model.embed_layer.forward(s).add(at(m, i)).add(at(m, j));
  });
  expectClose(model.tokens(given), expected, 1e-6);
  expectClose(row(0), row(2), 1e-6); // what object i adds is cancelled
});

scoped("outer product: its trace is the inner product", () => {
  using model = new OuterProduct(small);
  const given = encoding();
  noGrad(() => {
    model.embed_layer.weight.copy_(
      eye(D)
        .flatten()
        .expand([D, D * D]),
    );
    model.embed_layer.bias!.zero_();
  });
  const z = model.embed_feat.forward(model.norm.forward(given.z));
  const m = model.embed_pos.forward(model.norm.forward(given.m));
  const expected = tokensOf((i, j) => {
    const inner = at(z, i).mul(at(z, j)).sum({ dim: -1, keepdim: true });
    return inner.add(at(m, i)).add(at(m, j));
  });
  expectClose(model.tokens(given), expected, 1e-6);
});

scoped("without bottleneck: any function of the two slots, and of nothing else", () => {
  using model = new WithoutBottleneck(small);
  const given = encoding();
  const s = model.norm.forward(given.slots);
  const expected = tokensOf((i, j) => model.embed_pair.forward(cat([at(s, i), at(s, j)], -1)));
  expectClose(model.tokens({ ...given, z: zeros([2, K, D]), m: zeros([2, K, D]) }), expected, 1e-6);
});

scoped("without factorization: only the softmax of dot products of slots", () => {
  using model = new WithoutFactorization(small);
  const given = encoding();
  const s = model.embed_slot.forward(model.norm.forward(given.slots));
  const expected = tokensOf((i, j) => {
    const row = stack(
      Array.from({ length: K }, (_, k) => at(s, i).mul(at(s, k)).sum({ dim: -1 }).exp()),
      1,
    );
    const share = row.narrow(1, j, 1).div(row.sum({ dim: 1, keepdim: true }));
    return model.embed_layer.forward(share);
  });
  expectClose(model.tokens({ ...given, z: zeros([2, K, D]), m: zeros([2, K, D]) }), expected, 1e-5);
});

scoped("without transformer: the relation embeddings added up", () => {
  using model = new WithoutTransformer(small);
  const given = encoding();
  const { tokens } = model.relate(given);
  const total = tokens.unbind(1).reduce((sum, token) => sum.add(token));
  expectClose(model.forward(given), model.readout.forward(total).squeeze(-1), 1e-6);
});

scoped("patches: means of the feature map, and of where its parts are", () => {
  using encoder = new SlotEncoder({ resolution: [8, 16], dim: D });
  const images = randn([2, 1, 8, 16]);
  const { z, m, slots } = encodePatches(encoder, images, 4);
  const { features } = encoder.encoder_cnn.forward(images);
  // Row 1, column 2 of the grid of 2×4 pixel patches.
  const patch = features.narrow(1, 2, 2).narrow(2, 8, 4);
  expectClose(z.select(1, 4 + 2), patch.mean({ dim: [1, 2] }), 1e-5);
  expect(difference(slots, z)).toBe(0);
  // Positions are affine in the coordinates: a patch's mean is the map's value at its middle.
  const { embedding } = encoder.encoder_cnn.encoder_pos;
  const [row, column] = [2.5 / 7, 9.5 / 15];
  const middle = zeros([1, 4]);
  middle.copy_(stack([row, column, 1 - row, 1 - column].map((x) => zeros([]).add(x))).unsqueeze(0));
  expectClose(m.select(1, 4 + 2), embedding.forward(middle).expand([2, D]), 1e-5);
  expect(() => encodePatches(encoder, images, 3)).toThrow(
    "3 patches a side do not divide the feature map [8, 16]",
  );
});

scoped("without pre-training: the encoder learns from the task", () => {
  using model = new WithoutPretraining({ resolution: 8, slots: K, dim: D }, small);
  const images = randn([2, 1, 8, 8]);
  const noise = randn([2, K, D]);
  const scores = model.forward(images, { noise });
  expect(difference(scores, model.reasoner.forward(model.encoder.encode(images, { noise })))).toBe(0);
  scores.sum().backward();
  expect(model.encoder.encoder_cnn.convs[0]!.weight.grad!.abs().max().item()).toBeGreaterThan(0);
});
