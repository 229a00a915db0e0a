// The reasoner, context normalisation, ESBN and every model of the catalogue against the values that fixtures/make.py
// computes in PyTorch.
import {
  binaryLoss,
  choiceAccuracy,
  choiceLoss,
  contextNorm,
  Esbn,
  EsbnController,
  makeModel,
  modelNames,
  Ocra,
  type Scorer,
  SlotScorer,
  scoreCandidates,
  segmentation,
  segmentedContextNorm,
  TokenTransformer,
} from "@throughline/ocra";
import { checkLeaks } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";
import { cat, nn, type Tensor, tensor } from "@throughline/torch";
import { describe, expect, test } from "vitest";
import {
  check,
  checkGradients,
  checkInputGradient,
  fill,
  inputOf,
  keysOf,
  numbers,
  stored,
  weighted,
} from "../support/fixtures.js";

checkLeaks();

const net = { dim: 6, depth: 2, heads: 2, mlpDim: 10, dropout: 0 } as const;

scoped("transformer: two pre-norm blocks, the CLS vector, scores and every gradient", () => {
  using model = fill(new TokenTransformer(net), "transformer");
  const tokens = inputOf("transformer", "tokens", [2, 5, 6]);
  const [summary, scores] = [model.summary(tokens), model.forward(tokens)];
  check("transformer", "summary", summary);
  check("transformer", "scores", scores);
  const loss = weighted("transformer", { summary, scores });
  loss.backward();
  checkGradients("transformer", model, loss);
  checkInputGradient("transformer", "tokens", tokens);
});

scoped(
  "OCRA chooses among three candidates: relations, tokens, scores, cross-entropy and every gradient",
  () => {
    using model = fill(new Ocra(net), "choice");
    const [z, m] = [inputOf("choice", "z", [2, 3, 4, 6]), inputOf("choice", "m", [2, 3, 4, 6])];
    const relations = model.relate({ z: z.flatten(0, 1), m: m.flatten(0, 1) });
    for (const key of ["features", "positions", "matrix", "tokens"] as const)
      check("choice", key, relations[key]);
    check("choice", "summary", model.transformer.summary(relations.tokens));
    const scores = scoreCandidates(model, { slots: z, z, m });
    check("choice", "scores", scores);
    const target = tensor([2, 0], { dtype: "int64" });
    const loss = choiceLoss(scores, target);
    loss.backward();
    checkGradients("choice", model, loss);
    checkInputGradient("choice", "z", z);
    checkInputGradient("choice", "m", m);
    const best = stored("choice/scores").argmax({ dim: 1 });
    expect(choiceAccuracy(scores, best)).toBe(1);
  },
);

scoped("temporal context normalisation: whole, in segments, and its gradients", () => {
  const name = "context-norm";
  const x = inputOf(name, "x", [2, 5, 4]);
  using model = new (class extends nn.Module {
    gamma: nn.Parameter = new nn.Parameter(numbers("unused", [4]));
    beta: nn.Parameter = new nn.Parameter(numbers("unused", [4]));
    override forward(of: Tensor): Tensor {
      return contextNorm(of, this.gamma, this.beta);
    }
  })();
  fill(model, name);
  const whole = model.forward(x);
  check(name, "whole", whole);
  check(name, "segmented", cat(segmentedContextNorm(x, model.gamma, model.beta, [2, 3]), 1));
  const loss = weighted(name, { whole });
  loss.backward();
  checkGradients(name, model, loss);
  checkInputGradient(name, "x", x);
});

describe("ESBN", () => {
  for (const [name, segments] of [
    ["esbn", undefined],
    ["esbn-segmented", [3, 2]],
  ] as const) {
    scoped(`${name}: normalised objects, the controller's state after every step, outputs, gradients`, () => {
      const sizes = { dim: 4, keys: 5, hidden: 7, outputs: 3 };
      using model = fill(new EsbnController({ ...sizes, ...(segments && { segments }) }), name);
      const objects = inputOf(name, "objects", [2, 5, 4]);
      check(name, "z", model.normalize(objects));
      const { hidden, outputs } = model.run(objects);
      check(name, "hidden", hidden);
      check(name, "outputs", outputs);
      const loss = weighted(name, { hidden, outputs });
      loss.backward();
      checkGradients(name, model, loss);
      checkInputGradient(name, "objects", objects);
    });
  }

  scoped("of images: the convolutional encoder in front of it", () => {
    using model = fill(new Esbn({ outputs: 3 }), "esbn-images");
    const images = numbers("esbn-images/inputs.images", [1, 3, 32, 32]);
    const codes = model.encode(images);
    check("esbn-images", "codes", codes);
    const { outputs } = model.run(codes);
    check("esbn-images", "outputs", outputs);
    const loss = weighted("esbn-images", { outputs });
    loss.backward();
    checkGradients("esbn-images", model, loss);
  });
});

describe("models of the catalogue", () => {
  /** Pictures of the models that take pictures. */
  const pictures: Readonly<Record<string, readonly number[]>> = {
    gamr: [2, 2, 20, 24],
    resnet: [2, 2, 24, 32],
    "attn-resnet": [2, 2, 64, 40],
    mae: [2, 2, 20, 24],
    "without-pretraining": [2, 2, 5, 9],
  };
  const encoder = { resolution: [5, 9], channels: 2, slots: 4, dim: 6 } as const;

  test("the recipe has all of them", () => {
    const scored = keysOf("models/").filter((key) => key.endsWith("/scores"));
    expect(scored).toEqual([...modelNames].map((name) => `models/${name}/scores`).sort());
  });

  function scores(model: Scorer, name: string): [scores: Tensor, inputs: Readonly<Record<string, Tensor>>] {
    if (model instanceof SlotScorer) {
      const [slots, z, m] = ["slots", "z", "m"].map((key) => inputOf(name, key, [2, 4, 6])) as [
        Tensor,
        Tensor,
        Tensor,
      ];
      return [model.forward({ slots, z, m }), { slots, z, m }];
    }
    const shape = pictures[name.slice("models/".length)]!;
    const noise = numbers(`${name}/inputs.noise`, [2, 4, 6]);
    return [model.forward(numbers(`${name}/inputs.images`, shape), { noise }), {}];
  }

  for (const model of modelNames) {
    scoped(`${model}: scores, cross-entropy and every gradient`, () => {
      const name = `models/${model}`;
      const own = model === "mae" ? { ...encoder, resolution: [20, 24] as const } : encoder;
      const sizes = { resnet: "resnet18-narrow", mae: "vit-narrow" } as const;
      using made = fill(makeModel(model, { ...net, ...sizes, encoder: own }), name);
      made.eval();
      const [found, inputs] = scores(made, name);
      check(name, "scores", found);
      const loss = binaryLoss(found, tensor([1, 0]));
      loss.backward();
      checkGradients(name, made, loss);
      const reached = keysOf(`${name}/inputs.grads.`).map((key) => key.split(".").at(-1)!);
      for (const [key, input] of Object.entries(inputs)) {
        // What a model does not read, such as the slots in OCRA, has no gradient there and none here.
        if (reached.includes(key)) checkInputGradient(name, key, input);
        else expect(input.grad, `${key} is not read`).toBeNull();
      }
    });
  }
});

scoped("the adjusted Rand index agrees with counting every pair of pixels", () => {
  const [owners, slots, scores] = ["owners", "slots", "scores"].map(
    (key) => stored(`segmentation/${key}`).toArray() as number[][],
  ) as [number[][], number[][], number[][]];
  for (const [at, [whole, foreground]] of scores.entries()) {
    const found = segmentation(owners[at]!, slots[at]!);
    expect(found.ari).toBeCloseTo(whole!, 12);
    expect(found.foregroundAri).toBeCloseTo(foreground!, 12);
  }
  // Row 1 is the owners' own partition, row 3 puts all in one slot, row 4 errs on the background alone.
  expect([scores[1]![0], scores[1]![1], scores[3]![0], scores[4]![1]]).toEqual([1, 1, 0, 1]);
  expect(scores[4]![0]).toBeLessThan(1);
});
