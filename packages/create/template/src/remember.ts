// A recurrent net learns to repeat what it heard some steps ago. Flossing first brings its largest Lyapunov exponents to 0,
// so that the error at the end reaches the steps long before it.
import { curve, defineExperiment, option } from "@throughline/lab";
import { z } from "zod";

export const remember = defineExperiment({
  name: "mine/remember",
  purpose: "Learn to repeat what was heard some steps ago.",
  config: {
    delay: option(z.int().min(1).default(30), "How long ago.", "steps"),
    units: option(z.int().min(1).default(32), "Size of the net."),
    floss: option(z.int().min(0).default(100), "Steps of flossing before training.", "steps"),
    steps: option(z.int().min(1).default(1500), "How long to train.", "steps"),
    learningRate: option(z.number().positive().default(0.003), "Step size of Adam."),
  },
  presets: { smoke: { delay: 1, units: 8, floss: 5, steps: 60, learningRate: 0.03 } },
  threads: () => 1, // a second one would slow down so small a net

  async run(context) {
    // Imported here, so that listing and describing experiments does not load libtorch.
    const { delayedCopy, Flosser, SequenceModel, Trainer, VanillaCell } = await import(
      "@throughline/flossing"
    );
    const { delay, units, floss, steps, learningRate } = context.config;

    const random = context.generator("random"); // its stream follows from the run's seed and this name
    const task = delayedCopy({ delay });
    const cell = new VanillaCell(1, units, { generator: random });
    const model = new SequenceModel(cell, { outputSize: 1, batch: 16, generator: random });
    const trainer = new Trainer(model, task, { length: 3 * delay + 10, generator: random, lr: learningRate });
    const flosser = new Flosser(cell, {
      k: Math.ceil(units / 2),
      inputs: () => task.inputs(40, 1, { generator: random }),
      lr: 0.01,
    });

    // What is tracked is in every checkpoint, so that a stopped run goes on to the same numbers.
    context.track("model", model);
    context.track("optimizer", trainer.optimizer);
    context.track("flosser", flosser);

    const before = flosser.look()[0]!; // the largest exponent, in nats per step
    await context.loop("floss", { steps: floss }, () => ({ loss: flosser.step().loss }));
    const after = flosser.look()[0]!;
    await context.loop("train", { steps }, () => ({ loss: trainer.step(true)!.loss }));
    const { accuracy } = trainer.evaluate(10, random);
    return { accuracy, exponentBefore: before, exponentAfter: after }; // summary.json
  },

  async figures(run) {
    const rows = await run.metrics();
    return {
      loss: {
        kind: "lines",
        title: "Learning to repeat",
        x: { label: "training (steps)" },
        y: { label: "loss (nats)" },
        series: [{ name: "loss", ...curve(rows, "train", "loss") }],
      },
    };
  },
});
