// One training step, by hand; losses and accuracies by plain loops.
import {
  delayedCopy,
  Flosser,
  GruCell,
  type RecurrentCell,
  SequenceModel,
  sequenceTask,
  Trainer,
  type TrainerOptions,
  VanillaCell,
} from "@throughline/flossing";
import {
  arange,
  cat,
  Generator,
  grad,
  liveTensors,
  nn,
  optim,
  rand,
  randn,
  scope,
  type Tensor,
  tensor,
  zeros,
} from "@throughline/torch";
import { describe, expect } from "vitest";
import "@throughline/testing/close";
import { checkLeaks, own } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";
import { accuracyOf, taskLoss } from "../../dist/train/scores.js";

checkLeaks();

const seeded = (seed: number): Generator => Generator.create({ seed });

function copyModel(batch = 4, units = 10): SequenceModel<VanillaCell> {
  const generator = seeded(1);
  const cell = new VanillaCell(1, units, { generator });
  return own(new SequenceModel(cell, { outputSize: 1, batch, generator }));
}

function trainer<Cell extends RecurrentCell & nn.AnyModule>(
  model: SequenceModel<Cell>,
  options: Partial<TrainerOptions> = {},
): Trainer {
  const made = new Trainer(model as never, delayedCopy({ delay: 2 }), {
    ...{ length: 12, generator: seeded(2) },
    ...options,
  });
  own(made.optimizer);
  return made;
}

describe("losses and accuracies", () => {
  const task = (kind: "binary" | "regression" | "classification", outputSize: number) =>
    ({ ...delayedCopy({ delay: 1 }), kind, outputSize }) as const;
  const numbers = (x: Tensor): number[] => (x.flatten().toArray() as number[]).map(Number);

  for (const isMasked of [false, true]) {
    const mask = (): Tensor | undefined => (isMasked ? rand([5, 3]).gt(0.4).to("float32") : undefined);
    const title = isMasked ? ", of the answers that count" : "";

    scoped(`cross-entropy of bits${title}`, () => {
      const [outputs, targets, counts] = [randn([5, 3]), rand([5, 3]).gt(0.5).to("float32"), mask()];
      let [sum, right, total] = [0, 0, 0];
      numbers(outputs).forEach((output, i) => {
        const weight = counts === undefined ? 1 : numbers(counts)[i]!;
        const target = numbers(targets)[i]!;
        sum += weight * Math.log(1 + Math.exp(target === 1 ? -output : output));
        right += weight * Number(output >= 0 === (target === 1));
        total += weight;
      });
      const answers = { targets, ...(counts && { mask: counts }) };
      expect(taskLoss(task("binary", 1), outputs, answers).item()).toBeCloseTo(sum / total, 5);
      expect(accuracyOf(task("binary", 1), outputs, answers)).toBeCloseTo(right / total, 6);
    });

    scoped(`squared error of one or several values${title}`, () => {
      for (const outputSize of [1, 2]) {
        const shape = outputSize === 1 ? [5, 3] : [5, 3, 2];
        const [outputs, targets, counts] = [randn(shape), randn(shape), mask()];
        let [sum, total] = [0, 0];
        numbers(outputs).forEach((output, i) => {
          const weight = counts === undefined ? 1 : numbers(counts)[Math.floor(i / outputSize)]!;
          sum += weight * (output - numbers(targets)[i]!) ** 2;
          total += weight;
        });
        const answers = { targets, ...(counts && { mask: counts }) };
        const found = taskLoss(task("regression", outputSize), outputs, answers).item();
        expect(found).toBeCloseTo(sum / total, 5);
        expect(accuracyOf(task("regression", outputSize), outputs, answers)).toBe(found);
      }
    });

    scoped(`cross-entropy of classes${title}`, () => {
      const [outputs, targets, counts] = [randn([5, 3, 4]), arange(15).remainder(4).view([5, 3]), mask()];
      let [sum, right, total] = [0, 0, 0];
      numbers(targets).forEach((target, i) => {
        const weight = counts === undefined ? 1 : numbers(counts)[i]!;
        const scores = numbers(outputs).slice(4 * i, 4 * i + 4);
        sum += weight * (Math.log(scores.reduce((a, b) => a + Math.exp(b), 0)) - scores[target]!);
        right += weight * Number(scores.indexOf(Math.max(...scores)) === target);
        total += weight;
      });
      const answers = { targets, ...(counts && { mask: counts }) };
      expect(taskLoss(task("classification", 4), outputs, answers).item()).toBeCloseTo(sum / total, 5);
      expect(accuracyOf(task("classification", 4), outputs, answers)).toBeCloseTo(right / total, 6);
    });
  }
});

describe("the model", () => {
  scoped("answers from the states that a cell's steps give, whatever the cell", () => {
    class Plain extends nn.Module<[Tensor, Tensor], Tensor> implements RecurrentCell {
      readonly inputSize = 1;
      readonly stateSize = 10;
      readonly inner: VanillaCell;
      constructor(inner: VanillaCell) {
        super();
        this.inner = inner;
      }
      override forward(input: Tensor, state: Tensor): Tensor {
        return this.step(input, state);
      }
      step(input: Tensor, state: Tensor): Tensor {
        return this.inner.step(input, state);
      }
    }
    const model = copyModel();
    const plain = new SequenceModel(new Plain(copyModel().cell), { outputSize: 1, batch: 4 });
    for (const parameter of [plain.readout, plain.offset, plain.start]) own(parameter);
    plain.loadStateDict(
      Object.fromEntries(
        Object.entries(model.stateDict()).map(([k, v]) => [k.replace("cell.", "cell.inner."), v]),
      ),
    );
    const inputs = randn([7, 4, 1]);
    expect(plain.forward(inputs)).toBeClose(model.forward(inputs));
    const one = trainer(plain).step(true)!;
    const other = trainer(model).step(true)!;
    expect(one.loss).toBeCloseTo(other.loss, 5);
    expect(one.gradient).toBeCloseTo(other.gradient, 5);
  });

  scoped("relaxes its starts without inputs", () => {
    const model = copyModel();
    let state = model.start.detach().clone();
    for (let i = 0; i < 30; i++) state = model.cell.step(zeros([4, 1]), state).detach();
    model.relax(30);
    expect(model.start.detach()).toBeClose(state);
    model.relax(0);
    expect(model.start.detach()).toBeClose(state);
  });

  scoped("reads only what it should of a state, and starts its readout as told", () => {
    const model = own(
      new SequenceModel(new GruCell(2, 6), { outputSize: 3, readSize: 4, batch: 1, readout: "scaled" }),
    );
    const states = randn([5, 7, 6]);
    const expected = states.narrow(-1, 0, 4).matmul(model.readout.t()).add(model.offset);
    expect(model.read(states)).toBeClose(expected.detach());
    expect(model.readout.detach().abs().amax().item()).toBeLessThanOrEqual(0.5);
    expect(copyModel().offset.item()).toBeCloseTo(0.001, 9);
  });

  scoped("shares one start among any number of sequences", () => {
    const model = copyModel(1);
    const inputs = randn([5, 3, 1]);
    const each = inputs.unbind(1).map((one) => model.forward(one.unsqueeze(1)));
    expect(model.forward(inputs)).toBeClose(cat(each, 1));
    expect(copyModel(4).starts(2).shape).toEqual([2, 10]);
  });
});

describe("a step", () => {
  scoped("is the gradient of the task's loss, clipped array by array, and Adam's", () => {
    const [model, copy] = [copyModel(), copyModel()];
    const adam = own(new optim.Adam(copy.parameters(), { lr: 0.01 }));
    const teacher = trainer(model, { lr: 0.01, clip: 0.05 });
    const [task, generator] = [delayedCopy({ delay: 2 }), seeded(2)];
    for (let i = 0; i < 4; i++) {
      const found = teacher.step(true)!;
      const { inputs, targets } = task.sample(12, 4, { generator });
      const outputs = copy.forward(inputs).narrow(0, 2, 10).squeeze(-1);
      const loss = nn.functional.binaryCrossEntropyWithLogits(outputs, targets);
      const parameters = copy.parameters();
      const gradients = grad(loss, parameters);
      expect(found.loss).toBeCloseTo(loss.item(), 5);
      const start = gradients[parameters.indexOf(copy.start)]!;
      expect(found.gradient).toBeCloseTo(start.square().sum().sqrt().item(), 6);
      parameters.forEach((parameter, j) => {
        const norm = gradients[j]!.square().sum().sqrt().item();
        parameter.grad = gradients[j]!.mul(Math.min(1, 0.05 / (norm + 1e-6)));
      });
      adam.step();
    }
    for (const [j, parameter] of model.parameters().entries()) {
      expect(parameter.detach()).toBeClose(copy.parameters()[j]!.detach(), {
        rtol: 1e-4,
        atol: 1e-5,
        because: "the sums are in another order, and Adam divides by small numbers",
      });
    }
  });

  scoped("reports the gradient at each sequence's start, also where all share one", () => {
    const shared = copyModel(1);
    const many = copyModel(4);
    many.loadStateDict({
      ...shared.stateDict(),
      start: shared.start.expand([4, 10]).clone(),
    });
    const one = trainer(shared, { batch: 4 }).step(true)!;
    const other = trainer(many).step(true)!;
    expect(one.gradient).toBeGreaterThan(0);
    expect(one.gradient).toBeCloseTo(other.gradient, 6);
  });

  scoped("adds penalties and the flossing loss with their weights", () => {
    const gradientOf = (options: Partial<TrainerOptions>): Tensor => {
      const model = copyModel();
      trainer(model, { ...options, clip: 0 }).step(false);
      return model.cell.weight_hh.grad!.clone();
    };
    const plain = gradientOf({});
    const inputs = rand([20, 1, 1]);
    const flosser = (cell: VanillaCell): Flosser => own(new Flosser(cell, { k: 3, inputs: () => inputs }));
    for (const weight of [0.5, 1]) {
      const model = copyModel();
      const regulariser = { flosser: flosser(model.cell), weight };
      trainer(model, { regulariser, clip: 0 }).step(false);
      const reference = copyModel();
      const [extra] = grad(flosser(reference.cell).loss(), [reference.cell.weight_hh]);
      expect(model.cell.weight_hh.grad!).toBeClose(plain.add(extra!.mul(weight)));
      const w = reference.cell.weight_hh;
      const penalty = w
        .t()
        .matmul(w)
        .sub(tensor(identity(10)))
        .square()
        .sum()
        .div(10);
      const [ofPenalty] = grad(penalty, [w]);
      expect(gradientOf({ penalty: { kind: "orthogonality", weight } })).toBeClose(
        plain.add(ofPenalty!.mul(weight)),
      );
    }
    for (const kind of ["gradient-norm", "jacobian-norm", "spectral-norm"] as const) {
      const found = gradientOf({ penalty: { kind, weight: 1 } });
      expect(found.sub(plain).abs().amax().item()).toBeGreaterThan(1e-4);
    }
  });

  scoped("holds on to no tensors", () => {
    const teacher = trainer(copyModel(), { penalty: { kind: "gradient-norm", weight: 1 } });
    teacher.step(true);
    const steady = liveTensors();
    for (let i = 0; i < 5; i++) teacher.step(i % 2 === 0);
    teacher.evaluate(2, seeded(3));
    expect(liveTensors()).toBeLessThanOrEqual(steady + 1); // the generator
  });
});

const identity = (n: number): number[][] =>
  Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_unused, j) => Number(i === j)));

describe("evaluation", () => {
  scoped("on held-out data: all of them, each answer once", () => {
    const inputs = randn([700, 4, 1]);
    const lengths = Array.from({ length: 700 }, (_, i) => 1 + (i % 4));
    const test = { inputs, targets: inputs.squeeze(-1).gt(0).to("int64"), lengths };
    const task = own(sequenceTask({ ...test, test }));
    const cell = new GruCell(1, 5);
    const model = own(new SequenceModel(cell, { outputSize: 2, batch: 1, readout: "scaled" }));
    const teacher = new Trainer(model, task, { generator: seeded(1), batch: 8 });
    own(teacher.optimizer);
    const { loss, accuracy } = teacher.evaluate(1, seeded(1));
    const outputs = model.forward(inputs.transpose(0, 1));
    let [sum, right, total] = [0, 0, 0];
    const logs = nn.functional.logSoftmax(outputs, -1).toArray() as number[][][];
    const signs = inputs.squeeze(-1).toArray() as number[][];
    for (const [n, length] of lengths.entries()) {
      for (let t = 0; t < length; t++) {
        const target = Number(signs[n]![t]! > 0);
        const row = logs[t]![n]!;
        sum -= row[target]!;
        right += Number(row[target]! > row[1 - target]!);
        total += 1;
      }
    }
    expect(loss).toBeCloseTo(sum / total, 5);
    expect(accuracy).toBeCloseTo(right / total, 6);
  });

  scoped("changes nothing", () => {
    const model = copyModel();
    const before = Object.values(model.stateDict()).map((value) => value.clone());
    trainer(model).evaluate(3, seeded(1));
    for (const [i, value] of Object.values(model.stateDict()).entries()) {
      expect(value).toBeClose(before[i]!, { rtol: 0, atol: 0 });
    }
  });
});

describe("what is refused", () => {
  scoped("models and tasks that do not go together", () => {
    const say = (model: SequenceModel<never>, options: Partial<TrainerOptions>, sentence: string) =>
      expect(() => trainer(model, options)).toThrow(sentence);
    const model = copyModel() as never;
    say(
      model,
      { length: 2 },
      "Trainer: sequences must have 3 steps or more for the delayed copy of bits, d = 2, got 2",
    );
    say(model, { batch: 5 }, "the model has 4 starts for a batch of 5; give it 5, or 1 that all share");
    const wide = own(new SequenceModel(new VanillaCell(3, 4), { outputSize: 1, batch: 4 }));
    say(wide as never, {}, "the cell has 3 inputs, and the delayed copy of bits, d = 2 1");
    const many = own(new SequenceModel(new VanillaCell(1, 4), { outputSize: 2, batch: 4 }));
    say(many as never, {}, "the readout has 2 outputs, and the delayed copy of bits, d = 2 needs 1");
    class Bare extends nn.Module<[Tensor, Tensor], Tensor> implements RecurrentCell {
      readonly inputSize = 1;
      readonly stateSize = 4;
      override forward(input: Tensor, state: Tensor): Tensor {
        return this.step(input, state);
      }
      step(_: Tensor, state: Tensor): Tensor {
        return scope(() => state.tanh());
      }
    }
    const bare = own(new SequenceModel(new Bare(), { outputSize: 1, batch: 4 }));
    say(
      bare as never,
      { penalty: { kind: "orthogonality", weight: 1 } },
      "penalties are for VanillaCell, GruCell and LstmCell",
    );
  });
});
