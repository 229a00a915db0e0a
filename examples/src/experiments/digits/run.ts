// Trains the net of the digits example, step by step, so that it can be stopped and resumed anywhere.
import type { Metrics, RunContext, Summary } from "@throughline/lab";
import { data, inferenceMode, nn, optim, scope, type Tensor } from "@throughline/torch";
import { type Digits, loadDigits } from "../../digits/mnist.js";
import { DigitNet } from "../../digits/net.js";
import { countCorrect } from "../../digits/train.js";
import type { DigitsConfig } from "./experiment.js";
import { type Reading, writeReadings } from "./readings.js";

/** Test digits that are read on the way. */
const GLANCE = 1000;
/** Readings that are kept for the figure. */
const SHOWN = 24;

/** The example's net, which may leave out features while it learns. */
class Net extends DigitNet {
  readonly dropout: nn.Dropout;

  constructor(p: number) {
    super();
    this.dropout = new nn.Dropout(p);
  }

  override forward(images: Tensor): Tensor {
    return scope(() => {
      const x = images.float().sub(33.3).div(78.6).contiguous({ memoryFormat: "channels_last" });
      return this.classifier.forward(this.dropout.forward(this.features.forward(x).flatten(1)));
    });
  }
}

/** Batches without end: a pass over the digits follows the other. */
function batches(loader: data.DataLoader<readonly [Tensor, Tensor]>): () => readonly [Tensor, Tensor] {
  let pass = loader.sync();
  return () => {
    let next = pass.next();
    if (next.done) {
      pass = loader.sync();
      next = pass.next();
    }
    if (next.done) throw new Error("there are fewer digits than a batch has");
    return next.value;
  };
}

/** The first `count` digits. */
function first(digits: Digits, count: number): Digits {
  const [images, labels] = digits.tensors;
  return new data.TensorDataset(images.narrow(0, 0, count), labels.narrow(0, 0, count));
}

export async function trainDigits(context: RunContext<DigitsConfig>): Promise<Summary> {
  const { config } = context;
  const { steps, batchSize, learningRate, testEvery } = config;
  const train = onto(context.device, loadDigits("train", config.trainDigits));
  const test = onto(context.device, loadDigits("t10k", config.testDigits));
  const glance = first(test, Math.min(GLANCE, test.length));

  const net = context.track("net", new Net(config.dropout).to({ device: context.device }));
  const optimizer = context.track(
    "optimizer",
    new optim.AdamW(net.parameters(), { lr: learningRate, weightDecay: config.weightDecay }),
  );
  const schedule = context.track(
    "schedule",
    new optim.lrScheduler.OneCycleLR(optimizer, learningRate, { totalSteps: Math.max(2, steps) }),
  );
  const seed = context.seedFor("order");
  const loader = context.track(
    "loader",
    new data.DataLoader(train, { batchSize, shuffle: true, dropLast: true, seed }),
  );
  const next = batches(loader);

  let recent = 0;
  await context.loop("train", { steps, best: { metric: "accuracy", goal: "max" } }, (step): Metrics => {
    const [images, labels] = next();
    net.train();
    const loss = nn.functional.crossEntropy(net.forward(images), labels);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
    if (step + 1 < steps) schedule.step();
    recent = loss.item();
    const isDue = (step + 1) % testEvery === 0 || step + 1 === steps;
    return isDue ? { loss: recent, accuracy: countCorrect(net, glance) / glance.length } : { loss: recent };
  });

  const correct = countCorrect(net, test);
  writeReadings(context, read(net, test));
  return { accuracy: correct / test.length, errors: test.length - correct, tested: test.length };
}

function onto(device: string, digits: Digits): Digits {
  if (device === "cpu") return digits;
  const [images, labels] = digits.tensors;
  return new data.TensorDataset(images.to(device), labels.to(device));
}

/** Predictions for test digits, the wrong ones first. */
function read(net: Net, test: Digits): Reading[] {
  net.eval();
  return scope(() => {
    const some = first(test, Math.min(2000, test.length));
    const [images, labels] = some.tensors;
    const scores = inferenceMode(() => net.forward(images));
    const answers = Array.from(scores.argmax({ dim: 1 }).cpu().toTypedArray(), Number);
    const truth = Array.from(labels.cpu().toTypedArray(), Number);
    const pixels = images.cpu().toTypedArray();
    const all = answers.map((answer, i) => ({ answer, truth: truth[i] ?? -1, i }));
    const wrong = all.filter((one) => one.answer !== one.truth).slice(0, SHOWN / 2);
    const right = all.filter((one) => one.answer === one.truth).slice(0, SHOWN - wrong.length);
    return [...wrong, ...right].map(({ answer, truth, i }) => ({
      answer,
      truth,
      pixels: Uint8Array.from(pixels.subarray(784 * i, 784 * (i + 1)) as Uint8Array),
    }));
  });
}
