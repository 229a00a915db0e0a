// What holds for every model of the paper.
import {
  binaryLoss,
  encodeFrozen,
  encodePatches,
  makeModel,
  modelEntry,
  modelNames,
  type Scorer,
  SlotEncoder,
  type SlotEncoding,
  SlotScorer,
} from "@throughline/ocra";
import { difference } from "@throughline/testing/difference";
import { checkLeaks } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";
import { amp, Generator, randn, type Tensor, tensor } from "@throughline/torch";
import { describe, expect } from "vitest";

checkLeaks();

const encoder = { resolution: 32, channels: 3, slots: 4, dim: 16 } as const;
const narrow = { resnet: "resnet18-narrow", mae: "vit-narrow" } as const;
const small = { encoder, depth: 2, heads: 2, mlpDim: 16, dropout: 0, ...narrow };
const BATCH = 3;

/** The scores of random pictures; the same for every call. */
function scoresOf(model: Scorer, change: (x: Tensor) => Tensor = (x) => x): Tensor {
  const generator = Generator.create({ seed: 3 });
  if (!(model instanceof SlotScorer)) {
    return model.forward(randn([BATCH, 3, 32, 32], { generator }), { generator });
  }
  const draw = (): Tensor => change(randn([BATCH, model.input === "patches" ? 16 : 4, 16], { generator }));
  return model.forward({ slots: draw(), z: draw(), m: draw() });
}

/** Parameters that no gradient reaches on purpose: the initial slots, which the authors do not train. */
const fixed = new Set(["encoder.slot_attention.slots_mu", "encoder.slot_attention.slots_sigma"]);

/** A softmax cancels what this adds to a whole row: its gradient is 0 up to rounding, which decides whether it is exactly so. */
const cancelled = new Set(["compare.bias"]);

for (const name of modelNames) {
  describe(name, () => {
    scoped("scores a batch, and every parameter learns from it", () => {
      using model = makeModel(name, small);
      expect(model.input).toBe(modelEntry(name).input);
      const scores = scoresOf(model);
      expect(scores.shape).toEqual([BATCH]);
      binaryLoss(scores, tensor([0, 1, 1])).backward();
      for (const [key, parameter] of model.namedParameters()) {
        const size = parameter.grad?.abs().max().item() ?? 0;
        if (fixed.has(key)) expect(size, key).toBe(0);
        else if (cancelled.has(key)) expect(size, key).toBeLessThan(1e-6);
        else expect(size, key).toBeGreaterThan(1e-12);
        expect(Number.isFinite(size), key).toBe(true);
      }
    });

    scoped("a copy with the same state scores alike; pictures are scored one by one", () => {
      using model = makeModel(name, small);
      using other = makeModel(name, small);
      other.loadStateDict(model.stateDict());
      for (const each of [model, other]) each.eval();
      const scores = scoresOf(model);
      expect(difference(scores, scoresOf(other))).toBe(0);
      expect(scores.std().item()).toBeGreaterThan(0);
    });

    scoped("bfloat16 autocast gives the same scores, roughly", () => {
      using model = makeModel(name, small);
      model.eval();
      const exact = scoresOf(model);
      const half = amp.autocast({ device: "cpu", dtype: "bfloat16" }, () => scoresOf(model)).to("float32");
      expect(difference(half, exact)).toBeLessThan(0.1 * (1 + exact.abs().max().item()));
    });
  });
}

describe("models of slots", () => {
  for (const name of modelNames.filter((each) => modelEntry(each).input === "slots")) {
    scoped(`${name}: scale and shift of the slots' features have no influence`, () => {
      using model = makeModel(name, small);
      model.eval();
      const plain = scoresOf(model);
      const changed = scoresOf(model, (x) => x.mul(2).add(0.75));
      expect(difference(plain, changed)).toBeLessThan(2e-5);
    });
  }

  /** Whether a model's scores change when the slots come in another order. */
  const orderMatters: Readonly<Record<string, boolean>> = {
    "slot-transformer": false,
    "slot-rn": false,
    "slot-in": false,
    "slot-gamr": false,
    "slot-corelnet": true,
    "slot-esbn": true,
  };
  for (const [name, matters] of Object.entries(orderMatters)) {
    scoped(`${name}: the order of the slots ${matters ? "has an" : "has no"} influence`, () => {
      using model = makeModel(name, small);
      model.eval();
      const plain = scoresOf(model);
      const reordered = scoresOf(model, (x) => x.roll(1, 1));
      if (matters) expect(difference(plain, reordered)).toBeGreaterThan(1e-5);
      else expect(difference(plain, reordered)).toBeLessThan(1e-5);
    });
  }
});

scoped("frozen encodings feed every model that takes them", () => {
  using model = new SlotEncoder(encoder);
  const images = randn([2, 3, 32, 32]);
  const forms: Record<string, SlotEncoding> = {
    slots: encodeFrozen(model, images),
    patches: encodePatches(model, images),
  };
  expect(Object.values(forms.slots!).some((part: Tensor) => part.requiresGrad)).toBe(false);
  for (const name of modelNames) {
    const { input } = modelEntry(name);
    if (input === "images") continue;
    using scorer = makeModel(name, small) as SlotScorer;
    expect(scorer.forward(forms[input]!).shape, name).toEqual([2]);
  }
});

scoped("an unknown name is answered with those there are", () => {
  expect(() => makeModel("slot-mlp")).toThrow(
    /there is no model "slot-mlp"; accepted: ocra, slot-transformer, /,
  );
});
