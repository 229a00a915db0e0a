// The training step that `bench -- lab` times.
import { manualSeed, nn, optim, randint, randn, setNumThreads } from "@throughline/torch";

/** Steps of one sample, about three seconds: what a run does once, such as its last checkpoint, is part of it. */
export const steps = 1500;

/** A model, its optimiser, and a step that takes about 2 ms on one core. */
export interface Work {
  readonly model: nn.Sequential;
  readonly optimizer: optim.Adam;
  /** Call it in a scope. */
  step(): { loss: number; accuracy: number };
}

export function makeWork(): Work {
  setNumThreads(Number(process.argv[2] ?? 1));
  manualSeed(0);
  const model = new nn.Sequential(
    new nn.Linear(256, 256),
    new nn.ReLU(),
    new nn.Linear(256, 256),
    new nn.ReLU(),
    new nn.Linear(256, 10),
  );
  const optimizer = new optim.Adam(model.parameters(), { lr: 1e-3 });
  const x = randn([192, 256]);
  const y = randint(0, 10, [192]);
  return {
    model,
    optimizer,
    step() {
      optimizer.zeroGrad();
      const logits = model.forward(x);
      const loss = nn.functional.crossEntropy(logits, y);
      loss.backward();
      optimizer.step();
      const accuracy = logits.argmax({ dim: 1 }).eq(y).to({ dtype: "float32" }).mean();
      return { loss: loss.item(), accuracy: accuracy.item() };
    },
  };
}
