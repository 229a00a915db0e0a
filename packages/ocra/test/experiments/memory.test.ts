// Memory that is refused before a run: never more than a step really takes.
import {
  modelEntry,
  modelNames,
  Pretrainer,
  SlotAutoencoder,
  type SlotAutoencoderOptions,
} from "@throughline/ocra";
import { Generator, memoryStats, rand, resetPeakMemory, scope } from "@throughline/torch";
import { describe, expect, test } from "vitest";
import { pretrainingMemory } from "../../dist/experiments/pretrain/memory.js";
import { taskMemory } from "../../dist/experiments/task/memory.js";

const sum = (needs: readonly { readonly bytes: number }[]): number =>
  needs.reduce((total, { bytes }) => total + bytes, 0);

/** Bytes that a step takes at its peak, with the weights and what Adam keeps. */
function peakOf(model: SlotAutoencoderOptions, batch: number, precision: "float32" | "bfloat16"): number {
  return scope(() => {
    const before = memoryStats().allocated;
    const net = new SlotAutoencoder(model);
    const { resolution, channels } = net.config;
    const generator = Generator.create({ seed: 1 });
    const trainer = new Pretrainer(net, {
      ...{
        phases: [{ steps: 9, lr: 1e-3 }],
        warmup: 0,
        clip: 0,
        pixels: "as-they-are",
        precision,
        generator,
      },
    });
    const images = rand([batch, channels, ...resolution]);
    trainer.step(images, 0);
    resetPeakMemory();
    trainer.step(images, 1);
    const { peak } = memoryStats();
    trainer.optimizer.dispose();
    net.dispose();
    generator.dispose();
    return peak - before;
  });
}

describe("pre-training takes what was foreseen, or more", () => {
  const cases: [
    what: string,
    model: SlotAutoencoderOptions,
    batch: number,
    precision?: "float32" | "bfloat16",
  ][] = [
    ["the paper's model, small", { resolution: 32, slots: 3, dim: 16 }, 4],
    ["in half precision", { resolution: 32, slots: 3, dim: 16 }, 4, "bfloat16"],
    [
      "the laptop's",
      { resolution: 48, dim: 32, decoderStrides: [1, 2], decoderPixels: 2, arithmetic: "fast", slots: 6 },
      8,
    ],
    ["colours and strides", { channels: 3, resolution: 32, slots: 4, dim: 8, encoderStrides: [2, 1] }, 4],
    ["many channels", { resolution: 8, slots: 2, dim: 8, encoderChannels: 256, decoderChannels: 256 }, 1],
  ];
  test.each(cases)("%s", (_, model, batch, precision = "float32") => {
    const foreseen = sum(pretrainingMemory(model, { batch, precision }));
    const peak = peakOf(model, batch, precision);
    expect(foreseen).toBeLessThanOrEqual(peak);
    expect(foreseen).toBeGreaterThan(peak / 20);
  });
});

test.each(modelNames)("the weights of %s are as many as were foreseen, or more", (name) => {
  scope(() => {
    const size = { depth: 2, heads: 3, mlpDim: 700 };
    const encoder = { slots: 6, dim: 64 };
    const model = modelEntry(name).make({ ...size, encoder, mae: "vit-narrow" });
    const numbers = model.parameters().reduce((total, { numel }) => total + numel, 0);
    model.dispose();
    expect(sum(taskMemory({ batch: 0, ...size, model: name }, encoder))).toBeLessThanOrEqual(16 * numbers);
  });
});
