// Pre-training: the steps learn, validation says what the tensors say, files hold what was trained.

import { join } from "node:path";
import {
  artDisplays,
  collateDisplays,
  type DisplayBatch,
  loadPretrained,
  Pretrainer,
  reconstructionLoss,
  SlotAutoencoder,
  savePretrained,
  slotScores,
  slotSegmentations,
} from "@throughline/ocra";
import { difference } from "@throughline/testing/difference";
import { fileFolder } from "@throughline/testing/folders";
import { scoped } from "@throughline/testing/scoped";
import { Generator, io, manualSeed, noGrad, scope, type Tensor } from "@throughline/torch";
import { describe, expect, test } from "vitest";

const small = { resolution: 16, dim: 8, slots: 3, encoderStrides: [2, 1], decoderStrides: [1, 2] } as const;
const displays = artDisplays({ size: 16, count: 8, most: 2 });

function batch(): DisplayBatch {
  return collateDisplays(Array.from({ length: 8 }, (_, at) => displays.get(at, Generator.default())));
}

function pretrainer(overrides: Partial<ConstructorParameters<typeof Pretrainer>[1]> = {}): Pretrainer {
  manualSeed(3);
  return new Pretrainer(new SlotAutoencoder({ ...small, decoderPixels: 1 }), {
    phases: [{ steps: 100, lr: 3e-3 }],
    warmup: 5,
    clip: 1,
    pixels: "inverted",
    generator: Generator.create({ seed: 1 }),
    ...overrides,
  });
}

describe("steps", () => {
  scoped("sixty on eight displays halve the loss", () => {
    const { image } = batch();
    const trainer = pretrainer();
    const losses = Array.from({ length: 60 }, (_, step) => trainer.step(image, step));
    expect(losses.at(-1)!).toBeLessThan(losses[0]! / 2);
  });

  scoped("the first step moves no weight further than its warmed-up learning rate", () => {
    const { image } = batch();
    const trainer = pretrainer();
    const weight = trainer.model.encoder_cnn.convs[1]!.weight;
    const before = weight.detach().clone();
    trainer.step(image, 0);
    const moved = difference(weight, before); // Adam's first step is the learning rate for every weight with a gradient
    expect(moved).toBeGreaterThan(0.99 * (3e-3 / 5));
    expect(moved).toBeLessThan(1.01 * (3e-3 / 5));
  });

  scoped("what the model sees is 1 − pixels, or the pixels", () => {
    const { image } = batch();
    expect(difference(pretrainer().seen(image), image.rsub(1))).toBe(0);
    expect(difference(pretrainer({ pixels: "as-they-are" }).seen(image), image)).toBe(0);
  });

  scoped("bfloat16 comes to nearly the same loss", () => {
    const { image } = batch();
    const [half, full] = [pretrainer({ precision: "bfloat16" }), pretrainer()].map((one) =>
      one.step(image, 0),
    );
    expect(half).not.toBe(full);
    expect(Math.abs(half! - full!)).toBeLessThan(0.02 * full!);
  });
});

test("validation is the mean over displays of loss and scores", async () => {
  const trainer = pretrainer();
  async function* two(): AsyncGenerator<DisplayBatch> {
    const { image, owners } = batch();
    yield { image: image.narrow(0, 0, 5), owners: owners.narrow(0, 0, 5) };
    yield { image: image.narrow(0, 5, 3), owners: owners.narrow(0, 5, 3) };
  }
  const found = await trainer.validate(two(), Generator.create({ seed: 4 }));
  scope(() =>
    noGrad(() => {
      const { image, owners } = batch();
      const generator = Generator.create({ seed: 4 });
      const parts = [5, 3].map((count, at) => {
        const x = image.narrow(0, 5 * at, count).rsub(1);
        const drawn = trainer.model.forward(x, { generator });
        const segmented = slotSegmentations(owners.narrow(0, 5 * at, count), drawn.masks);
        return { loss: count * reconstructionLoss(drawn, x).item(), segmented };
      });
      expect(found.loss).toBeCloseTo((parts[0]!.loss + parts[1]!.loss) / 8, 6);
      expect(found.masks).toEqual(slotScores(parts.flatMap(({ segmented }) => segmented)));
      expect(found.attention.displays).toBe(8);
    }),
  );
});

describe("files of weights", () => {
  const folder = fileFolder();

  scoped("hold the weights and what the model was made of", () => {
    const model = new SlotAutoencoder(small);
    const path = join(folder, "a.safetensors");
    savePretrained(path, model, { suite: "clevr", model: small, pixels: "inverted" });
    const found = loadPretrained(path, "art");
    expect(found).toMatchObject({ suite: "clevr", model: small, pixels: "inverted", path });
    expect(found.hash).toMatch(/^[0-9a-f]{64}$/);
    const { image } = batch();
    const encode = (one: SlotAutoencoder) => one.encode(image, { generator: Generator.create({ seed: 1 }) });
    expect(difference(encode(found.autoencoder).z, encode(model).z)).toBe(0);
    expect(found.autoencoder.parameters().some(({ requiresGrad }) => requiresGrad)).toBe(false);
  });

  scoped("without notes are taken for the authors' model", () => {
    const path = join(folder, "b.safetensors");
    io.saveSafetensors(
      path,
      new SlotAutoencoder({ channels: 3, slots: 7 }).stateDict() as Record<string, Tensor>,
    );
    expect(loadPretrained(path, "clevr")).toMatchObject({
      pixels: "as-they-are",
      model: { channels: 3, slots: 7 },
    });
    expect(() => loadPretrained(path, "art")).toThrow(/conv1/);
  });
});
