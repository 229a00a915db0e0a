// Memory that is refused before a run: never more than a training step really takes.
import { delayedCopy, GruCell, LstmCell, SequenceModel, Trainer, VanillaCell } from "@throughline/flossing";
import { Generator, memoryStats, resetPeakMemory, scope } from "@throughline/torch";
import { expect, test } from "vitest";
import { trainingMemory } from "../../dist/train/memory.js";
import type { TrainConfig } from "../../dist/train/options.js";

const made = {
  pre: (units: number) => new VanillaCell(1, units),
  gru: (units: number) => new GruCell(1, units),
  lstm: (units: number) => new LstmCell(1, units),
};

test.each([
  ["pre", 64, 20, 200],
  ["pre", 300, 2, 20],
  ["gru", 64, 20, 200],
  ["gru", 300, 2, 20],
  ["lstm", 64, 20, 200],
  ["lstm", 300, 2, 20],
] as const)("a step of a %s of %d units, %d sequences of %d steps", (cell, units, batch, length) => {
  const config = { cell, units, batch, length, precision: "float32", task: "copy", epochs: 1 };
  const foreseen = trainingMemory(config as TrainConfig).reduce((sum, { bytes }) => sum + bytes, 0);
  scope(() => {
    const before = memoryStats().allocated;
    const model = new SequenceModel(made[cell](units), { outputSize: 1, batch });
    const generator = Generator.create({ seed: 1 });
    const trainer = new Trainer(model, delayedCopy({ delay: 3 }), { length, generator });
    trainer.step(true);
    resetPeakMemory();
    trainer.step(true);
    const peak = memoryStats().peak - before;
    expect(foreseen).toBeLessThanOrEqual(peak);
    expect(foreseen).toBeGreaterThan(peak / 20);
  });
});
