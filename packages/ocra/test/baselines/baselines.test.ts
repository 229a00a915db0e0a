// What each baseline computes, written out in another way.
import {
  Gamr,
  ResNet,
  SlotCorelnet,
  type SlotEncoding,
  SlotGamr,
  SlotIn,
  SlotRn,
  SlotTransformer,
  SpatialAttention,
} from "@throughline/ocra";
import { difference, expectClose } from "@throughline/testing/difference";
import { checkLeaks } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";
import { cat, nn, noGrad, randn, stack, type Tensor } from "@throughline/torch";
import { expect } from "vitest";

checkLeaks();

const K = 3;
const D = 4;
const encodingOf = (slots: Tensor): SlotEncoding => ({ slots, z: slots, m: slots });
const at = (x: Tensor, i: number): Tensor => x.select(1, i);
const every = Array.from({ length: K }, (_, i) => i);
const total = (parts: Tensor[]): Tensor => parts.reduce((sum, part) => sum.add(part));

scoped("Slot-RN: g of every ordered pair, itself included", () => {
  using model = new SlotRn({ dim: D });
  const slots = randn([2, K, D]);
  const s = model.norm.forward(slots);
  const g = (i: number, j: number): Tensor => model.g.forward(cat([at(s, i), at(s, j)], -1));
  const sum = total(every.flatMap((i) => every.map((j) => g(i, j))));
  expectClose(model.forward(encodingOf(slots)), model.f.forward(sum).squeeze(-1), 1e-5);
  expect(g(0, 1).shape).toEqual([2, 256]);
  expect(g(0, 1).min().item()).toBe(0); // a ReLU is the last thing
});

scoped("Slot-IN: six rounds of effects of the others", () => {
  using model = new SlotIn({ dim: D });
  const slots = randn([2, K, D]);
  let s = model.norm.forward(slots);
  for (let round = 0; round < 6; round++) {
    s = stack(
      every.map((i) => {
        const effects = every
          .filter((j) => j !== i)
          .map((j) => model.relation.forward(cat([at(s, i), at(s, j)], -1)));
        const affected = model.affector.forward(total([model.self.forward(at(s, i)), ...effects]));
        return model.output.forward(cat([at(s, i), affected], -1));
      }),
      1,
    );
  }
  expectClose(model.forward(encodingOf(slots)), model.f.forward(s.sum({ dim: 1 })).squeeze(-1), 1e-5);
});

scoped("Slot-CoRelNet: the matrix of similarities, read by place", () => {
  using model = new SlotCorelnet({ slots: K, dim: D });
  const slots = randn([2, K, D]);
  const s = model.norm.forward(slots);
  const rows = every.map((i) =>
    stack(
      every.map((j) => at(s, i).mul(at(s, j)).sum({ dim: -1 })),
      1,
    ).softmax(1),
  );
  expectClose(model.forward(encodingOf(slots)), model.readout.forward(cat(rows, 1)).squeeze(-1), 1e-5);
  expect(() => model.forward(encodingOf(randn([2, 4, D])))).toThrow(
    "slots is [2, 4, 4], accepted: [B, 3, 4]",
  );
});

scoped("Slot-Transformer: slots are the tokens", () => {
  using model = new SlotTransformer({ dim: D, depth: 1, heads: 1, mlpDim: 4 });
  model.eval();
  const slots = randn([2, K, D]);
  const tokens = model.norm.forward(slots);
  expect(difference(model.forward(encodingOf(slots)), model.transformer.forward(tokens))).toBe(0);
});

scoped("GAMR's glimpses: four rounds, head by head", () => {
  using model = new SlotGamr({ dim: D });
  const slots = randn([2, K, D]);
  const { reasoner } = model;
  const { attention } = reasoner;
  const x = reasoner.norm.forward(slots);
  const bias = attention.in_proj_bias!.chunk(3) as [Tensor, Tensor, Tensor];
  const project = (y: Tensor, weight: nn.Parameter | null, i: number): Tensor =>
    nn.functional.linear(y, weight!, bias[i]);
  const [k, v] = [project(x, attention.k_proj_weight, 1), project(x, attention.v_proj_weight, 2)];
  let glimpse = randn([2, 128]).mul(0);
  let state: nn.LstmState = [randn([2, 512]).mul(0), randn([2, 512]).mul(0)];
  const memory: Tensor[] = [];
  for (let t = 0; t < 4; t++) {
    state = reasoner.controller.forward(glimpse, state);
    const q = project(reasoner.query.forward(state[0]), attention.q_proj_weight, 0);
    const heads = Array.from({ length: 8 }, (_, head) => {
      const part = (y: Tensor): Tensor => y.narrow(-1, 16 * head, 16);
      const weights = part(k).matmul(part(q).unsqueeze(-1)).div(4).softmax(1); // [B, K, 1]
      return weights.mul(part(v)).sum({ dim: 1 });
    });
    glimpse = attention.out_proj.forward(cat(heads, -1));
    memory.push(glimpse);
  }
  const pairs = memory.flatMap((a) => memory.map((b) => reasoner.g.forward(cat([a, b], -1))));
  const expected = reasoner.readout.forward(cat([state[0], total(pairs)], -1)).squeeze(-1);
  expectClose(model.forward(encodingOf(slots)), expected, 1e-5);
});

scoped("GAMR reads a map of 8×8 from images of 128×128", () => {
  using model = new Gamr();
  model.eval();
  expect(model.encoder.forward(randn([1, 1, 128, 128])).shape).toEqual([1, 128, 8, 8]);
});

scoped("ResNet-50 has torchvision's parameters under torchvision's names", () => {
  using model = new ResNet({ channels: 3 });
  const count = model.parameters().reduce((sum, { numel }) => sum + numel, 0);
  expect(count).toBe(25_557_032 - 2049 * 1000 + 2049); // with one output in place of 1000
  const keys = new Set(Object.keys(model.stateDict()));
  for (const key of [
    "conv1.weight",
    "layer1.0.downsample.1.running_var",
    "layer3.5.conv3.weight",
    "layer4.2.bn3.bias",
  ]) {
    expect(keys, key).toContain(key);
  }
  expect(keys.size).toBe(320);
});

scoped("Attn-ResNet is ResNet-50 with one module of attention of 1024 channels", () => {
  using model = new ResNet({ attention: true });
  using plain = new ResNet();
  const count = (of: ResNet): number => of.parameters().reduce((sum, { numel }) => sum + numel, 0);
  expect(count(model) - count(plain)).toBe(4 * 1024 * 1025 + 2 * 1024);
  expect(count(model)).toBe(27_704_257);
  expect(model.forward(randn([2, 1, 32, 32])).shape).toEqual([2]);
});

scoped("spatial attention: every place weighs all others, head by head, and keeps itself", () => {
  using module = new SpatialAttention(8, 2);
  const { attention, norm } = module;
  const x = randn([2, 8, 3, 2]);
  const places = x.view([2, 8, 6]).transpose(1, 2);
  const [q, k, v] = nn.functional
    .linear(norm.forward(places), attention.in_proj_weight!, attention.in_proj_bias!)
    .chunk(3, -1) as [Tensor, Tensor, Tensor];
  const heads = [0, 1].map((head) => {
    const part = (y: Tensor): Tensor => y.narrow(-1, 4 * head, 4);
    return part(q).matmul(part(k).transpose(1, 2)).div(2).softmax(-1).matmul(part(v));
  });
  const seen = attention.out_proj.forward(cat(heads, -1)).transpose(1, 2).reshape([2, 8, 3, 2]);
  expectClose(module.forward(x), x.add(seen), 1e-5);
  // A place sees one at the other end of the map, as no 3×3 convolution does.
  const leaf = randn([1, 8, 6, 6]).requiresGrad_();
  module.forward(leaf).select(3, 5).select(2, 5).sum().backward();
  expect(leaf.grad!.select(3, 0).select(2, 0).abs().max().item()).toBeGreaterThan(0);
  expect(() => new SpatialAttention(6, 4)).toThrow("4 heads do not divide embedDim 6");
});

scoped("sizes and options that there are not are refused", () => {
  const loose = (options: object): object => options;
  expect(() => new ResNet(loose({ size: "resnet34" }))).toThrow(
    'ResNet: size is "resnet34", accepted: "resnet50" or "resnet18-narrow"',
  );
  expect(() => new ResNet(loose({ atention: true }))).toThrow(
    "there is no option atention; did you mean attention?",
  );
});

scoped("a residual block whose convolutions are 0 passes its input", () => {
  using model = new ResNet({ size: "resnet18-narrow" });
  model.eval();
  noGrad(() => {
    for (const [name, parameter] of model.layer1.namedParameters())
      if (name.includes("conv")) parameter.zero_();
  });
  const x = randn([1, 16, 5, 5]);
  expect(difference(model.layer1.forward(x), x.relu())).toBe(0);
  // Later stages halve the resolution and double the width.
  expect(model.layer2.forward(x).shape).toEqual([1, 32, 3, 3]);
});
