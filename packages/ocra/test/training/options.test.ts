// Options that a model or a trainer does not have are refused: JavaScript would ignore them.
import {
  EsbnController,
  makeModel,
  modelNames,
  ObjectCodes,
  Ocra,
  Pretrainer,
  SlotAttention,
  SlotAutoencoder,
  SlotEncoder,
  TaskTrainer,
  TokenTransformer,
  taskCodes,
} from "@throughline/ocra";
import { Generator, scope } from "@throughline/torch";
import { describe, expect, test } from "vitest";

const small = { resolution: 16, slots: 2, dim: 8, encoderStrides: [2], decoderStrides: [2] };
// As JavaScript would call it, without types.
const loose = <T>(options: object): T => options as T;
const generator = Generator.create({ seed: 0 });

describe("misspelt options", () => {
  test.each<[string, () => unknown]>([
    [
      "SlotAttention: there is no option slot; did you mean slots?",
      () => new SlotAttention(loose({ slot: 3 })),
    ],
    [
      "SlotEncoder: there is no option channel; did you mean channels?",
      () => new SlotEncoder(loose({ channel: 3 })),
    ],
    [
      "SlotAutoencoder: there is no option decoderStride; did you mean decoderStrides?",
      () => new SlotAutoencoder(loose({ ...small, decoderStride: [2] })),
    ],
    [
      "SlotEncoder: there is no option decoderStrides; did you mean encoderStrides?",
      () => new SlotEncoder(loose(small)),
    ],
    ["TokenTransformer: there is no option layers", () => new TokenTransformer(loose({ layers: 2 }))],
    ["TokenTransformer: there is no option head; did you mean heads?", () => new Ocra(loose({ head: 2 }))],
    ["OCRA: there is no option head; did you mean heads?", () => makeModel("ocra", loose({ head: 2 }))],
    [
      "EsbnController: there is no option key; did you mean keys?",
      () => new EsbnController(loose({ key: 2 })),
    ],
    [
      "ObjectCodes: there is no option boxes; did you mean box?",
      () => new ObjectCodes(loose({ boxes: 0.2 })),
    ],
    [
      "TaskTrainer: there is no option warmUp; did you mean warmup?",
      () => new TaskTrainer(makeModel("ocra"), loose({ form: "binary", lr: 1e-3, warmUp: 3, generator })),
    ],
    [
      "TaskTrainer: lr is 0, accepted: a number above 0",
      () => new TaskTrainer(makeModel("ocra"), { form: "binary", lr: 0, generator }),
    ],
    [
      "Pretrainer: there is no option phase; did you mean phases?",
      () => new Pretrainer(new SlotAutoencoder(small), loose({ phase: [], phases: [], clip: 0, generator })),
    ],
    [
      'taskCodes: there is no option problem; did you mean problems?; suite is "atr", accepted: "art" or "svrt" or "clevr"',
      () => taskCodes(loose({}), loose<{ seed: number }>({ problem: 3, suite: "atr" })),
    ],
  ])("%s", (message, make) => {
    expect(() => scope(make as () => undefined)).toThrow(
      expect.objectContaining({ message: expect.stringContaining(message) }),
    );
  });
});

test("every model is made from the options of all models", () => {
  for (const name of modelNames) {
    scope(() => {
      makeModel(name, {
        dim: 8,
        depth: 1,
        heads: 1,
        mlpDim: 8,
        dropout: 0,
        encoder: small,
        resnet: "resnet18-narrow",
        mae: "vit-narrow",
      });
    });
  }
});
