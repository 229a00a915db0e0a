// Explanations are what the models computed.
import {
  answerOf,
  explainPuzzle,
  explainSlots,
  makeModel,
  SlotAutoencoder,
  type SlotScorer,
} from "@throughline/ocra";
import { difference, expectClose } from "@throughline/testing/difference";
import { checkLeaks } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";
import { randn, tensor } from "@throughline/torch";
import { expect } from "vitest";

checkLeaks();

const options = { resolution: 16, slots: 4, dim: 8, encoderStrides: [2, 1, 1, 1] } as const;
const small = { dim: 8, depth: 1, heads: 1, mlpDim: 8, encoder: options } as const;

scoped("slots: maps at the images' resolution, and who owns each pixel", () => {
  using model = new SlotAutoencoder(options);
  const [images, noise] = [randn([2, 1, 16, 16]), randn([2, 4, 8])];
  const found = explainSlots(model, images, { noise });
  const raw = model.forward(images, { noise });
  expect(found.attention.shape).toEqual([2, 4, 16, 16]);
  expectClose(
    found.attention.amax({ dim: [2, 3] }),
    found.attention
      .amax({ dim: [2, 3] })
      .mul(0)
      .add(1),
    0,
  );
  // Each cell of the 8×8 map covers 2×2 pixels.
  const share = raw.attention.at(1, 2, 3, 5).item() / raw.attention.at(1, 2).max().item();
  expect(found.attention.at(1, 2, 7, 10).item()).toBeCloseTo(share, 6);
  const owner = found.owner.at(0, 4, 9).item();
  expect(found.masks.at(0, owner, 4, 9).item()).toBe(found.masks.at(0, "...", 4, 9).max().item());
  expect(difference(found.image, raw.image)).toBe(0);
  expect(found.slots.requiresGrad).toBe(false);
});

scoped("a puzzle: scores, probabilities, choice, relations; the scorer's mode stays", () => {
  using model = new SlotAutoencoder(options);
  using scorer = makeModel("ocra", small) as SlotScorer;
  const [candidates, noise] = [randn([3, 1, 16, 16]), randn([3, 4, 8])];
  const found = explainPuzzle(model, scorer, candidates, { noise });
  expect(scorer.training).toBe(true);
  expect(found.choice).toBe(found.scores.indexOf(Math.max(...found.scores)));
  expect(found.probabilities.reduce((a, b) => a + b)).toBeCloseTo(1, 6);
  expect(found.relations!.matrix.shape).toEqual([3, 4, 4]);
  scorer.eval();
  expectClose(tensor(found.scores), scorer.forward(model.encode(candidates, { noise })), 1e-6);

  using other = makeModel("slot-rn", small) as SlotScorer;
  expect(explainPuzzle(model, other, candidates, { noise }).relations).toBe(null);
});

scoped("answers to one picture are probabilities of being different", () => {
  expect(answerOf(tensor([2]))).toEqual({
    scores: [2],
    probabilities: [expect.closeTo(0.880797, 6)],
    choice: 1,
  });
  expect(answerOf(tensor([-2])).choice).toBe(0);
  const three = answerOf(tensor([0, Math.log(2), 0]));
  expect(three.choice).toBe(1);
  expect(three.probabilities[1]).toBeCloseTo(0.5, 6);
});
