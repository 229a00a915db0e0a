// A cell of one's own, with nothing but its step, learns to remember for 20 steps once its exponents have been flossed.
import {
  delayedCopy,
  Flosser,
  finiteTimeExponents,
  type RecurrentCell,
  SequenceModel,
  schedules,
  Trainer,
} from "@throughline/flossing";
import {
  Generator,
  manualSeed,
  nn,
  noGrad,
  scope,
  setFlushDenormal,
  setNumThreads,
  type Tensor,
} from "@throughline/torch";
import { reportFall } from "./shared/fall.js";
import { readOptions } from "./shared/options.js";
import { Progress } from "./shared/progress.js";

/** h′ = (1 − u) ⊙ h + u ⊙ tanh(W h + V s), u = σ(U h + b): a gate without a reset. */
class UpdateGateCell extends nn.Module<[input: Tensor, state: Tensor], Tensor> implements RecurrentCell {
  readonly inputSize = 1;
  readonly stateSize = 32;
  readonly drive = new nn.Linear(1, this.stateSize);
  readonly recurrent = new nn.Linear(this.stateSize, this.stateSize, { bias: false });
  readonly gate = new nn.Linear(this.stateSize, this.stateSize);

  step(input: Tensor, state: Tensor): Tensor {
    return scope(() => {
      const update = this.gate.forward(state).sigmoid();
      const candidate = this.recurrent.forward(state).add(this.drive.forward(input)).tanh();
      return state.add(update.mul(candidate.sub(state)));
    });
  }

  override forward(input: Tensor, state: Tensor): Tensor {
    return this.step(input, state);
  }
}

const { smoke } = readOptions();
const epochs = smoke ? 12 : 1200;
setNumThreads(1);
setFlushDenormal(true);
manualSeed(0);
const generator = Generator.create({ seed: 0 });
const task = delayedCopy({ delay: smoke ? 3 : 20 });
const cell = new UpdateGateCell();
const model = new SequenceModel(cell, { outputSize: 1, batch: 16, generator });
const trainer = new Trainer(model, task, { length: smoke ? 20 : 100, generator, lr: 3e-3 });

const probe = task.inputs(200, 1, { generator });
const largest = (): string =>
  scope(() => noGrad(() => Array.from(finiteTimeExponents(cell, probe, { k: 3 }).toTypedArray(), Number)))
    .map((value) => value.toFixed(3))
    .join(", ");
console.log(`largest exponents before flossing: ${largest()} nats per step`);

const flosser = new Flosser(cell, { k: 16, inputs: () => task.inputs(40, 1, { generator }) });
const schedule = schedules.combined(
  schedules.before(smoke ? 3 : 100),
  schedules.periodic(100, smoke ? 3 : 30, 2),
);
const progress = new Progress(epochs, "epochs");
const losses: number[] = [];
for (let epoch = 0; epoch < epochs; epoch++) {
  flosser.run(schedule.due(epoch));
  const { loss } = trainer.step(true)!;
  losses.push(loss);
  progress.advance(1, loss);
}
console.log(`largest exponents after training: ${largest()} nats per step`);
const { accuracy } = trainer.evaluate(10, generator);
console.log(
  `${(100 * accuracy).toFixed(1)} % of the answers are right, ${100 * task.chance} % would be by guessing`,
);
reportFall(losses);
