// Parts of training on tasks: what an evaluation averages, warm-up step by step, dropout, what a new encoder starts from.
import {
  type Encodings,
  encodedStream,
  initialiseEncoder,
  learningRate,
  makeModel,
  Ocra,
  SlotEncoder,
  type SlotEncoding,
  scoresOf,
  TaskTrainer,
  taskLoss,
} from "@throughline/ocra";
import { difference } from "@throughline/testing/difference";
import { checkLeaks, own } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";
import { dispose, Generator, keep, manualSeed, randint, randn, scope, tensor } from "@throughline/torch";
import { describe, expect, test } from "vitest";

checkLeaks();

const small = { dim: 8, depth: 1, heads: 1, mlpDim: 8, dropout: 0 } as const;

/** Problems of three candidates with random slots; the caller owns them. */
function problems(count: number, views = 3): Encodings {
  return scope(() => {
    const generator = Generator.create({ seed: 5 });
    const draw = () => randn([count, views, 4, 8], { generator });
    const encoding: SlotEncoding = { slots: draw(), z: draw(), m: draw() };
    const target = randint(views === 1 ? 2 : views, [count], { generator, dtype: "int64" });
    generator.dispose();
    return keep({ encoding, target, problems: count, draws: 1 });
  });
}

function trainer(form: "choice" | "binary", more: { lr?: number; warmup?: number } = {}): TaskTrainer {
  manualSeed(4);
  const model = own(makeModel("ocra", small));
  const generator = own(Generator.create({ seed: 1 }));
  const made = new TaskTrainer(model, { form, lr: 1e-2, generator, ...more });
  own(made.optimizer);
  return made;
}

describe("an evaluation", () => {
  for (const [form, views] of [
    ["choice", 3],
    ["binary", 1],
  ] as const) {
    test(`of a ${form} task is the mean over problems, however they are divided into batches`, async () => {
      const all = problems(23, views);
      const one = trainer(form);
      const scores = await Promise.all(
        [23, 10, 7, 1].map(async (batchSize) => {
          const generator = own(Generator.create({ seed: 2 }));
          return one.evaluate(encodedStream(all, { batchSize, seed: 3 }, "cpu"), generator);
        }),
      );
      const expected = scope(() => {
        const batch = { input: all.encoding, target: all.target };
        one.model.eval();
        const found = scoresOf(one.model, batch, form, {});
        const answers = form === "choice" ? found.argmax({ dim: 1 }) : found.gt(0).to("int64");
        const right = answers.eq(all.target).sum().item();
        return { loss: taskLoss(found, all.target, form).item(), accuracy: right / 23 };
      });
      for (const score of scores) {
        expect(score.accuracy).toBeCloseTo(expected.accuracy, 12);
        expect(score.loss).toBeCloseTo(expected.loss, 6);
      }
      dispose(all);
    });
  }

  test("changes no weight", async () => {
    const all = problems(8);
    const one = trainer("choice");
    const before = scope(() =>
      keep([...one.model.parameters()].map((parameter) => parameter.detach().clone())),
    );
    await one.evaluate(
      encodedStream(all, { batchSize: 3, seed: 1 }, "cpu"),
      own(Generator.create({ seed: 2 })),
    );
    for (const [i, parameter] of [...one.model.parameters()].entries()) {
      expect(difference(parameter, before[i]!)).toBe(0);
      expect(parameter.grad).toBeNull();
    }
    dispose(before);
    dispose(all);
  });
});

describe("a step", () => {
  scoped("says what was found before it: loss and share of right answers of the old weights", () => {
    const all = problems(12);
    const one = trainer("choice");
    const batch = { input: all.encoding, target: all.target };
    const scores = scoresOf(one.model, batch, "choice", {});
    const expected = {
      loss: taskLoss(scores, all.target, "choice").item(),
      accuracy: scores.argmax({ dim: 1 }).eq(all.target).sum().item() / 12,
    };
    expect(one.step(batch, 0)).toEqual(expected);
    expect(one.step(batch, 1).loss).toBeLessThan(expected.loss);
    dispose(all);
  });

  scoped("warms up: the optimiser's rate is the step's share of the base, then the base", () => {
    const all = problems(4);
    const one = trainer("choice", { lr: 0.02, warmup: 4 });
    const rates = [0, 1, 2, 3, 4, 50].map((step) => {
      one.step({ input: all.encoding, target: all.target }, step);
      return one.optimizer.paramGroups[0]!.lr;
    });
    expect(rates).toEqual([0.005, 0.01, 0.015, 0.02, 0.02, 0.02]);
    const paper = learningRate({ phases: [{ steps: 100, lr: 0.02 }], warmup: 4 });
    expect(rates).toEqual([0, 1, 2, 3, 4, 50].map(paper));
    dispose(all);
  });

  scoped("drops in training and not in an evaluation", () => {
    const all = problems(6);
    const model = own(new Ocra({ ...small, dropout: 0.5 }));
    const generator = own(Generator.create({ seed: 1 }));
    const one = new TaskTrainer(model, { form: "choice", lr: 1e-9, generator });
    own(one.optimizer);
    const batch = { input: all.encoding, target: all.target };
    const losses = [0, 1, 2].map((step) => one.step(batch, step).loss);
    expect(new Set(losses).size).toBe(3);
    model.eval();
    const twice = [0, 1].map(() => scoresOf(model, batch, "choice", {}));
    expect(difference(twice[0]!, twice[1]!)).toBe(0);
    dispose(all);
  });

  scoped("on one problem again and again, the right candidate gets all the probability", () => {
    const all = problems(1);
    const one = trainer("choice");
    const batch = { input: all.encoding, target: all.target };
    let last = { loss: Number.NaN, accuracy: 0 };
    for (let step = 0; step < 60; step++) last = one.step(batch, step);
    expect(last.accuracy).toBe(1);
    expect(last.loss).toBeLessThan(0.05);
    dispose(all);
  });

  scoped("is refused where options are not", () => {
    const model = own(makeModel("ocra", small));
    const generator = own(Generator.create({ seed: 1 }));
    const make = (options: object) => () =>
      new TaskTrainer(model, { form: "choice", lr: 1e-3, generator, ...options });
    expect(make({ lr: 0 })).toThrow("TaskTrainer: lr is 0");
    expect(make({ warmup: 1.5 })).toThrow("TaskTrainer: warmup is 1.5, accepted: a whole number");
    expect(make({ rate: 1 })).toThrow("TaskTrainer: there is no option rate");
  });
});

describe("the loss of a task", () => {
  scoped("of a choice is −ln of the right candidate's share, of a yes/no −ln of the right side's", () => {
    const scores = tensor([[0, Math.log(2), 0]]);
    expect(taskLoss(scores, tensor([1], { dtype: "int64" }), "choice").item()).toBeCloseTo(Math.log(2), 6);
    expect(taskLoss(scores, tensor([0], { dtype: "int64" }), "choice").item()).toBeCloseTo(Math.log(4), 6);
    const single = tensor([Math.log(3), -Math.log(3)]); // ¾ and ¼ for "different"
    const target = (...values: number[]) => tensor(values, { dtype: "int64" });
    expect(taskLoss(single, target(1, 0), "binary").item()).toBeCloseTo(Math.log(4 / 3), 6);
    expect(taskLoss(single, target(0, 1), "binary").item()).toBeCloseTo(Math.log(4), 6);
  });
});

describe("an encoder's first weights", () => {
  const options = { resolution: 8, dim: 64, encoderStrides: [1, 1] } as const;

  scoped("of He: normal with variance 2 / fan in, biases 0; nothing else changes", () => {
    manualSeed(7);
    const [encoder, other] = [own(new SlotEncoder(options)), own(new SlotEncoder(options))];
    other.loadStateDict(encoder.stateDict());
    initialiseEncoder(encoder, "he");
    for (const [i, { weight, bias }] of encoder.encoder_cnn.convs.entries()) {
      const fanIn = 25 * (i === 0 ? 1 : 64);
      const count = weight.numel;
      const variance = weight.detach().square().mean().item();
      // The sample variance of `count` normal numbers is within √(2/count) of it, relatively.
      expect(Math.abs(variance / (2 / fanIn) - 1)).toBeLessThan(6 * Math.sqrt(2 / count));
      expect(Math.abs(weight.detach().mean().item())).toBeLessThan(6 * Math.sqrt(2 / fanIn / count));
      expect(bias!.abs().max().item()).toBe(0);
    }
    const [left, right] = [encoder.fc1.weight, other.fc1.weight];
    expect(difference(left, right)).toBe(0);
  });

  scoped("of PyTorch: as they were made", () => {
    const [encoder, other] = [own(new SlotEncoder(options)), own(new SlotEncoder(options))];
    other.loadStateDict(encoder.stateDict());
    initialiseEncoder(encoder, "pytorch");
    for (const [i, { weight }] of encoder.encoder_cnn.convs.entries()) {
      expect(difference(weight, other.encoder_cnn.convs[i]!.weight)).toBe(0);
    }
  });
});
