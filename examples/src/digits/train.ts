// Training, and how well it went.
import { data, inferenceMode, nn, optim, scope } from "@throughline/torch";
import { Progress } from "../shared/progress.js";
import type { Digits } from "./mnist.js";
import type { DigitNet } from "./net.js";

export interface Training {
  readonly epochs: number;
  readonly batchSize: number;
  /** The highest learning rate; see `OneCycleLR`. */
  readonly maxLr: number;
  readonly weightDecay: number;
  readonly seed: number;
}

/** Trains `net` by AdamW with a one-cycle schedule. @returns the loss of every batch. */
export function train(net: DigitNet, digits: Digits, options: Training): number[] {
  const { epochs, batchSize, maxLr, weightDecay, seed } = options;
  const loader = new data.DataLoader(digits, { batchSize, shuffle: true, dropLast: true, seed });
  using optimizer = new optim.AdamW(net.parameters(), { lr: maxLr, weightDecay });
  const schedule = new optim.lrScheduler.OneCycleLR(optimizer, maxLr, { totalSteps: epochs * loader.length });
  const progress = new Progress(epochs * loader.length * batchSize, "digits");
  const losses: number[] = [];
  net.train();
  for (let epoch = 0; epoch < epochs; epoch++) {
    for (const [images, labels] of loader.sync()) {
      const loss = scope(() => {
        const loss = nn.functional.crossEntropy(net.forward(images), labels);
        optimizer.zeroGrad();
        loss.backward();
        optimizer.step();
        return loss.item();
      });
      if (losses.length + 1 < epochs * loader.length) schedule.step();
      losses.push(loss);
      progress.advance(batchSize, loss);
    }
  }
  return losses;
}

/** Number of `digits` that the net classifies correctly. */
export function countCorrect(net: DigitNet, digits: Digits): number {
  net.eval();
  let correct = 0;
  for (const [images, labels] of new data.DataLoader(digits, { batchSize: 1000 }).sync()) {
    correct += scope(() =>
      inferenceMode(() => net.forward(images).argmax({ dim: 1 }).eq(labels).sum().item()),
    );
  }
  return correct;
}
