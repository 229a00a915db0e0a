// Slot attention, its autoencoder and every model on other devices than the CPU.
import {
  binaryLoss,
  makeModel,
  modelNames,
  reconstructionLoss,
  type Scorer,
  SlotAutoencoder,
  SlotScorer,
} from "@throughline/ocra";
import { describeDevices, expectSameOn, movedTo } from "@throughline/testing/devices";
import { checkLeaks, own } from "@throughline/testing/leaks";
import { Generator, manualSeed, rand, randn, scope, type Tensor, tensor } from "@throughline/torch";

checkLeaks();

const encoder = { resolution: 32, channels: 3, slots: 4, dim: 16 } as const;
const small = { encoder, depth: 2, heads: 2, mlpDim: 16, dropout: 0, resnet: "resnet18-narrow" } as const;

/** Gradients of the parameters that have one. */
const gradients = (model: { parameters(): Tensor[] }): Tensor[] =>
  model.parameters().flatMap(({ grad }) => (grad === null ? [] : [grad]));

for (const name of modelNames) {
  describeDevices(`${name}: its scores and gradients`, (device) => {
    manualSeed(3);
    const model = own(makeModel(name, small)).eval();
    const there = own(model.clone()).to({ device });
    scope(() => {
      using generator = Generator.create({ seed: 3 });
      const draw = (): Tensor => randn([3, model.input === "patches" ? 16 : 4, 16], { generator });
      const encoding = { slots: draw(), z: draw(), m: draw() };
      const images = randn([3, 3, 32, 32], { generator });
      const of = (one: Scorer, move: <T>(value: T) => T): Tensor[] => {
        using draws = Generator.create({ seed: 9 });
        const scores =
          one instanceof SlotScorer
            ? one.forward(move(encoding))
            : one.forward(move(images), { generator: draws });
        binaryLoss(scores, move(tensor([0, 1, 1]))).backward();
        return [scores.detach(), ...gradients(one)];
      };
      const wanted = of(model, (value) => value);
      expectSameOn(
        device,
        of(there as Scorer, (value) => movedTo(device, value)),
        wanted,
        { atol: 1e-3 },
      );
    });
  });
}

describeDevices("the slot autoencoder: pictures and gradients", (device) => {
  manualSeed(4);
  const model = own(new SlotAutoencoder({ resolution: 16, slots: 3, dim: 8 }));
  const there = own(model.clone()).to({ device });
  scope(() => {
    using generator = Generator.create({ seed: 4 });
    const images = rand([2, 1, 16, 16], { generator });
    const of = (one: SlotAutoencoder, move: <T>(value: T) => T): Tensor[] => {
      using draws = Generator.create({ seed: 9 });
      const given = one.forward(move(images), { generator: draws });
      reconstructionLoss(given, move(images)).backward();
      return [given.reconstructions.detach(), ...gradients(one)];
    };
    const wanted = of(model, (value) => value);
    expectSameOn(
      device,
      of(there, (value) => movedTo(device, value)),
      wanted,
    );
  });
});
