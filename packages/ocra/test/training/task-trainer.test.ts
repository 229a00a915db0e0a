// Streams of problems, and training on them.
import {
  architectureOf,
  artTask,
  countRight,
  type Encodings,
  encodedStream,
  frozenStream,
  imageStream,
  loadProblems,
  makeModel,
  pretrainingSetting,
  type SlotEncoding,
  scoresOf,
  slotModel,
  TaskTrainer,
  untrained,
} from "@throughline/ocra";
import { difference } from "@throughline/testing/difference";
import { scoped } from "@throughline/testing/scoped";
import {
  arange,
  Generator,
  manualSeed,
  randint,
  randn,
  scope,
  type Tensor,
  tensor,
} from "@throughline/torch";
import { describe, expect, test } from "vitest";

/** Two candidates of two slots each; in the right one the slots' features are equal. */
function pairs(problems: number): Encodings {
  return scope(() => {
    const generator = Generator.create({ seed: 3 });
    const z = randn([problems, 2, 3, 8], { generator });
    const target = randint(2, [problems], { generator, dtype: "int64" });
    for (let at = 0; at < problems; at++) {
      const right = z.select(0, at).select(0, target.select(0, at).item());
      right.select(0, 1).copy_(right.select(0, 0));
    }
    const m = randn([problems, 2, 3, 8], { generator });
    return { encoding: { slots: z, z, m }, target, problems, draws: 1 };
  });
}

/** Draw d of problem i has z = 100 d + i. */
function numbered(problems: number, draws: number): Encodings {
  return scope(() => {
    const z = arange(draws).mul(100).unsqueeze(1).add(arange(problems)).view([-1, 1, 1, 1]).to("float16");
    return { encoding: { slots: z, z, m: z }, target: arange(problems).to("int64"), problems, draws };
  });
}

describe("encodings as batches", () => {
  test("every problem once an epoch, in some draw, with its own target", async () => {
    const { loader, read } = encodedStream(numbered(20, 3), { batchSize: 6, shuffle: true, seed: 1 }, "cpu");
    const draws = new Set<number>();
    for (let epoch = 0; epoch < 3; epoch++) {
      const seen: number[] = [];
      for await (const rows of loader) {
        scope(() => {
          const { input, target } = read(rows);
          const z = Array.from((input as SlotEncoding).z.flatten().toTypedArray(), Number);
          expect(z.map((value) => value % 100)).toEqual(Array.from(target.toTypedArray(), Number));
          seen.push(...z.map((value) => value % 100));
          for (const value of z) draws.add(Math.floor(value / 100));
        });
      }
      expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, at) => at));
    }
    expect([...draws].toSorted()).toEqual([0, 1, 2]);
  });
});

test("pictures on the way: encoded, or as the model of images takes them", async () => {
  manualSeed(2);
  const setting = pretrainingSetting("smoke", "art");
  const model = slotModel(architectureOf(setting), "art");
  const { pixels } = setting;
  const encoder = untrained({ suite: "art", model, pixels });
  const named = { name: "art/same-different", options: { m: 50, size: 32, count: 4 } };
  const options = { batchSize: 4, seed: 1 };
  const frozen = frozenStream(
    await loadProblems(named, options),
    encoder,
    "slots",
    Generator.create({ seed: 1 }),
  );
  for await (const raw of frozen.loader) {
    scope(() => {
      const { input, target } = frozen.read(raw);
      expect((input as SlotEncoding).m.shape).toEqual([4, 1, 6, 8]);
      const set = artTask("same-different", { m: 50, size: 32, count: 4 });
      expect(Array.from(target.toTypedArray(), Number)).toEqual(
        [0, 1, 2, 3].map((at) => set.describe(at).target),
      );
    });
  }
  const images = imageStream(await loadProblems(named, options), "inverted", "cpu");
  for await (const raw of images.loader) {
    scope(() =>
      expect(
        difference(images.read(raw).input as Tensor, (raw as typeof raw & { images: Tensor }).images.rsub(1)),
      ).toBe(0),
    );
  }
});

describe("training", () => {
  test("OCRA learns which candidate has two of the same, on pairs it has not seen", async () => {
    manualSeed(1);
    const all = pairs(600);
    const part = (from: number, count: number): Encodings => {
      const of = (x: Tensor) => x.narrow(0, from, count);
      const { slots, z, m } = all.encoding;
      const encoding = { slots: of(slots), z: of(z), m: of(m) };
      return { encoding, target: of(all.target), problems: count, draws: 1 };
    };
    const model = makeModel("ocra", { dim: 8, depth: 1, heads: 2, mlpDim: 32, dropout: 0 });
    const generator = Generator.create({ seed: 1 });
    const trainer = new TaskTrainer(model, { form: "choice", lr: 2e-3, generator });
    const train = encodedStream(part(0, 500), { batchSize: 20, shuffle: true, seed: 1 }, "cpu");
    const test = encodedStream(part(500, 100), { batchSize: 30, seed: 1 }, "cpu");
    const before = await trainer.evaluate(test, generator);
    let step = 0;
    for (let epoch = 0; epoch < 12; epoch++) {
      for await (const rows of train.loader) scope(() => trainer.step(train.read(rows), step++));
    }
    const after = await trainer.evaluate(test, generator);
    expect(before.accuracy).toBeLessThan(0.7);
    expect(after.accuracy).toBeGreaterThan(0.9);
    expect(after.loss).toBeLessThan(before.loss);
  });

  scoped("the first step is Adam's, at the warmed-up learning rate", () => {
    const { encoding, target } = pairs(8);
    const model = makeModel("ocra", { dim: 8, depth: 1, dropout: 0 });
    const generator = Generator.create({ seed: 1 });
    const trainer = new TaskTrainer(model, { form: "choice", lr: 1e-2, warmup: 10, generator });
    const [weight] = model.parameters();
    const before = weight!.detach().clone();
    trainer.step({ input: encoding, target }, 0);
    expect(difference(weight!, before)).toBeCloseTo(1e-3, 5);
  });

  scoped("right answers are counted by sign or by the highest score", () => {
    const target = tensor([0, 1, 1], { dtype: "int64" });
    expect(countRight(tensor([-1, 2, -3]), target, "binary")).toBe(2);
    expect(
      countRight(
        tensor([
          [3, 1],
          [0, 1],
          [2, 1],
        ]),
        target,
        "choice",
      ),
    ).toBe(2);
    const { encoding } = pairs(3);
    const model = makeModel("slot-transformer", { dim: 8, depth: 1 });
    const draw = { generator: Generator.create({ seed: 1 }) };
    expect(scoresOf(model, { input: encoding, target }, "choice", draw).shape).toEqual([3, 2]);
  });
});
